"""The six fields of a cron expression, read as robfig/cron reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulator.digits import whole
from simulator.quoting import go_quote
from simulator.value import Value

if TYPE_CHECKING:
    from datetime import date


class ScheduleError(ValueError):
    """A text is no schedule."""


class LocationError(ScheduleError):
    """A schedule names a time zone that there is not."""


_WHOLE = re.compile(r"[+-]?[0-9]+")
_MAX_INT = (1 << 63) - 1
_STARS = ("*", "?")
_DAYS_OF_WEEK = 7


class Fields(Value):
    """The values at which a schedule ticks, each field sorted; Sunday is 0.

    A field of nothing but commas has no values: such a schedule never ticks.
    """

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
    weekdays: tuple[int, ...]
    either_day: bool

    def fall_on(self, day: date) -> bool:
        """Say whether the schedule ticks on a day of one of its months.

        Source: robfig/cron v3 spec.go, dayMatches: with both fields restricted one of
            them suffices, with a star in either both must hold.
        """
        by_month = day.day in self.days
        by_week = day.isoweekday() % _DAYS_OF_WEEK in self.weekdays
        return by_month or by_week if self.either_day else by_month and by_week


class _Bounds(Value):
    low: int
    high: int
    names: str = ""


_SIXTY = _Bounds(low=0, high=59)
_FIELDS: Final = (
    _SIXTY,
    _SIXTY,
    _Bounds(low=0, high=23),
    _Bounds(low=1, high=31),
    _Bounds(low=1, high=12, names="jan feb mar apr may jun jul aug sep oct nov dec"),
    _Bounds(low=0, high=6, names="sun mon tue wed thu fri sat"),
)
_FEWEST = len(_FIELDS) - 1


def read_fields(text: str) -> Fields:
    """Read ``[second] minute hour day-of-month month day-of-week``.

    Raises:
        ScheduleError: There are more or fewer fields, or one of them is wrong.

    Source: robfig/cron v3 parser.go, normalizeFields with SecondOptional
        (knative-resources 13, SecondsInSchedule).
    """
    parts = text.split()
    if not _FEWEST <= len(parts) <= len(_FIELDS):
        found = f"found {len(parts)}: [{' '.join(parts)}]"
        raise ScheduleError(f"expected {_FEWEST} to {len(_FIELDS)} fields, {found}")
    if len(parts) == _FEWEST:
        parts.insert(0, "0")
    read = [_field(part, bounds) for part, bounds in zip(parts, _FIELDS, strict=True)]
    (seconds, _), (minutes, _), (hours, _), days, (months, _), weekdays = read
    return Fields(
        seconds=seconds,
        minutes=minutes,
        hours=hours,
        days=days[0],
        months=months,
        weekdays=weekdays[0],
        either_day=not (days[1] or weekdays[1]),
    )


def _field(text: str, bounds: _Bounds) -> tuple[tuple[int, ...], bool]:
    """Read a list of ranges; True with a star that no step above 1 thins out."""
    values: dict[int, None] = {}
    starred = False
    for each in filter(None, text.split(",")):
        span = _range(each, bounds)
        values.update(dict.fromkeys(span))
        starred |= each.partition("-")[0].partition("/")[0] in _STARS and span.step == 1
    return tuple(sorted(values)), starred


def _range(text: str, bounds: _Bounds) -> range:
    span, *steps = text.split("/")
    start, end = _span(span, text, bounds)
    step = 1
    if len(steps) > 1:
        raise ScheduleError(f"too many slashes: {text}")
    if steps:
        step = _number(steps[0])
        # N/step means from N to the end.
        end = bounds.high if "-" not in span else end
    if start < bounds.low:
        at = f"({start}) below minimum ({bounds.low})"
        raise ScheduleError(f"beginning of range {at}: {text}")
    if end > bounds.high:
        at = f"({end}) above maximum ({bounds.high})"
        raise ScheduleError(f"end of range {at}: {text}")
    if start > end:
        at = f"({start}) beyond end of range ({end})"
        raise ScheduleError(f"beginning of range {at}: {text}")
    if step == 0:
        raise ScheduleError(f"step of range should be a positive number: {text}")
    return range(start, end + 1, step)


def _span(span: str, text: str, bounds: _Bounds) -> tuple[int, int]:
    first, *rest = span.split("-")
    if first in _STARS:
        # robfig/cron never looks at what follows a star and a hyphen.
        return bounds.low, bounds.high
    start = _number_or_name(first, bounds)
    if not rest:
        return start, start
    if len(rest) > 1:
        raise ScheduleError(f"too many hyphens: {text}")
    return start, _number_or_name(rest[0], bounds)


def _number_or_name(text: str, bounds: _Bounds) -> int:
    name, names = text.lower(), bounds.names.split()
    return bounds.low + names.index(name) if name in names else _number(text)


def _number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        why = f"strconv.Atoi: parsing {go_quote(text)}: invalid syntax"
        raise ScheduleError(f"failed to parse int from {text}: {why}")
    number = whole(text)
    if abs(number) > _MAX_INT:
        why = f"strconv.Atoi: parsing {go_quote(text)}: value out of range"
        raise ScheduleError(f"failed to parse int from {text}: {why}")
    if number < 0:
        raise ScheduleError(f"negative number ({number}) not allowed: {text}")
    return number
