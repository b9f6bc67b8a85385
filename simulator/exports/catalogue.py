"""Who sends and who receives which events, by a topology alone, and by a trace besides.

Channels are the brokers and channels. What comes to one is followed as the rules of
`check` do: forms of events, from sources, declarations, posts and replies, hub by hub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.filters.form import ANY, judged
from simulator.graph.steps import Steps
from simulator.kernel.log import Kind
from simulator.nodes import Role, role_of
from simulator.session.senders import declared_forms, posted_forms, source_forms
from simulator.subscribers.outcomes import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.event import Event
    from simulator.filters.form import Form
    from simulator.kernel import AddressBook
    from simulator.session.blueprint import Blueprint
    from simulator.trace import Record
    from simulator.wiring import Hub, Route

_MOST_FORMS = 2_000
MOST_EXAMPLES = 3
"""Of each type of event."""
SEND, RECEIVE = "send", "receive"


class Operation(NamedTuple):
    """That somebody sends to a hub, or receives from it.

    Args:
        action: ``send`` or ``receive``.
        node: Who: ``service/pricing``.
        hub: The node of the broker or channel.
        by: By which triggers or subscriptions; empty for what is sent.
        types: Of the events, as far as they are known.
    """

    action: str
    node: str
    hub: str
    by: tuple[str, ...]
    types: tuple[str, ...]


class Catalogue(NamedTuple):
    """What is known of the events of a topology.

    Args:
        hubs: Brokers and channels, in the order of the topology.
        types: Hub -> the types of the events that are known to come there, or that a
            filter there asks for.
        operations: In the order of the topology, what is received last.
        examples: Type -> events of it that a trace has.
    """

    title: str
    hubs: tuple[Hub, ...]
    types: Mapping[str, tuple[str, ...]]
    operations: tuple[Operation, ...]
    nodes: tuple[str, ...]
    examples: Mapping[str, tuple[Event, ...]]

    @property
    def all_types(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t for types in self.types.values() for t in types))


def catalogue(
    blueprint: Blueprint, title: str, records: Iterable[Record] = ()
) -> Catalogue:
    """Work out who sends and receives what.

    Args:
        records: Of a run of it, or of another of the same nodes; for examples, and for
            what nobody can know beforehand.
    """
    found = _Finding(blueprint)
    found.follow()
    found.ask_filters()
    for record in records:
        found.see(record)
    return found.catalogue(title)


class _Finding:
    def __init__(self, blueprint: Blueprint) -> None:
        prepared = blueprint.prepared
        self._book: AddressBook = blueprint.book(())
        self._ask = asking(prepared.spec.services)
        self._steps = Steps(self._book, self._ask)
        self._sources = prepared.spec.sources
        self._admitted = {each.key: each for each in prepared.admitted}
        self._hubs = {hub.node: hub for hub in self._book.wiring.hubs}
        self._types: dict[str, dict[str, None]] = {node: {} for node in self._hubs}
        self._found: dict[tuple[str, str, str], tuple[dict[str, None], dict[str, None]]]
        self._found = {}
        self._examples: dict[str, list[Event]] = {}
        self._routes = {r.node: (h, r) for h in self._hubs.values() for r in h.routes}
        self._replied: dict[str, str] = {}
        for hub in self._hubs.values():
            for route in hub.routes:
                self._operation(RECEIVE, self._taker(route), hub.node, route.node)

    def _taker(self, route: Route) -> str:
        """Say who receives: the route itself where it hands on to another hub."""
        found = self._book.find(route.subscriber)
        return route.node if found.hub else found.node

    def _operation(
        self, action: str, node: str, hub: str, by: str = "", type_: str = ""
    ) -> None:
        if hub not in self._hubs or not node:
            return
        routes, types = self._found.setdefault((action, node, hub), ({}, {}))
        if by:
            routes[by] = None
        if type_:
            types[type_] = None
            self._types[hub][type_] = None

    def follow(self) -> None:
        waiting: list[tuple[str, Form, str]] = [
            *source_forms(self._book, self._sources),
            *((node, f, "") for node, f in declared_forms(self._hubs, self._admitted)),
            *posted_forms(self._book, self._ask),
        ]
        seen: set[tuple[str, object, str]] = set()
        for node, form, sender in waiting:  # grows
            key = (node, form.key, sender)
            if node not in self._hubs or key in seen or len(seen) > _MOST_FORMS:
                continue
            seen.add(key)
            hub, type_ = self._hubs[node], form.known.get("type", "")
            if type_:
                self._types[node][type_] = None
            self._operation(SEND, sender, node, "", type_)
            if form.key == ANY.key:
                continue  # it would match everything, and tell nothing
            for route in hub.routes:
                verdict, _ = judged(form, route.filter)
                if type_ and (verdict is None or verdict.delivers):
                    self._operation(
                        RECEIVE, self._taker(route), node, route.node, type_
                    )
            waiting += [
                (step.to.node, step.event, step.via[-1])  # the last node before the hub
                for step in self._steps.of(hub, form)
            ]

    def ask_filters(self) -> None:
        for hub in self._hubs.values():
            for route in hub.routes:
                type_ = route.filter.required.get("type", "") if route.filter else ""
                if type_:
                    self._operation(
                        RECEIVE, self._taker(route), hub.node, route.node, type_
                    )

    def see(self, record: Record) -> None:
        kind, type_ = record.kind, record.event.type
        if kind is Kind.SENT and role_of(record.source) is not None:
            self._operation(SEND, record.source, record.target, "", type_)
        elif kind is Kind.RESPONDED:
            self._replied[record.target] = record.source
        elif kind is Kind.REPLIED:
            giver = self._replied.get(record.source, record.source)
            self._operation(SEND, giver, record.target, "", type_)
        elif kind is Kind.DISPATCHED and record.source in self._routes:
            hub, route = self._routes[record.source]
            self._operation(RECEIVE, self._taker(route), hub.node, record.source, type_)
        elif kind is Kind.ACCEPTED and record.target in self._types:
            self._types[record.target][type_] = None
            some = self._examples.setdefault(type_, [])
            if len(some) < MOST_EXAMPLES and record.event not in some:
                some.append(record.event)

    def catalogue(self, title: str) -> Catalogue:
        operations = [
            Operation(action, node, hub, tuple(by), tuple(types))
            for (action, node, hub), (by, types) in self._found.items()
        ]
        operations.sort(key=lambda each: each.action == RECEIVE)
        nodes = dict.fromkeys(each.node for each in operations)
        return Catalogue(
            title,
            tuple(self._hubs.values()),
            {node: tuple(types) for node, types in self._types.items()},
            tuple(operations),
            tuple(node for node in nodes if not _is_between(node)),
            {type_: tuple(some) for type_, some in self._examples.items()},
        )


def _is_between(node: str) -> bool:
    """Whether it is a hub or a route, and nobody's program."""
    role = role_of(node)
    return role is not None and (role.is_hub or role.is_route or role is Role.NOWHERE)


def keys_of(names: Sequence[str]) -> dict[str, str]:
    """Give each name a key of letters, digits, dots, hyphens and underscores; all differ."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = "".join(
            c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in name
        )
        plain = plain.strip(".") or "_"
        key, number = plain, 1
        while key.lower() in taken:  # some file systems do not tell A from a
            number += 1
            key = f"{plain}_{number}"
        taken.add(key.lower())
        found[name] = key
    return found
