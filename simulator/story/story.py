"""Records told one by one: what they come to, and the lines of their flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.nodes import Role, role_of
from simulator.story.counts import Counts
from simulator.story.flow import Flow
from simulator.story.hops import DELIVERIES, Exchanges
from simulator.value import NamedTuple
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Self

    from simulator.story.flow import Line
    from simulator.trace.record import Record
    from simulator.wiring import Wiring


class Nodes(NamedTuple):
    """What is to be known of a topology by whoever tells what happened in it.

    Args:
        routes: Node of each trigger and subscription, and of what it calls.
        brokers: Nodes of brokers, whose routes are triggers.
        names: URL -> the node that has it.
    """

    routes: tuple[tuple[str, str], ...]
    brokers: frozenset[str]
    services: tuple[str, ...] = ()
    names: Mapping[str, str] = {}

    @classmethod
    def of(cls, wiring: Wiring) -> Self:
        names = {url: node for node, url in wiring.addresses.items()}
        return cls(
            tuple(
                (route.node, names.get(route.subscriber, route.subscriber))
                for hub in wiring.hubs
                for route in hub.routes
            ),
            frozenset(h.node for h in wiring.hubs if h.kind is HubKind.BROKER),
            tuple(endpoint.node for endpoint in wiring.endpoints),
            names,
        )

    @classmethod
    def among(cls, records: Iterable[Record]) -> Self:
        """Take them from records, which have nothing of brokers but their names."""
        routes: dict[tuple[str, str], None] = {}
        brokers: set[str] = set()
        for record in records:
            if record.kind in DELIVERIES:
                routes[record.source, record.target] = None
            elif record.kind is Kind.ACCEPTED and (
                role_of(record.target) is Role.BROKER
            ):
                brokers.add(record.target)
        return cls(tuple(routes), frozenset(brokers))


class Story:
    def __init__(
        self, nodes: Nodes, write: Callable[[Line], None] | None = None
    ) -> None:
        self._exchanges = Exchanges()
        self.counts = Counts(
            self._exchanges, nodes.services, nodes.brokers, nodes.names
        )
        self._flow = (
            None
            if write is None
            else Flow(write, brokers=nodes.brokers, names=nodes.names)
        )

    def add(self, record: Record) -> None:
        about = self._exchanges.add(record)
        self.counts.add(record, about)
        if self._flow is not None:
            self._flow.add(record, about)

    def finish(self) -> None:
        if self._flow is not None:
            self._flow.finish()
