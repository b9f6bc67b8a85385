"""What must be Ready before a source sends: all that its events go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.graph.build import build
from simulator.graph.walks import reached
from simulator.nodes import Role, node_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.resource import Resource, ResourceKey
    from simulator.wiring import Source, Wiring

_SERVICE = f"{Role.SERVICE.value}/"


class Need(NamedTuple):
    """A resource that events of a source go through.

    Args:
        without: What is left out to see what happens without it: itself; of a service,
            which a stub would stand in for, the routes that are not Ready without it.
    """

    key: ResourceKey
    without: tuple[ResourceKey, ...]


class Needs:
    """What sources need.

    Args:
        wiring: Of all resources.
        there: Those of the files, in their order.

    Source: knative-kinds, Trigger and Subscription: one whose subscriber or dead letter
        sink does not resolve is not Ready, and nothing is dispatched to it; PingSource
        and others: without a sink URI, nothing is sent.
    """

    def __init__(self, wiring: Wiring, there: Mapping[ResourceKey, Resource]) -> None:
        self._there = there
        self._position = {key: at for at, key in enumerate(there)}
        self._named = {(key.kind, key.namespace, key.name): key for key in there}
        self._routes = [route for hub in wiring.hubs for route in hub.routes]
        self._after: dict[str, list[str]] = {}
        for edge in build(wiring).edges:
            self._after.setdefault(edge.start, []).append(edge.end)
        self._keys: dict[str, dict[ResourceKey, None]] = {}
        for hub in wiring.hubs:
            self._is(hub.node, hub.resource)
        for route in self._routes:
            self._is(route.node, route.resource)
        for key, role in wiring.roles.items():
            self._is(node_name(role.value, key.namespace, key.name), key)
        words = {each.node.partition("/")[0] for each in wiring.endpoints}
        called = {
            node_name(word, key.namespace, key.name): key
            for word in sorted(words)
            for key in there
            if key.kind.lower().endswith(word)
        }
        for endpoint in wiring.endpoints:
            if endpoint.node in called:
                self._is(endpoint.node, called[endpoint.node])

    def _is(self, node: str, key: ResourceKey) -> None:
        if key in self._there:
            self._keys.setdefault(node, {})[key] = None

    def of(self, source: Source) -> list[Need]:
        """Give what a source needs, in the order of the files.

        What its own sink refers to is not there: until that has an address, the source
        does not send.
        """
        found = reached(source.node, self._after)
        own = self.sink(source)
        needed: dict[ResourceKey, dict[ResourceKey, None]] = {
            key: {}
            for node in found
            for key in self._keys.get(node, ())
            if key not in (own, source.resource)
        }
        for route in self._routes:
            if route.node in found and route.resource in self._there:
                for end in self._after.get(route.node, ()):
                    if not end.startswith(_SERVICE):
                        continue  # without it, the route is not Ready by itself
                    for key in self._keys.get(end, ()):
                        if key in needed:
                            needed[key][route.resource] = None
        return [
            Need(key, tuple(needed[key]) or (key,))
            for key in sorted(needed, key=self._position.__getitem__)
        ]

    def sink(self, source: Source) -> ResourceKey | None:
        """Give the resource of the files that the sink of a source refers to."""
        resource = None if source.resource is None else self._there.get(source.resource)
        sink = None if resource is None else resource.spec.get("sink")
        if resource is None or not isinstance(sink, dict):
            return None
        named = _named(sink.get("ref"), resource.namespace)
        return self._named.get(next(named, ("", "", "")))

    def references(self, key: ResourceKey) -> set[ResourceKey]:
        """Give the resources of the files that one of them refers to."""
        named = _named(self._there[key].spec, key.namespace)
        found = {self._named[each] for each in named if each in self._named}
        return found - {key}


def _named(value: Any, namespace: str) -> Iterator[tuple[str, str, str]]:
    """Walk a spec for what names an object: kind and name, or the broker of a Trigger."""
    if isinstance(value, dict):
        kind, name = value.get("kind"), value.get("name")
        if isinstance(kind, str) and isinstance(name, str):
            yield kind, str(value.get("namespace") or namespace), name
        broker = value.get("broker")
        if isinstance(broker, str):
            yield "Broker", namespace, broker
        for each in value.values():
            yield from _named(each, namespace)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, namespace)
