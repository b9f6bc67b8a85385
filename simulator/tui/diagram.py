"""What the graph pane draws: boxes and lines, and which line a record travels along.

A diagram is the graph of the wiring as people think of it: replies leave the service
that gives them, and a channel leads straight to its subscribers.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from simulator.graph.parts import Edge, EdgeKind, Graph, Node
from simulator.kernel import Kind
from simulator.nodes import Role, is_hub
from simulator.resource import DEFAULT_NAMESPACE
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class BoxKind(Enum):
    """What a box stands for; its value is the word that is shown."""

    SOURCE = "source"
    BROKER = "broker"
    CHANNEL = "channel"
    TRIGGER = "trigger"
    SERVICE = "service"
    DEAD_LETTERS = "dead letters"
    NOWHERE = "nowhere"
    LINK = "link"
    """The far end of a line into another band."""
    NAMESPACE = "namespace"
    """All boxes of a namespace in one."""


class LineKind(Enum):
    """Why something goes along a line."""

    FLOW = "flow"
    REPLY = "reply"
    DEAD_LETTER = "dead-letter"


class Box(Value):
    """One node of the picture.

    Args:
        name: As in the trace: ``broker/default``; unique.
        note: More for a card or a tooltip: the filter of a trigger; may be empty.
        stub: Nobody describes what it answers.
    """

    name: str
    label: str
    kind: BoxKind
    namespace: str = DEFAULT_NAMESPACE
    note: str = ""
    ready: bool = True
    stub: bool = False


class Line(Value):
    """A way from one box to another, both by name.

    Args:
        via: The subscriptions or triggers that events take on it, where they are no
            boxes of their own; for replies those whose replies go along it.
    """

    start: str
    end: str
    kind: LineKind
    via: tuple[str, ...] = ()


class Diagram(Value):
    """Boxes and lines in declaration order; a line is known by its index."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    _index: Mapping[tuple[str, str, LineKind], int] = made(default_factory=dict)
    _hubs: Mapping[str, str] = made(default_factory=dict)
    _subscribers: Mapping[str, str] = made(default_factory=dict)
    _uncompared: ClassVar[tuple[str, ...]] = ("_index", "_hubs", "_subscribers")

    @classmethod
    def of(
        cls,
        boxes: Iterable[Box],
        lines: Iterable[Line],
        *,
        hubs: Mapping[str, str] | None = None,
        subscribers: Mapping[str, str] | None = None,
    ) -> Diagram:
        """Make a diagram; *hubs* and *subscribers* are of triggers and subscriptions."""
        drawn = tuple(lines)
        return cls(
            boxes=tuple(boxes),
            lines=drawn,
            _index={(x.start, x.end, x.kind): at for at, x in enumerate(drawn)},
            _hubs=dict(hubs or {}),
            _subscribers=dict(subscribers or {}),
        )

    def box(self, name: str) -> Box | None:
        return next((box for box in self.boxes if box.name == name), None)

    def nodes_of(self, node: str) -> tuple[str, ...]:
        """Give the boxes of a namespace, if it is one; else the node itself."""
        word, _, namespace = node.partition("/")
        if word != BoxKind.NAMESPACE.value:
            return (node,)
        return tuple(box.name for box in self.boxes if box.namespace == namespace)

    def box_name(self, node: str) -> str:
        """Give the box that shows a node: a subscription's is its channel."""
        if node in self._hubs and self.box(node) is None:
            return self._hubs[node]
        return node

    def way(self, kind: str, source: str, target: str) -> tuple[int, ...]:
        """Give the lines that the event of a record travels along, in order, if any."""
        if kind in (Kind.DISPATCHED, Kind.PANICKED) and source in self._hubs:
            hub = self._hubs[source]
            first = self._index.get((hub, source, LineKind.FLOW))
            start = source if first is not None else hub
            second = self._index.get((start, target, LineKind.FLOW))
            return tuple(at for at in (first, second) if at is not None)
        at: int | None = None
        if kind == Kind.REPLIED:
            start = self._subscribers.get(source, source)
            at = self.line(start, target, LineKind.REPLY)
        elif kind == Kind.DEAD_LETTERED:
            at = self.line(self.box_name(source), target, LineKind.DEAD_LETTER)
        elif kind in (Kind.SENT, Kind.DISPATCHED):
            at = self.line(source, target, LineKind.FLOW)
        return () if at is None else (at,)

    def line(self, start: str, end: str, kind: LineKind) -> int | None:
        return self._index.get((start, end, kind))


def counted(nodes: tuple[str, ...]) -> tuple[str, ...]:
    """Give those whose events are those of all *nodes* together: hubs, if there are any."""
    return tuple(filter(is_hub, nodes)) or nodes


# A subscription is no box: its channel leads straight to its subscribers.
BOX_KINDS: dict[Role, BoxKind] = {
    role: BoxKind[role.name] for role in Role if role is not Role.SUBSCRIPTION
}


def diagram_of(graph: Graph) -> Diagram:
    return _Drafting(graph).diagram()


class _Drafting:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._boxed = {node.name for node in graph.nodes if node.kind in BOX_KINDS}
        self._leading = {edge.start for edge in graph.edges}
        routes = {node.name for node in graph.nodes if node.kind.is_route}
        events = [edge for edge in graph.edges if edge.kind is EdgeKind.EVENT]
        self._hubs = {edge.end: edge.start for edge in events if edge.end in routes}
        self._subscribers = {
            edge.start: edge.end for edge in events if edge.start in routes
        }
        self._via: dict[tuple[str, str, LineKind], list[str]] = {}
        self._kinds: dict[str, set[LineKind]] = {}

    def diagram(self) -> Diagram:
        for edge in self._graph.edges:
            self._draw(edge)
        return Diagram.of(
            [self._box(n) for n in self._graph.nodes if n.name in self._boxed],
            [
                Line(start=start, end=end, kind=kind, via=tuple(via))
                for (start, end, kind), via in self._via.items()
            ],
            hubs=self._hubs,
            subscribers=self._subscribers,
        )

    def _draw(self, edge: Edge) -> None:
        start = edge.start
        if edge.kind is EdgeKind.REPLY:  # the service gives it, the route only posts it
            self._add(self._subscribers.get(start, ""), edge.end, LineKind.REPLY, start)
            return
        via = start if start in self._hubs and start not in self._boxed else ""
        dead = edge.kind is EdgeKind.DEAD_LETTER
        kind = LineKind.DEAD_LETTER if dead else LineKind.FLOW
        self._add(self._hubs[start] if via else start, edge.end, kind, via)

    def _add(self, start: str, end: str, kind: LineKind, via: str) -> None:
        if start in self._boxed and end in self._boxed:
            self._kinds.setdefault(end, set()).add(kind)
            known = self._via.setdefault((start, end, kind), [])
            if via and via not in known:
                known.append(via)

    def _box(self, node: Node) -> Box:
        kind = BOX_KINDS[node.kind]
        _, _, rest = node.name.partition("/")
        namespace, _, label = rest.rpartition("/")
        ends = self._kinds.get(node.name)
        if kind is BoxKind.SERVICE and ends == {LineKind.DEAD_LETTER}:
            kind = BoxKind.DEAD_LETTERS
        return Box(
            name=node.name,
            label=label or node.name,
            kind=kind,
            namespace=namespace or DEFAULT_NAMESPACE,
            note=node.label,
            # A source without a line has a sink that does not resolve.
            ready=node.ready
            and (kind is not BoxKind.SOURCE or node.name in self._leading),
            stub=node.stub,
        )
