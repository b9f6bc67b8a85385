"""A graph as an indented tree that reads from the sources on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.graph.parts import Edge, Graph, Node


def to_text(graph: Graph) -> str:
    """Write the graph as a tree: sources, then what no source leads to.

    A node that was shown before is only named, with an arrow back.
    """
    return _Tree(graph).text()


class _Tree:
    """A tree in the making; remembers what it has shown."""

    def __init__(self, graph: Graph) -> None:
        self._nodes = {node.name: node for node in graph.nodes}
        self._leaving: dict[str, list[Edge]] = {name: [] for name in self._nodes}
        self._entered: dict[str, None] = {}
        for edge in graph.edges:
            self._leaving[edge.start].append(edge)
            self._entered.setdefault(edge.end)
        self._shown: dict[str, None] = {}
        self._lines: list[str] = []

    def text(self) -> str:
        for root in self._roots():
            if root.name not in self._shown:
                self._lines.append(_named(root))
                self._below(root.name)
        return "".join(f"{line}\n" for line in self._lines)

    def _roots(self) -> list[Node]:
        nodes = list(self._nodes.values())
        sources = [node for node in nodes if node.kind is Role.SOURCE]
        free = [node for node in nodes if node.name not in self._entered]
        hubs = [node for node in nodes if node.kind in {Role.BROKER, Role.CHANNEL}]
        return [*sources, *free, *hubs, *nodes]

    def _below(self, root: str) -> None:
        """Walk down without recursion: chains may be long."""
        self._shown.setdefault(root)
        waiting = [("", self._leaving[root], 0)]
        while waiting:
            indent, edges, at = waiting.pop()
            if at == len(edges):
                continue
            waiting.append((indent, edges, at + 1))
            edge, last = edges[at], at + 1 == len(edges)
            again = edge.end in self._shown
            branch = "└─ " if last else "├─ "
            label = f"{edge.label}: " if edge.label else ""
            back = " ↑" if again and self._leaving[edge.end] else ""
            node = self._nodes[edge.end]
            name = _named(node.replace(label="") if back else node)
            self._lines.append(f"{indent}{branch}{label}{name}{back}")
            if not again:
                self._shown.setdefault(edge.end)
                deeper = indent + ("   " if last else "│  ")
                waiting.append((deeper, self._leaving[edge.end], 0))


def _named(node: Node) -> str:
    marks = [node.label] if node.label else []
    if node.stub:
        marks.append("silent" if node.kind is Role.SOURCE else "stub")
    if not node.ready:
        marks.append("not ready")
    return f"{node.name} ({'; '.join(marks)})" if marks else node.name
