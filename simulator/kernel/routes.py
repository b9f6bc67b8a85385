"""The wiring ready to run: targets, routes with their targets, hubs with their routes.

They name each other, so they stand together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.filters.lookup import remember
from simulator.kernel.answer import Answer, Failure
from simulator.kernel.envelope import NO_HEADERS, Envelope
from simulator.kernel.log import Kind
from simulator.kernel.request import Receiver
from simulator.kernel.router import HubRules, rules_of
from simulator.profiles.profile import retried_by
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simulator.access import Guard
    from simulator.delivery import Retries
    from simulator.filters import Filter
    from simulator.kernel.request import Interceptor, Request
    from simulator.profiles import Profile
    from simulator.profiles.endings import Hazard
    from simulator.profiles.profile import Door, Queue, Retrying
    from simulator.wiring import Hub, Route

    Subscriber = Callable[[Request], Answer | None]

_PANIC: Final = Answer(0, failure=Failure.PANIC)
ACCEPTED: Final = 202
NOTHING: Final[frozenset[int]] = frozenset()
_MOST_MISSES: Final = 6
_ALWAYS: Final = 1 << 62


def _later(request: Request) -> None:
    """Answer nothing now."""


class Target(Receiver):
    """Where a URL leads: to a service, into a hub, or nowhere.

    Args:
        node: The name in the trace.
        url: As it is called; `knativeerrordest` names it.
        path: With the query string.
        subscriber: Answers requests; None when it answers later, or for hubs.
        fixed: The answer that it always gives, when there is one.
        hub: The hub behind the URL.
        door: Of the implementation that answers there; None for services and nobody.
        malformed: The path is refused before the event is looked at.
        filters: The route whose filter answers there: the filter service's own address.
        inner: The broker's channel, behind the ingress.
        is_service: A service answers there.
        own: What intercepts requests at the service itself.
        guard: Who may send to the service; of a hub, it is the hub's.

    Attributes:
        call: Answers requests; only asked where there is no fixed answer.
        entered: The hub that a sender's event is simply handed to; None where it is
            the inner channel, where something intercepts it, where the hub looks at
            more than the event, and for services.
        sought: The `Host` header with which it was looked up, empty for none; None
            where it was made otherwise, so that it cannot be looked up again.
    """

    __slots__ = ("_call", "_fixed", "_own", "call", "door", "entered", "filters", "fixed", "guard",
                 "hub", "inner", "is_service", "malformed", "outer", "sought")  # fmt: skip

    def __init__(
        self,
        node: str,
        url: str,
        *,
        path: str = "/",
        subscriber: Subscriber | None = None,
        fixed: Answer | None = None,
        hub: LinkedHub | None = None,
        door: Door | None = None,
        malformed: bool = False,
        filters: LinkedRoute | None = None,
        inner: bool = False,
        is_service: bool = False,
        own: tuple[Interceptor, ...] = (),
        guard: Guard | None = None,
    ) -> None:
        self.node = node
        self.url = url
        self.path = path
        self._call: Subscriber = subscriber if subscriber is not None else _later
        self._fixed = fixed
        self._own = own
        self.hub = hub
        self.guard = guard if hub is None else hub.guard
        self.door = door
        self.malformed = malformed
        self.filters = filters
        self.inner = inner
        self.is_service = is_service
        self.sought: str | None = None
        self.intercept(())

    @property
    def refusal(self) -> int | None:
        """The status that whoever answers there always gives; None for none."""
        return None if self._fixed is None else self._fixed.status

    @property
    def is_broken(self) -> bool:
        """Whether no connection comes about."""
        return self._fixed is not None and self._fixed.failure is not None

    def intercept(self, interceptors: tuple[Interceptor, ...]) -> None:
        """Let them look at each request, in this order, in place of those before."""
        self.outer = interceptors
        free = not interceptors and not self._own
        self.fixed = self._fixed if free else None
        self.call: Subscriber = self._call if free else self._intercepted
        hub = self.hub
        plain = hub is not None and not (self.inner or interceptors or hub.looks)
        self.entered = hub if plain else None

    def _intercepted(self, request: Request) -> Answer | None:
        return self.approach(request, 0) or self.take(request)

    def approach(self, request: Request, first: int) -> Answer | None:
        """Let those who look at a request on its way look, from a number on.

        Returns:
            The script of the first that acts; None when all let it pass.
        """
        for number in range(first, len(self.outer)):
            script = self.outer[number].intercept(request)
            if script is not None:
                script.then = number + 1
                return script
        return None

    def take(self, request: Request) -> Answer | None:
        """Take a request that has arrived, whoever looked at it on its way."""
        for each in self._own:
            script = each.intercept(request)
            if script is not None:
                return script
        return self._fixed or self._call(request)


class LinkedRoute:
    """A route with its addresses looked up.

    Attributes:
        hub: That it belongs to.
        node, format, timeout_ns: See `simulator.kernel.request.Asker`.
        retried: The statuses that are worth another attempt.
        backoffs: See `HubRules`; empty while `Retry-After` may change them.
        generation: How often its trigger was deleted and created anew.
        panics: Its filter panics on the event.
        parks: A delivery that waits to try again leaves its worker to others.
        hazard: What its first retry comes to in place of a retry; None for a retry.
        onward: The route by whose settings replies and dead letters go; itself, mostly.
    """

    __slots__ = ("_bearers", "backoffs", "dead_letter", "filter", "filtered", "format", "generation", "hazard", "hub", "node",
                 "onward", "panics", "parks", "reply", "retried", "retries", "retrying", "route", "target",
                 "timeout_ns")  # fmt: skip

    target: Target

    def __init__(self, route: Route, hub: LinkedHub, backoffs: dict[int, int]) -> None:
        profile: Profile = hub.profile
        self.route = route
        self.hub = hub
        self.node = route.node
        self.format = route.format if profile.requests.formats else ""
        self.filter: Filter | None = route.filter
        # A filter service stands between the channel and the subscriber.
        self.filtered = hub.filtered
        self.retries: Retries = route.retries
        self.retrying: Retrying = profile.retrying
        self.hazard: Hazard | None = profile.hazards.of(route.retries)
        self.retried: frozenset[int] = NOTHING if self.hazard else hub.retried
        self.timeout_ns = route.retries.timeout_ns
        self.reply: Target | None = None
        self.dead_letter: Target | None = None
        self.generation = 0
        self.panics = False
        self.parks = hub.waits_ns is None and not self.queue.retry_holds
        self._bearers: Mapping[str, str] | None = None
        self.backoffs = backoffs
        self.onward: LinkedRoute = self

    @property
    def queue(self) -> Queue:
        """In which order it is served, where its hub does not wait."""
        return self.route.queue or self.hub.profile.queue

    @property
    def bearers(self) -> Mapping[str, str]:
        """Role of a request -> the header `Authorization` that it has."""
        if self._bearers is None:
            from simulator.access import bearers  # few routes have an identity

            identity = self.route.identity
            self._bearers = bearers(identity) if identity is not None else NO_HEADERS
        return self._bearers

    def look_onward(self) -> None:
        """Make the route of replies and dead letters, once its targets are known."""
        retrying = self.hub.profile.onward
        apart = self.hub.profile.dead_letters.queued and self.route.inherited
        if retrying is None and not (self.parks or apart):
            return
        retries = self.retries
        if retrying is not None and retrying.settings is not None:
            retries = retrying.settings
        elif apart:
            # Source: profiles 63: the dispatcher of a broker's sink has no timeout.
            retries = retries.replace(timeout_ns=None)
        twin = self.to(self.target, retries)
        twin.parks = False
        if retrying is not None:
            twin.retrying, twin.retried = retrying, retried_by(retrying)
            twin.hazard = None
        self.onward = twin

    def to(self, target: Target, retries: Retries | None = None) -> LinkedRoute:
        """Give a route like this one to another target, perhaps with other retries."""
        twin = LinkedRoute(self.route, self.hub, {})
        twin.target, twin.reply, twin.dead_letter = target, self.reply, self.dead_letter
        twin.filter, twin.format = self.filter, self.format
        twin.generation = self.generation
        twin.retries = self.retries if retries is None else retries
        twin.timeout_ns = twin.retries.timeout_ns
        return twin

    def panicking(self) -> LinkedRoute:
        """Give the route as it is for an event that makes its filter panic.

        Source: knative-runtime, Filters: the connection drops, the channel sees EOF,
            retries, dead-letters.
        """
        twin = self.to(Target("broker-filter", "", fixed=_PANIC))
        twin.panics = True
        return twin

    def wait_ns(self, retry: int, status: int, answer: Answer, now_ns: int) -> int:
        """Return the wait before a retry, 0 for the first."""
        if self.retries.retry_after_max_ns is not None:
            after = answer.headers.get("retry-after", "")
            return self.retrying.wait_ns(self.retries, retry, status, after, now_ns)
        wait = self.retrying.backoff_ns(self.retries, retry)
        return remember(self.backoffs, retry + 1, wait)


class Match:
    """What becomes of the events that a hub's routes match alike.

    In the log it stands for what became of one in the step it was sent in; see
    `simulator.kernel.log.Settled`.

    Attributes:
        routes: That take them, in declaration order.
        statuses: What everybody answers, that of the sender last, where nobody needs to
            be asked for it; else None.
        more: How many records such an event is worth beyond one.
        skip: How many of the next ones are not tried to settle at once.
        misses: How often in turn somebody said more than a status.
        last, settled: What everybody said who was asked, the last time that each said but
            a status; and the same as it lies in the log, one object for all alike.
    """

    __slots__ = ("_hub", "last", "misses", "more", "routes", "settled", "skip", "statuses")  # fmt: skip

    def __init__(self, hub: LinkedHub, routes: tuple[LinkedRoute, ...]) -> None:
        self._hub = hub
        self.misses = 0
        self.last: list[int] = []
        self.settled: tuple[int, ...] = ()
        self.routes = routes
        self.more = 2 * len(routes) + 2
        self.skip = 0 if hub.waits_ns is not None else _ALWAYS
        self.statuses: tuple[int, ...] | None = None
        if hub.waits_ns is None:
            return
        statuses: list[int] = []
        for route in routes:
            answer = route.target.fixed
            if answer is None or not answer.plain:
                return
            statuses.append(answer.status)
        self.statuses = (*statuses, ACCEPTED)

    def missed(self) -> None:
        """Take note that an event did not settle at once: the next will not, either."""
        self.misses = min(self.misses + 1, _MOST_MISSES)
        self.skip = 1 << self.misses

    def count(self, statuses: Sequence[int]) -> int:
        asked = len(statuses)
        return 2 + 2 * min(asked, len(self.routes)) + (asked > len(self.routes))

    def records(self, entry: Sequence[Any], epoch_ns: int) -> list[Any]:
        now, back, _, event, node, target, _, statuses = entry
        hub, routes = self._hub, self.routes
        # As the hub took it: what settles at once is valid, with nothing of the broker's.
        envelope = Envelope(event, hub.hops, epoch_ns + now if hub.stamps else None)
        cells = [
            now, back, Kind.SENT, event, node, target, 1, 0,
            now, 1, Kind.ACCEPTED, envelope, "", hub, 1, len(routes),
        ]  # fmt: skip
        back = 1
        for route, status in zip(routes, statuses, strict=False):
            asked = route.target
            cells += (now, back, Kind.DISPATCHED, envelope, route, asked, 1, 0,
                      now, 1, Kind.RESPONDED, envelope, asked, route, 1, status)  # fmt: skip
            back += 2
        if len(statuses) > len(routes):
            cells += (now, back + 1, Kind.ANSWERED, event, target, node, 1, statuses[-1])  # fmt: skip
        return cells


class LinkedHub:
    """A hub with its routes.

    Attributes:
        carries: The statuses of answers whose event is a reply as it is.
        guard: Who may send to it; None for everybody.
        event_types: What is made of the events that it takes; None for nothing.
        looks: Something of each request counts beside its event: who sends it, or that an
            object is made of it.
        successes: The statuses of answers that settle a delivery.
        keeps_types: A number or boolean of a structured event is equal to no text.
        hops: How many brokers an event may pass; None for no end.
        known: By the value of the router's key, or the values of all that it reads, the
            match of such events; a look into it with the key's value saves a call of `match`.
    """

    __slots__ = ("_matches", "_router", "asynchronous", "carries", "event_types", "filtered", "guard", "hops",
                 "is_broker", "keeps_types", "key", "known", "looks", "namespace", "node", "partitions",
                 "profile", "retried", "routes", "stamps", "successes", "waits_ns")  # fmt: skip

    def __init__(self, hub: Hub, rules: HubRules | None = None) -> None:
        profile: Profile = hub.profile
        rules = rules or rules_of(hub)
        self.profile = profile
        self.node = hub.node
        self.namespace = hub.namespace
        self.is_broker = hub.kind is HubKind.BROKER
        self.asynchronous = hub.asynchronous
        self.guard = hub.guard
        self.event_types = hub.event_types
        self.looks = hub.guard is not None or hub.event_types is not None
        self.filtered = bool(profile.filtering.service)
        self.stamps = profile.door.stamps_arrival
        self.hops = profile.door.hops
        self.waits_ns = profile.door.waits_ns
        self.partitions = hub.partitions or profile.queue.partitions
        self.retried = rules.retried
        self.carries = rules.carries
        self.successes = rules.successes
        known = zip(hub.routes, rules.backoffs, strict=True)
        self.routes = tuple([LinkedRoute(each, self, waits) for each, waits in known])
        self._router = rules.router
        self._matches: dict[tuple[int, ...], Match] = {}
        self.key = self._router.key
        self.known: dict[object, Match] = {}
        self.keeps_types = self._router.keeps_types

    def look_again(self) -> None:
        """Find out anew whether anybody needs to be asked: targets have changed."""
        self._matches, self.known = {}, {}

    def match(self, attributes: Mapping[str, str], arrival_ns: int) -> Match:
        """Give the match of an event: which routes take it."""
        router = self._router
        if router.reads is None:
            return self._match(router.match(attributes, arrival_ns))
        values: object = attributes.get(router.key)
        if len(router.reads) > 1:
            values = tuple(map(attributes.get, router.reads))
        found = self.known.get(values)
        if found is None:
            numbers = router.match_known(values, attributes, arrival_ns)
            found = remember(self.known, values, self._match(numbers))
        return found

    def _match(self, numbers: tuple[int, ...]) -> Match:
        """Give the match of the events that these routes take, as the router writes them."""
        found = self._matches.get(numbers)
        if found is None:
            routes = self.routes
            taking = [routes[n] if n >= 0 else routes[~n].panicking() for n in numbers]
            found = remember(self._matches, numbers, Match(self, tuple(taking)))
        return found
