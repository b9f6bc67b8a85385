"""From plans to a drawing: every box, line and heading in its cells."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, Line, LineKind
from simulator.tui.layout.drawing import (
    EAST,
    NORTH,
    SOUTH,
    WEST,
    Cell,
    Drawing,
    Heading,
    Place,
    Shown,
)
from simulator.tui.layout.plan import Plan, rail_key
from simulator.tui.layout.sketch import HUBS, Sketch, Way, Wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.layout.tracks import Gap, Key

Point = tuple[int, int]

_ACROSS = EAST | WEST
_RANK = {LineKind.FLOW: 0, LineKind.REPLY: 1, LineKind.DEAD_LETTER: 2}
_WAYS = {(1, 0): EAST, (-1, 0): WEST, (0, 1): SOUTH, (0, -1): NORTH}
_BACK = {EAST: WEST, WEST: EAST, NORTH: SOUTH, SOUTH: NORTH}
LEAST_GAP = 4
_MOST_SPARE = 8
"""How much a gap may grow where there is room."""
_SINKS = (BoxKind.SERVICE, BoxKind.DEAD_LETTERS, BoxKind.NOWHERE)


class Grid:
    """How many cells wide each column of boxes is, and each gap, one more than columns."""

    def __init__(self, boxes: list[int], gaps: list[int]) -> None:
        self.boxes = boxes
        self.gaps = gaps

    @property
    def total(self) -> int:
        return sum(self.boxes) + sum(self.gaps)

    def spread(self, spare: int) -> None:
        """Make the gaps between columns wider, all alike, by at most *spare* in all."""
        inner = len(self.boxes) - 1
        if inner > 0 and spare > 0:
            add = min(spare // inner, _MOST_SPARE)
            for gap in range(1, inner + 1):
                self.gaps[gap] += add

    def x(self, column: int) -> int:
        return sum(self.boxes[:column]) + sum(self.gaps[: column + 1])

    def track(self, at: int, gap: Gap, track: int, *, last: bool) -> int:
        """Give the column of cells of a track.

        The trunks stand in the middle of a gap; left of the first column they stand
        near the boxes, right of the last one cell away.
        """
        width = self.gaps[at]
        x = self.x(at) - width
        if at == 0:
            return x + width - 2 - gap.tracks + track
        if last:
            return x + gap.stem + track
        return x + max(gap.stem, (width - gap.tracks - 1) // 2) + track


def gap_widths(plans: Sequence[Plan]) -> list[int]:
    """Give the least width of each gap in which every plan has room."""
    found = [0] * max(len(plan.gaps) for plan in plans)
    for plan in plans:
        last = len(plan.gaps) - 1
        for at, gap in enumerate(plan.gaps):
            # The last two cells are a stem and the arrow.
            need = gap.stem + gap.tracks + (2 if gap.ends else 0)
            if 0 < at < last:
                need = max(need, LEAST_GAP)
            found[at] = max(found[at], need)
    return found


class Picture:
    """A drawing in the making: plans below each other, *height* rows so far."""

    def __init__(self, grid: Grid) -> None:
        self.headings: list[Heading] = []
        self.height = 0
        self._grid = grid
        self._places: dict[str, Place] = {}
        self._paths: list[tuple[Point, ...]] = []
        self._stubs: dict[Point, int] = {}
        self._stems: dict[Point, int] = {}

    def add(self, plan: Plan) -> None:
        sketch, base = plan.sketch, self.height
        for at, box in enumerate(sketch.diagram.boxes):
            column = sketch.layer[at]
            self._places[box.name] = Place(
                self._grid.x(column),
                base + plan.ports[at] - plan.mode.rise,
                self._grid.boxes[column],
                plan.mode.rows,
            )
        paths = _Paths(plan, self._grid)
        for wire in sketch.wires:
            if wire.way is Way.STUB:
                ends = ((paths.after(wire.start), 1), (paths.before(wire.end), -1))
                for (x, y), step in ends:
                    self._stems.setdefault((x, y + base), len(self._paths))
                    self._stubs.setdefault((x + step, y + base), len(self._paths))
            self._paths.append(tuple((x, y + base) for x, y in paths.of(wire)))
        self.height += plan.height

    def head(self, plan: Plan) -> None:
        """Write what the columns of a plan are: each by what most of its boxes are.

        Subscribers stand right of sinks.
        """
        grid, sketch = self._grid, plan.sketch
        known = False
        for at, column in enumerate(sketch.columns):
            text, x = _word(sketch, column), grid.x(at)
            if text == "SINKS":
                text, known = "SUBSCRIBERS" if known else text, True
            # The last one may be wider than its column: nothing stands beside it.
            last = at + 1 == len(sketch.columns)
            w = max(grid.boxes[at], len(text)) if last else grid.x(at + 1) - 1 - x
            self.headings.append(Heading(x, -1, w, text[:w]))

    def drawing(self, shown: Shown, *, mode: str, style: str, fits: bool) -> Drawing:
        """Give what was drawn, whose boxes and lines are those of the plans."""
        cells = _compose(shown.diagram.lines, self._paths, self._places)
        for at, line in (*self._stems.items(), *self._stubs.items()):
            cells.setdefault(at, Cell(_ACROSS, (line,)))
        return Drawing(
            diagram=shown.diagram,
            mode=mode,
            style=style,
            width=self._grid.total,
            height=self.height,
            places=self._places,
            paths=tuple(self._paths),
            cells=cells,
            arrows={path[-1]: at for at, path in enumerate(self._paths) if path},
            headings=tuple(self.headings),
            members=shown.members,
            line_of=shown.line_of,
            far_of=shown.far_of,
            links=shown.links,
            stubs=self._stubs,
            fits=fits,
        )


def _word(sketch: Sketch, column: list[int]) -> str:
    boxes = [node for node in column if node < sketch.count]
    kinds = Counter(sketch.diagram.boxes[box].kind for box in boxes)
    kind = max(kinds, key=lambda kind: kinds[kind])
    word = "SINK" if kind in _SINKS else kind.value.upper()
    if kind in HUBS and any(box in sketch.stacks for box in boxes):
        return f"SOURCES + {word if kinds[kind] == 1 else word + 'S'}"
    return word + "S"


# -- the cells of each line, from the edge of its start to the edge of its end


class _Paths:
    def __init__(self, plan: Plan, grid: Grid) -> None:
        self._plan = plan
        self._grid = grid
        self._layer = plan.sketch.layer
        self._lanes = {(lane.end, lane.kind): lane for lane in plan.lanes}

    def of(self, wire: Wire) -> tuple[Point, ...]:
        ways = {Way.AHEAD: self._ahead, Way.BACK: self._back, Way.RAIL: self._rail}
        corners = ways.get(wire.way)
        return () if corners is None else _steps(corners(wire))

    def before(self, node: int) -> Point:
        return self._grid.x(self._layer[node]) - 1, self._plan.ports[node]

    def after(self, node: int) -> Point:
        column = self._layer[node]
        return self._grid.x(column) + self._grid.boxes[column], self._plan.ports[node]

    def _trunk(self, at: int, key: Key) -> int:
        return self._track(at, self._plan.gaps[at].nets[key].track)

    def _track(self, at: int, track: int) -> int:
        gaps = self._plan.gaps
        return self._grid.track(at, gaps[at], track, last=at == len(gaps) - 1)

    def _ahead(self, wire: Wire) -> list[Point]:
        plan = self._plan
        corners = [self.after(wire.start)]
        for start, end in pairwise(wire.chain):
            above, below = plan.ports[start], plan.ports[end]
            if above != below:
                at = self._layer[end]
                net = plan.gaps[at].nets[plan.keys[start, end, wire.kind]]
                x = self._track(at, net.track)
                corners.append((x, above))
                if net.jog is not None:
                    corners.append((x, net.jog))
                    x = self._track(at, net.turn)
                    corners.append((x, net.jog))
                corners.append((x, below))
            corners.append(self.before(end))
        return corners

    def _back(self, wire: Wire) -> list[Point]:
        lane = self._lanes[wire.end, wire.kind]
        start, end = self.after(wire.start), self.before(wire.end)
        out = self._trunk(self._layer[wire.start] + 1, lane.key(inward=False))
        into = self._trunk(lane.low, lane.key(inward=True))
        turns = [(out, start[1]), (out, lane.row), (into, lane.row), (into, end[1])]
        return [start, *turns, end]

    def _rail(self, wire: Wire) -> list[Point]:
        start, end = self.before(wire.start), self.before(wire.end)
        x = self._trunk(self._layer[wire.end], rail_key(wire.end))
        return [start, (x, start[1]), (x, end[1]), end]


def _steps(corners: list[Point]) -> tuple[Point, ...]:
    cells = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        across, down = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
        size = abs(x1 - x0) + abs(y1 - y0)
        cells.extend((x0 + at * across, y0 + at * down) for at in range(1, size + 1))
    return tuple(cells)


# -- what is drawn in each cell of lines


def _compose(
    lines: Sequence[Line],
    paths: Sequence[Sequence[Point]],
    places: dict[str, Place],
) -> dict[Point, Cell]:
    """Give what is drawn in each cell.

    Lines with the same start, or the same end, join. Strangers cross: what runs up or
    down passes over, what runs across is not drawn in that cell.
    """
    found: dict[Point, list[tuple[int, int]]] = {}
    for at, path in enumerate(paths):
        if path:
            ways = masks(path, places[lines[at].start])
            for cell, mask in zip(path, ways, strict=True):
                found.setdefault(cell, []).append((at, mask))
    return {cell: _cell(lines, passing) for cell, passing in found.items()}


def masks(path: Sequence[Point], start: Place) -> list[int]:
    """Give the ways out of each cell of a path, from a side of *start* to a left side."""
    ways = [_WAYS[x1 - x0, y1 - y0] for (x0, y0), (x1, y1) in pairwise(path)]
    came = [EAST if path[0][0] < start.x else WEST, *(_BACK[way] for way in ways)]
    return [one | other for one, other in zip(came, [*ways, EAST], strict=True)]


def _cell(lines: Sequence[Line], passing: Sequence[tuple[int, int]]) -> Cell:
    if len(passing) == 1:
        line, mask = passing[0]
        return Cell(mask, (line,))
    starts = {lines[at].start for at, _ in passing}
    ends = {lines[at].end for at, _ in passing}
    crossed = len(starts) > 1 and len(ends) > 1
    mask = 0
    drawn: list[int] = []
    hidden: list[int] = []
    for line, ways in passing:
        if crossed and ways == _ACROSS:
            hidden.append(line)
        else:
            drawn.append(line)
            mask |= ways
    drawn.sort(key=lambda at: (_RANK[lines[at].kind], at))
    return Cell(mask, (*drawn, *hidden))
