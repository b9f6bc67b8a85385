"""What the graph pane draws: boxes and lines, and which line a record travels along.

A diagram is the graph of the wiring as people think of it: replies leave the service
that gives them, and a channel leads straight to its subscribers.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from simulator.graph import EdgeKind, NodeKind, build
from simulator.kernel import Kind
from simulator.resource import DEFAULT_NAMESPACE
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.graph import Edge, Node
    from simulator.trace import Record
    from simulator.wiring import Wiring


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
        label: The short name that is shown.
        kind: What it stands for.
        namespace: Where it lives.
        note: More for a card or a tooltip: the filter of a trigger; may be empty.
        ready: Whether it works.
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
        """Make a diagram.

        Args:
            boxes: In declaration order.
            lines: In declaration order.
            hubs: Trigger or subscription -> the node of its broker or channel.
            subscribers: Trigger or subscription -> the node of its subscriber.
        """
        drawn = tuple(lines)
        return cls(
            boxes=tuple(boxes),
            lines=drawn,
            _index={(x.start, x.end, x.kind): at for at, x in enumerate(drawn)},
            _hubs=dict(hubs or {}),
            _subscribers=dict(subscribers or {}),
        )

    def box(self, name: str) -> Box | None:
        """Find a box by the node's name."""
        return next((box for box in self.boxes if box.name == name), None)

    def box_name(self, node: str) -> str:
        """Give the box that shows a node: a subscription's is its channel."""
        if node in self._hubs and self.box(node) is None:
            return self._hubs[node]
        return node

    def way(self, kind: str, source: str, target: str) -> tuple[int, ...]:
        """Give the lines that a record's event travels along, in order; may be empty.

        Args:
            kind: Of the record: the word of the trace.
            source: The node that it comes from.
            target: The node that it goes to.
        """
        if kind in (Kind.DISPATCHED, Kind.PANICKED) and source in self._hubs:
            hub = self._hubs[source]
            first = self._index.get((hub, source, LineKind.FLOW))
            start = source if first is not None else hub
            second = self._index.get((start, target, LineKind.FLOW))
            return tuple(at for at in (first, second) if at is not None)
        if kind == Kind.REPLIED:
            start = self._subscribers.get(source, source)
            return self._line(start, target, LineKind.REPLY)
        if kind == Kind.DEAD_LETTERED:
            return self._line(self.box_name(source), target, LineKind.DEAD_LETTER)
        if kind in (Kind.SENT, Kind.DISPATCHED):
            return self._line(source, target, LineKind.FLOW)
        return ()

    def line(self, start: str, end: str, kind: LineKind) -> int | None:
        """Find a line by its ends."""
        return self._index.get((start, end, kind))

    def _line(self, start: str, end: str, kind: LineKind) -> tuple[int, ...]:
        at = self.line(start, end, kind)
        return () if at is None else (at,)


_KINDS = {
    NodeKind.SOURCE: BoxKind.SOURCE,
    NodeKind.BROKER: BoxKind.BROKER,
    NodeKind.CHANNEL: BoxKind.CHANNEL,
    NodeKind.TRIGGER: BoxKind.TRIGGER,
    NodeKind.SERVICE: BoxKind.SERVICE,
    NodeKind.NOWHERE: BoxKind.NOWHERE,
}


def diagram_of(
    wiring: Wiring,
    *,
    silent: frozenset[str] = frozenset(),
    emissions: Iterable[tuple[str, str]] = (),
) -> Diagram:
    """Draw a wiring.

    Args:
        wiring: What runs.
        silent: The services that never reply.
        emissions: The service and the address of each event that services post.
    """
    return _Drafting(wiring, silent, emissions).diagram()


