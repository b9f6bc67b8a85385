"""What a graph consists of."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from simulator.nodes import Role


class EdgeKind(Enum):
    """Why something goes from one node to the other."""

    SEND = "send"
    """A source posts new events."""
    EVENT = "event"
    EMIT = "emit"
    """A service posts further events when it is called."""
    REPLY = "reply"
    DEAD_LETTER = "dead-letter"


class Node(Value):
    """One node.

    Args:
        name: The name it has everywhere: ``broker/default``.
        label: More for a reader: the filter of a trigger; may be empty.
        ready: Whether it works; False for a trigger without a broker.
    """

    name: str
    kind: Role
    label: str = ""
    ready: bool = True
    stub: bool = False


class Edge(Value):
    start: str
    end: str
    kind: EdgeKind
    label: str = ""


class Graph(Value):
    """A topology; sources first, then hubs with their routes, then services."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def node(self, name: str) -> Node:
        """Find a node, or raise KeyError."""
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)
