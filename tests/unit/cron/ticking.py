"""Schedules asked for their first ticks."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from simulator.cron import Schedule


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def ticks(schedule: str, start: str, count: int, zone: str = "") -> list[datetime]:
    return list(islice(Schedule.parse(schedule, zone).after(at(start)), count))
