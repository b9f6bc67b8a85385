"""How often each shape has happened at any point of the trace, and when last."""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.view.columns import Columns

KEYFRAME = 4096
"""Records between two keyframes."""
_REMEMBERED = 24


class Tally:
    """What is counted after some records.

    Args:
        counts: By number of the shape.
        last: By number of the shape: the serial of the last one, or -1.
    """

    __slots__ = ("counts", "last", "shown")

    def __init__(self, shown: int, counts: list[int], last: list[int]) -> None:
        self.shown = shown
        self.counts = counts
        self.last = last

    def total(self, weights: Sequence[tuple[int, int]]) -> int:
        counts = self.counts
        return sum(counts[code] * weight for code, weight in weights)


class Fold:
    """Counts the records before any serial, from a keyframe or a tally given lately."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._keyframes: list[tuple[array[int], array[int]]] = [
            (array("i"), array("i"))
        ]
        self._recent: OrderedDict[int, Tally] = OrderedDict()

    def keep_up(self) -> None:
        while len(self._keyframes) * KEYFRAME <= len(self._columns):
            number = len(self._keyframes)
            tally = self._from_keyframe(number - 1)
            self._advance(tally, number * KEYFRAME)
            counts, last = array("i", tally.counts), array("i", tally.last)
            self._keyframes.append((counts, last))

    def at(self, shown: int) -> Tally:
        """Give the tally after so many records; do not change it."""
        tally = self._recent.get(shown)
        if tally is not None and len(tally.counts) == len(self._columns.shapes):
            self._recent.move_to_end(shown)
            return tally
        number = shown // KEYFRAME
        near = max(
            (n for n in self._recent if number * KEYFRAME < n <= shown), default=-1
        )
        if near < 0:
            tally = self._from_keyframe(number)
        else:
            known = self._recent[near]
            tally = self._tally(near, known.counts, known.last)
        self._advance(tally, shown)
        self._recent[shown] = tally
        self._recent.move_to_end(shown)
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
        return tally

    def _from_keyframe(self, number: int) -> Tally:
        return self._tally(number * KEYFRAME, *self._keyframes[number])

    def _tally(self, shown: int, counts: Sequence[int], last: Sequence[int]) -> Tally:
        """Copy a tally; shapes that came later have not happened yet."""
        more = len(self._columns.shapes) - len(counts)
        return Tally(shown, [*counts, *[0] * more], [*last, *[-1] * more])

    def _advance(self, tally: Tally, shown: int) -> None:
        start = tally.shown
        if shown == start:
            return
        shapes = self._columns.shape[start:shown]
        counts, last = tally.counts, tally.last
        for code, number in Counter(shapes).items():
            counts[code] += number
        for code, serial in dict(zip(shapes, range(start, shown), strict=True)).items():
            last[code] = serial
        tally.shown = shown
