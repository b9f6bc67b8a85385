"""Make a case small that has a fault: as few characters as still bring it about."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Parts = tuple[str, ...]

_LONGEST_S = 60.0


def shrunk(parts: Parts, fails: Callable[[Parts], bool]) -> Parts:
    """Cut away what can be: lines first, then characters.

    Args:
        parts: Of the case.
        fails: Whether other parts have the same fault.
    """
    end = time.process_time() + _LONGEST_S
    smaller = True
    while smaller and time.process_time() < end:
        smaller = False
        for number in range(len(parts)):
            for units in (str.splitlines, list):
                found = _cut(parts, number, units, fails, end)
                smaller = smaller or found != parts
                parts = found
    return parts


def _cut(
    parts: Parts,
    number: int,
    split: Callable[[str], list[str]],
    fails: Callable[[Parts], bool],
    end: float,
) -> Parts:
    joint = "\n" if split is str.splitlines else ""
    units: Sequence[str] = split(parts[number])
    size = len(units) // 2
    while size:
        at = 0
        while at < len(units) and time.process_time() < end:
            left = [*units[:at], *units[at + size :]]
            new = (*parts[:number], joint.join(left), *parts[number + 1 :])
            if fails(new):
                parts, units = new, left
            else:
                at += size
        size //= 2
    return parts
