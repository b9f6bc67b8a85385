"""A diagram in columns: which node stands where among its neighbours, without sizes.

A node is a box, or a *bend*: the place where a line passes through a column. Nodes are
numbers: boxes first, in the order of the diagram, then bends.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.layering import feedback, layers, stacks
from simulator.tui.layout.ordering import FREE, Ordering

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.tui.diagram import Diagram
    from simulator.tui.layout.layering import Ends


class Way(Enum):
    AHEAD = "ahead"
    """From column to column, to the right."""
    BACK = "back"
    """Through a lane above or below all boxes."""
    RAIL = "rail"
    """Down the left side of a stack."""
    STUB = "stub"
    """Its two ends are shown, nothing between them."""
    HIDDEN = "hidden"


_BACK = {"lines": Way.BACK, "stubs": Way.STUB, "off": Way.HIDDEN}


class Wire(NamedTuple):
    """A line between nodes; its place among the wires is that of its line.

    Args:
        chain: From start to end, one node a column; empty unless it goes ahead.
    """

    start: int
    end: int
    kind: LineKind
    way: Way
    chain: tuple[int, ...] = ()


class Sketch:
    """Columns of nodes, from left to right and from top to bottom.

    Args:
        diagram: What to draw.
        stacked: Sources of one hub stand on top of it.
        wrapped: Replies to other channels lead back too; see `feedback`.
        replies: ``lines``, ``stubs`` or ``off``, for replies that lead back.
        rows: Of an earlier drawing: box -> row; its order decides where nothing else
            does.

    Attributes:
        count: How many boxes there are.
        wires: One for each line.
        layer: Node -> its column; a stacked box has that of its hub.
        stacks: Hub -> the boxes on top of it, from top to bottom.
        groups: Node -> its namespace as a number, or `FREE`.
        pinned: The nodes that stay at the bottom of their column.
    """

    def __init__(
        self,
        diagram: Diagram,
        *,
        stacked: bool = False,
        wrapped: bool = False,
        replies: str = "lines",
        rows: Mapping[str, int] | None = None,
    ) -> None:
        self.diagram = diagram
        self.count = len(diagram.boxes)
        number = {box.name: at for at, box in enumerate(diagram.boxes)}
        lines = [(number[x.start], number[x.end], x.kind) for x in diagram.lines]
        self.stacks = stacks(diagram.boxes, lines) if stacked else {}
        on_top = {box: hub for hub, boxes in self.stacks.items() for box in boxes}
        # A box in a stack goes where its hub goes: it takes no part in the layering.
        free = [line for line in lines if line[0] not in on_top]
        back = feedback(free, count=self.count, wrapped=wrapped)
        kinds = [box.kind for box in diagram.boxes]
        self.layer = layers(free, back, kinds, leave_out=on_top)
        for box, hub in on_top.items():
            self.layer[box] = self.layer[hub]
        bends = _Bends(self.layer, lines)
        self.wires = [
            Wire(*line, Way.RAIL) if line[0] in on_top else _wire(line, bends, replies)
            for line in lines
        ]
        bent = len(self.layer) - self.count
        self.groups = [*_groups(diagram), *[FREE] * bent]
        pinned = _pinned(diagram, lines)
        self.pinned = pinned | {x for x, box in bends.owner.items() if box in pinned}
        self._rows = rows or {}

    @property
    def most(self) -> int:
        """How many boxes stand in the column that has most, those on top included."""
        return max(Counter(self.layer[: self.count]).values(), default=0)

    @cached_property
    def columns(self) -> list[list[int]]:
        """The nodes of each column, from top to bottom, without stacked boxes."""
        columns: list[list[int]] = [[] for _ in range(max(self.layer, default=-1) + 1)]
        on_top = {box for boxes in self.stacks.values() for box in boxes}
        for node, column in enumerate(self.layer):
            if node not in on_top:
                columns[column].append(node)
        if self._rows:
            columns = [self._as_before(column, self._rows) for column in columns]
        counted = (x.chain for x in self.wires if x.kind is not LineKind.DEAD_LETTER)
        left, right = _neighbours(counted, len(self.layer))
        ordering = Ordering(columns, left, right, self.groups, self.pinned)
        return ordering.best(kept=bool(self._rows))

    def _as_before(self, column: Sequence[int], rows: Mapping[str, int]) -> list[int]:
        """Sort a column by the old rows; a new box stays behind the one before it."""
        row = -1
        wish = {}
        for node in column:
            if node < self.count:
                row = rows.get(self.diagram.boxes[node].name, row)
            wish[node] = row
        return sorted(column, key=wish.__getitem__)


class _Bends:
    """Chains of nodes, and the column of each bend that they needed.

    Lines from one box, or to one box, share their bends: a bundle.

    Args:
        layer: Of each box; grows by the bends.
    """

    def __init__(self, layer: list[int], lines: Iterable[Ends]) -> None:
        self.layer = layer
        self.owner: dict[int, int] = {}
        """Bend -> the box that its lines share."""
        self._at: dict[tuple[bool, int, str, int], int] = {}
        long = [line for line in lines if layer[line[1]] - layer[line[0]] > 1]
        self._outgoing = Counter((start, kind) for start, _, kind in long)
        self._incoming = Counter((end, kind) for _, end, kind in long)

    def chain(self, line: Ends) -> tuple[int, ...]:
        """Give the nodes of a line that goes ahead, one a column."""
        start, end, kind = line
        inward = self._incoming[end, kind] > self._outgoing[start, kind]
        shared = end if inward else start
        between = range(self.layer[start] + 1, self.layer[end])
        bends = [self._bend(inward, shared, kind.value, at) for at in between]
        return (start, *bends, end)

    def _bend(self, inward: bool, shared: int, kind: str, column: int) -> int:
        key = (inward, shared, kind, column)
        if key not in self._at:
            self._at[key] = len(self.layer)
            self.owner[len(self.layer)] = shared
            self.layer.append(column)
        return self._at[key]


def _wire(line: Ends, bends: _Bends, replies: str) -> Wire:
    start, end, kind = line
    if bends.layer[start] < bends.layer[end]:
        return Wire(*line, Way.AHEAD, bends.chain(line))
    return Wire(*line, _BACK[replies] if kind is LineKind.REPLY else Way.BACK)


def _neighbours(
    chains: Iterable[Sequence[int]], count: int
) -> tuple[list[list[int]], list[list[int]]]:
    """Give the left and the right neighbours of each of *count* nodes, once each."""
    left: list[list[int]] = [[] for _ in range(count)]
    right: list[list[int]] = [[] for _ in range(count)]
    for start, end in dict.fromkeys(
        pair for chain in chains for pair in pairwise(chain)
    ):
        right[start].append(end)
        left[end].append(start)
    return left, right


def _groups(diagram: Diagram) -> list[int]:
    """Number the namespaces; a box that is a namespace belongs to none."""
    found: dict[str, int] = {}
    return [
        FREE
        if box.kind is BoxKind.NAMESPACE
        else found.setdefault(box.namespace, len(found))
        for box in diagram.boxes
    ]


def _pinned(diagram: Diagram, lines: Sequence[Ends]) -> frozenset[int]:
    """Find the dead letter sinks, and links to some."""
    kinds: dict[int, set[LineKind]] = {}
    for _, end, kind in lines:
        kinds.setdefault(end, set()).add(kind)
    return frozenset(
        at
        for at, box in enumerate(diagram.boxes)
        if box.kind is BoxKind.DEAD_LETTERS
        or (box.kind is BoxKind.LINK and kinds.get(at) == {LineKind.DEAD_LETTER})
    )
