"""How often each shape has happened at any point of the trace, and when last."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.view.columns import Columns

KEYFRAME = 4096
"""Records between two keyframes."""
_REMEMBERED = 24


class Tally(NamedTuple):
    """What is counted after some records.

    Args:
        counts: By number of the shape; of those that had appeared.
        last: By number of the shape: the serial of the last one, or -1.
    """

    shown: int
    counts: Sequence[int]
    last: Sequence[int]

    def total(self, weights: Sequence[tuple[int, int]]) -> int:
        counts = self.counts
        return sum(counts[code] * weight for code, weight in weights)


class Fold:
    """Counts the records before any serial, from a keyframe or a tally given lately."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._keyframes = [Tally(0, array("i"), array("i"))]
        self._recent: OrderedDict[int, Tally] = OrderedDict()

    def keep_up(self) -> None:
        while (shown := len(self._keyframes) * KEYFRAME) <= len(self._columns):
            _, counts, last = self._after(self._keyframes[-1], shown)
            self._keyframes.append(Tally(shown, array("i", counts), array("i", last)))

    def at(self, shown: int) -> Tally:
        """Give the tally after so many records, for all shapes; do not change it."""
        tally = self._recent.get(shown)
        if tally is None or len(tally.counts) < len(self._columns.shapes):
            near = self._keyframes[shown // KEYFRAME]
            for number, known in self._recent.items():
                if near.shown < number <= shown:
                    near = known
            tally = self._recent[shown] = self._after(near, shown)
        self._recent.move_to_end(shown)
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return tally

    def _after(self, tally: Tally, shown: int) -> Tally:
        """Count on from a tally; shapes that came later have not happened there."""
        start, counts, last = tally
        more = len(self._columns.shapes) - len(counts)
        counts, last = [*counts, *[0] * more], [*last, *[-1] * more]
        shapes = self._columns.shape[start:shown]
        for code, number in Counter(shapes).items():
            counts[code] += number
        for code, serial in dict(zip(shapes, range(start, shown), strict=True)).items():
            last[code] = serial
        return Tally(shown, counts, last)
