"""The cells of each line, from the edge of its start to the edge of its end."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.tui.layout.nets import lane_key, rail_key
from simulator.tui.layout.sketch import Way

if TYPE_CHECKING:
    from simulator.tui.layout.grid import Grid
    from simulator.tui.layout.lanes import Lane
    from simulator.tui.layout.nets import Key, Net
    from simulator.tui.layout.plan import Plan
    from simulator.tui.layout.sketch import Wire

Point = tuple[int, int]


class Paths:
    """Draws the wires of a plan on a grid."""

    __slots__ = ("_grid", "_lanes", "_plan")

    def __init__(self, plan: Plan, grid: Grid) -> None:
        self._plan = plan
        self._grid = grid
        self._lanes = {(lane.end, lane.kind): lane for lane in plan.lanes}

    def of(self, wire: Wire) -> tuple[Point, ...]:
        """Give the cells of a wire, each one step from the one before."""
        match wire.way:
            case Way.AHEAD:
                return steps(self._ahead(wire))
            case Way.BACK:
                return steps(self._back(wire, self._lanes[wire.end, wire.kind]))
            case Way.RAIL:
                return steps(self._rail(wire))
            case _:
                return ()

    def _left(self, node: int) -> int:
        """Give the last column of cells left of a node."""
        return self._grid.boxes[self._plan.sketch.layer[node]] - 1

    def _right(self, node: int) -> int:
        """Give the first column of cells right of a node."""
        column = self._plan.sketch.layer[node]
        return self._grid.boxes[column] + self._grid.width(column)

    def _net(self, at: int, key: Key) -> tuple[Net, int]:
        """Give a net of a gap, and the column of cells of its trunk."""
        net = self._plan.gaps[at].nets[key]
        return net, self._track(at, net.track)

    def _track(self, at: int, track: int) -> int:
        gaps = self._plan.gaps
        return self._grid.track(at, gaps[at], track, last=at == len(gaps) - 1)

    def _ahead(self, wire: Wire) -> list[Point]:
        ports = self._plan.ports
        layer = self._plan.sketch.layer
        corners = [(self._right(wire.start), ports[wire.start])]
        for start, end in pairwise(wire.chain):
            if ports[start] != ports[end]:
                at = layer[end]
                net, x = self._net(at, self._plan.nets.key(start, end, wire.kind))
                corners.append((x, ports[start]))
                if net.jog is not None:
                    corners.append((x, net.jog))
                    x = self._track(at, net.turn)
                    corners.append((x, net.jog))
                corners.append((x, ports[end]))
            corners.append((self._left(end), ports[end]))
        return corners

    def _back(self, wire: Wire, lane: Lane) -> list[Point]:
        ports = self._plan.ports
        _, out = self._net(
            self._plan.sketch.layer[wire.start] + 1, lane_key(lane, inward=False)
        )
        _, into = self._net(lane.first, lane_key(lane, inward=True))
        return [
            (self._right(wire.start), ports[wire.start]),
            (out, ports[wire.start]),
            (out, lane.row),
            (into, lane.row),
            (into, ports[wire.end]),
            (self._left(wire.end), ports[wire.end]),
        ]

    def _rail(self, wire: Wire) -> list[Point]:
        ports = self._plan.ports
        left = self._left(wire.end)
        _, x = self._net(self._plan.sketch.layer[wire.end], rail_key(wire.end))
        return [
            (left, ports[wire.start]),
            (x, ports[wire.start]),
            (x, ports[wire.end]),
            (left, ports[wire.end]),
        ]


def steps(corners: list[Point]) -> tuple[Point, ...]:
    """Give all cells from corner to corner, along rows and columns."""
    cells = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        if y0 == y1:
            step = 1 if x1 > x0 else -1
            cells.extend((x, y0) for x in range(x0 + step, x1 + step, step))
        else:
            step = 1 if y1 > y0 else -1
            cells.extend((x0, y) for y in range(y0 + step, y1 + step, step))
    return tuple(cells)
