"""A diagram in columns: which node stands where among its neighbours, without sizes.

A node is a box, or a *bend*: the place where a line passes through a column. Nodes are
numbers: boxes first, in the order of the diagram, then bends.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum
from functools import cache, cached_property
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from simulator.graph.walks import reached
from simulator.tui.diagram import BoxKind, Diagram, LineKind
from simulator.tui.layout.ordering import FREE, Ordering

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence


Ends = tuple[int, int, LineKind]

_FEEDERS = (BoxKind.SOURCE, BoxKind.LINK)
HUBS = (BoxKind.BROKER, BoxKind.CHANNEL)


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
    """A line between nodes; its place among the wires is that of its line."""

    start: int
    end: int
    kind: LineKind
    way: Way
    chain: tuple[int, ...] = ()
    """From start to end, one node a column; empty unless it goes ahead."""


class Sketch:
    """Columns of nodes, from left to right and from top to bottom.

    Args:
        stacked: Sources of one hub stand on top of it.
        wrapped: Replies to what leads on go back too: the channels of a Sequence stand
            in one column, which makes it short and high instead of long.
        replies: ``lines``, ``stubs`` or ``off``, for replies that lead back.
        rows: Of an earlier drawing: box -> row; its order decides where nothing else
            does.

    Attributes:
        count: How many boxes there are.
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
        kinds = [box.kind for box in diagram.boxes]
        self.stacks = _stacks(kinds, lines) if stacked else {}
        on_top = {box: hub for hub, boxes in self.stacks.items() for box in boxes}
        # A box in a stack goes where its hub goes: it takes no part in the layering.
        free = [line for line in lines if line[0] not in on_top]
        self.layer = _layers(free, kinds, wrapped=wrapped, leave_out=on_top)
        for box, hub in on_top.items():
            self.layer[box] = self.layer[hub]
        chains, shared = _chains(self.layer, lines)
        self.wires: list[Wire] = []
        for line, nodes in zip(lines, chains, strict=True):
            way = _BACK[replies] if line[2] is LineKind.REPLY else Way.BACK
            if nodes:
                way = Way.AHEAD
            elif line[0] in on_top:
                way = Way.RAIL
            self.wires.append(Wire(*line, way, nodes))
        self.groups = [*_groups(diagram), *[FREE] * len(shared)]
        pinned = _pinned(kinds, lines)
        self.pinned = pinned | {bend for bend, box in shared.items() if box in pinned}
        self._rows = rows or {}

    @property
    def most(self) -> int:
        """How many boxes stand in the column that has most, those on top included."""
        return max(Counter(self.layer[: self.count]).values(), default=0)

    @cached_property
    def steps(self) -> tuple[Ends, ...]:
        """Those of the lines that go ahead, from each column to the next."""
        wires = (wire for wire in self.wires if wire.way is Way.AHEAD)
        steps = ((*x, wire.kind) for wire in wires for x in pairwise(wire.chain))
        return tuple(dict.fromkeys(steps))

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
        left: list[list[int]] = [[] for _ in self.layer]
        right: list[list[int]] = [[] for _ in self.layer]
        counted = (x[:2] for x in self.steps if x[2] is not LineKind.DEAD_LETTER)
        for start, end in dict.fromkeys(counted):
            right[start].append(end)
            left[end].append(start)
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


def _chains(
    layer: list[int], lines: Sequence[Ends]
) -> tuple[list[tuple[int, ...]], dict[int, int]]:
    """Give the chain of each line, and the box that the lines of each bend share.

    Lines from one box, or to one box, share their bends: a bundle. *layer* is that of
    each box, and grows by the bends.
    """
    long = [line for line in lines if layer[line[1]] - layer[line[0]] > 1]
    outgoing = Counter((start, kind) for start, _, kind in long)
    incoming = Counter((end, kind) for _, end, kind in long)
    shared: dict[int, int] = {}

    @cache
    def bend(inward: bool, box: int, kind: LineKind, column: int) -> int:
        layer.append(column)
        shared[len(layer) - 1] = box
        return len(layer) - 1

    chains: list[tuple[int, ...]] = []
    for start, end, kind in lines:
        inward = incoming[end, kind] > outgoing[start, kind]
        box = end if inward else start
        between = range(layer[start] + 1, layer[end])
        bends = [bend(inward, box, kind, column) for column in between]
        chains.append((start, *bends, end) if layer[start] < layer[end] else ())
    return chains, shared


