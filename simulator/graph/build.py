"""A `Wiring` becomes a graph, and so does what a trace has shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from simulator.access import DENY_ALL, SAME_NAMESPACE, Refusal
from simulator.errors import UsageError
from simulator.graph.parts import Edge, EdgeKind, Graph, Node
from simulator.kernel.address_book import AddressBook
from simulator.kernel.log import Kind
from simulator.nodes import Role, node_name, role_of
from simulator.wiring import HubKind, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.access import Guard, Policy
    from simulator.kernel.address_book import Address
    from simulator.resource import ResourceKey
    from simulator.wiring import Endpoint, Hub, Route, Source, Wiring


def build(wiring: Wiring, sent: Iterable[tuple[str, str]] = ()) -> Graph:
    """Draw the graph of a wiring.

    A reply leads away from a route only where its subscriber may give one. What is
    declared and not wired is a node without edges that is not ready. *sent* tells who
    was seen to send to whom; nodes that the wiring has not are left out.
    """
    return _Builder(wiring).graph(sent)


class _Builder:
    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._book = AddressBook(wiring)
        self._nodes: dict[str, Node] = {}
        self._edges: dict[tuple[str, str, EdgeKind], Edge] = {}

    def graph(self, sent: Iterable[tuple[str, str]]) -> Graph:
        for source in self._wiring.sources:
            self._add(source.node, Role.SOURCE, stub=source.silent)
            if source.sink is not None:
                self._lead(
                    source.node, source.sink, EdgeKind.SEND, self._refused(source)
                )
        for hub in self._wiring.hubs:
            self._hub(hub)
        for key, role in self._wiring.roles.items():
            name = node_name(role.value, key.namespace, key.name)
            self._add(name, role, ready=self._ready(key))
        for endpoint in self._wiring.endpoints:
            self._endpoint(endpoint)
        for start, end in sent:
            self._sent(start, end)
        edges = self._edges.values()
        known = [edge for edge in edges if edge.end in self._nodes]
        lost = [edge for edge in edges if edge.end not in self._nodes]
        for edge in lost:
            self._add(edge.end, Role.NOWHERE, ready=False)
        return Graph(nodes=tuple(self._nodes.values()), edges=(*known, *lost))

    def _hub(self, hub: Hub) -> None:
        is_broker = hub.kind is HubKind.BROKER
        ready = self._ready(hub.resource)
        kind = Role.BROKER if is_broker else Role.CHANNEL
        self._add(hub.node, kind, label=self._hub_text(hub), ready=ready)
        for each in hub.entrances:
            self._add(each.node, Role.CHANNEL, ready=ready)
            self._edge(each.node, hub.node, EdgeKind.EVENT)
        for route in hub.routes:
            kind = Role.TRIGGER if is_broker else Role.SUBSCRIPTION
            label = self._filter_text(route) if is_broker else ""
            ready = self._ready(route.resource)
            self._add(route.node, kind, label=label, ready=ready)
            self._edge(hub.node, route.node, EdgeKind.EVENT)
            self._route(route, asks="event" in hub.profile.requests.prefer)

    def _route(self, route: Route, *, asks: bool) -> None:
        to = self._lead(route.node, route.subscriber, EdgeKind.EVENT)
        if route.reply is not None and to is not None and _may_reply(to, asks=asks):
            label = f"reply{self._refused_reply(route)}"
            self._lead(route.node, route.reply, EdgeKind.REPLY, label)
        if route.dead_letter is not None:
            self._lead(
                route.node, route.dead_letter, EdgeKind.DEAD_LETTER, "dead letter"
            )

    def _endpoint(self, endpoint: Endpoint) -> None:
        self._add(
            endpoint.node,
            Role.SERVICE,
            ready=not endpoint.unreachable,
            stub=endpoint.stub,
        )
        for to in endpoint.emits:
            try:
                self._lead(endpoint.node, self._book.url_of(to), EdgeKind.EMIT, "emit")
            except (UsageError, ValueError):  # no run of it begins
                self._edge(endpoint.node, f"nowhere/{to}", EdgeKind.EMIT, "emit")

    def _sent(self, start: str, end: str) -> None:
        node = self._nodes.get(start)
        if node is None or node.kind is not Role.SERVICE:
            return  # a source sends to its sink alone
        if end in self._nodes:
            self._edge(start, end, EdgeKind.EMIT, "emit, seen")
        elif "/" not in end:
            self._edge(start, f"nowhere/{end}", EdgeKind.EMIT, "emit, seen")

    def _lead(
        self, start: str, url: str, kind: EdgeKind, label: str = ""
    ) -> Address | None:
        if not url:
            return None
        at = self._book.find(url)
        service = at.endpoint.node if at.endpoint is not None else ""
        hub = at.node if at.hub and not at.inner else at.hub
        self._edge(start, hub or service or f"nowhere/{at.node}", kind, label)
        return at

    def _edge(self, start: str, end: str, kind: EdgeKind, label: str = "") -> None:
        edge = Edge(start=start, end=end, kind=kind, label=label)
        self._edges.setdefault((start, end, kind), edge)

    def _add(
        self,
        name: str,
        kind: Role,
        *,
        label: str = "",
        ready: bool = True,
        stub: bool = False,
    ) -> None:
        node = Node(name=name, kind=kind, label=label, ready=ready, stub=stub)
        self._nodes.setdefault(name, node)

    def _ready(self, key: ResourceKey) -> bool:
        conditions = self._wiring.conditions.get(key, ())
        return all(
            each.status is Truth.TRUE for each in conditions if each.type == "Ready"
        )

    def _hub_text(self, hub: Hub) -> str:
        resource = self._wiring.resources.get(hub.resource)
        injected = resource is not None and resource.is_injected
        parts = ["made by config-sugar"] if injected else []
        if hub.guard is not None and (says := guard_text(hub.guard)):
            parts.append(says)
        return "; ".join(parts)

    def _guard(self, url: str) -> Guard | None:
        at = self._book.find(url)
        if at.endpoint is not None:
            return at.endpoint.guard
        return next((h.guard for h in self._wiring.hubs if h.node == at.hub), None)

    def _refused(self, source: Source) -> str:
        guard = self._guard(source.sink or "")
        why = None if guard is None else guard.refuses(source.authorization)
        return "" if why is None else f"refused, {why.status}"

    def _refused_reply(self, route: Route) -> str:
        guard = self._guard(route.reply or "")
        if guard is None or route.identity is None:
            return ""
        ruling = guard.ruling(route.identity.subject)
        return f", refused, {ruling.status}" if isinstance(ruling, Refusal) else ""

    def _filter_text(self, route: Route) -> str:
        resource = self._wiring.resources.get(route.resource)
        return filter_text(resource.spec) if resource is not None else ""


def _may_reply(to: Address, *, asks: bool) -> bool:
    """Say whether a subscriber may answer with an event; a hub answers 202.

    *asks*: whether requests to it say that a reply is preferred.
    """
    subscriber = to.endpoint
    return (
        subscriber is not None
        and not subscriber.stub
        and not subscriber.unreachable
        and subscriber.replies is not False
        and (asks or not subscriber.when_preferred)
    )


_LONGEST = 60
_FORMS = {"exact": "{}={}", "prefix": "{}={}*", "suffix": "{}=*{}"}
_JOINTS = {"all": " and ", "any": " or "}


def filter_text(spec: Any) -> str:
    """Write the filter of a trigger in one short line; empty when all passes.

    Filters that are joined by ``any`` stand in parentheses, CESQL as it is written.
    """
    filters = spec.get("filters")
    if filters:
        text = ", ".join(_dialects(each) for each in filters)
    else:
        legacy = (spec.get("filter") or {}).get("attributes") or {}
        text = _attributes("exact", legacy)
    return f"{text[: _LONGEST - 1]}…" if len(text) > _LONGEST else text


def _dialects(filter_: Any) -> str:
    return ", ".join(_dialect(name, value) for name, value in filter_.items())


def _dialect(name: str, value: Any) -> str:
    if name in _FORMS:
        return _attributes(name, value)
    if name in _JOINTS:
        joined = _JOINTS[name].join(_dialects(each) for each in value)
        return f"({joined})" if len(value) > 1 else joined
    if name == "not":
        return f"not ({_dialects(value)})"
    return str(value)


def _attributes(dialect: str, wanted: Any) -> str:
    form = _FORMS[dialect]
    return ", ".join(form.format(name, value) for name, value in wanted.items())


_MOST = 3  # policies, and subjects of each
_LETS_IN = {
    SAME_NAMESPACE: "lets accounts of its namespace in",
    DENY_ALL: "lets nobody in",
}


def guard_text(guard: Guard) -> str:
    """Say whom a guard lets in; empty where that is everybody with a token."""
    if not guard.policies:
        return _LETS_IN.get(guard.mode, "")
    said = [_policy(each) for each in guard.policies[:_MOST]]
    more = ["…"] if len(guard.policies) > _MOST else []
    return f"lets in {', '.join([*said, *more])}"


def _policy(policy: Policy) -> str:
    subjects = [
        each.rpartition("serviceaccount:")[2] for each in policy.subjects[:_MOST]
    ]
    subjects += ["…"] if len(policy.subjects) > _MOST else []
    filtered = ", filtered" if policy.filter is not None else ""
    return f"{' '.join(subjects) or 'nobody'} ({policy.name}{filtered})"


class Fact(Protocol):
    """What is asked of a record; see `simulator.trace.Record`."""

    @property
    def serial(self) -> int: ...

    @property
    def kind(self) -> Kind: ...

    @property
    def cause(self) -> int | None: ...

    @property
    def source(self) -> str: ...

    @property
    def target(self) -> str: ...


_LABELS = {
    EdgeKind.REPLY: "reply",
    EdgeKind.DEAD_LETTER: "dead letter",
    EdgeKind.EMIT: "emit",
}


def sent(facts: Iterable[Fact]) -> tuple[tuple[str, str], ...]:
    """List who sent something to whom, callers from outside left out."""
    pairs = ((f.source, f.target) for f in facts if f.kind is Kind.SENT and f.source)
    return tuple(dict.fromkeys(pairs))


def recorded(facts: Sequence[Fact]) -> Graph:
    """Draw what was used: a trigger that never matched is not there."""
    edges = dict.fromkeys(_edges(facts))
    used = dict.fromkeys(end for edge in edges for end in (edge.start, edge.end))
    used.update(dict.fromkeys(f.target for f in facts if f.kind is Kind.ACCEPTED))
    met = dict.fromkeys(name for fact in facts for name in (fact.source, fact.target))
    nodes = [
        Node(name=name, kind=role_of(name) or Role.SOURCE)
        for name in met
        if name in used
    ]
    return Graph(nodes=tuple(nodes), edges=tuple(edges))


def _edges(facts: Iterable[Fact]) -> Iterator[Edge]:
    taken: dict[int | None, str] = {}
    for fact in facts:
        giver = role_of(fact.source)
        if fact.kind is Kind.ACCEPTED:
            taken[fact.serial] = fact.target
        elif "/" not in fact.source or "/" not in fact.target:
            continue  # a caller from outside, or a host where nobody is
        elif fact.kind in (Kind.DISPATCHED, Kind.PANICKED) and giver and giver.is_route:
            if hub := taken.get(fact.cause):
                yield _edge(hub, fact.source, EdgeKind.EVENT)
            yield _edge(fact.source, fact.target, EdgeKind.EVENT)
        elif fact.kind is Kind.SENT:
            emits = giver is Role.SERVICE
            kind = EdgeKind.EMIT if emits else EdgeKind.SEND
            yield _edge(fact.source, fact.target, kind)
        elif fact.kind is Kind.REPLIED:
            yield _edge(fact.source, fact.target, EdgeKind.REPLY)
        elif fact.kind is Kind.DEAD_LETTERED:
            yield _edge(fact.source, fact.target, EdgeKind.DEAD_LETTER)


def _edge(start: str, end: str, kind: EdgeKind) -> Edge:
    return Edge(start=start, end=end, kind=kind, label=_LABELS.get(kind, ""))
