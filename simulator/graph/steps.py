"""Where an event goes next: from a hub, by its routes, to the hubs that it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.filters import Verdict
from simulator.filters.form import Form, judged
from simulator.filters.index import Index
from simulator.profiles.endings import NoEvent
from simulator.value import NamedTuple, Value
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.kernel.address_book import AddressBook
    from simulator.wiring import Endpoint, Hub, Route

ERRORS = ("knativeerrordest", "knativeerrorcode", "knativeerrordata")
_EVENT, _REPLY, _DEAD, _POST = "event", "reply", "dead letter", "post"
_FEW = 8

OPAQUE = Form(opaque=True)
"""An event that code makes which nobody can read."""


class Post(Value):
    """A further event that a service posts; `sure` if it always does."""

    to: str
    event: Form
    sure: bool = True


class Outcome(Value):
    """One of the things that may come of a request.

    Attributes:
        reply: The event that it is answered with; None for none.
        echoes: The reply has all that the event has that nothing is said of.
        same_id: It has its id, too.
        when_preferred: It has the reply only where the request prefers one.
        fails: No success: what delivers it tries again, and then gives up.
        bare: A success with a body that is no event.
        posts: What is posted besides.
    """

    reply: Form | None = None
    echoes: bool = False
    same_id: bool = False
    when_preferred: bool = False
    fails: bool = False
    bare: bool = False
    posts: tuple[Post, ...] = ()


Ask = Callable[["Endpoint", Form], Sequence[Outcome]]
"""What may come of a request: one thing for sure, or one of several."""


class Step(Value):
    """A way on to a hub.

    Attributes:
        by: ``event``, ``reply``, ``dead letter`` or ``post``: why it is posted there.
        via: The nodes on the way, such as a trigger and a service.
        sure: Whether every event of the form takes it.
        counted: Whether the time to live goes on counting.
        buried: Whether somebody takes the event when it fails in the end.
        route: The route that is taken; None where a dead letter sink posts.
    """

    by: str
    via: tuple[str, ...]
    to: Hub
    event: Form
    sure: bool
    counted: bool
    retries: int
    buried: bool
    route: Route


class _Way(NamedTuple):
    hub: Hub
    route: Route
    event: Form
    sure: bool


def _preferred(came: Sequence[Outcome], hub: Hub, role: str) -> Sequence[Outcome]:
    if role in hub.profile.requests.prefer:
        return came
    return [
        each.replace(reply=None, same_id=False) if each.when_preferred else each
        for each in came
    ]


class Steps:
    def __init__(self, book: AddressBook, ask: Ask) -> None:
        self._book = book
        self._ask = ask
        self._hubs = {hub.node: hub for hub in book.wiring.hubs}
        self._found: dict[str, tuple[tuple[Route, ...], Index | None]] = {}

    def of(self, hub: Hub, event: Form) -> Iterator[Step]:
        for route in self._candidates(hub, event):
            verdict, passed = judged(event, route.filter)
            if verdict is Verdict.PANIC:
                yield from self._buried(
                    _Way(hub, route, event, sure=True), (), sure=True
                )
            elif verdict is None or verdict.delivers:
                way = _Way(hub, route, passed, sure=verdict is not None)
                yield from self._taken(way)

    def _candidates(self, hub: Hub, event: Form) -> Sequence[Route]:
        found = self._found.get(hub.url)
        if found is None:
            routes = tuple(route for route in hub.routes if self._leads_on(hub, route))
            filters = [
                (n, r.filter) for n, r in enumerate(routes) if r.filter is not None
            ]
            index = None
            if len(filters) == len(routes) > _FEW:
                index = Index(filters, remembers=False)
            found = self._found[hub.url] = routes, index
        routes, index = found
        if index is None or not event.tells_all(
            name for r in routes for name in (r.filter.reads if r.filter else ())
        ):
            return routes
        return [routes[n if n >= 0 else ~n] for n in index.find(event.known)]

    def _leads_on(self, hub: Hub, route: Route) -> bool:
        if route.dead_letter is not None or self._expects_reply(hub, route):
            return True
        subscriber, endpoint = self._at(route.subscriber)
        return subscriber is not None or (endpoint is not None and not endpoint.stub)

    def _at(self, url: str | None) -> tuple[Hub | None, Endpoint | None]:
        if not url:
            return None, None
        found = self._book.find(url)
        return self._hubs.get(found.hub), found.endpoint

    def _url_of(self, to: str) -> str:
        """Give the URL of an address; as it is where nothing has it, such as a path."""
        try:
            return self._book.url_of(to)
        except UsageError:
            return to

    def _taken(self, way: _Way) -> Iterator[Step]:
        hub, route = way.hub, way.route
        counts = hub.kind is HubKind.BROKER
        target, endpoint = self._at(route.subscriber)
        if target is not None:
            # Source: knative-runtime, "What each hop adds": the filter takes the time to
            # live away; a plain channel adds and removes nothing.
            yield self._step(
                way, _EVENT, (route.node,), target, way.event, counted=not counts
            )
            yield from self._buried(way, (), sure=False)
            return
        if endpoint is None or endpoint.unreachable:
            behind = () if endpoint is None else (endpoint.node,)
            yield from self._buried(way, behind, sure=True)
            return
        came = _preferred(self._asked(way, endpoint), hub, _EVENT)
        only = len(came) == 1
        via = (route.node, endpoint.node)
        for each in came:
            to, _ = self._at(route.reply)
            if each.same_id and to is hub and hub.profile.door.remembers_ns:
                continue  # it is dropped: an event with its id was taken just before
            if each.reply is not None and to is not None:
                yield self._step(
                    way, _REPLY, via, to, each.reply,
                    sure=only, counted=counts or each.echoes,
                )  # fmt: skip
            elif each.reply is not None and route.reply is not None:
                yield from self._posted(way, route.reply, each.reply, via, sure=only)
            yield from self._posts(way, each, via, sure=only)
        failing = [each for each in came if each.fails or self._is_no_event(hub, each)]
        yield from self._buried(
            way, (endpoint.node,), sure=bool(came) and len(failing) == len(came)
        )

    def _asked(self, way: _Way, endpoint: Endpoint) -> Sequence[Outcome]:
        if not endpoint.stub:
            return self._ask(endpoint, way.event)
        if self._expects_reply(way.hub, way.route):
            return (Outcome(), Outcome(reply=OPAQUE))
        return ()

    def _expects_reply(self, hub: Hub, route: Route) -> bool:
        """Whether somebody wrote where replies go; of a broker, they go back anyhow."""
        return route.reply is not None and hub.kind is not HubKind.BROKER

    def _is_no_event(self, hub: Hub, came: Outcome) -> bool:
        return came.bare and hub.profile.replies.no_event is not NoEvent.DELIVERED

    def _posts(
        self, way: _Way, came: Outcome, via: tuple[str, ...], *, sure: bool
    ) -> Iterator[Step]:
        for post in came.posts:
            url = self._url_of(post.to)
            hub, _ = self._at(url)
            certain = sure and post.sure
            if hub is not None:
                yield self._step(
                    way, _POST, via, hub, post.event, sure=certain, counted=False
                )
            else:
                yield from self._posted(way, url, post.event, via, sure=certain)

    def _posted(
        self, way: _Way, url: str, event: Form, via: tuple[str, ...], *, sure: bool
    ) -> Iterator[Step]:
        _, endpoint = self._at(url)
        if endpoint is None or endpoint.stub or endpoint.node in via:
            return
        came = self._ask(endpoint, event)
        for each in came:
            yield from self._posts(
                way, each, (*via, endpoint.node), sure=sure and len(came) == 1
            )

    def _buried(self, way: _Way, via: tuple[str, ...], *, sure: bool) -> Iterator[Step]:
        url = way.route.dead_letter
        if url is None:
            return
        # An error attribute that it has already stays as it is; see the envelope.
        event = way.event.changed([n for n in ERRORS if n not in way.event.known], {})
        via = (way.route.node, *via)
        hub, sink = self._at(url)
        if hub is None:
            yield from self._posted(way, url, event, via, sure=sure)
            if way.hub.profile.dead_letters.replies and sink is not None:
                yield from self._replied_by_sink(way, sink, event, via)
        else:
            # Source: knative-runtime, "What each hop adds": `knativebrokerttl` is still there.
            yield self._step(way, _DEAD, via, hub, event, sure=sure, counted=True)

    def _replied_by_sink(
        self, way: _Way, sink: Endpoint, event: Form, via: tuple[str, ...]
    ) -> Iterator[Step]:
        """Source: profiles 65."""
        to, _ = self._at(way.route.reply)
        came = () if sink.stub else self._ask(sink, event)
        for each in _preferred(came, way.hub, _DEAD):
            if to is not None and each.reply is not None:
                yield self._step(
                    way, _REPLY, (*via, sink.node), to, each.reply,
                    sure=False, counted=each.echoes,
                )  # fmt: skip

    def _step(
        self,
        way: _Way,
        by: str,
        via: tuple[str, ...],
        to: Hub,
        event: Form,
        *,
        counted: bool,
        sure: bool = True,
    ) -> Step:
        return Step(
            by=by,
            via=via,
            to=to,
            event=event,
            sure=way.sure and sure,
            counted=counted,
            retries=way.route.retries.retry,
            buried=way.route.dead_letter is not None,
            route=way.route,
        )