class _Drafting:
    """A diagram in the making."""

    def __init__(
        self,
        wiring: Wiring,
        silent: frozenset[str],
        emissions: Iterable[tuple[str, str]],
    ) -> None:
        self._graph = build(wiring)
        self._silent = silent
        self._emissions = emissions
        self._boxed = {node.name for node in self._graph.nodes if node.kind in _KINDS}
        self._hubs = {
            route.node: hub.node for hub in wiring.hubs for route in hub.routes
        }
        self._subscribers = {
            edge.start: edge.end
            for edge in self._graph.edges
            if edge.kind is EdgeKind.EVENT and edge.start in self._hubs
        }
        self._via: dict[tuple[str, str, LineKind], list[str]] = {}

    def diagram(self) -> Diagram:
        for edge in self._graph.edges:
            self._draw(edge)
        for service, to in self._emissions:
            self._add(service, to, LineKind.FLOW, "")
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
        start, end = edge.start, edge.end
        hidden = start in self._hubs and start not in self._boxed
        via = start if hidden else ""
        match edge.kind:
            case EdgeKind.REPLY:
                giver = self._subscribers.get(start, "")
                # A broker as a subscriber answers 202: it has no reply to give.
                if giver.startswith("service/") and giver not in self._silent:
                    self._add(giver, end, LineKind.REPLY, start)
            case EdgeKind.DEAD_LETTER:
                self._add(
                    self._hubs[start] if hidden else start,
                    end,
                    LineKind.DEAD_LETTER,
                    via,
                )
            case _ if end in self._boxed:
                self._add(
                    self._hubs[start] if hidden else start, end, LineKind.FLOW, via
                )

    def _add(self, start: str, end: str, kind: LineKind, via: str) -> None:
        if start in self._boxed and end in self._boxed:
            known = self._via.setdefault((start, end, kind), [])
            if via and via not in known:
                known.append(via)

    def _box(self, node: Node) -> Box:
        kind = _KINDS[node.kind]
        _, _, rest = node.name.partition("/")
        namespace, _, label = rest.rpartition("/")
        ends = [kind for _, end, kind in self._via if end == node.name]
        if kind is BoxKind.SERVICE and ends and set(ends) == {LineKind.DEAD_LETTER}:
            kind = BoxKind.DEAD_LETTERS
        return Box(
            name=node.name,
            label=label or node.name,
            kind=kind,
            namespace=namespace or DEFAULT_NAMESPACE,
            note=node.label,
            ready=node.ready,
            stub=node.stub,
        )


def diagram_from(records: Iterable[Record]) -> Diagram:
    """Draw what a trace shows, where there is no topology.

    Only what was used is seen: a trigger that never matched is not.
    """
    nodes: dict[str, None] = {}
    lines: dict[tuple[str, str, LineKind], None] = {}
    hubs: dict[str, str] = {}
    subscribers: dict[str, str] = {}
    reached: dict[int, str] = {}
    for record in records:
        for node in (record.source, record.target):
            if "/" in node:
                nodes[node] = None
        if record.kind is Kind.ACCEPTED:
            reached[record.serial] = record.target
        elif record.kind in (Kind.DISPATCHED, Kind.PANICKED):
            hub = reached.get(record.cause if record.cause is not None else -1)
            if hub is not None:
                hubs.setdefault(record.source, hub)
            subscribers.setdefault(record.source, record.target)
    _lines_seen(lines, hubs, records, subscribers)
    used = {end for line in lines for end in line[:2]} | set(reached.values())
    ends: dict[str, set[LineKind]] = {}
    for _, end, kind in lines:
        ends.setdefault(end, set()).add(kind)
    return Diagram.of(
        [_seen(name, ends.get(name, set())) for name in nodes if name in used],
        [Line(start=start, end=end, kind=kind) for start, end, kind in lines],
        hubs=hubs,
        subscribers=subscribers,
    )


def _lines_seen(
    lines: dict[tuple[str, str, LineKind], None],
    hubs: Mapping[str, str],
    records: Iterable[Record],
    subscribers: Mapping[str, str],
) -> None:
    """Collect the lines that records went along."""
    for record in records:
        source, target = record.source, record.target
        triggers = source in hubs and source.startswith("trigger/")
        start = source if triggers else hubs.get(source, source)
        if "/" not in source or "/" not in target:
            continue
        if record.kind in (Kind.DISPATCHED, Kind.PANICKED, Kind.SENT):
            if triggers:
                lines[hubs[source], source, LineKind.FLOW] = None
            lines[start, target, LineKind.FLOW] = None
        elif record.kind is Kind.REPLIED:
            lines[subscribers.get(source, source), target, LineKind.REPLY] = None
        elif record.kind is Kind.DEAD_LETTERED:
            lines[start, target, LineKind.DEAD_LETTER] = None


_PREFIXES = {
    "broker": BoxKind.BROKER,
    "channel": BoxKind.CHANNEL,
    "trigger": BoxKind.TRIGGER,
    "service": BoxKind.SERVICE,
    "nowhere": BoxKind.NOWHERE,
}


def _seen(name: str, ends: set[LineKind]) -> Box:
    prefix, _, rest = name.partition("/")
    namespace, _, label = rest.rpartition("/")
    kind = _PREFIXES.get(prefix, BoxKind.SOURCE)
    if kind is BoxKind.SERVICE and ends == {LineKind.DEAD_LETTER}:
        kind = BoxKind.DEAD_LETTERS
    return Box(
        name=name, label=label, kind=kind, namespace=namespace or DEFAULT_NAMESPACE
    )
