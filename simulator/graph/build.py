"""A `Wiring` becomes a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.graph.filter_text import filter_text
from simulator.graph.parts import Edge, EdgeKind, Graph, Node, NodeKind
from simulator.urls import host_of
from simulator.wiring import HubKind, Truth, node_name

if TYPE_CHECKING:
    from simulator.resource import ResourceKey
    from simulator.wiring import Hub, Route, Wiring

_UNWIRED = {
    "Broker": NodeKind.BROKER,
    "Channel": NodeKind.CHANNEL,
    "InMemoryChannel": NodeKind.CHANNEL,
    "Trigger": NodeKind.TRIGGER,
    "Subscription": NodeKind.SUBSCRIPTION,
}


def build(wiring: Wiring) -> Graph:
    """Draw the graph of a wiring.

    Stubs never reply, so no reply leads away from a route to one. What is declared and
    not wired is a node without edges that is not ready.
    """
    return _Builder(wiring).graph()


class _Builder:
    """A graph in the making."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._nodes: dict[str, Node] = {}
        self._edges: dict[Edge, None] = {}
        self._hubs = {hub.url: hub.node for hub in wiring.hubs}
        self._hosts = {
            host: endpoint.node
            for endpoint in reversed(wiring.endpoints)
            for host in endpoint.hosts
        }
        self._stubs = {each.node: each.stub for each in wiring.endpoints}

    def graph(self) -> Graph:
        for source in self._wiring.sources:
            self._add(source.node, NodeKind.SOURCE, stub=source.silent)
            if source.sink is not None:
                self._lead(source.node, source.sink, EdgeKind.SEND)
        for hub in self._wiring.hubs:
            self._hub(hub)
        for key in self._wiring.conditions:
            self._unwired(key)
        for endpoint in self._wiring.endpoints:
            self._add(
                endpoint.node,
                NodeKind.SERVICE,
                ready=not endpoint.unreachable,
                stub=endpoint.stub,
            )
        known = [edge for edge in self._edges if edge.end in self._nodes]
        lost = [edge for edge in self._edges if edge.end not in self._nodes]
        for edge in lost:
            self._add(edge.end, NodeKind.NOWHERE, ready=False)
        return Graph(nodes=tuple(self._nodes.values()), edges=(*known, *lost))

    def _hub(self, hub: Hub) -> None:
        is_broker = hub.kind is HubKind.BROKER
        ready = self._ready(hub.resource)
        kind = NodeKind.BROKER if is_broker else NodeKind.CHANNEL
        self._add(hub.node, kind, ready=ready)
        for route in hub.routes:
            kind = NodeKind.TRIGGER if is_broker else NodeKind.SUBSCRIPTION
            label = self._filter_text(route) if is_broker else ""
            ready = self._ready(route.resource)
            self._add(route.node, kind, label=label, ready=ready)
            self._edge(hub.node, route.node, EdgeKind.EVENT)
            self._route(route)

    def _route(self, route: Route) -> None:
        to = self._lead(route.node, route.subscriber, EdgeKind.EVENT)
        if route.reply is not None and not self._stubs.get(to):
            self._lead(route.node, route.reply, EdgeKind.REPLY, "reply")
        if route.dead_letter is not None:
            self._lead(
                route.node, route.dead_letter, EdgeKind.DEAD_LETTER, "dead letter"
            )

    def _lead(self, start: str, url: str, kind: EdgeKind, label: str = "") -> str:
        host = host_of(url)
        end = self._hubs.get(url) or self._hosts.get(host) or f"nowhere/{host}"
        self._edge(start, end, kind, label)
        return end

    def _edge(self, start: str, end: str, kind: EdgeKind, label: str = "") -> None:
        self._edges.setdefault(Edge(start=start, end=end, kind=kind, label=label))

    def _add(
        self,
        name: str,
        kind: NodeKind,
        *,
        label: str = "",
        ready: bool = True,
        stub: bool = False,
    ) -> None:
        node = Node(name=name, kind=kind, label=label, ready=ready, stub=stub)
        self._nodes.setdefault(name, node)

    def _unwired(self, key: ResourceKey) -> None:
        if key.kind in _UNWIRED:
            kind = _UNWIRED[key.kind]
            name = node_name(kind.value, key.namespace, key.name)
            self._add(name, kind, ready=self._ready(key))

    def _ready(self, key: ResourceKey) -> bool:
        conditions = self._wiring.conditions.get(key, ())
        return all(
            each.status is Truth.TRUE for each in conditions if each.type == "Ready"
        )

    def _filter_text(self, route: Route) -> str:
        resource = self._wiring.resources.get(route.resource)
        return filter_text(resource.spec) if resource is not None else ""
