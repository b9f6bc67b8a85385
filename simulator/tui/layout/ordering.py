"""The order of the nodes in each column, so that few lines cross.

Sweeps to the right and to the left move each node to where its neighbours are. Ties keep
the order that was given, so the picture does not jump when a trigger is added.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Columns = list[list[int]]
    Neighbours = Sequence[Sequence[int]]

FREE = -1
"""The group of a node that may stand anywhere in its column."""
_ROUNDS = 9


class Ordering:
    """Nodes in columns that look for their place.

    Args:
        left: Node -> its neighbours in the column on the left.
        right: The same on the right.
        groups: Node -> its group, whose nodes stay side by side.
        pinned: Nodes that stay below all others.
    """

    def __init__(
        self,
        columns: Columns,
        left: Neighbours,
        right: Neighbours,
        groups: Sequence[int],
        pinned: frozenset[int],
    ) -> None:
        self.columns = columns
        self._left = left
        self._right = right
        self._groups = groups
        self._pinned = pinned
        self._place = [0] * len(groups)

    def best(self, *, kept: bool) -> Columns:
        """Give the order with the fewest crossings that was found.

        *kept*: the columns come in an order that is to stay where it may.
        """
        declared = [self._settled(column) for column in self.columns]
        starts = [declared, self._walked()] if kept else [self._walked(), declared]
        starts.append([column[::-1] for column in declared])
        best, fewest = declared, -1
        for start in starts:
            self.columns = [self._settled(column) for column in start]
            for column in self.columns:
                self._number(column)
            for turn in range(_ROUNDS):
                count = self._crossings()
                if fewest < 0 or count < fewest:
                    best, fewest = [list(column) for column in self.columns], count
                if not fewest:
                    return best
                near, columns = self._left, self.columns[1:]
                if turn % 2:
                    near, columns = self._right, self.columns[-2::-1]
                for column in columns:
                    self._sort(column, near)
        return best

    def _crossings(self) -> int:
        """Count the pairs of lines that would cross if they were straight."""
        place = self._place
        count = 0
        for column in self.columns:
            seen: list[int] = []
            for node in column:
                ends = [place[other] for other in self._right[node]]
                count += sum([len(seen) - bisect_right(seen, end) for end in ends])
                for end in ends:
                    insort(seen, end)
        return count

    def _number(self, column: Sequence[int]) -> None:
        for at, node in enumerate(column):
            self._place[node] = at

    def _settled(self, column: Sequence[int]) -> list[int]:
        """Put each group together where its first node is, the pinned below."""
        first: dict[int, int] = {}
        keys = {}
        for at, node in enumerate(column):
            group = self._groups[node]
            where = at if group == FREE else first.setdefault(group, at)
            keys[node] = (node in self._pinned, where)
        return sorted(column, key=keys.__getitem__)

    def _walked(self) -> Columns:
        """Give the columns in the order in which a walk along the lines comes by.

        What nothing leads to is met with the first that it leads to.
        """
        met: dict[int, None] = {}
        for root in (node for column in self.columns for node in column):
            todo = [root]
            while todo:
                node = todo.pop()
                if node not in met:
                    met[node] = None
                    todo.extend(reversed(self._right[node]))
                    roots = [x for x in self._left[node] if not self._left[x]]
                    todo.extend(reversed(roots))
        order = {node: at for at, node in enumerate(met)}
        return [sorted(column, key=order.__getitem__) for column in self.columns]

    def _sort(self, column: list[int], near: Neighbours) -> None:
        """Sort the nodes that have neighbours; all others keep their places."""
        wish = {node: self._wish(near[node]) for node in column if near[node]}
        moving = iter(sorted(wish, key=lambda node: (wish[node], self._place[node])))
        order = [next(moving) if node in wish else node for node in column]
        at = {node: place for place, node in enumerate(order)}
        groups, pinned = self._groups, self._pinned
        members: dict[int, list[int]] = {}
        for node in column:
            members.setdefault(groups[node], []).append(at[node])
        middles = {group: sum(own) // len(own) for group, own in members.items()}

        def key(node: int) -> tuple[bool, int, int, int]:
            group, own = groups[node], at[node]
            middle = own if group == FREE else middles[group]
            return node in pinned, middle, group, own

        column.sort(key=key)
        self._number(column)

    def _wish(self, near: Sequence[int]) -> int:
        """Give the median of the places of the neighbours, times two."""
        places = sorted([self._place[other] for other in near])
        count = len(places)
        return places[count // 2] + places[(count - 1) // 2]
