"""Where a step on the graph leads: along its lines, or up and down a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, LineKind

if TYPE_CHECKING:
    from simulator.tui.layout.drawing import Drawing, Place

# Events first: replies lead back, dead letters aside.
_ORDER = (LineKind.FLOW, LineKind.DEAD_LETTER, LineKind.REPLY)
# A row weighs as much as so many columns: cells are higher than wide.
_ROW_WEIGHT = 3


def step(drawing: Drawing, start: str | None, direction: str) -> str | None:
    """Give the box that a step leads to; None: there is nothing to go to.

    Args:
        drawing: What is seen.
        start: The selected box; None or not drawn: the step leads to a first box.
        direction: ``left``, ``right``, ``up`` or ``down``.
    """
    if start is None or start not in drawing.places:
        return _first(drawing)
    if direction in ("left", "right"):
        along = _along(drawing, start, forward=direction == "right")
        if along is not None:
            return along
    return _beside(drawing, start, direction)


def _first(drawing: Drawing) -> str | None:
    """Give the first broker, or the first box where there is none."""
    names = [box.name for box in drawing.diagram.boxes if box.name in drawing.places]
    brokers = [
        box.name
        for box in drawing.diagram.boxes
        if box.kind is BoxKind.BROKER and box.name in drawing.places
    ]
    return next(iter(brokers or names), None)


def _along(drawing: Drawing, start: str, *, forward: bool) -> str | None:
    """Give the nearest box at the other end of a line."""
    here = drawing.places[start]
    ends = []
    for line in drawing.diagram.lines:
        mine, other = (line.start, line.end) if forward else (line.end, line.start)
        if mine == start and other != start and other in drawing.places:
            there = drawing.places[other]
            rank = _ORDER.index(line.kind)
            ends.append((rank, abs(there.port - here.port), there.port, other))
    return min(ends)[3] if ends else None


def _beside(drawing: Drawing, start: str, direction: str) -> str | None:
    """Give the nearest box in a direction."""
    here = drawing.places[start]
    found = []
    for name, there in drawing.places.items():
        cost = _cost(here, there, direction)
        if name != start and cost is not None:
            found.append((cost, there.port, there.x, name))
    return min(found)[3] if found else None


def _cost(here: Place, there: Place, direction: str) -> int | None:
    """Give how far a box is in a direction; None where it lies elsewhere."""
    across, down = there.x - here.x, there.port - here.port
    if direction in ("up", "down"):
        overlap = there.x < here.x + here.w and here.x < there.x + there.w
        ahead = down < 0 if direction == "up" else down > 0
        return abs(down) if ahead and overlap else None
    ahead = across < 0 if direction == "left" else across > 0
    return abs(across) + _ROW_WEIGHT * abs(down) if ahead else None
