"""From plans to a drawing: every box, line and heading in its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.cells import compose
from simulator.tui.layout.drawing import EAST, WEST, Cell, Drawing, Place
from simulator.tui.layout.grid import Grid
from simulator.tui.layout.headings import column_headings
from simulator.tui.layout.paths import Paths
from simulator.tui.layout.sketch import Way

if TYPE_CHECKING:
    from simulator.tui.diagram import Diagram
    from simulator.tui.layout.drawing import Heading
    from simulator.tui.layout.grid import Widths
    from simulator.tui.layout.plan import Plan

Point = tuple[int, int]


class Picture:
    """A drawing in the making: plans below each other, on the same columns."""

    def __init__(self, widths: Widths) -> None:
        self._widths = widths
        self._grid = Grid(widths)
        self._rails: set[int] = set()
        self.boxes: list[str] = []
        self.places: dict[str, Place] = {}
        self.paths: list[tuple[Point, ...]] = []
        self.stubs: dict[Point, int] = {}
        self._stems: dict[Point, int] = {}
        self.headings: list[Heading] = []
        self.height = 0

    def add(self, plan: Plan) -> None:
        """Draw a plan below what there is."""
        sketch, base = plan.sketch, self.height
        for at, box in enumerate(sketch.diagram.boxes):
            column = sketch.layer[at]
            self.places[box.name] = Place(
                self._grid.boxes[column],
                base + plan.ports[at] - plan.mode.rise,
                self._grid.width(column),
                plan.mode.rows,
            )
        paths = Paths(plan, self._grid)
        for wire in sketch.wires:
            if wire.way is Way.RAIL:
                self._rails.add(len(self.paths))
            if wire.way is Way.STUB:
                self._stub(sketch.diagram.boxes[wire.start].name, left=False)
                self._stub(sketch.diagram.boxes[wire.end].name, left=True)
            self.paths.append(tuple((x, y + base) for x, y in paths.of(wire)))
        self.height += plan.height

    def _stub(self, box: str, *, left: bool) -> None:
        place = self.places[box]
        edge, step = (place.x - 1, -1) if left else (place.x + place.w, 1)
        self._stems.setdefault((edge, place.port), len(self.paths))
        self.stubs.setdefault((edge + step, place.port), len(self.paths))

    def head(self, plan: Plan) -> None:
        """Write what the columns of a plan are."""
        if plan.mode.headed:
            self.headings.extend(column_headings(plan.sketch, self._grid))

    def drawing(self, diagram: Diagram, *, mode: str, style: str) -> Drawing:
        """Give what was drawn."""
        cells = compose(diagram.lines, self.paths, frozenset(self._rails))
        for at, line in (*self._stems.items(), *self.stubs.items()):
            cells.setdefault(at, Cell(EAST | WEST, (line,)))
        arrows = {path[-1]: at for at, path in enumerate(self.paths) if path}
        return Drawing(
            diagram=diagram,
            mode=mode,
            style=style,
            width=self._widths.total,
            height=self.height,
            places=self.places,
            paths=tuple(self.paths),
            cells=cells,
            arrows=arrows,
            headings=tuple(self.headings),
            members={},
            line_of={at: at for at in range(len(diagram.lines))},
            stubs=self.stubs,
        )