def _groups(diagram: Diagram) -> list[int]:
    """Number the namespaces; a box that is a namespace belongs to none."""
    found: dict[str, int] = {}
    return [
        FREE
        if box.kind is BoxKind.NAMESPACE
        else found.setdefault(box.namespace, len(found))
        for box in diagram.boxes
    ]


def _pinned(kinds: Sequence[BoxKind], lines: Sequence[Ends]) -> frozenset[int]:
    by: dict[int, set[LineKind]] = {}
    for _, end, kind in lines:
        by.setdefault(end, set()).add(kind)
    return frozenset(
        at
        for at, kind in enumerate(kinds)
        if kind is BoxKind.DEAD_LETTERS
        or (kind is BoxKind.LINK and by.get(at) == {LineKind.DEAD_LETTER})
    )


def _stacks(
    kinds: Sequence[BoxKind], lines: Sequence[Ends]
) -> dict[int, tuple[int, ...]]:
    """Give each hub the sources that feed it and nothing else, in declaration order."""
    leaving = Counter(start for start, _, _ in lines)
    fed = {end for _, end, _ in lines}
    feeding = {
        start: hub
        for start, hub, kind in lines
        if kind is LineKind.FLOW and kinds[hub] in HUBS and leaving[start] == 1
    }
    found: dict[int, tuple[int, ...]] = {}
    for box, hub in sorted(feeding.items()):
        if kinds[box] in _FEEDERS and box not in fed:
            found[hub] = (*found.get(hub, ()), box)
    return found


# -- the column of each box


def _layers(
    lines: Sequence[Ends],
    kinds: Sequence[BoxKind],
    *,
    wrapped: bool,
    leave_out: Container[int],
) -> list[int]:
    """Give each box its column, from 0 on.

    A box stands right of all that lead to it; one that nothing leads to stands beside
    the first that it leads to; one without lines joins the first column of its kind.
    Columns in which nothing stands but what is left out are none.
    """
    count = len(kinds)
    after = _leading_back(lines, count, wrapped=wrapped)
    layer = [0] * count
    for box in _sorted(after):
        for end in after[box]:
            layer[end] = max(layer[end], layer[box] + 1)
    fed = set(chain.from_iterable(after))
    for box in range(count):
        if after[box] and box not in fed:
            layer[box] = min(layer[end] for end in after[box]) - 1
    linked = {box for start, end, _ in lines for box in (start, end)}
    first: dict[BoxKind, int] = {}
    for box in linked:
        first[kinds[box]] = min(first.get(kinds[box], layer[box]), layer[box])
    for box, kind in enumerate(kinds):
        if box not in linked:
            layer[box] = first.get(kind, 0)
    used = sorted({layer[box] for box in range(count) if box not in leave_out})
    at = {column: place for place, column in enumerate(used)}
    return [at.get(column, 0) for column in layer]


def _leading_back(
    lines: Sequence[Ends], count: int, *, wrapped: bool
) -> list[list[int]]:
    """Give what each box leads to, without lines to where its events came from.

    A reply is such a line when its receiver leads to its giver; one that goes on to
    another channel is not, unless all replies to what leads on are (*wrapped*).
    """
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end, kind in lines:
        if kind is not LineKind.REPLY:
            after[start].append(end)
    following = dict(enumerate(after))
    below = {
        end: reached(end, following)
        for end in {end for _, end, kind in lines if kind is LineKind.REPLY}
    }
    found: list[list[int]] = [[] for _ in range(count)]
    for start, end, kind in lines:
        back = kind is LineKind.REPLY and (
            start in below[end] or (wrapped and bool(after[end]))
        )
        if start != end and not back:
            found[start].append(end)
    return found


def _sorted(after: list[list[int]]) -> list[int]:
    """Put each box before all that it leads to; lines that close a circle are taken out.

    They are found depth first in declaration order, from those that nothing leads to.
    """
    fed = set(chain.from_iterable(after))
    open_: dict[int, Iterator[int]] = {}
    done: dict[int, None] = {}
    for root in sorted(range(len(after)), key=lambda box: box in fed):
        if root not in done:
            open_[root] = iter(tuple(after[root]))
        while open_:
            box, rest = next(reversed(open_.items()))
            end = next((end for end in rest if end not in done), None)
            if end is None:
                del open_[box]
                done[box] = None
            elif end in open_:
                after[box].remove(end)
            else:
                open_[end] = iter(tuple(after[end]))
    return list(reversed(done))
