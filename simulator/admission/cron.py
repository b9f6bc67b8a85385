"""A schedule is good if it parses."""

from __future__ import annotations

from simulator.cron import LocationError, Schedule, ScheduleError

__all__ = ["LocationError", "ScheduleError", "check_schedule"]


def check_schedule(text: str) -> None:
    """Check a cron expression, with ``CRON_TZ=zone`` in front or not.

    Raises:
        LocationError: The zone is unknown.
        ScheduleError: Anything else is wrong.

    Source: knative-resources 6.12; knative/eventing ping_validation.go.
    """
    Schedule.parse(text)
