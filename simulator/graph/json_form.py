"""A graph as JSON, for other programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.graph.parts import Graph


def to_json(graph: Graph) -> str:
    """Write nodes and edges, one field for each of theirs."""
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
