"""The columns of cells: how wide boxes and gaps are, and where each begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.layout.nets import Gap
    from simulator.tui.layout.plan import Plan

LEAST_GAP = 4
MOST_SPARE = 8
"""How much a gap may grow where there is room."""


class Widths:
    """How wide each column of boxes is, and each gap: gap n lies left of column n.

    Several plans that are drawn below each other share them.

    Args:
        boxes: Column -> cells.
        gaps: Gap -> cells; one more than columns.
    """

    __slots__ = ("boxes", "gaps")

    def __init__(self, boxes: list[int], gaps: list[int]) -> None:
        self.boxes = boxes
        self.gaps = gaps

    @property
    def total(self) -> int:
        """All cells from left to right."""
        return sum(self.boxes) + sum(self.gaps)

    def spread(self, spare: int) -> None:
        """Make the gaps between columns wider, all alike, by at most *spare* in all."""
        inner = len(self.boxes) - 1
        if inner > 0 and spare > 0:
            add = min(spare // inner, MOST_SPARE)
            for gap in range(1, inner + 1):
                self.gaps[gap] += add


def gap_widths(plans: Sequence[Plan]) -> list[int]:
    """Give the least width of each gap in which every plan has room."""
    count = max(len(plan.gaps) for plan in plans)
    found = [0] * count
    for plan in plans:
        last = len(plan.gaps) - 1
        for at, gap in enumerate(plan.gaps):
            # The last two cells are a stem and the arrow.
            need = gap.stem + gap.tracks + (2 if gap.ends else 0)
            if 0 < at < last:
                need = max(need, LEAST_GAP)
            found[at] = max(found[at], need)
    return found


class Grid:
    """The first column of cells of each column of boxes and of each gap."""

    __slots__ = ("_gaps", "_widths", "boxes")

    def __init__(self, widths: Widths) -> None:
        self._widths = widths
        self._gaps: list[int] = []
        self.boxes: list[int] = []
        x = 0
        for width, gap in zip([*widths.boxes, 0], widths.gaps, strict=True):
            self._gaps.append(x)
            x += gap
            self.boxes.append(x)
            x += width

    def width(self, column: int) -> int:
        """Give the width of the boxes of a column."""
        return self._widths.boxes[column]

    def track(self, at: int, gap: Gap, track: int, *, last: bool) -> int:
        """Give the column of cells of a track.

        The trunks stand in the middle of a gap; left of the first column they stand
        near the boxes, right of the last one cell away.
        """
        x, width = self._gaps[at], self._widths.gaps[at]
        if at == 0:
            return x + width - 2 - gap.tracks + track
        if last:
            return x + gap.stem + track
        return x + max(gap.stem, (width - gap.tracks - 1) // 2) + track
