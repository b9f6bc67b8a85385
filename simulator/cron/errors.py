"""What is wrong with a schedule, in robfig/cron's words."""

from __future__ import annotations

from types import MappingProxyType


class ScheduleError(ValueError):
    """A text is no schedule."""


class LocationError(ScheduleError):
    """A schedule names a time zone that there is not."""


_ESCAPES = MappingProxyType(
    {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v", '"': r"\""}
)


def quoted(text: str) -> str:
    """Quote a text as Go's ``%q`` does."""
    return f'"{"".join(map(_quoted_rune, text))}"'


def _quoted_rune(rune: str) -> str:
    if not rune.isascii() and not rune.isprintable():
        return f"\\u{ord(rune):04x}" if rune <= "\uffff" else f"\\U{ord(rune):08x}"
    return _ESCAPES.get(rune) or repr(rune)[1:-1]
