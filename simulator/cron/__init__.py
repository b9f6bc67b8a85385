"""The schedules of PingSource, read and kept as robfig/cron v3 reads and keeps them.

>>> from datetime import UTC, datetime
>>> schedule = Schedule.parse("30 9 * * MON-FRI", "Europe/Berlin")
>>> next(schedule.after(datetime(2026, 7, 3, 12, tzinfo=UTC))).isoformat()
'2026-07-06T07:30:00+00:00'

This package knows nothing else of the simulator.

Source: robfig/cron, tag v3.0.1, parser.go and spec.go; knative-resources 6.12.
"""

from simulator.cron.fields import LocationError, ScheduleError
from simulator.cron.schedule import Schedule

__all__ = ["LocationError", "Schedule", "ScheduleError"]
