"""Where each URL leads: to a service, into a hub, or nowhere.

Which hosts and paths lead into hubs, and what is answered where there is none, is what
the doors of the profiles say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.kernel.answer import Answer, Failure
from simulator.kernel.router import rules_of
from simulator.profiles import IN_MEMORY_CHANNEL, MT_CHANNEL
from simulator.urls import (
    authority_of,
    host_in_cluster,
    host_of,
    port_of,
    request_target,
    split,
)
from simulator.value import NamedTuple
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel.router import HubRules
    from simulator.profiles.profile import Door
    from simulator.wiring import Endpoint, Hub, Wiring

# What the installation runs, hubs or no hubs.
_INSTALLED = (MT_CHANNEL, IN_MEMORY_CHANNEL)
_NAMED = r"[^/]*/[^/]*"
_TRIGGER = r"/triggers/([^/]*)/([^/]*)/([^/]*)"
FILTER_SERVICE = "broker-filter"
_BAD_REQUEST = 400


class Address(NamedTuple):
    """What there is at a URL; the arguments of a `Target`, by name.

    Attributes:
        node: Of the hub or service; a host where there is neither.
        door: The hub's, or whose paths lead to hubs.
        hub: The node of the hub; empty for none.
        inner: It is the channel behind a broker.
        endpoint: The service; None for none.
        refusal: What everything is answered; None where somebody takes it.
        malformed: The path names no hub.
        trigger: Namespace, name and uid of the trigger behind a filter's address.
    """

    node: str
    url: str
    path: str
    door: Door | None = None
    hub: str = ""
    inner: bool = False
    endpoint: Endpoint | None = None
    refusal: Answer | None = None
    malformed: bool = False
    trigger: tuple[str, str, str] | None = None


class AddressBook:
    """Where the URLs of a wiring lead, by name; any number of runs may share it.

    Args:
        wiring: The reconciled topology.

    """

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self._rules: dict[str, HubRules] = {}
        self._found: dict[str, Address] = {}
        self._endpoints = {h: e for e in reversed(wiring.endpoints) for h in e.hosts}
        # Processes that answer for several resources: host and beginning of a path.
        self._at_paths = {
            h + p: e for e in wiring.endpoints for p in e.paths for h in e.hosts
        }
        # Hosts behind which only the path tells hubs apart; hosts of one hub each; and
        # the hubs by host and path.
        self._shared: dict[str, Door] = {}
        self._own: dict[str, tuple[Door, Address]] = {}
        self._named: dict[tuple[str, str], Address] = {}
        self._filter_services: dict[str, None] = {}
        for profile in _INSTALLED:
            self._open(profile.door)
            self._filter_services[profile.filtering.service] = None
        for hub in wiring.hubs:
            self._enter(hub)

    @property
    def own_hosts(self) -> Mapping[str, Door]:
        """The hosts that are a hub's own."""
        return {host: door for host, (door, _) in self._own.items()}

    @property
    def rules(self) -> Mapping[str, HubRules]:
        """Node of a hub -> what no run decides of it; worked out for the first run."""
        if not self._rules:
            self._rules = {hub.node: rules_of(hub) for hub in self.wiring.hubs}
        return self._rules

    def url_of(self, name: str) -> str:
        """Give the URL that a name stands for: whole, bare where unique, or a URL itself.

        Raises:
            UnknownAddressError: Nothing has it; the message has the nearest.
            UsageError: Several have it; the message names them.
        """
        if "://" in name:
            return name
        named = self.wiring.addresses
        url = named.get(name) or named.get(f"service/{name}")
        if url:
            return url
        from simulator.names import resolve  # most names are whole

        return named[resolve(name, named)]

    def _open(self, door: Door) -> None:
        if door.by_path:
            self._shared[host_of(door.address("", ""))] = door
        elif door.dispatcher:
            self._shared[door.dispatcher] = door

    def _enter(self, hub: Hub) -> None:
        """Note where a hub is reached, and the channel behind it."""
        profile = hub.profile
        door = profile.door
        parts = split(hub.url)
        host = host_of(hub.url)
        place = Address(hub.node, hub.url, "", door, hub.node)
        self._filter_services[profile.filtering.service] = None
        if door.by_path:
            self._shared[host] = door
            self._named[host, parts.path] = place
        elif hub.kind is HubKind.TOPIC:
            self._found[hub.url] = place
        else:
            self._open(door)
            self._enter_channel(door, host, f"/{hub.namespace}/{hub.name}", place)
        for each in hub.entrances:
            at, path = host_of(each.url), split(each.url).path
            self._shared[at] = each.door
            self._named[at, path] = Address(
                each.node, each.url, "", each.door, hub.node
            )
        if profile.channel is not None:
            door, name = profile.channel.door, door.inner.format(name=hub.name)
            inner = place._replace(node=f"{hub.node} channel", door=door, inner=True)
            host = host_of(door.address(name, hub.namespace))
            self._enter_channel(door, host, f"/{hub.namespace}/{name}", inner)

    def _enter_channel(self, door: Door, host: str, path: str, place: Address) -> None:
        self._own[host] = (door, place)
        if door.dispatcher:
            self._named[door.dispatcher, path] = place

    def name_of(self, url: str) -> str:
        """Name what a URL leads to: ``service/a``, with its path; itself for nothing."""
        found = self.find(url)
        if found.hub and not found.inner:
            return found.node
        if found.hub or found.endpoint is None:
            return found.hub or url
        node = found.endpoint.node
        own = ("/", *found.endpoint.paths, *found.endpoint.mute)
        return node if found.path in own else f"{node} at {found.path}"

    def find(self, url: str) -> Address:
        """Look an absolute URL up; an unknown host is a place too.

        Raises:
            ValueError: It is no URL.
        """
        found = self._found.get(url)
        if found is None:
            found = self._found[url] = self._find(url)
        return found

    def _find(self, url: str) -> Address:
        path = request_target(url)
        host, full = host_of(url), host_in_cluster(url)
        if split(url).scheme not in ("http", "https"):
            return Address(host or url, url, path, refusal=failing(Failure.SCHEME))
        found = self._behind_door(full, url, path)
        if found is not None:
            return found
        endpoint = self._endpoint_at(host, full)
        if endpoint is None:
            return Address(host or url, url, path, refusal=failing(Failure.NO_HOST))
        refused = endpoint.unreachable or not _serves(endpoint, full, port_of(url))
        refusal = failing(Failure.REFUSED) if refused else None
        node = endpoint.node
        if endpoint.paths:
            own = self._at_path(full, path.partition("?")[0])
            # What is nobody's is refused by the process itself.
            node, endpoint = (own.node, own) if own else (full, endpoint)
            if path in endpoint.mute:
                endpoint = endpoint.replace(replies=False, emits=())
        return Address(node, url, path, endpoint=endpoint, refusal=refusal)

    def _at_path(self, host: str, path: str) -> Endpoint | None:
        """Find whose path it is, at a host that several share."""
        while path:
            found = self._at_paths.get(host + path)
            if found is not None:
                return found
            path = path.rpartition("/")[0]
        return None

    def _endpoint_at(self, host: str, full: str) -> Endpoint | None:
        """Find the service with this name; one with a dot at its end has to be whole."""
        found = self._endpoints.get(host) or self._endpoints.get(full)
        if found and host.endswith("."):
            completed = host_in_cluster(f"http://{full}")
            return None if completed != full and completed in found.hosts else found
        return found

    def _behind_door(self, host: str, url: str, path: str) -> Address | None:
        """Find what a broker or channel answers at a host; None for none of theirs."""
        if host in self._filter_services:
            return _filter(url, path)
        own = self._own.get(host)
        if own is not None:
            called = authority_of(url) if own[0].reads_port else host_of(url)
            named = own[1] if called == host else None
            return self.behind_own_door(own[0], named, url, path)
        door = self._shared.get(host)
        if door is None:
            return None
        if not door.by_path:
            return self.behind_own_door(door, None, url, path)
        asked = path if door.reads_query else path.partition("?")[0]
        whole = _whole(asked) if door.takes_slash and asked != "/" else asked
        place = self._named.get((host, whole))
        return _found(door, place, url, path, asked)

    def hub_of(self, host: str, door: Door) -> Address | None:
        """Find the hub whose own host this is, behind such a door."""
        own = self._own.get(host)
        return None if own is None or own[0] != door else own[1]

    def behind_own_door(
        self, door: Door, place: Address | None, url: str, path: str
    ) -> Address:
        """Find the hub that is meant by a host of its own, unless a path says another."""
        asked = path if door.reads_query else path.partition("?")[0]
        if asked != "/" and not door.dispatcher:
            return _refused(door, url, path, door.malformed, malformed=True)
        if asked != "/":
            place = self._named.get((door.dispatcher, _whole(asked)))
        elif place is None:
            return _refused(door, url, path, door.unknown, malformed=door.path_first)
        return _found(door, place, url, path, asked)


