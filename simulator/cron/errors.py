"""What is wrong with a schedule, in robfig/cron's words."""

from __future__ import annotations


class ScheduleError(ValueError):
    """A text is no schedule."""


class LocationError(ScheduleError):
    """A schedule names a time zone that there is not."""
