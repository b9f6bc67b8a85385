"""All that runs in one run, and the one place where a URL becomes a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.text import is_uri_reference
from simulator.filters import Verdict
from simulator.kernel.address_book import FILTER_SERVICE, failing
from simulator.kernel.answer import Answer, Failure, Unreported
from simulator.kernel.routes import LinkedHub, Target
from simulator.urls import host_in_cluster, join, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulator.kernel.address_book import Address, AddressBook
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.request import Interceptor
    from simulator.kernel.routes import LinkedRoute, Subscriber
    from simulator.profiles.profile import Door
    from simulator.resource import ResourceKey

    Answering = Subscriber | Answer | tuple[Interceptor, ...]

_OK, _BAD_REQUEST, _NOT_FOUND = 200, 400, 404


class Addresses:
    """All that runs in one run, and the one place where a URL becomes a target.

    Args:
        book: Where URLs lead.
        subscribers: Node of an endpoint -> what answers for it: a function, the answer
            that it always gives, or what intercepts every request to it.
        before: What ran until now, when something did.
        recreated: What was deleted since, even if it is there again.

    Attributes:
        hubs: By node.
        generations: How often a resource was deleted, for those that were.
        introduce: Is told of each new target; None while nobody wants to know.
    """

    def __init__(
        self,
        book: AddressBook,
        subscribers: Mapping[str, Answering],
        before: Addresses | None = None,
        recreated: Iterable[ResourceKey] = (),
    ) -> None:
        self.book = book
        self.wiring = book.wiring
        self._subscribers = subscribers
        self._targets: dict[str, Target] = {}
        self.introduce: Callable[[Target], object] | None = None
        self.hubs = {
            hub.node: LinkedHub(hub, book.rules[hub.node]) for hub in book.wiring.hubs
        }
        self._triggers = {
            route.route.resource: route
            for hub in self.hubs.values()
            if hub.is_broker
            for route in hub.routes
        }
        # Hosts of hubs that are not there any more: their doors still stand.
        self._gone: dict[str, Door] = {}
        self.generations: dict[ResourceKey, int] = {}
        # Node of a hub and of a route -> the route; only what follows others is asked.
        self._here: dict[tuple[str, str], LinkedRoute] = {}
        if before is not None:
            self._follow(before, recreated)

    def _follow(self, before: Addresses, recreated: Iterable[ResourceKey]) -> None:
        """Remember what is not there any more."""
        here = self.book.own_hosts
        gone = {**before._gone, **before.book.own_hosts}
        self._gone = {host: door for host, door in gone.items() if host not in here}
        self.generations.update(before.generations)
        for key in recreated:
            self.generations[key] = self.generations.get(key, 0) + 1
        for hub in self.hubs.values():
            for route in hub.routes:
                route.generation = self.generations.get(route.route.resource, 0)
                self._here.setdefault((hub.node, route.node), route)

    def link(self) -> None:
        """Look up the addresses of every route, once subscribers are known."""
        for hub in self.hubs.values():
            for route in hub.routes:
                self._link(route)

    def _link(self, linked: LinkedRoute) -> None:
        route = linked.route
        linked.target = (
            self.target(route.subscriber)
            if route.subscriber
            # Source: knative-runtime, Channel: a Subscription without subscriber is
            # refused by the webhook; if it got through, every event fails.
            else Target("no subscriber", "", fixed=failing(Failure.NO_SUBSCRIBER))
        )
        if route.reply:
            linked.reply = self.target(route.reply)
            if linked.hub.profile.replies.direct and linked.reply.hub is not None:
                hub = linked.reply.hub
                linked.reply = Target(linked.reply.node, route.reply, hub=hub)
        if route.dead_letter:
            linked.dead_letter = self.target(route.dead_letter)
        linked.look_onward()

    # -- what there is

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that were looked up so far, in order."""
        return tuple(self._targets.values())

    def now(self, route: LinkedRoute) -> LinkedRoute | None:
        """Give the route in the place of one of before; None when it is gone."""
        same = self.generations.get(route.route.resource, 0) == route.generation
        return self._here.get((route.hub.node, route.node)) if same else None

    def look_up_trigger(self, route: LinkedRoute, envelope: Envelope) -> LinkedRoute:
        """Give the route that the filter service takes in the place of one of before.

        Source: knative-runtime, "Shape of one delivery" (the trigger's filter is judged
            again at each try), Filter service (wrong uid 400, unknown trigger 404,
            filter does not match 200, empty), Dead letters (no attributes where the
            filter makes no report).
        """
        key = route.route.resource
        current = self._triggers.get(key)
        if current is route:  # the hub judged the filter, which is the same at each try
            return route
        if self.generations.get(key, 0) != route.generation:
            there = key in self.wiring.resources
            status = _BAD_REQUEST if there else _NOT_FOUND
            why = "the trigger was created anew" if there else "the trigger was deleted"
            return route.to(self._filter_service(route, Unreported(status, why)))
        if current is None:
            # Its broker is gone or not ready; the trigger's status keeps the last
            # address (pkg/reconciler/broker/trigger/trigger.go, read, not run).
            return route.to(self.target(route.route.subscriber))
        now = route.to(current.target)
        now.filter, now.format = current.filter, current.format
        verdict = Verdict.PASS
        if now.filter is not None:
            verdict = now.filter.verdict(envelope.attributes())
        if verdict is Verdict.PANIC:
            return now.panicking()
        if verdict is Verdict.FAIL:
            return now.to(self._filter_service(route, Answer(_OK)))
        return now

    def _filter_service(self, route: LinkedRoute, answer: Answer) -> Target:
        key = route.route.resource
        uid = trigger_uid(key.namespace, key.name, route.generation)
        host = route.hub.profile.filtering.service
        url = f"http://{host}/triggers/{key.namespace}/{key.name}/{uid}"
        return Target(FILTER_SERVICE, url, fixed=answer)

    def target(self, url: str) -> Target:
        """Look an absolute URL up; an unknown host is a target too.

        Raises:
            ValueError: It is no URL.
        """
        found = self._targets.get(url)
        if found is None:
            place = self.book.find(url)
            found = self._target_at(self._still(place) if self._gone else place)
            found.sought = ""
            self._targets[url] = found
            if self.introduce is not None:
                self.introduce(found)
        return found

    def look_up_again(self, target: Target) -> Target:
        """Look up again what earlier addresses may have given."""
        host = target.sought
        if host is None:
            return target
        found = self.target(target.url)
        return self.with_host(found, host) if host else found

    def introduced(self, target: Target) -> Target:
        """Give a new target back, once whoever wants to know has been told of it."""
        if self.introduce is not None:
            self.introduce(target)
        return target

    def relative(self, base: str, reference: str) -> Target:
        """Look up where a redirect leads; one that is no URL of HTTP leads to no host.

        Source: Go net/http: such a Location, and such a scheme, is an error of the client.
        """
        try:
            url = join(base, reference)
            followed = parse(url).scheme in ("http", "https")
        except ValueError:
            followed = False
        if followed and is_uri_reference(reference):
            return self.target(url)
        return Target(reference, base, fixed=failing(Failure.NO_HOST))

    def with_host(self, target: Target, host: str) -> Target:
        """Look up again where a request with this `Host` header leads.

        Only who tells hubs apart by their hosts asks for it.
        """
        door = target.door
        if door is None or not door.reads_host:
            return target
        there = self.book.hub_of(host, door)
        place = self.book.behind_own_door(door, there, target.url, target.path)
        found = self._target_at(place)
        found.sought = host
        return self.introduced(found)

    def _still(self, place: Address) -> Address:
        """Give what is found where there is a door, though its hub is gone."""
        if place.door is None and place.endpoint is None:
            door = self._gone.get(host_in_cluster(place.url))
            if door is not None:
                return self.book.behind_own_door(door, None, place.url, place.path)
        return place

    def _target_at(self, place: Address) -> Target:
        if place.trigger is not None:
            return self._filter_at(place, *place.trigger)
        fixed, endpoint = place.refusal, place.endpoint
        if endpoint is None or fixed is not None:
            return Target(
                place.node, place.url, path=place.path, fixed=fixed,
                hub=self.hubs[place.hub] if place.hub else None, door=place.door,
                malformed=place.malformed, inner=place.inner,
            )  # fmt: skip
        answering = self._subscribers[endpoint.node]
        subscriber: Subscriber | None = None
        own: tuple[Interceptor, ...] = ()
        if isinstance(answering, Answer):
            fixed = answering
        elif isinstance(answering, tuple):
            own = answering
        else:
            subscriber = answering
        return Target(
            place.node, place.url, path=place.path, subscriber=subscriber, fixed=fixed,
            is_service=True, own=own, guard=endpoint.guard,
        )  # fmt: skip

    def _filter_at(self, place: Address, namespace: str, name: str, uid: str) -> Target:
        """Find the trigger behind an address of the filter service.

        Source: knative-runtime, Filter service: wrong UID 400, unknown trigger 404.
        """
        node, url, path = place.node, place.url, place.path
        for key, route in self._triggers.items():
            if (key.namespace, key.name) == (namespace, name) and route.filtered:
                if uid == trigger_uid(namespace, name, route.generation):
                    return Target(node, url, path=path, filters=route)
                return Target(node, url, path=path, fixed=Answer(_BAD_REQUEST))
        return Target(node, url, path=path, fixed=Answer(_NOT_FOUND))


def trigger_uid(namespace: str, name: str, generation: int = 0) -> str:
    """Give a trigger's UID: made of its name, since no API server hands one out."""
    uid = f"uid-trigger-{namespace}-{name}"
    return f"{uid}-{generation}" if generation else uid
