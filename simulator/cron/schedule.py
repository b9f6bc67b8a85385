"""A schedule: when it ticks, and in which time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.cron.errors import LocationError, ScheduleError
from simulator.cron.fields import Fields, read_fields
from simulator.cron.walk import ticks
from simulator.quoting import go_quote
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator
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
