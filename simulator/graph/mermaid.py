"""A graph in the language of Mermaid, which GitHub draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.graph.parts import EdgeKind
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.graph.parts import Graph, Node

_SHAPES = {
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
    """Write the graph as a Mermaid flowchart."""
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
    opening, closing = _SHAPES[node.kind]
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
