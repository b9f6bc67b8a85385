"""The column of each trunk in a gap, so that no stranger runs over another.

Where a row is used by one net on its left and by another on its right, the first must
turn before the second does. Rows may demand a circle; then a trunk gets a *jog*: it
changes its column in a spare row, so that it lies on both sides of the other.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from graphlib import CycleError, TopologicalSorter
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


class Gap:
    """The nets between two columns, whose nodes may have lines at the *busy* rows."""

    def __init__(self, busy: set[int]) -> None:
        self.nets: dict[Key, Net] = {}
        self.busy = busy
        self.tracks = 0
        self.stem = 0
        """Cells between the boxes on the left and the first trunk."""
        self.ends = False
        """Whether something is drawn at the left of the boxes on the right."""

    def net(self, key: Key, lane: int | None = None) -> Net:
        return self.nets.setdefault(key, Net(lane))


class Span:
    """What runs from *low* to *high*, both included."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def touches(self, other: Span) -> bool:
        return self.low <= other.high and other.low <= self.high


def put(tracks: list[list[Span]], span: Span, first: int = 0) -> int:
    """Put a span in the first track from *first* on where it touches none; give that."""
    at = first
    while at < len(tracks) and any(map(span.touches, tracks[at])):
        at += 1
    while at >= len(tracks):
        tracks.append([])
    tracks[at].append(span)
    return at


class Strand(Span):
    """A vertical run of a net: the whole trunk, or one side of its jog.

    Args:
        leave: Sorted rows at which lines come from the left edge.
        join: Sorted rows at which lines go on to the right edge.
        other: One more row that it reaches: a lane's, a jog's.
    """

    def __init__(
        self, net: Net, leave: Sequence[int], join: Sequence[int], other: int | None
    ) -> None:
        rows = (*leave, *join, *(() if other is None else (other,)))
        super().__init__(min(rows), max(rows))
        self.net, self.leave, self.join = net, leave, join
        self.track = -1


Wishes = list[dict[int, int]]
"""Strand -> those that should lie left of it -> the crossings saved."""


def _relations(strands: Sequence[Strand]) -> tuple[dict[int, set[int]], Wishes]:
    """Give which strands must lie left of each, lest they run over it, and which should."""
    must: dict[int, set[int]] = {at: set() for at in range(len(strands))}
    wish: Wishes = [{} for _ in strands]
    for (one, first), (other, second) in combinations(enumerate(strands), 2):
        if not first.touches(second):
            continue
        if first.net is second.net:
            # Only halves of one trunk: the one that takes lines comes first.
            must[other].add(one)
            continue
        if not set(first.leave).isdisjoint(second.join):
            must[other].add(one)
        if not set(second.leave).isdisjoint(first.join):
            must[one].add(other)
        gain = _crossings(second, first) - _crossings(first, second)
        if gain > 0:
            wish[other][one] = gain
        elif gain < 0:
            wish[one][other] = -gain
    return must, wish


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
    strands = [
        Strand(net, sorted(net.leave), sorted(net.join), net.lane)
        for net in gap.nets.values()
        if net.leave or net.join
    ]
    jogs: set[int] = set()
    while True:
        must, wish = _relations(strands)
        try:
            gap.tracks = _place(strands, must, wish)
            break
        except CycleError as error:
            circle = [strands[at] for at in sorted(error.args[1][1:])]
        chosen, row = _choose(circle, gap.busy | jogs, height)
        if row is None:
            return chosen.low
        jogs.add(row)
        net, at = chosen.net, strands.index(chosen)
        net.jog = row
        # The part that takes lines from the left, and the one that hands them on.
        strands[at : at + 1] = [
            Strand(net, chosen.leave, (), row),
            Strand(net, (), chosen.join, row),
        ]
    for strand in strands:
        net = strand.net
        if net.jog is None or not strand.join:
            net.track = strand.track
        else:
            net.turn = strand.track
    return None


def _place(
    strands: Sequence[Strand], must: Mapping[int, set[int]], wish: Wishes
) -> int:
    """Give each strand the first column right of all before it that is free; count them.

    Raises:
        CycleError: Some must each lie left of the next.
    """
    sorter = TopologicalSorter(must)
    sorter.prepare()

    def rank(at: int) -> tuple[int, int, int]:
        waiting = (x for other, x in wish[at].items() if strands[other].track < 0)
        return sum(waiting), strands[at].low, at

    tracks: list[list[Span]] = []
    free = list(sorter.get_ready())
    while free:
        best = min(free, key=rank)
        before = (strands[other].track for other in (*must[best], *wish[best]))
        first = max(before, default=-1) + 1
        strands[best].track = put(tracks, strands[best], first)
        free.remove(best)
        sorter.done(best)
        free.extend(sorter.get_ready())
    return len(tracks)


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
