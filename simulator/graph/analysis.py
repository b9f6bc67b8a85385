"""What can be asked of a graph; the only module that knows networkx.

Source: knative-resources 11, without the quirks of Knative's own lineage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UnknownAddressError
from simulator.graph.build import build

if TYPE_CHECKING:
    import networkx as nx

    from simulator.graph.parts import Graph
    from simulator.wiring import Wiring


def loops(wiring: Wiring) -> tuple[tuple[str, ...], ...]:
    """Find where events may go round, by replies and dead letters, too.

    Returns:
        For each part of the graph that an event may stay in, one cycle through it, from
        the node that was declared first; in declaration order.
    """
    import networkx as nx  # slow, and no run needs it

    graph = build(wiring)
    directed = _directed(graph)
    order = {node.name: at for at, node in enumerate(graph.nodes)}
    found: list[tuple[str, ...]] = []
    for component in nx.strongly_connected_components(directed):
        names = sorted(component, key=order.__getitem__)
        if len(names) > 1 or directed.has_edge(names[0], names[0]):
            found.append(_cycle(directed, names))
    return tuple(sorted(found, key=lambda cycle: order[cycle[0]]))


def reachable(wiring: Wiring, start: str) -> tuple[str, ...]:
    """Find the nodes that an event from *start* may come to, without *start*.

    Raises:
        UnknownAddressError: No node has this name.
    """
    import networkx as nx  # slow, and no run needs it

    graph = build(wiring)
    names = [node.name for node in graph.nodes]
    if start not in names:
        raise UnknownAddressError(start, names)
    after = nx.descendants(_directed(graph), start)
    return tuple(name for name in names if name in after)


def _directed(graph: Graph) -> nx.DiGraph[str]:
    import networkx as nx  # slow, and no run needs it

    directed: nx.DiGraph[str] = nx.DiGraph()
    directed.add_nodes_from(node.name for node in graph.nodes)
    directed.add_edges_from((edge.start, edge.end) for edge in graph.edges)
    return directed


def _cycle(directed: nx.DiGraph[str], names: list[str]) -> tuple[str, ...]:
    """Give the shortest way from the first name back to itself."""
    first = names[0]
    before = {first: first}
    waiting = [first]
    for here in waiting:
        for there in directed.successors(here):
            if there == first:
                way = [here]
                while way[-1] != first:
                    way.append(before[way[-1]])
                return tuple(reversed(way))
            if there not in before:
                before[there] = here
                waiting.append(there)
    raise AssertionError(f"{first} lies in no cycle")  # pragma: no cover
