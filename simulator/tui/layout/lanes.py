"""The rows above and below all boxes in which lines go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.sketch import Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.tui.diagram import LineKind
    from simulator.tui.layout.sketch import Sketch


class Lane:
    """All lines of a kind that go back to one box: they share one row.

    Args:
        end: The box.
        kind: Of the lines.
        starts: The boxes that they come from.
        first: The gap left of *end*.
        last: The gap right of the last of *starts*.
    """

    __slots__ = ("end", "first", "kind", "last", "row", "starts")

    def __init__(
        self, end: int, kind: LineKind, starts: Sequence[int], layer: Sequence[int]
    ) -> None:
        self.end = end
        self.kind = kind
        self.starts = starts
        self.first = layer[end]
        self.last = max(layer[start] for start in starts) + 1
        self.row = 0


def find_lanes(sketch: Sketch) -> list[Lane]:
    """Give a lane for each box, and kind of line, that something goes back to."""
    found: dict[tuple[int, LineKind], dict[int, None]] = {}
    for wire in sketch.wires:
        if wire.way is Way.BACK:
            found.setdefault((wire.end, wire.kind), {})[wire.start] = None
    return [
        Lane(end, kind, tuple(starts), sketch.layer)
        for (end, kind), starts in found.items()
    ]


def lay_lanes(
    sketch: Sketch, ports: Sequence[int], lanes: Sequence[Lane], bottom: int
) -> int:
    """Give each lane its row: below *bottom*, or above 0 where it crosses less there.

    Short lanes lie inside long ones; lanes beside each other share a row.

    Args:
        sketch: Whose lines go back.
        ports: Node -> the row of its lines, from 0 on.
        lanes: Get their rows; those above are negative.
        bottom: The first free row.

    Returns:
        How many rows above 0 are used.
    """
    above: list[Lane] = []
    below: list[Lane] = []
    for lane in sorted(lanes, key=lambda lane: lane.last - lane.first):
        up, down = _crossings(sketch, ports, lane)
        (above if up < down else below).append(lane)
    for at, lane in _packed(above):
        lane.row = -1 - at
    for at, lane in _packed(below):
        lane.row = bottom + at
    return max((-lane.row for lane in above), default=0)


def _crossings(sketch: Sketch, ports: Sequence[int], lane: Lane) -> tuple[int, int]:
    """Count the lines that are crossed on the way to a row above, and to one below."""
    rows = [ports[start] for start in lane.starts]
    layers = {sketch.layer[start] for start in lane.starts}
    low, high, own = min(rows), max(rows), ports[lane.end]
    up = down = 0
    for wire in sketch.wires:
        if wire.way is not Way.AHEAD:
            continue
        if sketch.layer[wire.start] in layers:
            up += ports[wire.start] < high
            down += ports[wire.start] > low
        if sketch.layer[wire.end] == lane.first and wire.end != lane.end:
            up += ports[wire.end] < own
            down += ports[wire.end] > own
    return up, down


def _packed(lanes: Iterable[Lane]) -> list[tuple[int, Lane]]:
    """Give each lane the first place whose lanes are all beside it."""
    places: list[list[Lane]] = []
    found = []
    for lane in lanes:
        at = 0
        while at < len(places) and any(
            x.first <= lane.last and lane.first <= x.last for x in places[at]
        ):
            at += 1
        if at == len(places):
            places.append([])
        places[at].append(lane)
        found.append((at, lane))
    return found
