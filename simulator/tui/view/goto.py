"""Reads where to go: ``1:03``, ``+5s``, ``50%``, ``#329``."""

from __future__ import annotations

import re
from typing import NamedTuple

from simulator import digits
from simulator.duration import duration_ns
from simulator.errors import UsageError
from simulator.tui.view.columns import NS

EXPECTED = "a time such as 1:03 or 90s, a step such as +5s or -500ms, 50%, or #329"
_CLOCK = re.compile(r"(?:(?:(\d+):)?(\d+):)?(\d+)(?:\.(\d{1,9}))?")
_SIXTY = 60


class Place(NamedTuple):
    """Where to go; one of the three is given.

    Args:
        at_ns: To an instant, ns since the start.
        part: To a part of the time line, from 0 to 1.
        serial: To a record.
    """

    at_ns: int | None = None
    part: float | None = None
    serial: int | None = None


def read_goto(text: str, now_ns: int) -> Place:
    """Read where to go.

    Args:
        text: What the user wrote.
        now_ns: The instant from which ``+5s`` counts.

    Raises:
        UsageError: It is none of what is expected.
    """
    text = text.strip()
    if re.fullmatch(r"#\d+", text):
        return Place(serial=digits.whole(text[1:]))
    if re.fullmatch(r"\d+(\.\d+)?%", text):
        return Place(part=min(1.0, float(text[:-1]) / 100))
    sign = {"+": 1, "-": -1}.get(text[:1], 0)
    ns = _instant_ns(text[1:] if sign else text)
    if ns is None:
        raise UsageError(f"go to {text!r}: expected {EXPECTED}")
    return Place(at_ns=max(0, now_ns + sign * ns) if sign else ns)


def _instant_ns(text: str) -> int | None:
    """Read ``1:03``, ``1:02:03.5``, ``63`` or ``63s``; None for something else."""
    clock = clock_ns(text)
    if clock is not None:
        return clock
    try:
        return duration_ns(text)
    except ValueError:
        return None


def clock_ns(text: str) -> int | None:
    """Read a clock, ``1:03`` or ``1:02:03.5``, or seconds; None for something else."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    count = digits.whole
    minute = count(hours or "0") * _SIXTY + count(minutes or "0")
    return (minute * _SIXTY + count(seconds)) * NS + int((fraction or "").ljust(9, "0"))
