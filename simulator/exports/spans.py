"""A run as spans of OpenTelemetry, named as Knative Eventing names its own.

One trace for each event that is sent; what a service posts while it handles an event is
one of its own, with a link. Below it, as the spans of Eventing nest:

* ``broker:NAME.NAMESPACE``, a server: a hub takes, or refuses, a request;
* ``trigger:NAME.NAMESPACE``, internal: a route delivers, all attempts in one;
* ``HTTP POST``, a client: one request of a delivery, its reply or its dead letter.

Source: knative/eventing, pkg/broker/ingress/ingress_handler.go and
    pkg/broker/filter/filter_handler.go (``tracer.Start``), pkg/tracing/attributes.go
    (names), pkg/observability/key.go and newcontext.go (attributes); otelhttp's transport
    (name of a client's span).
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from simulator.kernel.log import Kind
from simulator.nodes import Role, role_of
from simulator.resource import DEFAULT_NAMESPACE
from simulator.statuses import SERVER_ERROR
from simulator.story.hops import DOORS, REQUESTS, Family
from simulator.story.meaning import sense_of
from simulator.story.phrases import answer, remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.exports.subject import Subject
    from simulator.story.hops import Exchange, Hop
    from simulator.trace import Record

Attributes = dict[str, "str | int"]
_ENDS = (*REQUESTS, *DOORS, Kind.RESPONDED, Kind.REDIRECTED, Kind.ANSWERED)
_CLOUD_EVENT = ("type", "source", "specversion", "subject", "datacontenttype", "id")
TURNED_AWAY = frozenset({str(Kind.REFUSED), str(Kind.EXPIRED), str(Kind.DUPLICATE)})
"""Verdicts on events of which no trigger was asked."""


class SpanKind(IntEnum):
    """As OTLP numbers them. Source: opentelemetry-proto, trace.proto, SpanKind."""

    INTERNAL = 1
    SERVER = 2
    CLIENT = 3


class Place(NamedTuple):
    """Where a span is: its trace and its id, as hexadecimal digits."""

    trace_id: str
    span_id: str


class Happening(NamedTuple):
    """What a span tells beside its begin and end: when, since 1970, and what."""

    at_ns: int
    name: str
    attributes: Attributes


class Span(NamedTuple):
    """One span; instants are nanoseconds since 1970; no *error* where it did not fail."""

    name: str
    kind: SpanKind
    place: Place
    parent_id: str
    begin_ns: int
    end_ns: int
    attributes: Attributes
    error: str = ""
    links: tuple[Place, ...] = ()
    happenings: tuple[Happening, ...] = ()


def spans_of(subject: Subject) -> Iterator[list[Span]]:
    """Give the spans of a run, trace by trace, in the order in which they begin."""
    return _Spans(subject).traces()


class _Spans:
    """Spans in the making.

    Each record that something may follow from has the span below which that stands.
    """

    def __init__(self, subject: Subject) -> None:
        self._family = Family(subject.records)
        self._start_ns = subject.start_ns
        self._run = subject.run
        wiring = subject.wiring
        self._urls: Mapping[str, str] = {} if wiring is None else wiring.addresses
        self._hubs = (
            {}
            if wiring is None
            else {route.node: hub.node for hub in wiring.hubs for route in hub.routes}
        )
        self._places: dict[int, Place] = {}
        self._clients: dict[int, Place] = {}
        self._handed: dict[int, tuple[Place, ...]] = {}
        self._trace_id = ""
        self._found: list[Span] = []

    def traces(self) -> Iterator[list[Span]]:
        hops = [hop for _, hop in self._family.walk()]
        begins = [hop for hop in hops if hop.parent is None or _is_sent(hop)]
        for root in sorted(begins, key=lambda hop: hop.first.serial):
            self._trace_id = self._id(root.first.serial, str(root.event.attributes), 16)
            self._found = []
            pending = [root]
            while pending:
                hop = pending.pop()
                self._add(hop, below=None if hop is root else self._below(hop))
                pending += [x for x in reversed(hop.children) if not _is_sent(x)]
            if self._found:
                yield self._found

    def _id(self, serial: int, what: str, size: int) -> str:
        told = self._run + f"{serial} {what}".encode("utf-8", "backslashreplace")
        return sha256(told).hexdigest()[: 2 * size]

    def _place(self, serial: int, kind: SpanKind) -> Place:
        name = f"{self._trace_id} {kind.name}"
        return Place(self._trace_id, self._id(serial, name, 8))

    def _below(self, hop: Hop) -> Place | None:
        return None if hop.first.cause is None else self._places.get(hop.first.cause)

    def _add(self, hop: Hop, below: Place | None) -> None:
        links = self._links(hop)
        first = hop.first
        if hop.is_delivery and self._is_route(first.source):
            below, links = self._delivery(hop, below), ()
        elif first.kind not in REQUESTS:
            return
        goes_on = any(x.first.cause == first.serial for x in hop.children)
        for each in hop.attempts:
            if _is_sent(hop) and each.door is None and goes_on:
                # Without a hub between, the delivery that follows is the request.
                self._handed[each.request.serial] = links
                continue
            if each.request.kind is not Kind.PANICKED:  # then no request goes out
                self._attempt(hop, each, below, links)

    def _is_route(self, node: str) -> bool:
        role = role_of(node)
        return node in self._hubs or (role is not None and role.is_route)

    def _links(self, hop: Hop) -> tuple[Place, ...]:
        """Lead from a reply to the request that it answers, from a post to its cause."""
        cause = -1 if hop.first.cause is None else hop.first.cause
        place = self._clients.get(cause)
        if place is None or hop.first.kind not in (Kind.REPLIED, Kind.SENT):
            return self._handed.get(cause, ())
        return (place,)

    def _delivery(self, hop: Hop, below: Place | None) -> Place:
        node = hop.first.source
        place = self._place(hop.first.serial, SpanKind.INTERNAL)
        given_up = any(x.first.kind is Kind.DEAD_LETTERED for x in hop.children)
        verdict = "dead-lettered" if given_up else hop.word
        newest = hop.answer
        failed = hop.end or (None if newest is None or newest.ok else newest)
        name = span_name(node)
        hub = self._hubs.get(node, "")
        attributes: Attributes = {
            "messaging.system": "knative",
            "messaging.destination.name": name,
            "messaging.operation.name": "send",
            **_labels(hub),
            **_event(hop.event),
            "kn_sim.verdict": verdict,
        }
        ends = [x.end_ns for x in (hop, *hop.children) if x is hop or not _is_sent(x)]
        self._found.append(
            Span(
                name, SpanKind.INTERNAL, place, below.span_id if below else "",
                self._at(hop.first.at_ns), self._at(max(ends)), attributes,
                "" if failed is None else answer(failed, "long"),
                happenings=tuple(self._happenings(hop)),
            )
        )  # fmt: skip
        for record in hop.records:
            self._places[record.serial] = place
        return place

    def _happenings(self, hop: Hop) -> Iterator[Happening]:
        for record in hop.records:
            if record.kind not in _ENDS:
                said = remark(record)
                attributes: Attributes = {"kn_sim.detail": said} if said else {}
                yield Happening(self._at(record.at_ns), str(record.kind), attributes)

    def _attempt(
        self, hop: Hop, each: Exchange, below: Place | None, links: tuple[Place, ...]
    ) -> None:
        """Make the spans of one request: of who sends it, and of the hub that gets it.

        Of what comes from outside only the hub's is there, as in a cluster.
        """
        request, newest = each.request, each.answer
        end_ns = request.at_ns if newest is None else newest.at_ns
        if each.door is None or not _is_sent(hop):
            place = self._place(request.serial, SpanKind.CLIENT)
            bad = newest is not None and not newest.ok
            if newest is not None and newest.kind is Kind.REDIRECTED:
                bad = False
            self._found.append(
                Span(
                    "HTTP POST", SpanKind.CLIENT, place, below.span_id if below else "",
                    self._at(request.at_ns), self._at(end_ns),
                    self._client(hop, each),
                    answer(newest, "long") if newest is not None and bad else "",
                    links,
                )
            )  # fmt: skip
            for serial in (request.serial, -1 if newest is None else newest.serial):
                self._clients[serial] = place
                self._places.setdefault(serial, below or place)
            below, links = place, ()
        if each.door is not None:
            self._server(each, each.door, below, links, end_ns)

    def _client(self, hop: Hop, each: Exchange) -> Attributes:
        request, newest = each.request, each.answer
        attributes: Attributes = {
            "http.request.method": "POST",
            "messaging.operation.name": "send",
            "messaging.system": "knative",
            **self._address(request.target),
            **_event(request.event),
            "kn_sim.attempt": request.attempt,
            "kn_sim.node": request.target,
            "kn_sim.verdict": _verdict(each),
        }
        if request.attempt > 1:
            attributes["http.request.resend_count"] = request.attempt - 1
        if hop.first.kind is not Kind.DISPATCHED:
            attributes["kn_sim.role"] = str(hop.first.kind)
        return {**attributes, **_status(newest)}

    def _address(self, node: str) -> Attributes:
        url = self._urls.get(node)
        host = urlsplit(url).hostname if url else None
        return {"url.full": url, "server.address": host} if url and host else {}

    def _server(
        self,
        each: Exchange,
        door: Record,
        below: Place | None,
        links: tuple[Place, ...],
        end_ns: int,
    ) -> None:
        request, newest = each.request, each.answer
        place = self._place(request.serial, SpanKind.SERVER)
        node = request.target
        name = span_name(node)
        word = sense_of(door.kind, status=door.status, attempt=1, ok=True).row.word
        hop = self._family.of[request.serial]
        if any(each.kind is Kind.DUPLICATE for each in hop.records):
            word = str(Kind.DUPLICATE)
        attributes: Attributes = {
            "url.scheme": "http",
            "messaging.system": "knative",
            "messaging.destination.name": name,
            "messaging.operation.name": "send",
            **_labels(node),
            **_event(request.event),
            "kn_sim.attempt": request.attempt,
            "kn_sim.verdict": word,
            **_status(newest),
        }
        failed = newest is not None and newest.status >= SERVER_ERROR
        self._found.append(
            Span(
                name, SpanKind.SERVER, place, below.span_id if below else "",
                self._at(request.at_ns), self._at(max(end_ns, door.at_ns)), attributes,
                answer(newest, "long") if newest is not None and failed else "", links,
            )
        )  # fmt: skip
        self._places[door.serial] = place

    def _at(self, at_ns: int) -> int:
        return self._start_ns + at_ns


def span_name(node: str) -> str:
    """Give the name of the span of a node: ``broker:default.shop``.

    Source: knative/eventing, pkg/tracing/attributes.go, BrokerMessagingDestination,
        TriggerMessagingDestination; of others likewise.
    """
    word, namespace, name = _parts(node)
    return f"{word}:{name}.{namespace}"


def _parts(node: str) -> tuple[str, str, str]:
    word, _, rest = node.partition("/")
    namespace, _, name = rest.rpartition("/")
    return word, namespace or DEFAULT_NAMESPACE, name


def _labels(hub: str) -> Attributes:
    role = role_of(hub)
    if role is not Role.BROKER and role is not Role.CHANNEL:
        return {}
    _, namespace, name = _parts(hub)
    return {f"kn.{role.value}.name": name, f"kn.{role.value}.namespace": namespace}


def _event(event: Event) -> Attributes:
    """Tell the event; the id is ours, for Eventing leaves it out."""
    given = event.attributes
    return {f"cloudevents.{n}": given[n] for n in _CLOUD_EVENT if given.get(n)}


def _status(newest: Record | None) -> Attributes:
    if newest is None:
        return {}
    if newest.status:
        return {"http.response.status_code": newest.status}
    return {"error.type": str(newest.detail or newest.kind)}


def _verdict(each: Exchange) -> str:
    newest = each.answer
    if newest is None:
        return each.word
    if newest.kind is Kind.REDIRECTED:
        return "redirected"
    sense = sense_of(
        newest.kind, status=newest.status, attempt=newest.attempt, ok=newest.ok
    )
    return "delivered" if newest.ok else sense.row.word


def _is_sent(hop: Hop) -> bool:
    return hop.first.kind is Kind.SENT
