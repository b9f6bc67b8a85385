"""What a cluster has recorded, as the records of a trace.

Of spans: a hub's span is an event that was sent there; below it, a trigger's span from
which a request went out is a delivery. Eventing makes a span for each trigger that is
asked, also where its filter lets nothing pass; then nothing goes out below it.

Source: knative/eventing, pkg/broker/filter/filter_handler.go: ServeHTTP starts the span,
    filterEvent comes after it; also replies and dead letters pass the filter's service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from simulator.event import Event
from simulator.exports.spans import TURNED_AWAY, SpanKind
from simulator.kernel.log import Kind
from simulator.nodes import node_name
from simulator.trace.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.exports.spans_read import SpanRead

PARTLY = "told by spans: its extensions and data are not known"
"""What stands at the record of an event that is known in part."""
KNOWN = ("specversion", "type", "source", "subject", "datacontenttype")
"""The attributes that spans tell; what is not there, the event has not."""
_HUBS = ("broker", "channel")
_ROUTES = ("trigger", "subscription")
_INGRESS = ("broker-ingress.", "kafka-broker-ingress.")
_CLUSTER = ".svc.cluster.local"
_STATUS = ("http.response.status_code", "http.status_code")
_IS_STATUS = re.compile("[1-9][0-9]{2}")
_IDS = ("cloudevents.id", "messaging.message_id", "messaging.message.id")


class Imported(NamedTuple):
    """Records of a cluster, in the order of a trace.

    *passed_over* are spans that tell of no event at a broker or channel.
    """

    records: list[Record]
    events: int
    deliveries: int
    passed_over: int = 0


class _Fact(NamedTuple):
    """A record in the making; *cause* is the place of another in the list."""

    at_ns: int
    kind: Kind
    cause: int | None
    event: Event
    source: str = ""
    target: str = ""
    attempt: int = 1
    status: int = 0
    detail: str | None = None


def of_events(events: Sequence[Event], hub: str) -> Imported:
    """Give records of events that were sent to a hub, one after the other."""
    facts = [_Fact(0, Kind.SENT, None, event, "", hub) for event in events]
    return Imported(_records(facts), len(events), 0)


def of_spans(spans: Sequence[SpanRead]) -> Imported:
    reading = _Spans(spans)
    facts = list(reading.facts())
    events = sum(fact.kind is Kind.SENT for fact in facts)
    first = [f for f in facts if f.kind is Kind.DISPATCHED and f.attempt == 1]
    return Imported(_records(facts), events, len(first), len(spans) - reading.used)


def _records(facts: Sequence[_Fact]) -> list[Record]:
    start = min((fact.at_ns for fact in facts), default=0)
    order = sorted(range(len(facts)), key=lambda at: (facts[at].at_ns, at))
    serial = {at: number for number, at in enumerate(order)}
    return [
        Record(
            serial[at], fact.at_ns - start, fact.kind,
            None if fact.cause is None else serial[fact.cause],
            fact.event, fact.source, fact.target, fact.attempt, fact.status, fact.detail,
        )
        for at, fact in ((at, facts[at]) for at in order)
    ]  # fmt: skip


class _Spans:
    def __init__(self, spans: Sequence[SpanRead]) -> None:
        self._by_id = {(s.trace_id, s.span_id): s for s in spans}
        self._below: dict[tuple[str, str], list[SpanRead]] = {}
        for span in spans:
            self._below.setdefault((span.trace_id, span.parent_id), []).append(span)
        self._spans = sorted(spans, key=lambda span: span.begin_ns)
        self.used = 0

    def facts(self) -> Iterator[_Fact]:
        routes: dict[tuple[str, str], list[SpanRead]] = {}
        hubs = [
            s
            for s in self._spans
            if _named(s.name, _HUBS)
            and "cloudevents.type" in s.said
            and s.said.get("kn_sim.verdict") not in TURNED_AWAY
        ]
        known = {(s.trace_id, s.span_id) for s in hubs}
        for span in self._spans:
            if _named(span.name, _ROUTES):
                above = self._hub_above(span, known) or _fits(span, hubs)
                if above is not None:
                    self.used += 1
                    routes.setdefault((above.trace_id, above.span_id), []).append(span)
        at = 0
        for hub in hubs:
            self.used += 1
            asked = routes.get((hub.trace_id, hub.span_id), ())
            found = list(self._taken(hub, asked, at))
            yield from found
            at += len(found)

    def _hub_above(self, span: SpanRead, hubs: set[tuple[str, str]]) -> SpanRead | None:
        seen: set[str] = set()
        while span.parent_id and span.span_id not in seen:
            seen.add(span.span_id)
            above = self._by_id.get((span.trace_id, span.parent_id))
            if above is None:
                return None
            if (above.trace_id, above.span_id) in hubs:
                return above
            span = above
        return None

    def _taken(
        self, hub: SpanRead, routes: Iterable[SpanRead], first: int
    ) -> Iterator[_Fact]:
        """Give the records of an event at a hub; *first* is the place of the first."""
        event, node = _event(hub), _node(hub.name)
        requests: dict[str, list[SpanRead]] = {}
        for route in routes:
            clients = [c for c in self._clients(route) if not _is_reply(c)]
            if clients and clients[0].said.get("kn_sim.role") == Kind.DEAD_LETTERED:
                continue  # its filter panicked: a dead letter, and no delivery before
            if clients and _event(route).type == event.type:
                requests.setdefault(_node(route.name), []).extend(clients)
        yield _Fact(hub.begin_ns, Kind.SENT, None, event, "", node, detail=PARTLY)
        yield _Fact(
            hub.begin_ns, Kind.ACCEPTED, first, event, "", node, status=len(requests)
        )
        at = first + 2
        for route_node, clients in requests.items():
            now_ns, subscriber, attempt = hub.begin_ns, _subscriber(clients[0]), 0
            for number, client in enumerate(clients):
                self.used += 1
                target, status = _subscriber(client), _status(client)
                buried = target != subscriber  # it is the dead letter sink
                attempt = 1 if buried else attempt + 1
                now_ns = max(now_ns, client.begin_ns)  # clocks of pods differ
                yield _Fact(
                    now_ns, Kind.DEAD_LETTERED if buried else Kind.DISPATCHED,
                    at - 1 if number else first + 1, event, route_node, target, attempt,
                )  # fmt: skip
                at += 1
                if status:
                    now_ns = max(now_ns, client.end_ns)
                    yield _Fact(
                        now_ns, Kind.RESPONDED, at - 1, event,
                        target, route_node, attempt, status,
                    )  # fmt: skip
                    at += 1

    def _clients(self, span: SpanRead) -> list[SpanRead]:
        below = self._below.get((span.trace_id, span.span_id), ())
        found = [each for each in below if each.kind is SpanKind.CLIENT]
        return sorted(found, key=lambda each: each.begin_ns)


def _named(name: str, words: tuple[str, ...]) -> bool:
    word, colon, rest = name.partition(":")
    return bool(colon) and word in words and bool(rest)


def _node(name: str) -> str:
    """Give the node of ``trigger:NAME.NAMESPACE``; no namespace has a dot in its name."""
    word, _, rest = name.partition(":")
    called, _, namespace = rest.rpartition(".")
    return node_name(word, namespace, called) if called else f"{word}/{rest}"


def _event(span: SpanRead) -> Event:
    said = span.said
    made = {"specversion": "1.0", "id": span.span_id, "source": "/", "type": ""}
    for name in KNOWN:
        text = said.get(f"cloudevents.{name}")
        if text:
            made[name] = text
    found = next((said[name] for name in _IDS if said.get(name)), None)
    return Event({**made, "id": found or made["id"]}, None)


def _fits(span: SpanRead, hubs: Sequence[SpanRead]) -> SpanRead | None:
    """Find the hub of a route whose way up is not recorded: the last with its event."""
    broker = span.said.get("kn.broker.name")
    fitting = [
        hub
        for hub in hubs
        if hub.trace_id == span.trace_id
        and hub.begin_ns <= span.begin_ns
        and hub.said.get("cloudevents.type") == span.said.get("cloudevents.type")
        and broker in (None, hub.said.get("kn.broker.name"))
    ]
    return fitting[-1] if fitting else None


def _is_reply(client: SpanRead) -> bool:
    """Whether it hands a reply on to a broker: no delivery to a subscriber."""
    host = urlsplit(client.said.get("url.full", "")).netloc
    if "kn_sim.verdict" in client.said:
        return client.said.get("kn_sim.role") == str(Kind.REPLIED)
    return host.startswith(_INGRESS)


def _subscriber(client: SpanRead) -> str:
    said = client.said
    if "kn_sim.node" in said:
        return said["kn_sim.node"]
    called = urlsplit(said.get("url.full", "")).hostname
    host = said.get("server.address") or called or ""
    name, _, namespace = host.removesuffix(_CLUSTER).partition(".")
    if host.endswith(_CLUSTER) and namespace and "." not in namespace:
        return node_name("service", namespace, name)
    return f"host/{host or 'unknown'}"


def _status(client: SpanRead) -> int:
    text = next((client.said[name] for name in _STATUS if name in client.said), "")
    return int(text) if _IS_STATUS.fullmatch(text) else 0
