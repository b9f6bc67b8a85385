"""The words above the columns of boxes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind
from simulator.tui.layout.drawing import Heading

if TYPE_CHECKING:
    from simulator.tui.layout.grid import Grid
    from simulator.tui.layout.sketch import Sketch

_SINKS = "SINKS"
_WORDS = {
    BoxKind.SOURCE: "SOURCES",
    BoxKind.BROKER: "BROKERS",
    BoxKind.CHANNEL: "CHANNELS",
    BoxKind.TRIGGER: "TRIGGERS",
    BoxKind.SERVICE: _SINKS,
    BoxKind.DEAD_LETTERS: _SINKS,
    BoxKind.NOWHERE: _SINKS,
    BoxKind.LINK: "LINKS",
    BoxKind.NAMESPACE: "NAMESPACES",
}
_HUBS = {BoxKind.BROKER: "BROKER", BoxKind.CHANNEL: "CHANNEL"}


def column_headings(sketch: Sketch, grid: Grid) -> tuple[Heading, ...]:
    """Give a heading for each column of boxes, in the row above the drawing.

    A column is called by what most of its boxes are. Subscribers stand right of sinks.
    """
    ends = [x - 1 for x in grid.boxes[1 : len(sketch.columns)]]
    found: list[Heading] = []
    known = False
    for at, column in enumerate(sketch.columns):
        text, x = _text(sketch, column), grid.boxes[at]
        if text == _SINKS:
            text, known = "SUBSCRIBERS" if known else text, True
        # The last one may be wider than its column: nothing stands beside it.
        w = ends[at] - x if at < len(ends) else max(grid.width(at), len(text))
        found.append(Heading(x, -1, w, text[:w]))
    return tuple(found)


def _text(sketch: Sketch, column: list[int]) -> str:
    boxes = [node for node in column if node < sketch.count]
    kinds = Counter(sketch.diagram.boxes[box].kind for box in boxes)
    kind = max(kinds, key=lambda kind: kinds[kind])
    if kind in _HUBS and any(box in sketch.stacks for box in boxes):
        return f"SOURCES + {_HUBS[kind] if kinds[kind] == 1 else _WORDS[kind]}"
    return _WORDS[kind]
