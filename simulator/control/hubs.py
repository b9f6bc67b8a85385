"""Brokers and channels: what their controllers make of them, and whom they feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.nodes import node_name
from simulator.profiles import IN_MEMORY_CHANNEL
from simulator.resource import DEFAULT_NAMESPACE
from simulator.urls import host_of
from simulator.value import Value
from simulator.wiring import Hub, HubKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.access import Guard
    from simulator.control.conditions import ConditionSet
    from simulator.control.destinations import Resolution
    from simulator.control.given import Admitted
    from simulator.control.settings import Delivery
    from simulator.event_types import EventTypes
    from simulator.profiles import Profile
    from simulator.wiring import Entrance, Route


class Topic:
    """A topic of one Kafka cluster.

    Attributes:
        servers: The hosts by which the cluster is known, without ports.
        url: Where it is in the wiring.
    """

    __slots__ = ("name", "servers", "url")

    def __init__(self, name: str, servers: dict[str, None]) -> None:
        self.name = name
        self.servers = servers
        from urllib.parse import quote  # few clusters have topics

        first = quote(next(iter(servers), ""), safe="")
        self.url = f"kafka-topic://{first}/{quote(name, safe='')}"


_ASYNC_ANNOTATION = "messaging.knative.dev/async-handler"


class HubState(Value):
    """A reconciled broker or channel, whoever made it.

    Args:
        template: The kind of channel it is; empty for a broker.
        url: Its address; None while it is not ready.
        partitions: Of its topic, if anything says so; else 0.
        sink_audience: For whom tokens are made that go there; None for no tokens.
        guard: Who may send to it; None for everybody.
        event_types: What is made of the events that it takes; None for nothing.
    """

    owner: Admitted
    kind: HubKind
    name: str
    conditions: ConditionSet
    template: str = ""
    profile: Profile = IN_MEMORY_CHANNEL
    url: str | None = None
    delivery: Delivery | None = None
    dead_letter: str | None = None
    sink_audience: str | None = None
    asynchronous: bool = False
    partitions: int = 0
    guard: Guard | None = None
    event_types: EventTypes | None = None

    @property
    def audience(self) -> str | None:
        return None if self.guard is None else self.guard.audience


def is_asynchronous(admitted: Admitted) -> bool:
    """Source: knative-runtime, Shape of one delivery."""
    return str(admitted.annotations.get(_ASYNC_ANNOTATION)).lower() == "true"


class HubList:
    """Hubs in declaration order, each once; what has no address is left out."""

    def __init__(self) -> None:
        self._hubs: dict[str, Hub] = {}
        self._routes: dict[str, list[Route]] = {}
        self._entrances: dict[str, list[Entrance]] = {}
        self.addresses: dict[str, str] = {}

    def add(self, state: HubState) -> None:
        url = state.url
        if url is None:
            return
        if url in self._hubs:
            if state.partitions:
                hub = self._hubs[url].replace(partitions=state.partitions)
                self._hubs[url] = hub
            return
        namespace = self._namespace(state)
        hub = Hub(
            node=node_name(state.kind.value, namespace, state.name),
            kind=state.kind,
            resource=state.owner.key,
            namespace=namespace,
            name=state.name,
            url=url,
            routes=(),
            asynchronous=state.asynchronous,
            profile=state.profile,
            delivery=None if state.delivery is None else state.delivery.spec,
            partitions=state.partitions,
            guard=state.guard,
            event_types=state.event_types,
        )
        self._hubs[url] = hub
        self._routes[url] = []
        self._entrances[url] = []
        self.addresses[hub.node] = url

    def _namespace(self, state: HubState) -> str:
        """Give the namespace of a hub; a topic has none, but for a cluster of its own."""
        if state.kind is not HubKind.TOPIC:
            return state.owner.namespace
        taken = node_name(state.kind.value, DEFAULT_NAMESPACE, state.name)
        return (
            host_of(state.url or "") if taken in self.addresses else DEFAULT_NAMESPACE
        )

    def add_address(self, owner: Admitted, url: str) -> None:
        key = owner.key
        self.addresses[node_name(key.kind.lower(), key.namespace, key.name)] = url

    def add_route(self, url: str, route: Route) -> None:
        self._routes[url].append(route)

    def add_entrance(self, url: str, entrance: Entrance) -> None:
        self._entrances[url].append(entrance)

    def finished(self) -> tuple[Hub, ...]:
        return tuple(
            hub.replace(
                routes=tuple(self._routes[url]), entrances=tuple(self._entrances[url])
            )
            for url, hub in self._hubs.items()
        )


class Part(Value):
    destination: Mapping[str, Any] | None = None
    path: str = ""
    url: str | None = None
    audience: str | None = None


class Wanted(Value):
    """A subscription to be wired; findings are about its owner, which may be a flow."""

    owner: Admitted
    name: str
    channel: HubState
    subscriber: Part
    reply: Part | None = None
    delivery: Delivery | None = None


class FlowState(Value):
    """A lowered flow: the channel that is its address comes first."""

    channels: tuple[HubState, ...]
    wanted: tuple[Wanted, ...]
    is_whole: bool = True

    def ending_at(self, found: Resolution) -> FlowState:
        ending = {
            channel.name: channel.replace(
                dead_letter=found.url,
                sink_audience=found.audience,
                url=channel.url if found.url else None,
            )
            for channel in self.channels
        }
        return self.replace(
            channels=tuple(ending.values()),
            wanted=tuple(
                each.replace(channel=ending[each.channel.name]) for each in self.wanted
            ),
        )


def part_of(spec: Mapping[str, Any], field: str, path: str) -> Part | None:
    """Give the Destination in *field*, which stands at *path*; None for none."""
    destination = spec.get(field)
    if not isinstance(destination, dict) or not destination:
        return None
    return Part(destination=destination, path=path)
