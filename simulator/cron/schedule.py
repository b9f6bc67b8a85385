"""A schedule: when it ticks, and in which time zone.

Where clocks are changed its walk has habits of its own, and they are kept: a tick in the
hour that is left out does not happen, one in the hour that is repeated happens twice.
On any other day a walk only has to find the first tick; the others are the products of
hours, minutes and seconds, whatever the zone.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.cron.fields import Fields, LocationError, ScheduleError, read_fields
from simulator.quoting import go_quote
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import tzinfo

_DESCRIPTORS: Final = MappingProxyType(
    {
        "@yearly": "0 0 1 1 *",
        "@annually": "0 0 1 1 *",
        "@monthly": "0 0 1 * *",
        "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *",
        "@midnight": "0 0 * * *",
        "@hourly": "0 * * * *",
    }
)
_EVERY = "@every "
_PART = r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)"
_DURATION = re.compile(rf"[+-]?(?:0|(?:{_PART})+)")
_PARTS = re.compile(_PART)
_SECOND_NS = 1_000_000_000
_UNITS: Final = MappingProxyType(
    {
        "ns": 1,
        "us": 1_000,
        "µs": 1_000,  # the micro sign
        "μs": 1_000,  # the Greek letter; Go takes both
        "ms": 1_000_000,
        "s": _SECOND_NS,
        "m": 60 * _SECOND_NS,
        "h": 3_600 * _SECOND_NS,
    }
)
_MAX_NS = (1 << 63) - 1


class Schedule(Value):
    """A cron expression that was understood.

    Attributes:
        beat: The fields of the expression, or the whole seconds after ``@every``.
        zone: Where the fields are read off the clock.
    """

    beat: Fields | timedelta
    zone: tzinfo = UTC

    @classmethod
    def parse(cls, text: str, timezone: str = "") -> Schedule:
        """Read a cron expression.

        Args:
            text: Five fields, six with seconds in front, or a descriptor; all of them
                after ``CRON_TZ=zone`` or not.
            timezone: The zone as an IANA name; empty for UTC. Both a timezone and a
                zone inside *text* are an error.

        Raises:
            LocationError: The zone is unknown.
            ScheduleError: Anything else is wrong.

        Source: knative-resources 6.12; robfig/cron v3 parser.go, Parse. ``@every`` is
            read here and refused by Knative's webhook.
        """
        if timezone:
            text = f"CRON_TZ={timezone} {text}"
        if not text:
            raise ScheduleError("empty spec string")
        zone: tzinfo = UTC
        if text.startswith(("TZ=", "CRON_TZ=")):
            name, _, text = text.partition("=")[2].partition(" ")
            zone = _zone(name)
            text = text.strip()
        if text.startswith(_EVERY):
            return cls(beat=_delay(text), zone=zone)
        if text.startswith("@"):
            if text not in _DESCRIPTORS:
                raise ScheduleError(f"unrecognized descriptor: {text}")
            text = _DESCRIPTORS[text]
        return cls(beat=read_fields(text), zone=zone)

    def after(self, start: datetime) -> Iterator[datetime]:
        """Give every tick after *start*, in order and in UTC.

        The ticks end when there is none for more than five years.

        Args:
            start: An aware instant; itself no tick, even when the schedule says so.

        Raises:
            ValueError: *start* has no time zone.

        Source: robfig/cron v3 spec.go and constantdelay.go, Next.
        """
        if start.utcoffset() is None:
            raise ValueError(f"{start.isoformat()} has no time zone; expected one")
        if isinstance(self.beat, timedelta):
            return _steady(start.astimezone(UTC), self.beat)
        return ticks(self.beat, self.zone, start)


def _steady(start: datetime, delay: timedelta) -> Iterator[datetime]:
    tick = start.replace(microsecond=0)
    while tick <= datetime.max.replace(tzinfo=UTC) - delay:
        tick += delay
        yield tick


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # only a PingSource asks

    if name in ("", "UTC", "Local"):
        # The clock of Knative's adapter, Local, shows UTC.
        return UTC
    problem = f"unknown time zone {name}"
    if ".." in name or name.startswith(("/", "\\")):
        problem = "time: invalid location name"
    else:
        try:
            return ZoneInfo(name)
        except (ValueError, OSError, LookupError):
            pass
    raise LocationError(f"provided bad location {name}: {problem}")


def _delay(text: str) -> timedelta:
    """Read ``@every 1h30m``: whole seconds, at least one, at most 292 years.

    Source: robfig/cron v3 constantdelay.go, Every; Go's time.ParseDuration.
    """
    duration = text.removeprefix(_EVERY)
    parts = _PARTS.findall(duration)
    ns = sum(int(Decimal(number) * _UNITS[unit]) for number, unit in parts)
    if not _DURATION.fullmatch(duration) or ns > _MAX_NS:
        why = f"time: invalid duration {go_quote(duration)}"
        raise ScheduleError(f"failed to parse duration {text}: {why}")
    seconds = 0 if duration.startswith("-") else ns // _SECOND_NS
    return timedelta(seconds=max(seconds, 1))


_YEARS = 5
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LONGEST_MONTH = timedelta(days=31)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOON = 12


def ticks(fields: Fields, zone: tzinfo, start: datetime) -> Iterator[datetime]:
    """Give every tick after an aware instant, in UTC.

    Source: robfig/cron v3 spec.go, Next, asked again from each tick.
    """
    if not all((fields.seconds, fields.minutes, fields.hours, fields.months)):
        return
    latest = start
    while (local := _next(fields, latest.astimezone(zone))) is not None:
        latest = local.astimezone(UTC)
        yield latest
        for latest in _rest_of_day(fields, local):
            yield latest


def _rest_of_day(fields: Fields, local: datetime) -> Iterator[datetime]:
    """Give what follows a tick on its day, in UTC; nothing if clocks are changed then."""
    passed = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
    midnight = local.astimezone(UTC) - passed
    for end in (midnight, midnight + _DAY - _SECOND):
        if end.astimezone(local.tzinfo).utcoffset() != local.utcoffset():
            return
    # A walk over a missing midnight can end on a day that is not wanted at all.
    if local.month not in fields.months or not fields.fall_on(local):
        return
    for hour in fields.hours:
        if hour < local.hour:
            continue
        for minute in fields.minutes:
            for second in fields.seconds:
                since = timedelta(0, 3600 * hour + 60 * minute + second)
                if since > passed:
                    yield midnight + since


def _next(fields: Fields, local: datetime) -> datetime | None:
    """Walk to the first tick after an instant; None if five years have none."""
    if local.year == MAXYEAR:
        return None
    walk = _Walk(fields, _later(local.replace(microsecond=0), _SECOND))
    last_year = min(walk.local.year + _YEARS, MAXYEAR - 1)
    while walk.local.year <= last_year:
        if walk.arrives():
            return walk.local
    return None


class _Walk:
    """A walk forward, field by field from the month to the second.

    Each stretch goes on until its field is right. It gives up, and all begin again,
    when its field wraps around. Only before the first step ever taken, the walk goes
    back to where the unit it counts in begins.
    """

    def __init__(self, fields: Fields, local: datetime) -> None:
        self.local = local
        self._fields = fields
        self._under_way = False

    def arrives(self) -> bool:
        """Walk until all fields are right, or one has wrapped around."""
        return (
            self._to_month()
            and self._to_day()
            and self._to_hour()
            and self._to_minute()
            and self._to_second()
        )

    def _set_out(self, begin: Callable[[datetime], datetime]) -> None:
        if not self._under_way:
            self._under_way = True
            self.local = begin(self.local)

    def _to_month(self) -> bool:
        while self.local.month not in self._fields.months:
            self._set_out(lambda now: _shown(now, _midnight(now).replace(day=1)))
            wall = _wall(self.local)
            # A day that the month does not have runs over into the month after.
            first = (wall.replace(day=1) + _LONGEST_MONTH).replace(day=1)
            self.local = _shown(self.local, first + (wall.day - 1) * _DAY)
            if self.local.month == 1:
                return False
        return True

    def _to_day(self) -> bool:
        while not self._fields.fall_on(self.local):
            self._set_out(lambda now: _shown(now, _midnight(now)))
            tomorrow = _shown(self.local, _wall(self.local) + _DAY)
            # Samoa once left out a whole day: robfig/cron would never get past it.
            stuck = tomorrow <= self.local
            self.local = _later(self.local, _DAY) if stuck else tomorrow
            # Midnight may not exist: the clock then shows 23 or 1.
            if self.local.hour > _NOON:
                self.local = _later(self.local, (24 - self.local.hour) * _HOUR)
            elif self.local.hour:
                self.local = _later(self.local, -self.local.hour * _HOUR)
            if self.local.day == 1:
                return False
        return True

    def _to_hour(self) -> bool:
        while self.local.hour not in self._fields.hours:
            self._set_out(lambda now: _shown(now, _full_hour(now)))
            ahead = _ahead(self.local.hour, self._fields.hours, 24)
            self.local = _leap(self.local, _HOUR, ahead, 24)
            if self.local.hour == 0:
                return False
        return True

    def _to_minute(self) -> bool:
        while self.local.minute not in self._fields.minutes:
            self._set_out(lambda now: _later(now, -((now - _EPOCH) % _MINUTE)))
            ahead = _ahead(self.local.minute, self._fields.minutes, 60)
            self.local = _leap(self.local, _MINUTE, ahead, 60)
            if self.local.minute == 0:
                return False
        return True

    def _to_second(self) -> bool:
        while self.local.second not in self._fields.seconds:
            self._under_way = True
            ahead = _ahead(self.local.second, self._fields.seconds, 60)
            self.local = _leap(self.local, _SECOND, ahead, 60)
            if self.local.second == 0:
                return False
        return True


def _ahead(value: int, wanted: tuple[int, ...], size: int) -> int:
    """Count the units to the next wanted value, or to where the field wraps around."""
    return next((each for each in wanted if each > value), size) - value


def _leap(local: datetime, unit: timedelta, ahead: int, size: int) -> datetime:
    """Go several units forward at once where robfig/cron goes one by one.

    Both get to the same place unless on the way clocks are changed by something else
    than a multiple of the field's size; then go one unit only.
    """
    there = _later(local, ahead * unit)
    changed = _offset(there) - _offset(local)
    return _later(local, unit) if changed % (size * unit) else there


def _later(local: datetime, duration: timedelta) -> datetime:
    return (local.astimezone(UTC) + duration).astimezone(local.tzinfo)


def _wall(local: datetime) -> datetime:
    """Read a clock as if it hung in Greenwich: a date and time to compute with."""
    return local.replace(tzinfo=UTC)


def _full_hour(local: datetime) -> datetime:
    return _wall(local).replace(minute=0, second=0)


def _midnight(local: datetime) -> datetime:
    return _full_hour(local).replace(hour=0)


def _shown(local: datetime, wall: datetime) -> datetime:
    """Find the instant at which a clock shows a time, one that it skips or repeats too.

    Source: Go's time.Date, which looks up the offset twice.
    """
    guess = wall - _offset(wall.astimezone(local.tzinfo))
    return (wall - _offset(guess.astimezone(local.tzinfo))).astimezone(local.tzinfo)


def _offset(local: datetime) -> timedelta:
    return local.utcoffset() or timedelta(0)
