"""A drawing, indexed for whoever paints it or points at it, and steps from box to box."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from simulator.tui.diagram import Box, BoxKind, Line, LineKind
from simulator.tui.layout.drawing import EAST, WEST, Drawing, Heading, Place
from simulator.tui.layout.picture import masks

# Events first: replies lead back, dead letters aside.
_ORDER = (LineKind.FLOW, LineKind.DEAD_LETTER, LineKind.REPLY)
# A row weighs as much as so many columns: cells are higher than wide.
_ROW_WEIGHT = 3


class Spot(NamedTuple):
    x: int
    mask: int
    """The ways out of it that are drawn."""
    bundle: int
    """The index of the bundle whose look it has."""
    arrow: bool
    """Whether it is the last cell before a box."""
    along: int
    """How many cells its first line has come so far."""


class Bundle(NamedTuple):
    """Lines that share cells and so have one look there."""

    lines: tuple[int, ...]
    """The one that is drawn first, then its kin: those that share an end with it. A
    stranger that crosses is not among them."""
    kind: LineKind
    rows: tuple[int, ...]
    """Where its cells lie, in order."""


class Picture:
    """A drawing and its index.

    Attributes:
        spots: Row -> its cells of lines, from the left.
        boxes: Row -> boxes that stand in it, from the left.
        bundles_of: Line -> the indexes of its bundles.
        giving: The boxes that lines leave, and by which ways: to the right, to the left.
    """

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.spots: dict[int, list[Spot]] = {}
        self.boxes: dict[int, list[tuple[Box, Place]]] = {}
        self.headings: dict[int, list[Heading]] = {}
        self.bundles: list[Bundle] = []
        self.bundles_of: dict[int, list[int]] = {}
        self._named = {box.name: box for box in drawing.diagram.boxes}
        self._box_of = {
            node: name for name, nodes in drawing.members.items() for node in nodes
        }
        self.route = cache(self._route)
        self.giving: dict[str, int] = {}
        self._index_boxes()
        self._index_leaving()
        self._index_cells()
        for heading in drawing.headings:
            self.headings.setdefault(heading.y, []).append(heading)

    def box(self, name: str) -> Box | None:
        return self._named.get(name)

    def box_of(self, node: str) -> str | None:
        if node in self.drawing.places:
            return node
        return self._box_of.get(node)

    def nodes_of(self, name: str) -> tuple[str, ...]:
        """Give the nodes that a box stands for: its own, then those folded into it."""
        return (name, *self.drawing.members.get(name, ()))

    def line(self, index: int) -> Line:
        return self.drawing.diagram.lines[index]

    def other_end(self, link: Box) -> str | None:
        """Give the drawn box that a link into another band leads to."""
        ends = self.drawing.links.get(link.name, ())
        return next((end for end in ends if end in self.drawing.places), None)

    def box_at(self, x: int, y: int) -> Box | None:
        boxes = self.boxes.get(y, ())
        found = (box for box, at in boxes if at.x <= x < at.x + at.w)
        return next(found, None)

    def line_at(self, x: int, y: int) -> int | None:
        cell = self.drawing.cells.get((x, y))
        return cell.lines[0] if cell and cell.lines else None

    def heading_at(self, x: int, y: int) -> Heading | None:
        named = (each for each in self.headings.get(y, ()) if each.info)
        return next((each for each in named if each.x <= x < each.x + each.w), None)

    def _route(self, lines: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
        """Give the cells of lines of the whole diagram, one after the other, if drawn."""
        drawing = self.drawing
        drawn = dict.fromkeys(
            of[line]
            for line in lines
            for of in (drawing.line_of, drawing.far_of)
            if line in of
        )
        return tuple(cell for line in drawn for cell in drawing.paths[line])

    def are_kin(self, one: int, other: int) -> bool:
        """Tell whether two drawn lines share an end, so that they may join."""
        first, second = self.line(one), self.line(other)
        return first.start == second.start or first.end == second.end

    def ways(self, line: int) -> dict[tuple[int, int], int]:
        """Give the cells of a drawn line, each with the ways out of it that it takes."""
        path = self.drawing.paths[line]
        if not path:
            return {}
        start = self.drawing.places[self.line(line).start]
        return dict(zip(path, masks(path, start), strict=True))

    def _index_boxes(self) -> None:
        for name, place in self.drawing.places.items():
            box = self._named[name]
            for row in range(place.y, place.y + place.h):
                self.boxes.setdefault(row, []).append((box, place))
        for standing in self.boxes.values():
            standing.sort(key=lambda pair: pair[1].x)

    def _index_leaving(self) -> None:
        drawing = self.drawing
        for line, path in zip(drawing.diagram.lines, drawing.paths, strict=True):
            if path:
                way = WEST if path[0][0] < drawing.places[line.start].x else EAST
                self.giving[line.start] = self.giving.get(line.start, 0) | way

    def _index_cells(self) -> None:
        along = {
            (line, cell): at
            for line, path in enumerate(self.drawing.paths)
            for at, cell in enumerate(path)
        }
        known: dict[tuple[int, ...], int] = {}
        rows: list[set[int]] = []
        for place, cell in sorted(self.drawing.cells.items()):
            lines = tuple(at for at in cell.lines if self.are_kin(at, cell.lines[0]))
            at = known.setdefault(lines, len(known))
            if at == len(rows):
                rows.append(set())
            x, y = place
            rows[at].add(y)
            is_arrow = place in self.drawing.arrows
            spot = Spot(x, cell.mask, at, is_arrow, along.get((lines[0], place), 0))
            self.spots.setdefault(y, []).append(spot)
        for lines, at in known.items():
            kind = self.line(lines[0]).kind
            self.bundles.append(Bundle(lines, kind, tuple(sorted(rows[at]))))
            for line in lines:
                self.bundles_of.setdefault(line, []).append(at)


def step(drawing: Drawing, start: str | None, direction: str) -> str | None:
    """Give the box that a step ``left``, ``right``, ``up`` or ``down`` leads to, if any.

    Where *start*, the selected box, is none or not drawn, it leads to a first box.
    """
    if start is None or start not in drawing.places:
        return _first(drawing)
    if direction in ("left", "right"):
        along = _along(drawing, start, forward=direction == "right")
        if along is not None:
            return along
    return _beside(drawing, start, direction)


def _first(drawing: Drawing) -> str | None:
    boxes = drawing.diagram.boxes
    brokers = [box for box in boxes if box.kind is BoxKind.BROKER]
    return next((box.name for box in brokers or boxes), None)


def _along(drawing: Drawing, start: str, *, forward: bool) -> str | None:
    here = drawing.places[start]
    ends = []
    for line in drawing.diagram.lines:
        mine, other = (line.start, line.end) if forward else (line.end, line.start)
        if mine == start and other != start:
            there = drawing.places[other]
            rank = _ORDER.index(line.kind)
            ends.append((rank, abs(there.port - here.port), there.port, other))
    return min(ends)[3] if ends else None


def _beside(drawing: Drawing, start: str, direction: str) -> str | None:
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
