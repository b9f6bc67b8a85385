"""A graph of what a trace shows, where nobody knows the topology."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.graph.parts import Edge, EdgeKind, Graph, Node
from simulator.kernel.log import Kind
from simulator.nodes import Role, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Fact(Protocol):
    """What is asked of a record; see `simulator.trace.Record`."""

    @property
    def serial(self) -> int:
        """Its number in the run, from 0."""

    @property
    def kind(self) -> Kind:
        """What happened; see `Kind`."""

    @property
    def cause(self) -> int | None:
        """The serial of the record that it follows from; None for the first."""

    @property
    def source(self) -> str:
        """The node that it comes from; empty for a caller from outside."""

    @property
    def target(self) -> str:
        """The node that it goes to."""


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
