"""The column of each trunk in a gap, so that no stranger runs over another.

Where a row is used by one net on its left and by another on its right, the first must
turn before the second does. Rows may demand a circle; then a trunk gets a *jog*: it
changes its column in a spare row, so that it lies on both sides of the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = tuple[object, ...]

_NEAR = 2
"""How many rows beyond its ends a trunk may go to find a spare row."""


class Net:
    """What runs along one trunk, if anything in it turns at all.

    Rows at which a line comes from the left edge of the gap to the trunk are *leave*;
    those at which one goes on to the right edge *join*. A lane is one more row.
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
        if key not in self.nets:
            self.nets[key] = Net(lane)
        return self.nets[key]


class Strand:
    """A vertical run of a net: the whole trunk, or one side of its jog.

    Args:
        leave: Sorted rows at which lines come from the left edge.
        join: Sorted rows at which lines go on to the right edge.
        others: Further rows that it reaches: a lane, a jog.
    """

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
        others = () if net.lane is None else (net.lane,)
        return cls(net, sorted(net.leave), sorted(net.join), others)

    def split(self, jog: int) -> tuple[Strand, Strand]:
        """Give the part that takes lines from the left and the one that hands them on."""
        return (
            Strand(self.net, self.leave, (), (jog,)),
            Strand(self.net, (), self.join, (jog,)),
        )

    def touches(self, other: Strand) -> bool:
        return self.low <= other.high and other.low <= self.high


class Relations:
    """What lies left of what, by numbers of strands."""

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
        if not set(first.leave).isdisjoint(second.join):
            self.must[one].add(other)
        if not set(second.leave).isdisjoint(first.join):
            self.must[other].add(one)
        gain = _crossings(second, first) - _crossings(first, second)
        if gain > 0:
            self.wish[one][other] = gain
        elif gain < 0:
            self.wish[other][one] = -gain


def _crossings(left: Strand, right: Strand) -> int:
    """Count the lines that cross either if one lies left of the other."""
    return _between(right.leave, left) + _between(left.join, right)


def _between(rows: Sequence[int], strand: Strand) -> int:
    return max(bisect_left(rows, strand.high) - bisect_right(rows, strand.low), 0)


def lay_tracks(gap: Gap, height: int) -> int | None:
    """Give each net of a gap its columns, and the gap the number of them.

    *height* is that of the boxes: jogs stay in rows above it. Where none is spare, the
    row below which an empty one is needed is given, else None.
    """
    strands = [Strand.of(net) for net in gap.nets.values() if net.rows]
    jogs: set[int] = set()
    while True:
        relations = Relations(strands)
        order, circle = _sorted(strands, relations)
        if not circle:
            break
        chosen, row = _choose([strands[at] for at in circle], gap.busy | jogs, height)
        if row is None:
            return chosen.low
        jogs.add(row)
        chosen.net.jog = row
        at = strands.index(chosen)
        strands[at : at + 1] = chosen.split(row)
    _place(strands, order, relations)
    for strand in strands:
        net = strand.net
        if net.jog is None or not strand.join:
            net.track = strand.track
        else:
            net.turn = strand.track
    gap.tracks = max((strand.track + 1 for strand in strands), default=0)
    return None


def _sorted(
    strands: Sequence[Strand], relations: Relations
) -> tuple[list[int], list[int]]:
    """Give the strands from left to right, or a circle of those that must precede."""
    waiting = [0] * len(strands)
    weight = [0] * len(strands)
    for after in relations.must:
        for at in after:
            waiting[at] += 1
    for wishes in relations.wish:
        for at, gain in wishes.items():
            weight[at] += gain
    left = set(range(len(strands)))
    order = []
    while left:
        free = [at for at in left if not waiting[at]]
        if not free:
            return [], _circle(left, relations)
        best = min(free, key=lambda at: (weight[at], strands[at].low, at))
        order.append(best)
        left.discard(best)
        for at in relations.must[best]:
            waiting[at] -= 1
        for at, gain in relations.wish[best].items():
            weight[at] -= gain
    return order, []


def _circle(left: set[int], relations: Relations) -> list[int]:
    """Walk from each to one that must precede it until the walk meets itself."""
    before: dict[int, int] = {}
    for at in sorted(left):
        for other in sorted(relations.must[at] & left):
            before.setdefault(other, at)
    walk: dict[int, None] = {}
    at = min(left)
    while at not in walk:
        walk[at] = None
        at = before[at]
    met = list(walk)
    return met[met.index(at) :]


def _choose(
    circle: Sequence[Strand], busy: set[int], height: int
) -> tuple[Strand, int | None]:
    """Give the strand of a circle that is cheapest to split, and its spare row.

    Halves of a trunk are never part of a circle: one has nothing that must precede it,
    the other nothing that must follow.
    """
    spare: list[tuple[int, int, int, int, int]] = []
    for at, strand in enumerate(circle):
        low, high = strand.low, strand.high
        for row in range(max(low - _NEAR, 0), min(high + _NEAR + 1, height)):
            if row not in busy:
                detour = max(low - row, row - high, 0)
                spare.append((detour, high - low, at, abs(2 * row - low - high), row))
    if not spare:
        return min(circle, key=lambda x: (x.high - x.low, x.low)), None
    *_, at, _, row = min(spare)
    return circle[at], row


def _place(
    strands: Sequence[Strand], order: Sequence[int], relations: Relations
) -> None:
    """Give each strand the first column right of all that precede it that is free."""
    placed: list[list[Strand]] = []
    least = [0] * len(strands)
    for at in order:
        strand = strands[at]
        track = least[at]
        while track < len(placed) and any(map(strand.touches, placed[track])):
            track += 1
        while track >= len(placed):
            placed.append([])
        placed[track].append(strand)
        strand.track = track
        for after in (*relations.must[at], *relations.wish[at]):
            least[after] = max(least[after], track + 1)
