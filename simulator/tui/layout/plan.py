"""A sketch with rows: lanes above and below the boxes, and trunks between two columns.

All lines that leave one box share one trunk, and so do all that enter one box: a broker
with thirty triggers is a comb, not thirty lines. The lines of such a *net* all have the
same start or all have the same end, so they may join without a lie.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.layout.rows import ports
from simulator.tui.layout.sketch import Sketch, Way
from simulator.tui.layout.tracks import Gap, Key, Span, lay_tracks, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.diagram import LineKind
    from simulator.tui.layout.drawing import Mode


class Lane(Span):
    """All lines of a kind that go back to one box: they share one row.

    It runs from the gap left of *end* to the gap right of the last of *starts*.
    """

    def __init__(
        self, end: int, kind: LineKind, starts: Sequence[int], layer: Sequence[int]
    ) -> None:
        super().__init__(layer[end], max(layer[start] for start in starts) + 1)
        self.end, self.kind, self.starts = end, kind, starts
        self.row = 0

    def key(self, *, inward: bool) -> Key:
        """Give the key of the trunk left of its end, or of that right of its starts."""
        return ("lane", self.end, self.kind, inward)


class Plan:
    """Where everything is from top to bottom, and the trunks of each gap in order.

    Attributes:
        ports: Node -> the row at which lines enter and leave it.
        keys: Step of a line to the next column -> the key of its net there.
        gaps: Number n is left of column n; there is one more at the end.
    """

    def __init__(
        self, sketch: Sketch, mode: Mode, kept: Mapping[str, int] | None = None
    ) -> None:
        self.sketch = sketch
        self.mode = mode
        self.keys = _keys(sketch)
        self.ports = ports(sketch, mode, kept or {})
        self.lanes = _lanes(sketch)
        self.gaps: list[Gap] = []
        self.height = 0
        while (row := self._lay()) is not None:
            self.ports = [port + (port > row) for port in self.ports]
        self._come_down()

    def _lay(self) -> int | None:
        """Lay lanes and tracks; give the row below which an empty one is needed."""
        bottom = self._bottom()
        self._lay_lanes(bottom)
        self.gaps = self._filled_gaps()
        rows = (lay_tracks(gap, bottom) for gap in self.gaps)
        return next((row for row in rows if row is not None), None)

    def _bottom(self) -> int:
        boxes = self.sketch.count
        below = self.mode.rows - self.mode.rise
        return max(
            [port + below for port in self.ports[:boxes]]
            + [port + 1 for port in self.ports[boxes:]],
            default=0,
        )

    def _come_down(self) -> None:
        shift = max([0, *(-lane.row for lane in self.lanes)])
        self.ports = [port + shift for port in self.ports]
        for lane in self.lanes:
            lane.row += shift
        for gap in self.gaps:
            for net in gap.nets.values():
                if net.jog is not None:
                    net.jog += shift
        self.height = max([self._bottom(), *(lane.row + 1 for lane in self.lanes)])

    def _lay_lanes(self, bottom: int) -> None:
        """Give each lane its row: below *bottom*, or above 0 where it crosses less there.

        Short lanes lie inside long ones; lanes beside each other share a row.
        """
        above: list[list[Span]] = []
        below: list[list[Span]] = []
        for lane in sorted(self.lanes, key=lambda lane: lane.high - lane.low):
            if self._is_better_above(lane):
                lane.row = -1 - put(above, lane)
            else:
                lane.row = bottom + put(below, lane)

    def _is_better_above(self, lane: Lane) -> bool:
        """Say whether fewer lines are crossed on the way to a row above than below."""
        layer, ports = self.sketch.layer, self.ports
        rows = [ports[start] for start in lane.starts]
        layers = {layer[start] for start in lane.starts}
        low, high, own = min(rows), max(rows), ports[lane.end]
        more_above = 0
        for wire in self.sketch.wires:
            if wire.way is not Way.AHEAD:
                continue
            start, end = ports[wire.start], ports[wire.end]
            if layer[wire.start] in layers:
                more_above += (start < high) - (start > low)
            if layer[wire.end] == lane.low and wire.end != lane.end:
                more_above += (end < own) - (end > own)
        return more_above < 0

    def _filled_gaps(self) -> list[Gap]:
        sketch, ports = self.sketch, self.ports
        gaps = [Gap(set()) for _ in range(len(sketch.columns) + 1)]
        for node, column in enumerate(sketch.layer):
            gaps[column].busy.add(ports[node])
            gaps[column + 1].busy.add(ports[node])
        for (start, end, _), key in self.keys.items():
            net = gaps[sketch.layer[end]].net(key)
            if ports[start] != ports[end]:
                net.leave.add(ports[start])
                net.join.add(ports[end])
        for lane in self.lanes:
            inward = gaps[lane.low].net(lane.key(inward=True), lane.row)
            inward.join.add(ports[lane.end])
            for start in lane.starts:
                gap = gaps[sketch.layer[start] + 1]
                net = gap.net(lane.key(inward=False), lane.row)
                net.leave.add(ports[start])
        for hub, boxes in sketch.stacks.items():
            rail = gaps[sketch.layer[hub]].net(rail_key(hub))
            rail.join.update(ports[box] for box in (*boxes, hub))
        for wire in sketch.wires:  # their ends need cells that are free
            if wire.way is not Way.HIDDEN:
                gaps[sketch.layer[wire.end]].ends = True
            if wire.way in (Way.AHEAD, Way.BACK, Way.STUB):
                gap = gaps[sketch.layer[wire.start] + 1]
                gap.stem = max(gap.stem, 2 if wire.way is Way.STUB else 1)
        return gaps


def rail_key(hub: int) -> Key:
    return ("rail", hub)


def _keys(sketch: Sketch) -> dict[tuple[int, int, LineKind], Key]:
    """Give each step the key of its net: of its start, or of its end if that has more."""
    outgoing = Counter((start, kind) for start, _, kind in sketch.steps)
    incoming = Counter((end, kind) for _, end, kind in sketch.steps)
    return {
        (start, end, kind): ("in", end, kind)
        if incoming[end, kind] > outgoing[start, kind]
        else ("out", start, kind)
        for start, end, kind in sketch.steps
    }


def _lanes(sketch: Sketch) -> list[Lane]:
    """Give a lane for each box, and kind of line, that something goes back to."""
    found: dict[tuple[int, LineKind], dict[int, None]] = {}
    for wire in sketch.wires:
        if wire.way is Way.BACK:
            found.setdefault((wire.end, wire.kind), {})[wire.start] = None
    return [
        Lane(end, kind, tuple(starts), sketch.layer)
        for (end, kind), starts in found.items()
    ]
