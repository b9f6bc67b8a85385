"""What a graph consists of."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from simulator.filters.form import Form
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
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)


OPAQUE = Form(opaque=True)
"""An event that code makes which nobody can read."""


class Post(Value):
    """A further event that a service posts; `sure` if it always does."""

    to: str
    event: Form
    sure: bool = True


class Outcome(Value):
    """One of the things that may come of a request.

    Attributes:
        reply: The event that it is answered with; None for none.
        echoes: The reply has all that the event has that nothing is said of.
        same_id: It has its id, too.
        when_preferred: It has the reply only where the request prefers one.
        fails: No success: what delivers it tries again, and then gives up.
        bare: A success with a body that is no event.
        posts: What is posted besides.
    """

    reply: Form | None = None
    echoes: bool = False
    same_id: bool = False
    when_preferred: bool = False
    fails: bool = False
    bare: bool = False
    posts: tuple[Post, ...] = ()
