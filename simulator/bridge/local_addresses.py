"""Which address of the cluster a request on this machine is for, and the other way round."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import UsageError, closest
from simulator.go_url import is_url
from simulator.profiles import MT_CHANNEL
from simulator.urls import authority_of, host_of, split
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.kernel import AddressBook
    from simulator.wiring import Hub

_REMEMBERED = 1_024
_CHANNELS = "/channels/"
_HOSTS = "/hosts/"
# Source: RFC 6761, 6.3; the names by which containers of Docker and Podman call their host.
_LOCAL = ("localhost", "host.docker.internal", "host.containers.internal")
_ABSOLUTE = re.compile(r"(?i)http://([^/?]*)(.*)", re.DOTALL)
_UNSAFE = re.compile(r"[^!-\"$-~]")  # a # would begin a fragment; the rest is no ASCII


class UnknownHostError(Exception):
    """Nothing has the host of a request; the message names the nearest that is there."""


class Asked(NamedTuple):
    """Where in the cluster a request goes; *by_host*: the header said so, not the path."""

    url: str
    by_host: bool


class LocalAddresses:
    """The addresses of one topology, as they are reached on this machine.

    A known host wins. Of a request for this machine itself the path tells:
    ``/NAMESPACE/BROKER`` as at Knative's ingress; ``/channels/NAMESPACE/CHANNEL`` and
    ``/hosts/HOST/PATH`` are ours, and Knative's ingress answers such paths with 400.

    Args:
        own: The host it was bound to, which is no cluster's.
    """

    def __init__(self, book: AddressBook, authority: str, own: str) -> None:
        self._book = book
        self._authority = authority
        self._own = own
        self._brokers: dict[str, Hub] = {}
        self._channels: dict[str, Hub] = {}
        for hub in book.wiring.hubs:
            of_kind = self._brokers if hub.kind is HubKind.BROKER else self._channels
            if hub.kind is not HubKind.TOPIC:
                of_kind[f"{hub.namespace}/{hub.name}"] = hub
        self._ingress = self._usual_ingress()
        self.asked = lru_cache(maxsize=_REMEMBERED)(self._asked)
        """See `_asked`; what is asked for again is remembered."""

    def _usual_ingress(self) -> str:
        """Give the host at which brokers are told apart by path, and asked for others."""
        usual = host_of(MT_CHANNEL.door.address("", ""))
        by_path = [h for h in self._brokers.values() if h.profile.door.by_path]
        hosts = [host_of(hub.url) for hub in by_path]
        return usual if usual in hosts or not hosts else hosts[0]

    # -- from here into the cluster

    def _asked(self, target: str, host: str) -> Asked:
        """Find what a request means; UnknownHostError, or ValueError for no URL.

        Source: Go net/http readRequest: url.ParseRequestURI comes before all else.
        """
        absolute = _ABSOLUTE.fullmatch(target)
        if absolute:  # Source: RFC 9112, 3.2.2: its host counts, not the header's
            host, target = absolute[1], absolute[2]
        path = _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", target)
        if not path.startswith("/"):
            path = f"/{path}"
        if not is_url(f"http://{host if absolute else '_'}{path}"):
            raise ValueError(f"{path} is no path of a URL, or {host} no host")
        if self._is_here(host):
            url = self._by_path(path)
            return Asked(self._known(url) if path.startswith(_HOSTS) else url, False)
        return Asked(self._known(f"http://{host}{path}"), by_host=True)

    def _known(self, url: str) -> str:
        """Give a URL, or raise UnknownHostError if nothing has its host."""
        found = self._book.find(url)
        is_there = found.door or found.endpoint or found.trigger
        refusal = found.refusal
        if is_there or (refusal is not None and refusal.failure is None):
            return url
        raise UnknownHostError(self._no_host(host_of(url)))

    def _is_here(self, host: str) -> bool:
        name = host_of(f"http://{host}")
        if not name or name in (*_LOCAL, self._own) or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True

    def _by_path(self, path: str) -> str:
        whole, mark, query = path.partition("?")
        rest = mark + query
        if whole.startswith(_CHANNELS):
            name = whole.removeprefix(_CHANNELS)
            hub = self._channels.get(name)
            if hub is not None:
                return f"http://{authority_of(hub.url)}/{rest}"
        if whole.startswith(_HOSTS):
            host, slash, there = whole.removeprefix(_HOSTS).partition("/")
            if "." in host:
                return f"http://{host}{slash or '/'}{there}{rest}"
        hub = self._brokers.get(whole.removeprefix("/").removesuffix("/"))
        if hub is None or hub.profile.door.by_path:
            host = self._ingress if hub is None else authority_of(hub.url)
            return f"http://{host}{path}"
        return f"http://{authority_of(hub.url)}/{rest}"

    def _no_host(self, host: str) -> str:
        known = list(self.hosts())
        near = closest(host, known, 0.4) or next(iter(known), "")
        hint = f"; the nearest is {near}" if near else ""
        only = f"nothing in this topology has the host {host}, and kn-sim asks no other"
        return f"{only}{hint}"

    def hosts(self) -> Iterator[str]:
        """Give the hosts that requests may name, those of brokers first."""
        wiring = self._book.wiring
        yield from dict.fromkeys(
            host_of(url)
            for url in (
                *(hub.url for hub in wiring.hubs if hub.kind is not HubKind.TOPIC),
                *(each.url for hub in wiring.hubs for each in hub.entrances),
                *(each.url for each in wiring.endpoints if not each.private),
            )
        )

    # -- from the cluster to here

    def url(self, address: str) -> str:
        """Give the URL on this machine of ``broker/default``, ``channel/audit`` and so on.

        Raises:
            UnknownAddressError: Nothing has this address.
            UsageError: It is not reached by HTTP: a topic.
        """
        url = self._book.url_of(address)
        if split(url).scheme != "http":
            raise UsageError(f"{address} is not reached by HTTP, but as {url}")
        return self.url_of(url)

    def url_of(self, url: str) -> str:
        here = f"http://{self._authority}"
        for hub in self._brokers.values():
            if hub.url == url:
                return f"{here}/{hub.namespace}/{hub.name}"
        for hub in self._channels.values():
            if hub.url.rstrip("/") == url.rstrip("/"):
                return f"{here}{_CHANNELS}{hub.namespace}/{hub.name}"
        parts = split(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{here}{_HOSTS}{authority_of(url)}{parts.path or '/'}{query}"
