"""What must be Ready before a source sends: all that its events go through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.graph.build import build
from simulator.graph.walks import reached
from simulator.nodes import Role, node_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.resource import Resource, ResourceKey
    from simulator.wiring import Source, Wiring

_SERVICE = f"{Role.SERVICE.value}/"
_NOT_THERE = {
    "apiVersion": "messaging.knative.dev/v1",
    "kind": "Channel",
    "name": "not-there-yet",
}


class Need(NamedTuple):
    """A resource that events of a source go through.

    Args:
        service: A stub would stand in for it: what refers to it has to lead nowhere.
    """

    key: ResourceKey
    service: bool

    def missing(self, resources: Iterable[Resource]) -> Iterator[Resource]:
        """Give resources as they are while it is not there yet."""
        for each in resources:
            if not self.service:
                if each.key != self.key:
                    yield each
            elif isinstance(each.manifest.get("spec"), dict):
                spec = _leading_nowhere(each.spec, self.key, each.namespace)
                yield each.replace(manifest={**each.manifest, "spec": spec})
            else:
                yield each


class Needs:
    """What sources need.

    Source: knative-kinds, Trigger and Subscription: one whose subscriber or dead letter
        sink does not resolve is not Ready, and nothing is dispatched to it; PingSource
        and others: without a sink URI, nothing is sent.
    """

    def __init__(self, wiring: Wiring, there: Mapping[ResourceKey, Resource]) -> None:
        self._there = there
        self._position = {key: at for at, key in enumerate(there)}
        self._named = {(key.kind, key.namespace, key.name): key for key in there}
        self._after: dict[str, list[str]] = {}
        for edge in build(wiring).edges:
            self._after.setdefault(edge.start, []).append(edge.end)
        self._keys: dict[str, dict[ResourceKey, None]] = {}
        for hub in wiring.hubs:
            self._is(hub.node, hub.resource)
            for route in hub.routes:
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
        needed = {
            key: node.startswith(_SERVICE)
            for node in found
            for key in self._keys.get(node, ())
            if key not in (own, source.resource)
        }
        referred: set[ResourceKey] = set()
        for key in [*needed, own]:
            if key is not None:
                referred |= self.references(key)
        return [
            Need(key, needed[key])
            for key in sorted(needed, key=self._position.__getitem__)
            if key in referred or not needed[key]  # a URI does not wait for a service
        ]

    def sink(self, source: Source) -> ResourceKey | None:
        resource = None if source.resource is None else self._there.get(source.resource)
        sink = None if resource is None else resource.spec.get("sink")
        if resource is None or not isinstance(sink, dict):
            return None
        named = _named(sink.get("ref"), resource.namespace)
        return self._named.get(next(named, ("", "", "")))

    def references(self, key: ResourceKey) -> set[ResourceKey]:
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


def _leading_nowhere(value: Any, key: ResourceKey, namespace: str) -> Any:
    """Copy a spec with references to something that is not there instead of *key*."""
    if isinstance(value, list):
        return [_leading_nowhere(each, key, namespace) for each in value]
    if not isinstance(value, dict):
        return value
    named = (value.get("kind"), value.get("namespace") or namespace, value.get("name"))
    if named == key[1:]:
        return {**value, **_NOT_THERE}
    return {
        name: _leading_nowhere(each, key, namespace) for name, each in value.items()
    }
