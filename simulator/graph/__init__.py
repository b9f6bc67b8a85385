"""The topology as a directed graph: what leads where, what goes round, as a picture.

>>> from simulator.graph import build, to_text
"""

from simulator.graph.build import build
from simulator.graph.dot import to_dot
from simulator.graph.json_form import to_json
from simulator.graph.mermaid import to_mermaid
from simulator.graph.parts import Edge, EdgeKind, Graph, Node
from simulator.graph.recorded import recorded, sent
from simulator.graph.text import to_text

__all__ = [
    "Edge",
    "EdgeKind",
    "Graph",
    "Node",
    "build",
    "recorded",
    "sent",
    "to_dot",
    "to_json",
    "to_mermaid",
    "to_text",
]
