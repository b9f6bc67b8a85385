"""A graph in the language of Graphviz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.graph.parts import EdgeKind
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.graph.parts import Edge, Graph, Node

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
    """Write the graph for ``dot``."""
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
