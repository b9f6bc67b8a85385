"""Vertical runs of lines, and which of them must or should lie left of which."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.layout.nets import Net


class Strand:
    """A vertical run of a net: the whole trunk, or one side of its jog.

    Args:
        net: Whose.
        leave: Sorted rows at which lines come from the left edge.
        join: Sorted rows at which lines go on to the right edge.
        others: Further rows that it reaches: a lane, a jog.
    """

    __slots__ = ("high", "join", "leave", "low", "net", "track")

    def __init__(
        self, net: Net, leave: Sequence[int], join: Sequence[int], others: Sequence[int]
    ) -> None:
        rows = (*leave, *join, *others)
        self.net = net
        self.leave = leave
        self.join = join
        self.low = min(rows)
        self.high = max(rows)
        self.track = 0

    @classmethod
    def of(cls, net: Net) -> Strand:
        """Give the whole trunk of a net."""
        others = () if net.lane is None else (net.lane,)
        return cls(net, sorted(net.leave), sorted(net.join), others)

    def split(self, jog: int) -> tuple[Strand, Strand]:
        """Give the part that takes lines from the left and the one that hands them on."""
        return (
            Strand(self.net, self.leave, (), (jog,)),
            Strand(self.net, (), self.join, (jog,)),
        )

    def touches(self, other: Strand) -> bool:
        """Say whether both reach some row, so that they cannot share a column."""
        return self.low <= other.high and other.low <= self.high


class Relations:
    """What lies left of what.

    Args:
        strands: By number.
    """

    __slots__ = ("must", "wish")

    def __init__(self, strands: Sequence[Strand]) -> None:
        self.must: list[set[int]] = [set() for _ in strands]
        """Strand -> those that must lie right of it: they would run over each other."""
        self.wish: list[dict[int, int]] = [{} for _ in strands]
        """Strand -> those that should lie right of it -> the crossings saved."""
        for one, other in combinations(range(len(strands)), 2):
            self._relate(strands, one, other)

    def _relate(self, strands: Sequence[Strand], one: int, other: int) -> None:
        first, second = strands[one], strands[other]
        if not first.touches(second):
            return
        if first.net is second.net:
            # Only halves of one trunk: the one that takes lines comes first.
            self.must[one].add(other)
            return
        if _meet(first.leave, second.join):
            self.must[one].add(other)
        if _meet(second.leave, first.join):
            self.must[other].add(one)
        gain = _crossings(second, first) - _crossings(first, second)
        if gain > 0:
            self.wish[one][other] = gain
        elif gain < 0:
            self.wish[other][one] = -gain


def _meet(leave: Sequence[int], join: Sequence[int]) -> bool:
    return bool(leave) and bool(join) and not set(leave).isdisjoint(join)


def _crossings(left: Strand, right: Strand) -> int:
    """Count the lines that cross either if one lies left of the other."""
    return _between(right.leave, left) + _between(left.join, right)


def _between(rows: Sequence[int], strand: Strand) -> int:
    return max(bisect_left(rows, strand.high) - bisect_right(rows, strand.low), 0)
