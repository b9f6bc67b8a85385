"""A sketch with rows: all but the widths of boxes and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.lanes import find_lanes, lay_lanes
from simulator.tui.layout.nets import Nets
from simulator.tui.layout.rows import ports
from simulator.tui.layout.tracks import lay_tracks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.layout.modes import Mode
    from simulator.tui.layout.nets import Gap
    from simulator.tui.layout.sketch import Sketch


class Plan:
    """Where everything is from top to bottom, and the trunks of each gap in order.

    Args:
        sketch: What stands in which column.
        mode: How large boxes are.
        kept: Box -> the row of an earlier drawing.
    """

    __slots__ = ("gaps", "height", "lanes", "mode", "nets", "ports", "sketch")

    def __init__(
        self, sketch: Sketch, mode: Mode, kept: Mapping[str, int] | None = None
    ) -> None:
        self.sketch = sketch
        self.mode = mode
        self.nets = Nets(sketch)
        self.ports = ports(sketch, mode, kept or {})
        self.lanes = find_lanes(sketch)
        self.gaps: list[Gap] = []
        self.height = 0
        while (row := self._lay()) is not None:
            self.ports = [port + (port > row) for port in self.ports]
        self._come_down()

    def _lay(self) -> int | None:
        """Lay lanes and tracks; give the row below which an empty one is needed."""
        bottom = self._bottom()
        lay_lanes(self.sketch, self.ports, self.lanes, bottom)
        self.gaps = self.nets.gaps(self.ports, self.lanes)
        for gap in self.gaps:
            row = lay_tracks(gap, bottom)
            if row is not None:
                return row
        return None

    def _bottom(self) -> int:
        boxes = self.sketch.count
        below = self.mode.rows - self.mode.rise
        return max(
            [port + below for port in self.ports[:boxes]]
            + [port + 1 for port in self.ports[boxes:]],
            default=0,
        )

    def _come_down(self) -> None:
        """Count rows from the uppermost lane."""
        shift = max((-lane.row for lane in self.lanes), default=0)
        shift = max(shift, 0)
        if shift:
            self.ports = [port + shift for port in self.ports]
            for lane in self.lanes:
                lane.row += shift
            for gap in self.gaps:
                for net in gap.nets.values():
                    if net.jog is not None:
                        net.jog += shift
        self.height = max([self._bottom(), *(lane.row + 1 for lane in self.lanes)])
