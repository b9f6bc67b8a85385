"""Where lines that span several columns pass through those between."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.tui.layout.layering import Ends

_Bundle = tuple[bool, int, str]


class Bends:
    """Chains of nodes, and the column of each bend that they needed.

    Lines from one box, or to one box, share their bends: a bundle.

    Args:
        layer: Of each box; grows by the bends.
    """

    __slots__ = ("_at", "_count", "_incoming", "_outgoing", "layer", "owner")

    def __init__(self, layer: list[int], lines: Iterable[Ends]) -> None:
        self.layer = layer
        self.owner: dict[int, int] = {}
        """Bend -> the box that its lines share."""
        self._count = len(layer)
        self._at: dict[tuple[_Bundle, int], int] = {}
        long = [line for line in lines if layer[line[1]] - layer[line[0]] > 1]
        self._outgoing = Counter((start, kind) for start, _, kind in long)
        self._incoming = Counter((end, kind) for _, end, kind in long)

    def chain(self, line: Ends) -> tuple[int, ...]:
        """Give the nodes of a line that goes ahead, one a column."""
        start, end, kind = line
        inward = self._incoming[end, kind] > self._outgoing[start, kind]
        shared = end if inward else start
        between = range(self.layer[start] + 1, self.layer[end])
        bends = [self._bend((inward, shared, kind.value), at) for at in between]
        return (start, *bends, end)

    def _bend(self, bundle: _Bundle, column: int) -> int:
        known = self._at.get((bundle, column))
        if known is not None:
            return known
        bend = len(self.layer)
        self._at[bundle, column] = bend
        self.layer.append(column)
        self.owner[bend] = bundle[1]
        return bend


def links(
    chains: Iterable[Sequence[int]], count: int
) -> tuple[list[list[int]], list[list[int]]]:
    """Give the left and the right neighbours of each of *count* nodes, once each."""
    left: list[list[int]] = [[] for _ in range(count)]
    right: list[list[int]] = [[] for _ in range(count)]
    known = set()
    for chain in chains:
        for pair in pairwise(chain):
            if pair not in known:
                known.add(pair)
                right[pair[0]].append(pair[1])
                left[pair[1]].append(pair[0])
    return left, right
