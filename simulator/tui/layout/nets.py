"""Lines that share a trunk between two columns.

All lines that leave one box share one trunk, and so do all that enter one box: a broker
with thirty triggers is a comb, not thirty lines. The lines of a net all have the same
start or all have the same end, so they may join without a lie.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.tui.layout.sketch import Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.tui.diagram import LineKind
    from simulator.tui.layout.sketch import Sketch

Key = tuple[object, ...]


class Lane:
    """All lines of a kind that go back to one box: they share one row.

    Args:
        end: The box.
        kind: Of the lines.
        starts: The boxes that they come from.
        first: The gap left of *end*.
        last: The gap right of the last of *starts*.
    """

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


class Net:
    """What runs along one trunk, if anything in it turns at all.

    Rows at which a line comes from the left edge of the gap to the trunk are *leave*;
    those at which one goes on to the right edge *join*.

    Args:
        lane: The row of the lane that the trunk leads to, or None.
    """

    def __init__(self, lane: int | None = None) -> None:
        self.leave: set[int] = set()
        self.join: set[int] = set()
        self.lane = lane
        self.track = -1
        """The column of the trunk among those of the gap; -1 if nothing turns."""
        self.jog: int | None = None
        """The row in which the trunk changes to another column, if it does."""
        self.turn = -1
        """That other column."""

    def add(self, left: int, right: int) -> None:
        """Take a line that comes in at row *left* and goes on at row *right*."""
        if left != right:
            self.leave.add(left)
            self.join.add(right)

    @property
    def rows(self) -> set[int]:
        """All rows that the trunk touches; empty if nothing turns."""
        rows = self.leave | self.join
        return rows if self.lane is None else rows | {self.lane}


class Gap:
    """The nets between two columns.

    Args:
        busy: The rows at which a node of either column may have lines.
    """

    def __init__(self, busy: set[int]) -> None:
        self.nets: dict[Key, Net] = {}
        self.busy = busy
        self.tracks = 0
        self.stem = 0
        """Cells between the boxes on the left and the first trunk."""
        self.ends = False
        """Whether something is drawn at the left of the boxes on the right."""

    def net(self, key: Key, lane: int | None = None) -> Net:
        found = self.nets.get(key)
        if found is None:
            found = self.nets[key] = Net(lane)
        return found


def lane_key(lane: Lane, *, inward: bool) -> Key:
    """Give the key of a lane's trunk left of its end, or right of its starts."""
    return ("lane", lane.end, lane.kind, inward)


def rail_key(hub: int) -> Key:
    return ("rail", hub)


class Nets:
    """The keys of the nets of a sketch; they do not depend on rows."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        steps = {
            (start, end, wire.kind): None
            for wire in sketch.wires
            for start, end in pairwise(wire.chain)
        }
        outgoing = Counter((start, kind) for start, _, kind in steps)
        incoming = Counter((end, kind) for _, end, kind in steps)
        self._steps: dict[tuple[int, int, LineKind], Key] = {}
        for start, end, kind in steps:
            leaving, entering = outgoing[start, kind], incoming[end, kind]
            key: Key = ("one", start, end, kind)
            if leaving > 1 and leaving >= entering:
                key = ("out", start, kind)
            elif entering > 1:
                key = ("in", end, kind)
            self._steps[start, end, kind] = key

    def key(self, start: int, end: int, kind: LineKind) -> Key:
        return self._steps[start, end, kind]

    def gaps(self, ports: Sequence[int], lanes: Sequence[Lane]) -> list[Gap]:
        """Give the nets of each gap: of number n left of column n, one more at the end."""
        sketch = self._sketch
        gaps = [Gap(set()) for _ in range(len(sketch.columns) + 1)]
        for node, column in enumerate(sketch.layer):
            gaps[column].busy.add(ports[node])
            gaps[column + 1].busy.add(ports[node])
        for (start, end, _), key in self._steps.items():
            gaps[sketch.layer[end]].net(key).add(ports[start], ports[end])
        for lane in lanes:
            inward = gaps[lane.first].net(lane_key(lane, inward=True), lane.row)
            inward.join.add(ports[lane.end])
            for start in lane.starts:
                gap = gaps[sketch.layer[start] + 1]
                net = gap.net(lane_key(lane, inward=False), lane.row)
                net.leave.add(ports[start])
        for hub, boxes in sketch.stacks.items():
            rail = gaps[sketch.layer[hub]].net(rail_key(hub))
            rail.join.update(ports[box] for box in (*boxes, hub))
        self._leave_room(gaps)
        return gaps

    def _leave_room(self, gaps: Sequence[Gap]) -> None:
        """Keep cells free for the ends of lines."""
        layer = self._sketch.layer
        for wire in self._sketch.wires:
            if wire.way is not Way.HIDDEN:
                gaps[layer[wire.end]].ends = True
            if wire.way in (Way.AHEAD, Way.BACK, Way.STUB):
                gap = gaps[layer[wire.start] + 1]
                gap.stem = max(gap.stem, 2 if wire.way is Way.STUB else 1)


def lay_lanes(
    sketch: Sketch, ports: Sequence[int], lanes: Sequence[Lane], bottom: int
) -> None:
    """Give each lane its row: below *bottom*, or above 0 where it crosses less there.

    Short lanes lie inside long ones; lanes beside each other share a row.
    Rows above are negative.
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
