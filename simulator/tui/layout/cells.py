"""What is drawn in each cell of lines.

Lines with the same start, or the same end, join. Strangers cross: what runs up or down
passes over, what runs across is not drawn in that cell.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.tui.diagram import LineKind
from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST, Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.diagram import Line

Point = tuple[int, int]

_ACROSS = EAST | WEST
_RANK = {LineKind.FLOW: 0, LineKind.REPLY: 1, LineKind.DEAD_LETTER: 2}
_WAYS = {(1, 0): EAST, (-1, 0): WEST, (0, 1): SOUTH, (0, -1): NORTH}


def compose(
    lines: Sequence[Line], paths: Sequence[Sequence[Point]], rails: frozenset[int]
) -> dict[Point, Cell]:
    """Give what is drawn in each cell.

    Args:
        lines: By number.
        paths: Line -> its cells; empty where it is not drawn.
        rails: The lines that leave their start on its left.
    """
    found: dict[Point, list[tuple[int, int]]] = {}
    for line, path in enumerate(paths):
        if path:
            first = EAST if line in rails else WEST
            for cell, mask in zip(path, _masks(path, first), strict=True):
                found.setdefault(cell, []).append((line, mask))
    return {cell: _cell(lines, passing) for cell, passing in found.items()}


def _masks(path: Sequence[Point], first: int) -> list[int]:
    """Give the ways out of each cell of a path that ends at the left of a box."""
    ways = [_WAYS[x1 - x0, y1 - y0] for (x0, y0), (x1, y1) in pairwise(path)]
    back = {EAST: WEST, WEST: EAST, NORTH: SOUTH, SOUTH: NORTH}
    came = [first, *(back[way] for way in ways)]
    return [one | other for one, other in zip(came, [*ways, EAST], strict=True)]


def _cell(lines: Sequence[Line], passing: Sequence[tuple[int, int]]) -> Cell:
    if len(passing) == 1:
        line, mask = passing[0]
        return Cell(mask, (line,))
    drawn = list(passing)
    hidden: list[int] = []
    if not kin(lines, [line for line, _ in passing]):
        drawn = [(line, mask) for line, mask in passing if mask != _ACROSS]
        hidden = [line for line, mask in passing if mask == _ACROSS]
    mask = 0
    for _, ways in drawn:
        mask |= ways
    names = sorted(
        (line for line, _ in drawn), key=lambda at: (_RANK[lines[at].kind], at)
    )
    return Cell(mask, (*names, *hidden))


def kin(lines: Sequence[Line], some: Sequence[int]) -> bool:
    """Say whether lines all have the same start or all have the same end."""
    first = lines[some[0]]
    return all(lines[at].start == first.start for at in some) or all(
        lines[at].end == first.end for at in some
    )
