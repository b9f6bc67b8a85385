"""What there is to cover in a topology, and by which records it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.coverage.item import Fact, Item
from simulator.kernel import AddressBook
from simulator.nodes import node_name
from simulator.subscribers.parse import KIND, parse_simulation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.filters import Filter
    from simulator.filters.verdict import Part
    from simulator.resource import Resource, ResourceKey
    from simulator.topology import Topology
    from simulator.wiring import Hub, Route, Wiring

# Setting of a delivery -> what may happen because of it.
_OF_SETTING = {
    "retry": (Fact.RETRIED, Fact.RECOVERED, Fact.EXHAUSTED),
    "timeout": (Fact.TIMED_OUT,),
    "deadLetterSink": (Fact.DEAD_LETTERED,),
}
_FILTER = ".filter"  # of a branch


class RoutePlan(NamedTuple):
    """One route.

    Args:
        facts: What may happen on it -> the name of the item.
        leaves: For each leaf the names of its items: true, false.
    """

    facts: Mapping[Fact, str]
    filter: Filter | None
    leaves: tuple[tuple[str, str], ...]
    retry: int


class HubPlan(NamedTuple):
    """One hub: the routes that judge its events, and whether these see a time to live."""

    routes: tuple[RoutePlan, ...]
    shows_ttl: bool


class RulePlan(NamedTuple):
    """A rule of a service: the attributes that it asks for, and the name of its item."""

    match: Mapping[str, str]
    name: str


class Plan:
    """All that can be covered, found before any run.

    An item is of something that is written: what several routes have from one broker is
    one item, covered by any of them.

    Args:
        named: Gives a file the name that items have.

    Attributes:
        routes: Node -> its plan.
        hubs: Likewise.
        services: Node -> its rules, in order.
    """

    def __init__(
        self, wiring: Wiring, topology: Topology, named: Callable[[str], str] = str
    ) -> None:
        self._named = named
        self.items: list[Item] = []
        self.routes: dict[str, RoutePlan] = {}
        self.hubs: dict[str, HubPlan] = {}
        self._wiring = wiring
        self._book = AddressBook(wiring)
        self._written = {
            node_name(r.kind.lower(), r.namespace, r.name): r for r in topology
        }
        self._by_key = {r.key: r for r in topology}
        for hub in wiring.hubs:
            for route in hub.routes:
                self.routes[route.node] = self._route(hub, route)
            plans = tuple(self.routes[route.node] for route in hub.routes)
            judging = tuple(plan for plan in plans if plan.filter is not None)
            self.hubs[hub.node] = HubPlan(judging, hub.profile.door.hops is None)
        self.services = dict(self._services(topology))

    def _route(self, hub: Hub, route: Route) -> RoutePlan:
        resource = self._by_key.get(route.resource)
        facts = dict(self._settings(hub, route))
        if resource is None or not route.path:  # made by a controller
            return RoutePlan(facts, None, (), route.retries.retry)
        for fact, path in self._ends(route, resource):
            facts[fact] = self._item(resource, path, fact)
        filter_, leaves = route.filter, []
        if filter_ is not None:
            for path in leaf_paths(filter_, resource.spec):
                names = [self._item(resource, path, f) for f in (Fact.TRUE, Fact.FALSE)]
                leaves.append((names[0], names[1]))
        return RoutePlan(facts, filter_, tuple(leaves), route.retries.retry)

    def _ends(self, route: Route, resource: Resource) -> Iterator[tuple[Fact, str]]:
        """Give what a route does with an event, each with the field that says it."""
        filter_ = route.filter
        yield (Fact.CALLED if filter_ is None else Fact.MATCHED), route.path
        if filter_ is not None and filter_.reads and not filter_.always:
            filters = "filters" if resource.spec.get("filters") else "filter"
            yield Fact.PASSED_OVER, f"spec.{filters}"
        endpoint = self._book.find(route.subscriber).endpoint
        if endpoint is not None and endpoint.replies:
            yield Fact.REPLIED, route.path
            if route.path.endswith(_FILTER):
                yield Fact.HELD_BACK, route.path

    def _settings(self, hub: Hub, route: Route) -> Iterator[tuple[Fact, str]]:
        """Give what its delivery may come to, of the settings that somebody has written."""
        counts = {
            "retry": route.retries.retry > 0,
            "timeout": route.retries.timeout_ns is not None,
            "deadLetterSink": route.dead_letter is not None,
        }
        for setting, facts in _OF_SETTING.items():
            owner = self._written.get(route.origins.get(setting, ""))
            if owner is None or not counts[setting]:
                continue
            path = f"{_delivery_path(hub, route, owner.key)}.{setting}"
            for fact in facts:
                yield fact, self._item(owner, path, fact)

    def _services(
        self, topology: Topology
    ) -> Iterator[tuple[str, tuple[RulePlan, ...]]]:
        described = {e.described: e.node for e in self._wiring.endpoints if e.described}
        for resource in topology.of_kind(KIND):
            spec, _ = parse_simulation(resource.manifest)
            for name, service in spec.services.items():
                if service.rules and name in described:
                    path, node = f"spec.services.{name}.rules", described[name]
                    plans = []
                    for at, rule in enumerate(service.rules):
                        item = self._item(resource, f"{path}[{at}]", Fact.USED, node)
                        plans.append(RulePlan(rule.match, item))
                    yield node, tuple(plans)

    def _item(
        self, resource: Resource, path: str, fact: Fact, node: str | None = None
    ) -> str:
        if node is None:
            key = resource.key
            node = node_name(key.kind.lower(), key.namespace, key.name)
        place = resource.position(path.partition(" ")[0])
        place = place._replace(file=self._named(place.file))
        item = Item(node=node, path=path, fact=fact, position=place)
        self.items.append(item)
        return item.name


def _delivery_path(hub: Hub, route: Route, owner: ResourceKey) -> str:
    """Find where the delivery stands that a setting of a route comes from."""
    if not route.inherited and owner == route.resource:
        return f"{_holder(route.path)}.delivery"
    flow = hub.resource == route.resource
    return "spec.channelTemplate.spec.delivery" if flow else "spec.delivery"


def _holder(path: str) -> str:
    """Give what a subscriber stands in: ``spec``, ``spec.steps[0]``, ``spec.branches[1]``."""
    head, _, last = path.rpartition(".")
    return head if last in ("subscriber", "filter", "sink") else path


_COMPARING = ("exact", "prefix", "suffix")


def leaves_of(filter_: Filter, attributes: Mapping[str, str]) -> list[Part]:
    """Judge an event by each leaf that takes part, in written order."""
    explanation = filter_.explain(attributes)
    return [leaf for leaf in explanation.leaves() if not leaf.dropped]


def leaf_paths(filter_: Filter, spec: Mapping[str, Any]) -> list[str]:
    """Find the field path of each of these leaves.

    Where an implementation reads a filter in its own way, and so has other leaves than
    were written, each gets the path of the whole, and its number.
    """
    leaves = leaves_of(filter_, {})
    filters = spec.get("filters")
    written = [*_written(filters, spec.get("filter"))]
    if [leaf.wanted for leaf in leaves] == [wanted for _, wanted in written]:
        return [path for path, _ in written]
    whole = "spec.filters" if filters else "spec.filter"
    return [f"{whole} leaf {number}" for number, _ in enumerate(leaves)]


def _written(filters: Any, legacy: Any) -> Iterator[tuple[str, str]]:
    """Give the leaves of `spec.filters`, else of `spec.filter`: path, wanted text."""
    if filters:
        for number, element in enumerate(filters):
            yield from _element(element, f"spec.filters[{number}]")
    elif isinstance(legacy, dict):
        for name, text in (legacy.get("attributes") or {}).items():
            yield f"spec.filter.attributes.{name}", text


def _element(element: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Walk one filter object by the dialect that counts, as `filters.compiler` does."""
    for dialect in _COMPARING:
        if texts := element.get(dialect):
            if all(name and text for name, text in texts.items()):
                yield from ((f"{path}.{dialect}.{n}", t) for n, t in texts.items())
            return
    for dialect in ("all", "any"):
        if members := element.get(dialect):
            for number, member in enumerate(members):
                yield from _element(member, f"{path}.{dialect}[{number}]")
            return
    if (member := element.get("not")) is not None:
        yield from _element(member, f"{path}.not")
    elif expression := element.get("cesql"):
        yield f"{path}.cesql", expression
