"""The row of each node, so that many lines are straight."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.diagram import LineKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.tui.layout.drawing import Mode
    from simulator.tui.layout.sketch import Sketch

Wish = tuple[int, int]
"""A row and the weight of the wish for it."""
Weighted = list[list[tuple[int, int]]]
"""Of each node: its neighbours on a side, and how straight lines to them are to be."""
_SWEEPS = 8
_ONE_SIDED = 4
"""So many sweeps look at the neighbours on one side only."""
_ALONE = 2
"""The wish to stay put, of who has no neighbours."""
_KEPT = 30
"""The wish for the row of an earlier drawing."""
_BOTH = 2
_DEAD_LETTER, _FAN, _BEND, _CHAIN, _PASSING = 3, 10, 30, 100, 120


def ports(sketch: Sketch, mode: Mode, kept: Mapping[str, int]) -> list[int]:
    """Give the row at which lines enter and leave each node, boxes in stacks included.

    *kept* gives the rows of boxes in an earlier drawing.
    """
    found = _Fitting(sketch, mode, kept).best()
    for hub, boxes in sketch.stacks.items():
        step = mode.rows + mode.gap
        for above, box in enumerate(reversed(boxes), start=1):
            found[box] = found[hub] - above * step
    least = min((found[box] - mode.rise for box in range(sketch.count)), default=0)
    least = min([least, *found[sketch.count :]])
    return [row - least for row in found]


class _Fitting:
    """Ports that settle between their neighbours, in sweeps."""

    def __init__(self, sketch: Sketch, mode: Mode, kept: Mapping[str, int]) -> None:
        self._sketch = sketch
        self._mode = mode
        self._left, self._right = _weights(sketch)
        self._kept = {
            at: kept[box.name]
            for at, box in enumerate(sketch.diagram.boxes)
            if box.name in kept
        }
        self._port = [0] * len(sketch.layer)
        # Each column with the least row of each port below the first.
        self._columns = [(each, self._spread(each)) for each in sketch.columns]

    def best(self) -> list[int]:
        best, cheapest = list(self._port), self._cost()
        for turn in range(_SWEEPS):
            before = list(self._port)
            for column, offsets in self._columns[:: -1 if turn % 2 else 1]:
                self._settle(column, offsets, turn)
            cost = self._cost()
            if cost < cheapest:
                best, cheapest = list(self._port), cost
            if self._port == before and turn > _ONE_SIDED:
                break
        self._port = best
        self._close_up()
        return self._port

    def _close_up(self) -> None:
        """Take out rows that no column needs; no line gets longer by it."""
        while True:
            port = self._port
            spare = set(range(min(port, default=0), max(port, default=0)))
            for column, offsets in self._columns:
                for at in range(1, len(column)):
                    upper, lower = port[column[at - 1]], port[column[at]]
                    if lower - upper <= offsets[at] - offsets[at - 1]:
                        spare.difference_update(range(upper, lower))
            if not spare:
                return
            row = min(spare)
            self._port = [at - (at > row) for at in port]

    def _spread(self, column: Sequence[int]) -> list[int]:
        """Give the least row of each node's port below the first, and stand there."""
        offsets = []
        row = 0
        for at, node in enumerate(column):
            if at:
                row += self._gap(column[at - 1], node)
            top, bottom = self._extent(node)
            row += top
            offsets.append(row)
            self._port[node] = row
            row += bottom
        return offsets

    def _extent(self, node: int) -> tuple[int, int]:
        """Give the rows of a node above its port, and the rest."""
        if node >= self._sketch.count:
            return 0, 1
        mode = self._mode
        stacked = len(self._sketch.stacks.get(node, ()))
        top = mode.rise + stacked * (mode.rows + mode.gap)
        return top, mode.rows - mode.rise

    def _gap(self, upper: int, lower: int) -> int:
        sketch = self._sketch
        bends = (upper >= sketch.count) + (lower >= sketch.count)
        gap = 0 if bends == _BOTH else self._mode.gap
        strange = not bends and sketch.groups[upper] != sketch.groups[lower]
        apart = (upper in sketch.pinned) != (lower in sketch.pinned)
        return gap + (strange or apart)

    def _settle(self, column: Sequence[int], offsets: Sequence[int], turn: int) -> None:
        near, far = (self._left, self._right)[:: -1 if turn % 2 else 1]
        port = self._port
        wishes: list[list[Wish]] = []
        for node, offset in zip(column, offsets, strict=True):
            main, other = near[node], far[node]
            if not main:
                main, other = other, []
            wish = [(port[x] - offset, 4 * weight) for x, weight in main]
            if turn >= _ONE_SIDED:
                wish += [(port[x] - offset, weight) for x, weight in other]
            if node in self._kept:
                wish.append((self._kept[node] - offset, _KEPT))
            wishes.append(wish or [(port[node] - offset, _ALONE)])
        for node, offset, row in zip(column, offsets, nearest(wishes), strict=True):
            port[node] = row + offset

    def _cost(self) -> int:
        port = self._port
        bent = sum(
            weight * abs(port[node] - port[other])
            for node, ends in enumerate(self._right)
            for other, weight in ends
        )
        moved = sum(_KEPT * abs(port[node] - row) for node, row in self._kept.items())
        return 10 * (bent + moved) + self._height()

    def _height(self) -> int:
        ends = [(row, *self._extent(node)) for node, row in enumerate(self._port)]
        top = min((row - above for row, above, _ in ends), default=0)
        return max((row + rest for row, _, rest in ends), default=0) - top


def _weights(sketch: Sketch) -> tuple[Weighted, Weighted]:
    kinds: dict[tuple[int, int], LineKind] = {}
    for start, end, kind in sketch.steps:
        kinds.setdefault((start, end), kind)
    alive = [x for x, kind in kinds.items() if kind is not LineKind.DEAD_LETTER]
    outgoing = Counter(start for start, _ in alive)
    incoming = Counter(end for _, end in alive)
    left: Weighted = [[] for _ in sketch.layer]
    right: Weighted = [[] for _ in sketch.layer]
    for (start, end), kind in kinds.items():
        bends = (start >= sketch.count) + (end >= sketch.count)
        if kind is LineKind.DEAD_LETTER:
            weight = _DEAD_LETTER
        elif bends == _BOTH:
            weight = _PASSING
        elif outgoing[start] == 1 and incoming[end] == 1:
            weight = _CHAIN
        else:
            weight = _BEND if bends else _FAN
        right[start].append((end, weight))
        left[end].append((start, weight))
    return left, right


def nearest(wishes: Iterable[list[Wish]]) -> list[int]:
    """Give rows that never fall, with the smallest sum of weighted distances.

    Weighted medians of pooled neighbours: whole numbers, and most wishes are met
    exactly, which is what makes lines straight. No node is without a wish.
    """
    blocks: list[tuple[list[Wish], int, int]] = []
    for own in wishes:
        pool, size = sorted(own), 1
        row = _median(pool)
        while blocks and blocks[-1][1] > row:
            above, _, count = blocks.pop()
            pool = sorted(above + pool)
            size += count
            row = _median(pool)
        blocks.append((pool, row, size))
    return [row for _, row, size in blocks for _ in range(size)]


def _median(pool: list[Wish]) -> int:
    rest = sum([weight for _, weight in pool])
    rows = iter(pool)
    row = 0
    while rest > 0:
        row, weight = next(rows)
        rest -= 2 * weight
    return row
