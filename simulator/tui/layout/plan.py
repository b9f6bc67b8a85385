"""A sketch with rows, and the columns of cells that several plans share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.nets import Nets, find_lanes, lay_lanes
from simulator.tui.layout.rows import ports
from simulator.tui.layout.tracks import lay_tracks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.layout.drawing import Mode
    from simulator.tui.layout.nets import Gap
    from simulator.tui.layout.sketch import Sketch

LEAST_GAP = 4
_MOST_SPARE = 8
"""How much a gap may grow where there is room."""


class Plan:
    """Where everything is from top to bottom, and the trunks of each gap in order."""

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
        """Count rows from the uppermost lane."""
        shift = max([0, *(-lane.row for lane in self.lanes)])
        self.ports = [port + shift for port in self.ports]
        for lane in self.lanes:
            lane.row += shift
        for gap in self.gaps:
            for net in gap.nets.values():
                if net.jog is not None:
                    net.jog += shift
        self.height = max([self._bottom(), *(lane.row + 1 for lane in self.lanes)])


class Grid:
    """How wide each column of boxes is, and each gap: gap n lies left of column n.

    Args:
        boxes: Column -> cells.
        gaps: Gap -> cells; one more than columns.
    """

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
