"""A graph as text, as JSON, for Graphviz and for Mermaid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.graph.parts import EdgeKind
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.graph.parts import Edge, Graph, Node


def to_text(graph: Graph) -> str:
    """Write the graph as a tree: sources, then what no source leads to.

    A node that was shown before is only named, with an arrow back.
    """
    return _Tree(graph).text()


class _Tree:
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


_SHAPES = {
    Role.SOURCE: "ellipse",
    Role.BROKER: "hexagon",
    Role.CHANNEL: "cylinder",
    Role.TRIGGER: "parallelogram",
    Role.SUBSCRIPTION: "parallelogram",
    Role.SERVICE: "box",
    Role.NOWHERE: "plaintext",
}
_STYLES = {
    EdgeKind.SEND: "solid",
    EdgeKind.EVENT: "solid",
    EdgeKind.EMIT: "solid",
    EdgeKind.REPLY: "dashed",
    EdgeKind.DEAD_LETTER: "dotted",
}


def to_dot(graph: Graph) -> str:
    lines = ["digraph topology {", "  rankdir=LR;"]
    lines += [_node(node) for node in graph.nodes]
    lines += [_edge(edge) for edge in graph.edges]
    return "\n".join([*lines, "}", ""])


def _node(node: Node) -> str:
    text = f"{node.name}\n{node.label}" if node.label else node.name
    settings = [f"label={_quoted(text)}", f"shape={_SHAPES[node.kind]}"]
    if node.stub:
        settings.append("style=dashed")
    if not node.ready:
        settings.append("color=red")
    return f"  {_quoted(node.name)} [{', '.join(settings)}];"


def _edge(edge: Edge) -> str:
    settings = [f"style={_STYLES[edge.kind]}"]
    if edge.label:
        settings.append(f"label={_quoted(edge.label)}")
    ends = f"{_quoted(edge.start)} -> {_quoted(edge.end)}"
    return f"  {ends} [{', '.join(settings)}];"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def to_json(graph: Graph) -> str:
    form = {
        "format": "kn-sim-graph/1",
        "nodes": [
            {
                "name": node.name,
                "kind": node.kind.value,
                "label": node.label,
                "ready": node.ready,
                "stub": node.stub,
            }
            for node in graph.nodes
        ],
        "edges": [
            {
                "from": edge.start,
                "to": edge.end,
                "kind": edge.kind.value,
                "label": edge.label,
            }
            for edge in graph.edges
        ],
    }
    return json.dumps(form, indent=2, ensure_ascii=False) + "\n"


_MERMAID_SHAPES = {
    Role.SOURCE: ("([", "])"),
    Role.BROKER: ("{{", "}}"),
    Role.CHANNEL: ("[(", ")]"),
    Role.TRIGGER: ("[/", "/]"),
    Role.SUBSCRIPTION: ("[/", "/]"),
    Role.SERVICE: ("[", "]"),
    Role.NOWHERE: ("((", "))"),
}
_ARROWS = {
    EdgeKind.SEND: "-->",
    EdgeKind.EVENT: "-->",
    EdgeKind.EMIT: "-->",
    EdgeKind.REPLY: "-.->",
    EdgeKind.DEAD_LETTER: "--x",
}
_ESCAPES = {
    "#": "#35;",
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
    "&": "#amp;",
    "\n": "<br>",
}


def to_mermaid(graph: Graph) -> str:
    ids = {node.name: f"n{at}" for at, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f"  {ids[node.name]}{_shape(node)}" for node in graph.nodes]
    for edge in graph.edges:
        label = f"|{_escaped(edge.label)}|" if edge.label else ""
        arrow = _ARROWS[edge.kind]
        lines.append(f"  {ids[edge.start]} {arrow}{label} {ids[edge.end]}")
    lines += _class_of(
        "stub", "stroke-dasharray: 4", [ids[n.name] for n in graph.nodes if n.stub]
    )
    lines += _class_of(
        "broken", "stroke: red", [ids[n.name] for n in graph.nodes if not n.ready]
    )
    return "\n".join([*lines, ""])


def _shape(node: Node) -> str:
    opening, closing = _MERMAID_SHAPES[node.kind]
    text = _escaped(node.name)
    if node.label:
        text = f"{text}<br>{_escaped(node.label)}"
    return f'{opening}"{text}"{closing}'


def _class_of(name: str, style: str, ids: list[str]) -> list[str]:
    if not ids:
        return []
    return [f"  classDef {name} {style}", f"  class {','.join(ids)} {name}"]


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)
