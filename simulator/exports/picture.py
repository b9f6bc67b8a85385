"""The graph of a run as SVG: laid out as in the terminal UI, with what went along it.

Boxes and lines lie on a grid of cells, as `simulator.tui.layout` places them.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel.log import Kind
from simulator.nodes import Role, role_of
from simulator.story.hops import DELIVERIES, REQUESTS
from simulator.story.phrases import shortened
from simulator.trace.record import ATTEMPTS
from simulator.tui.diagram import BoxKind, LineKind, diagram_of
from simulator.tui.layout.drawing import TALL, in_two
from simulator.tui.layout.fit import fit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.graph.parts import Graph
    from simulator.trace import Record
    from simulator.tui.diagram import Box, Diagram
    from simulator.tui.layout.drawing import Drawing, Place

    Point = tuple[float, float]

MOST_BOXES = 400
"""A graph of more is no picture any more, and laying it out takes seconds."""
_CELL_W, _CELL_H = 8, 15
_MARGIN = 12
_INSET = 3.0  # boxes of the grid touch each other; drawn, they do not
_ROUND = 7.0
_PANE = (132, 400)
_FEW = 80  # boxes, up to which there is room for a line of numbers in each
_CARD = 4  # rows of a box with a line for its note
_ARIA = 'role="img" aria-labelledby="graph-title" xmlns="http://www.w3.org/2000/svg"'
_TITLE = "Nodes of the topology, and how many requests went between them"
_LEAST_WIDTH = 860  # pixels, below which letters are too small
_PADDING = 3  # cells of a box beside its text
_SMALL = 6.4  # width of a letter of numbers and notes


class Traffic:
    """What went along each line of a diagram, and came to each box.

    Attributes:
        lines: Line -> how many requests.
        boxes: Node -> how many events, attempts in one.
        troubled: Node -> how many of its requests failed.
    """

    def __init__(self, diagram: Diagram) -> None:
        self._diagram = diagram
        self.lines: dict[int, int] = {}
        self.boxes: dict[str, int] = {}
        self.troubled: dict[str, int] = {}

    def add(self, record: Record) -> None:
        """Count a record.

        Without a hub between, a sender's request is there twice: sent, and dispatched.
        """
        kind, source, target = record.kind, record.source, record.target
        role = role_of(source)
        delivers = kind in DELIVERIES
        routed = delivers and role is not None and role.is_route
        if kind in REQUESTS and (routed or not delivers):
            for at in self._diagram.way(kind, source, target):
                self.lines[at] = self.lines.get(at, 0) + 1
        if (kind is Kind.SENT and role is Role.SOURCE) or (
            routed and record.attempt == 1
        ):
            self._count(self.boxes, source)
        goal = role_of(target)
        if kind is Kind.ACCEPTED or (
            kind in ATTEMPTS and (goal is None or not goal.is_hub)
        ):
            self._count(self.boxes, target)
        elif kind is Kind.RESPONDED and not record.ok:
            self._count(self.troubled, source)

    @staticmethod
    def _count(numbers: dict[str, int], node: str) -> None:
        numbers[node] = numbers.get(node, 0) + 1


class Picture(NamedTuple):
    drawing: Drawing
    traffic: Traffic

    @classmethod
    def of(cls, graph: Graph, records: Iterable[Record]) -> Picture | None:
        """Lay a graph out, and count what went along it; None for what is too large."""
        diagram = diagram_of(graph)
        if not 0 < len(diagram.boxes) <= MOST_BOXES:
            return None
        zoom = "cards" if len(diagram.boxes) <= _FEW else "boxes"
        drawing = fit(diagram, *_PANE, zoom=zoom, card_width=20)
        traffic = Traffic(diagram)
        for record in records:
            traffic.add(record)
        return cls(drawing, traffic)

    def svg(self) -> str:
        drawing = self.drawing
        top = 1 if any(each.y < 0 for each in drawing.headings) else 0
        width = drawing.width * _CELL_W + 2 * _MARGIN
        height = (drawing.height + top) * _CELL_H + 2 * _MARGIN
        shift = _MARGIN + top * _CELL_H
        least = min(width, max(_LEAST_WIDTH, width * 4 // 5))
        size = f'viewBox="0 0 {width} {height}"'
        parts = [
            f'<svg {size} {_ARIA} style="max-width:{width}px; min-width:{least}px">',
            f'<title id="graph-title">{_TITLE}</title>',
            _ARROWS,
            f'<g transform="translate({_MARGIN} {shift})">',
            *self._headings(),
            *self._lines(),
            *self._boxes(),
            *self._numbers(),
            "</g></svg>",
        ]
        return "\n".join(parts)

    def _headings(self) -> Iterator[str]:
        for each in self.drawing.headings:
            x, y = each.x * _CELL_W, each.y * _CELL_H + 11
            text = escape(" ".join(part for part in (each.text, each.info) if part))
            yield f'<text class="heading" x="{x}" y="{y}">{text}</text>'

    def _count(self, line: int) -> int:
        """Give what went along a drawn line, which may show several of the diagram."""
        of = self.drawing.line_of
        return sum(
            number
            for at, number in self.traffic.lines.items()
            if of.get(at, at) == line or self.drawing.far_of.get(at) == line
        )

    def _lines(self) -> Iterator[str]:
        """Draw those that nothing went along first, below the others."""
        drawn = []
        for at, cells in enumerate(self.drawing.paths):
            if cells:
                line, count = self.drawing.diagram.lines[at], self._count(at)
                drawn.append((count, line.kind, self._points(at, cells)))
        for count, kind, points in sorted(drawn, key=lambda each: each[0] > 0):
            unused = "" if count else " unused"
            yield (
                f'<path class="{kind.value}{unused}" d="{_rounded(points)}" '
                f'marker-end="url(#to-{kind.value if count else "unused"})"/>'
            )

    def _points(self, at: int, cells: Sequence[tuple[int, int]]) -> list[Point]:
        middles = [((x + 0.5) * _CELL_W, (y + 0.5) * _CELL_H) for x, y in cells]
        line = self.drawing.diagram.lines[at]
        start = _edge(self.drawing.places.get(line.start), middles[0])
        end = _edge(self.drawing.places.get(line.end), middles[-1])
        points = [start, *middles, end]
        return [
            point
            for i, point in enumerate(points)
            if i in (0, len(points) - 1) or not _is_between(points[i - 1 : i + 2])
        ]

    def _boxes(self) -> Iterator[str]:
        for name, place in self.drawing.places.items():
            box = self.drawing.diagram.box(name)
            if box is not None:
                yield from self._box(box, place)

    def _box(self, box: Box, place: Place) -> Iterator[str]:
        x, y = place.x * _CELL_W, place.y * _CELL_H + _INSET
        width, height = place.w * _CELL_W, place.h * _CELL_H - 2 * _INSET
        members = self.drawing.members.get(box.name, (box.name,))
        came = sum(self.traffic.boxes.get(each, 0) for each in members)
        bad = sum(self.traffic.troubled.get(each, 0) for each in members)
        classes = [box.kind.value.replace(" ", "-")]
        classes += [
            word
            for word, holds in (
                ("stub", box.stub), ("not-ready", not box.ready), ("idle", not came),
                ("bad", bool(bad)),
            )
            if holds
        ]  # fmt: skip
        told = [box.name, box.note, "" if box.ready else "not ready"]
        title = escape("; ".join(part for part in told if part))
        label, word = box.label, box.note or box.kind.value
        number = _told(box.kind, came, bad)
        if box.kind is BoxKind.LINK:
            label = ", ".join(self.drawing.links.get(box.name, (box.label,)))
            word = number = "in another part"
            classes = ["link"]
        letters = int((width - _PADDING * _CELL_W) / 7.6)
        is_tall = self.drawing.mode == TALL.name and place.h == TALL.rows
        cut = shortened(label, letters * (TALL.lines if is_tall else 1))
        name, rest = map(escape, in_two(cut, letters))
        small = int((width - 2 * _CELL_W) / _SMALL)
        yield f'<g class="node {" ".join(classes)}"><title>{title}</title>'
        yield f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="7"/>'
        yield f'<rect class="band" x="{x}" y="{y + 7}" width="4" height="{height - 14}"/>'
        yield f'<text class="name" x="{x + 12}" y="{y + 18}">{name}</text>'
        if rest:
            yield f'<text class="name" x="{x + 12}" y="{y + 32}">{rest}</text>'
        elif place.h >= _CARD:
            note = escape(shortened(word, small))
            yield f'<text class="note" x="{x + 12}" y="{y + 32}">{note}</text>'
        yield (
            f'<text class="count" x="{x + 12}" y="{y + height - 7}">'
            f"{'' if number == word else number}</text></g>"
        )

    def _numbers(self) -> Iterator[str]:
        """Write how much comes in at the end of each line, once for those that end alike."""
        ends: dict[tuple[int, int], tuple[int, LineKind, tuple[int, int]]] = {}
        for at, cells in enumerate(self.drawing.paths):
            count = self._count(at)
            if cells and count:
                line = self.drawing.diagram.lines[at]
                before = cells[-2] if len(cells) > 1 else cells[-1]
                known = ends.get(cells[-1], (0, line.kind, before))
                ends[cells[-1]] = (known[0] + count, line.kind, before)
        for (x, y), (count, kind, before) in ends.items():
            level = before[1] == y
            at_x = (x + 0.5) * _CELL_W - (4 if level and before[0] < x else -4)
            anchor = "end" if before[0] < x else "start"
            yield (
                f'<text class="number {kind.value}" x="{at_x}" '
                f'y="{(y + 0.5) * _CELL_H - 4}" text-anchor="{anchor}">{count}</text>'
            )


def _told(kind: BoxKind, came: int, bad: int) -> str:
    if not came:
        return "nothing"
    word = {BoxKind.SOURCE: "sent", BoxKind.TRIGGER: "matched"}.get(kind, "in")
    return f"{came} {word}" + (
        f' · <tspan class="failed">{bad} failed</tspan>' * bool(bad)
    )


def _edge(place: Place | None, near: Point) -> Point:
    if place is None:
        return near
    left, right = place.x * _CELL_W, (place.x + place.w) * _CELL_W
    top = place.y * _CELL_H + _INSET
    bottom = (place.y + place.h) * _CELL_H - _INSET
    x, y = near
    return min(max(x, left), right), min(max(y, top), bottom)


def _is_between(three: Sequence[Point]) -> bool:
    (x0, y0), (x1, y1), (x2, y2) = three
    return x0 == x1 == x2 or y0 == y1 == y2


def _rounded(points: Sequence[Point]) -> str:
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _towards(corner, before), _towards(corner, after)
        parts.append(f"L{enter[0]:g} {enter[1]:g}")
        parts.append(f"Q{corner[0]:g} {corner[1]:g} {leave[0]:g} {leave[1]:g}")
    parts.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return "".join(parts)


def _towards(corner: Point, other: Point) -> Point:
    """Give the point at the radius from a corner, at most half way."""
    length = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(_ROUND, length / 2) / length if length else 0.0
    x = corner[0] + (other[0] - corner[0]) * share
    return x, corner[1] + (other[1] - corner[1]) * share


_ARROWS = (
    "<defs>"
    + "".join(
        f'<marker id="to-{name}" class="{name}" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto-start-reverse" '
        'markerUnits="userSpaceOnUse"><path d="M0 0.5L8 4L0 7.5z"/></marker>'
        for name in (*(kind.value for kind in LineKind), "unused")
    )
    + "</defs>"
)
