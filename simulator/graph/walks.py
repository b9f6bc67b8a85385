"""What can be reached from where, and what goes round; the one door to networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

N = TypeVar("N", bound="Hashable")


def rings(after: Mapping[N, Iterable[N]]) -> Iterator[set[N]]:
    """Give the largest sets in which each can be reached from each other.

    *after* is what follows each; what is no key itself is left out.
    """
    import networkx as nx  # a fifth of a second, and few topologies have a ring

    directed: nx.DiGraph[N] = nx.DiGraph()
    directed.add_nodes_from(after)
    directed.add_edges_from(
        (one, next_) for one, all_ in after.items() for next_ in all_ if next_ in after
    )
    yield from nx.strongly_connected_components(directed)


def reached(start: N, after: Mapping[N, Iterable[N]]) -> set[N]:
    """Collect what follows from *start*, and itself.

    Not asked of networkx, which takes longer to import than this over any topology: the
    UI wants it each time it draws.
    """
    found = {start}
    waiting = [start]
    for each in waiting:  # grows
        for next_ in after.get(each, ()):
            if next_ not in found:
                found.add(next_)
                waiting.append(next_)
    return found
