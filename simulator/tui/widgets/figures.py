"""Counts, clocks and tiny bars as text of a known width."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NS_PER_MS = 1_000_000
_MS_PER_SECOND = 1_000
_SECONDS_PER_MINUTE = 60
_SECONDS_PER_HOUR = 3_600
# From here on four digits are read more slowly than their thousands.
_WHOLE_BELOW = 10_000
_UNITS = ((10**3, "k"), (10**6, "M"), (10**9, "G"))


def count_text(count: int, width: int) -> str:
    """Give a count in at most *width* (three or more) characters: ``12k``, ``.1M``."""
    whole = str(count)
    if count < _WHOLE_BELOW and len(whole) <= width:
        return whole
    for size, unit in _UNITS:
        if count < size * 1000:
            for decimals in (1, 0):
                # Cut, not rounded: 999,960 is not yet a million.
                tenths = count * 10 // size
                text = (
                    f"{tenths // 10}.{tenths % 10}" if decimals else f"{tenths // 10}"
                )
                text = (text.removesuffix(".0") if decimals else text) + unit
                if len(text) <= width:
                    return text
            larger = {"k": "M", "M": "G"}.get(unit, "T")
            return f".{count // (size * 100)}{larger}"
    return "9+G"


def rate_text(per_second: float) -> str:
    """Give a rate: ``0.5/s``, ``12/s``, ``1.2k/s``."""
    whole = 10
    if per_second < whole:
        return f"{per_second:.1f}".removesuffix(".0") + "/s"
    return count_text(round(per_second), 4) + "/s"


def clock_text(at_ns: int) -> str:
    """Give an instant to the millisecond: ``01:02.422``, ``1:00:02.422``."""
    ms = at_ns // _NS_PER_MS
    seconds, ms = divmod(ms, _MS_PER_SECOND)
    return f"{short_clock(seconds * _NS_PER_MS * _MS_PER_SECOND)}.{ms:03d}"


def short_clock(at_ns: int) -> str:
    """Give an instant to the second: ``05:00``, ``1:05:00``."""
    seconds = at_ns // (_NS_PER_MS * _MS_PER_SECOND)
    hours, seconds = divmod(seconds, _SECONDS_PER_HOUR)
    minutes, seconds = divmod(seconds, _SECONDS_PER_MINUTE)
    head = f"{hours}:" if hours else ""
    return f"{head}{minutes:02d}:{seconds:02d}"


def spark(values: Sequence[int], width: int, bars: str) -> str:
    """Give the last *width* values as bars of eight heights, the highest one full.

    Args:
        values: Oldest first; where there are fewer, the left is empty.
        width: In cells.
        bars: Nine characters, from nothing to full; nothing is shown as the lowest.
    """
    shown = values[-width:] if width else ()
    top = max(shown, default=0) or 1
    text = "".join(bars[bar_height(value, top, len(bars) - 1)] for value in shown)
    return text.rjust(width, bars[1])


def bar_height(value: float, top: float, steps: int) -> int:
    """Give how many of *steps* a value fills; at least one, so that a trace is seen."""
    return max(1, min(steps, round(value / top * steps)))


def grouped(count: int) -> str:
    """Give a count with its thousands apart: ``1,204``."""
    return f"{count:,}"


def span_text(ns: int) -> str:
    """Give a duration in its two largest units: ``4m 12s``, ``2d 4h``, ``1.5s``."""
    seconds = ns / (_NS_PER_MS * _MS_PER_SECOND)
    if seconds < 1:
        return f"{ns // _NS_PER_MS}ms"
    if seconds < _SECONDS_PER_MINUTE:
        return f"{seconds:.1f}".removesuffix(".0") + "s"
    units = ((86_400, "d"), (_SECONDS_PER_HOUR, "h"), (_SECONDS_PER_MINUTE, "m"))
    rest = int(seconds)
    parts: list[str] = []
    for size, unit in (*units, (1, "s")):
        count, rest = divmod(rest, size)
        if count or parts:
            parts.append(f"{count}{unit}")
    shown = [part for part in parts[:2] if not part.startswith("0")]
    return " ".join(shown)