def _name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.name}.{endpoint.namespace}.svc.cluster.local"


def _serves(endpoint: Endpoint, host: str, port: int | None) -> bool:
    """Say whether it takes connections at a port; of other hosts nobody knows."""
    return not endpoint.ports or port in endpoint.ports or host != _name_of(endpoint)


def _found(
    door: Door, place: Address | None, url: str, path: str, asked: str
) -> Address:
    if place is not None:
        return place._replace(url=url, path=path)
    named = re.fullmatch(_NAMED, _whole(asked).removeprefix("/"))
    status = door.unknown if named else door.malformed
    if asked == "/":
        status = door.root
    early = named is None or door.path_first
    return _refused(door, url, path, status, malformed=early)


def _refused(
    door: Door, url: str, path: str, status: int, *, malformed: bool
) -> Address:
    return Address(
        door.node, url, path, door, refusal=Answer(status), malformed=malformed
    )


def _filter(url: str, path: str) -> Address:
    """Find the trigger behind an address of the filter service."""
    asked = re.fullmatch(_TRIGGER, path)
    if asked is None:
        refusal = Answer(_BAD_REQUEST)
        return Address(FILTER_SERVICE, url, path, refusal=refusal, malformed=True)
    namespace, name, uid = asked.groups()
    return Address(FILTER_SERVICE, url, path, trigger=(namespace, name, uid))


def _whole(path: str) -> str:
    return path.removesuffix("/")


def failing(failure: Failure) -> Answer:
    return Answer(0, failure=failure)
