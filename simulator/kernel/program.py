"""The wiring made ready to run: every address looked up once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from simulator.kernel.answer import Answer, Fault
from simulator.kernel.lane import Lane, RunningHub
from simulator.kernel.target import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.kernel.target import Subscriber
    from simulator.resource import ResourceKey
    from simulator.wiring import Endpoint, Wiring

FILTER_HOST = "broker-filter.knative-eventing.svc.cluster.local"
INGRESS_HOST = "broker-ingress.knative-eventing.svc.cluster.local"
DISPATCHER_HOST = "imc-dispatcher.knative-eventing.svc.cluster.local"
_NAMED = re.compile(r"[^/]*/[^/]*")
_TRIGGER = re.compile(r"/triggers/([^/]*)/([^/]*)/([^/]*)")
_CLUSTER_DOMAIN = ".svc.cluster.local"


class Program:
    """All that runs, and the one place where a URL is looked up.

    Args:
        wiring: The reconciled topology.
        subscribers: Node of an endpoint -> what answers for it, or the answer that
            it always gives.
        before: What ran until now, when something did.
        recreated: What was deleted since, even if it is there again.

    Attributes:
        generations: How often a resource was deleted, for those that were.
        introduce: Is told of each new target; None while nobody wants to know.
    """

    def __init__(
        self,
        wiring: Wiring,
        subscribers: Mapping[str, Subscriber | Answer],
        before: Program | None = None,
        recreated: Iterable[ResourceKey] = (),
    ) -> None:
        self.wiring = wiring
        self._subscribers = subscribers
        self._targets: dict[str, Target] = {}
        self.introduce: Callable[[Target], object] | None = None
        self._brokers: dict[str, RunningHub] = {}
        self._channels: dict[str, RunningHub] = {}
        self._by_name: dict[str, RunningHub] = {}
        self._endpoints = {h: e for e in reversed(wiring.endpoints) for h in e.hosts}
        self.hubs = {hub.node: RunningHub(hub) for hub in wiring.hubs}
        for running in self.hubs.values():
            parts = urlsplit(running.hub.url)
            if running.is_broker:
                self._brokers[parts.path] = running
                hub = running.hub
                host = f"{hub.name}-kne-trigger-kn-channel.{hub.namespace}{_CLUSTER_DOMAIN}"
                name = f"{hub.name}-kne-trigger"
            else:
                host, name = (parts.hostname or "").lower(), running.hub.name
            self._channels[host] = running
            self._by_name[f"{running.namespace}/{name}"] = running
        self._triggers = {
            lane.route.resource: lane
            for running in self.hubs.values()
            if running.is_broker
            for lane in running.lanes
        }
        self._gone: frozenset[str] = frozenset()
        self.generations: dict[ResourceKey, int] = {}
        if before is not None:
            self._follow(before, recreated)

    def _follow(self, before: Program, recreated: Iterable[ResourceKey]) -> None:
        """Remember what is not there any more."""
        self._gone = before._gone.union(before._channels).difference(self._channels)
        self.generations.update(before.generations)
        for key in recreated:
            self.generations[key] = self.generations.get(key, 0) + 1
        for running in self.hubs.values():
            for lane in running.lanes:
                lane.generation = self.generations.get(lane.route.resource, 0)

    def trigger(self, key: ResourceKey) -> Lane | None:
        """Give the route of a trigger; None when it has none now."""
        return self._triggers.get(key)

    def link(self) -> None:
        """Look up the addresses of every route, once subscribers are known."""
        for running in self.hubs.values():
            for lane in running.lanes:
                self._link(lane)

    def _link(self, lane: Lane) -> None:
        lane.target = (
            self.target(lane.route.subscriber)
            if lane.route.subscriber
            # Source: knative-runtime, Channel: a Subscription without subscriber is
            # refused by the webhook; if it got through, every event fails.
            else Target("no subscriber", "", fixed=_failing(Fault.NO_SUBSCRIBER))
        )
        if lane.route.reply:
            lane.reply = self.target(lane.route.reply)
        if lane.route.dead_letter:
            lane.dead_letter = self.target(lane.route.dead_letter)

    def target(self, url: str) -> Target:
        """Look an absolute URL up; an unknown host is a target too.

        Raises:
            ValueError: It is no URL.
        """
        found = self._targets.get(url)
        if found is None:
            found = self._look_up(url)
            found.sought = ""
            self._targets[url] = self.introduced(found)
        return found

    def afresh(self, target: Target) -> Target:
        """Look up again what an earlier program may have found."""
        host = target.sought
        if host is None:
            return target
        found = self.target(target.url)
        return self.with_host(found, host) if host else found

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that were looked up so far, in order."""
        return tuple(self._targets.values())

    def introduced(self, target: Target) -> Target:
        """Give a new target back, once whoever wants to know has been told of it."""
        if self.introduce is not None:
            self.introduce(target)
        return target

    def relative(self, base: str, reference: str) -> Target:
        """Look up where a redirect leads; one that is no URL leads to no host."""
        try:
            return self.target(urljoin(base, reference))
        except ValueError:
            return Target(reference, base, fixed=_failing(Fault.NO_HOST))

    def _look_up(self, url: str) -> Target:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            # Source: knative-resources 2.2: a foreign scheme becomes http://HOST/.
            url = f"http://{parts.netloc}/"
            parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        full = host if host.endswith(_CLUSTER_DOMAIN) else _full_name(host)
        found = self._of_knative(full, url, path)
        if found is not None:
            return found
        endpoint = self._endpoints.get(host) or self._endpoints.get(full)
        if endpoint is None:
            return Target(host or url, url, path=path, fixed=_failing(Fault.NO_HOST))
        return self._service(endpoint, url, path)

    def _of_knative(self, host: str, url: str, path: str) -> Target | None:
        """Find what Knative itself answers at a host: its services and its channels."""
        if host == INGRESS_HOST:
            return self._ingress(url, path)
        if host == FILTER_HOST:
            return self._filter(url, path)
        known = host in self._channels or host in self._gone
        if known or host == DISPATCHER_HOST:
            return self._channel(host, url, path)
        return None

    def with_host(self, target: Target, host: str) -> Target:
        """Look up again where a request with this `Host` header leads.

        Only the dispatcher of the channels asks for it.
        """
        if not target.dispatched:
            return target
        found = self._channel(host, target.url, target.path)
        found.sought = host
        return self.introduced(found)

    def _channel(self, host: str, url: str, path: str) -> Target:
        """Find the channel that the dispatcher means by a host or a path.

        Source: knative-runtime, Channel: no such channel, by host or path, 500;
            malformed path 400. pkg/channel/multichannelfanout ServeHTTP (read, not
            run): it looks before anything else, and not at the query string.
        """
        asked = path.partition("?")[0]
        channel = self._channels.get(host)
        status = 500
        if asked != "/":
            name = asked.removesuffix("/").removeprefix("/")
            channel = self._by_name.get(name)
            if not _NAMED.fullmatch(name):
                status = 400
        if channel is None:
            refused = Answer(status)
            return Target(
                "imc-dispatcher", url, path=path, fixed=refused, dispatched=True
            )
        inner = channel.is_broker
        node = f"{channel.node} channel" if inner else channel.node
        return Target(node, url, path=path, hub=channel, inner=inner, dispatched=True)

    def _service(self, endpoint: Endpoint, url: str, path: str) -> Target:
        if endpoint.unreachable:
            refused = _failing(Fault.REFUSED)
            return Target(endpoint.node, url, path=path, fixed=refused)
        answering = self._subscribers[endpoint.node]
        fixed = answering if isinstance(answering, Answer) else None
        subscriber = None if isinstance(answering, Answer) else answering
        return Target(
            endpoint.node,
            url,
            path=path,
            fixed=fixed,
            subscriber=subscriber,
            is_service=True,
        )

    def _filter(self, url: str, path: str) -> Target:
        """Find the trigger behind an address of the filter service.

        Source: knative-runtime, Filter service: wrong UID 400, unknown trigger 404.
        """
        asked = _TRIGGER.fullmatch(path)
        if asked is None:
            return Target(
                "broker-filter", url, path=path, fixed=Answer(400), malformed=True
            )
        namespace, name, uid = asked.groups()
        for hub in self.hubs.values():
            for lane in hub.lanes:
                key = lane.route.resource
                if lane.filtered and (key.namespace, key.name) == (namespace, name):
                    if uid != trigger_uid(namespace, name, lane.generation):
                        return Target(
                            "broker-filter", url, path=path, fixed=Answer(400)
                        )
                    return Target("broker-filter", url, path=path, filters=lane)
        return Target("broker-filter", url, path=path, fixed=Answer(404))

    def _ingress(self, url: str, path: str) -> Target:
        """Find the broker behind a path of the ingress.

        Source: knative-runtime, Ingress: path ``/`` 404, other than two segments
            400, unknown broker 404; a query string counts as part of the name.
        """
        broker = self._brokers.get(path.removesuffix("/") if path != "/" else path)
        if broker is not None:
            return Target(broker.node, url, path=path, hub=broker)
        named = _NAMED.fullmatch(path.removesuffix("/").removeprefix("/"))
        status = 404 if named or path == "/" else 400
        return Target(
            "broker-ingress",
            url,
            path=path,
            fixed=Answer(status),
            malformed=named is None,
        )


def trigger_uid(namespace: str, name: str, generation: int = 0) -> str:
    """Give a trigger's UID: made of its name, since no API server hands one out."""
    uid = f"uid-trigger-{namespace}-{name}"
    return f"{uid}-{generation}" if generation else uid


def _full_name(host: str) -> str:
    """Complete a name as the search domains of a pod do: ``a.team`` is a service."""
    if host.endswith(".svc"):
        return f"{host}.cluster.local"
    return f"{host}{_CLUSTER_DOMAIN}"


def _failing(fault: Fault) -> Answer:
    return Answer(0, fault=fault)
