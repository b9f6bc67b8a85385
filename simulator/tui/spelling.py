"""How clocks, durations, sizes, numbers and nodes are spelled for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.resource import DEFAULT_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

_US, _MS, _S = 1_000, 1_000_000, 1_000_000_000
_TEN, _HUNDRED = 10, 100
_KB = 1_024
_MINUTE, _HOUR = 60, 3_600
# From here on four digits are read more slowly than their thousands.
_WHOLE_BELOW = 10_000
_UNITS = ((10**3, "k", "M"), (10**6, "M", "G"), (10**9, "G", "T"))


def printable(text: str) -> str:
    """Make a text of the user's fit for one line: control characters are spelled.

    A terminal would take them for orders.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in text
    )


def length_text(ns: int) -> str:
    """Spell a duration that was measured, to three digits: ``33.4 ms``, ``1.52 s``."""
    for unit, length in (("s", _S), ("ms", _MS), ("us", _US)):
        if ns >= length:
            if ns >= _HUNDRED * _S:
                return duration_text(ns // _S * _S)
            value = ns / length
            digits = 0 if value >= _HUNDRED else 1 if value >= _TEN else 2
            text = f"{value:.{digits}f}"
            return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit}"
    return f"{ns} ns" if ns else "0 ms"


def span_text(ns: int) -> str:
    """Spell a duration in its two largest units: ``4m 12s``, ``2d 4h``, ``1.5s``."""
    if ns < _S:
        return f"{ns // _MS}ms"
    if ns < _MINUTE * _S:
        return f"{ns / _S:.1f}".removesuffix(".0") + "s"
    return " ".join(duration_text(ns // _S * _S).split()[:2])


def clock_text(at_ns: int) -> str:
    """Spell an instant to the millisecond: ``01:02.422``, ``1:00:02.422``."""
    return f"{short_clock(at_ns)}.{at_ns % _S // _MS:03d}"


def short_clock(at_ns: int) -> str:
    """Spell an instant to the second: ``05:00``, ``1:05:00``."""
    hours, seconds = divmod(at_ns // _S, _HOUR)
    head = f"{hours}:" if hours else ""
    return f"{head}{seconds // _MINUTE:02d}:{seconds % _MINUTE:02d}"


def size_text(count: int) -> str:
    """Spell a number of bytes: ``1 byte``, ``512 bytes``, ``1.5 KiB``."""
    if count < _KB:
        return f"{count} byte{'' if count == 1 else 's'}"
    if count < _KB**2:
        return f"{count / _KB:.1f} KiB"
    return f"{count / _KB**2:.1f} MiB"


def counted(number: int, noun: str, plural: str = "") -> str:
    """Spell a number of things: ``1 trigger``, ``1,204 events``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def kind_word(node: str) -> str:
    """Give the kind of a node: ``service``; empty where the name has none."""
    kind, slash, _ = node.partition("/")
    return kind if slash else ""


def short(node: str) -> str:
    """Give a node's name without its kind: ``trigger/price`` is ``price``."""
    _, slash, name = node.partition("/")
    return name.removeprefix(f"{DEFAULT_NAMESPACE}/") if slash else node


def count_text(count: int, width: int) -> str:
    """Spell a count in at most *width* (three or more) characters: ``12k``, ``.1M``."""
    if count < _WHOLE_BELOW and len(str(count)) <= width:
        return str(count)
    for size, unit, larger in _UNITS:
        if count < size * 1_000:
            # Cut, not rounded: 999,960 is not yet a million.
            whole, tenths = divmod(count * _TEN // size, _TEN)
            for text in (f"{whole}.{tenths}".removesuffix(".0"), str(whole)):
                if len(text) < width:
                    return text + unit
            return f".{count // (size * _HUNDRED)}{larger}"
    return "9+G"


def rate_text(per_second: float) -> str:
    """Spell a rate: ``0.5/s``, ``12/s``, ``1.2k/s``."""
    if per_second < _TEN:
        return f"{per_second:.1f}".removesuffix(".0") + "/s"
    return count_text(round(per_second), 4) + "/s"


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
