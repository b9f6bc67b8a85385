"""Which ways each line takes through each of its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.tui.layout.drawing import Drawing

_WAYS = {(0, -1): NORTH, (1, 0): EAST, (0, 1): SOUTH, (-1, 0): WEST}


def ways_of(drawing: Drawing) -> dict[tuple[int, int], dict[int, int]]:
    """Give for each cell the mask of each line through it."""
    ways: dict[tuple[int, int], dict[int, int]] = {}
    for at, path in enumerate(drawing.paths):
        line = drawing.diagram.lines[at]
        for step, cell in enumerate(path):
            before = path[step - 1] if step else _port(drawing, line.start, cell)
            last = step + 1 == len(path)
            after = _port(drawing, line.end, cell) if last else path[step + 1]
            mask = _way(cell, before) | _way(cell, after)
            ways.setdefault(cell, {})[at] = mask
    return ways


def _port(drawing: Drawing, box: str, cell: tuple[int, int]) -> tuple[int, int]:
    """Give the neighbour of a cell that belongs to the box it touches."""
    place, (x, y) = drawing.places[box], cell
    return (x + 1, y) if x < place.x else (x - 1, y)


def _way(cell: tuple[int, int], other: tuple[int, int]) -> int:
    return _WAYS.get((other[0] - cell[0], other[1] - cell[1]), 0)


def mask_of(ways: Mapping[int, int], lines: Iterable[int]) -> int:
    """Give the ways out of a cell that some lines take together.

    Args:
        ways: Line -> its mask there.
        lines: Those that count.
    """
    mask = 0
    for line in lines:
        mask |= ways.get(line, 0)
    return mask
