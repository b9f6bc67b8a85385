"""Names cut to fit."""

from __future__ import annotations

_LEAST_FOR_ELLIPSIS = 4


def shortened(name: str, width: int) -> str:
    """Give a name in at most *width* cells, its middle left out: both ends tell most."""
    if len(name) <= width:
        return name
    if width < _LEAST_FOR_ELLIPSIS:
        return name[: max(width, 0)]
    head = (width - 1) * 2 // 3
    tail = width - 1 - head
    return f"{name[:head]}…{name[len(name) - tail :]}"
