"""What a mutant changes of what runs: who can notice, by which event or fault, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.coverage.item import Fact
from simulator.coverage.plan import Plan
from simulator.delivery import NO_RETRIES
from simulator.duration import duration_text
from simulator.kernel import AddressBook
from simulator.mutation.apart import Apart, apart, judged, passing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.mutation.mutant import Mutant
    from simulator.session.blueprint import Blueprint
    from simulator.wiring import Hub, Route, Wiring

_ARRIVES = (Fact.MATCHED, Fact.CALLED)
_MOST_WAITS = 20


class Effect(NamedTuple):
    """What is known of a mutant before any test runs.

    Attributes:
        same: Nothing that runs is other than before: no test can notice it by a run.
        items: What a run has to cover to be another one, by the names of items; None
            where that is not known, and any run may be.
        noticed: The smallest event, or the fault, by which a test would notice it.
    """

    same: bool
    items: frozenset[str] | None
    noticed: str
    event: Mapping[str, str] | None


class Original:
    """A topology as it is written, against which its mutants are held."""

    def __init__(self, blueprint: Blueprint, named: Callable[[str], str]) -> None:
        self._wiring = blueprint.wiring
        self._book = AddressBook(self._wiring)
        self._routes = _routes(self._wiring)
        self._plan = Plan(self._wiring, blueprint.topology, named)

    def effect(self, mutant: Mutant, blueprint: Blueprint) -> Effect:
        wiring = blueprint.prepared.wire(  # without findings, which nothing runs by
            (), strict=blueprint.strict, played_by=blueprint.profile
        )
        routes = _routes(wiring)
        filters = mutant.path.startswith("spec.filter")
        changes = [
            _Difference(node, self._routes.get(node), routes.get(node))
            for node in dict.fromkeys((*self._routes, *routes))
        ]
        changes = [each for each in changes if each.found(mutant, filters=filters)]
        flows = {each.resource for _, each in self._routes.values()}
        flows |= {each.resource for each in self._wiring.hubs}
        guards = mutant.resource.key not in flows  # only others decide who may send
        before, after = (_rest(each, guards=guards) for each in (self._wiring, wiring))
        others = any(before[node] != after[node] for node in before if node in after)
        if others or (filters and not changes):
            return Effect(False, None, "", None)
        if not changes:
            same = before.keys() == after.keys() and self._sees(mutant)
            return Effect(same, None, "", None)
        known = [self._items(each) for each in changes]
        items = None
        if all(each is not None for each in known):
            items = frozenset(name for each in known if each for name in each)
        same = all(each.proved_same for each in changes)
        text, event = changes[0].noticed(self._subscriber)
        return Effect(same, items, text, event)

    def _subscriber(self, route: Route) -> str:
        return self._book.find(route.subscriber).node

    def _sees(self, mutant: Mutant) -> bool:
        """Tell whether what is changed has a part in what runs, as far as files are named.

        A trigger without its broker, or a broker without any trigger, may have more to do
        in the topology that tests read.
        """
        key = mutant.resource.key
        return any(
            key in (hub.resource, route.resource)
            for hub, route in self._routes.values()
        )

    def _items(self, change: _Difference) -> frozenset[str] | None:
        """Give the items of which a run covers one if the change concerns it."""
        if change.old is None:
            return None
        _, route = change.old
        if route.filter is not None and route.filter.may_panic:
            return None  # a panic covers nothing, though an event was there
        plan = self._plan.routes[change.node]
        arrives = {plan.facts[fact] for fact in _ARRIVES if fact in plan.facts}
        if change.filters is not None:
            names = {n for pair in plan.leaves for n in pair}
            names |= {plan.facts[f] for f in (Fact.PASSED_OVER,) if f in plan.facts}
            return frozenset(arrives | names) or None
        names = set()
        for fact in change.facts():
            if fact not in plan.facts:
                return frozenset(arrives) or None
            names.add(plan.facts[fact])
        return frozenset(names or arrives) or None


class _Difference:
    def __init__(
        self, node: str, old: tuple[Hub, Route] | None, new: tuple[Hub, Route] | None
    ) -> None:
        self.node, self.old, self.new = node, old, new
        self.filters: Apart | None = None
        self._way = False
        self._settings: tuple[str, ...] = ()

    def found(self, mutant: Mutant, *, filters: bool) -> bool:
        """Compare; tell whether anything is different."""
        if self.old is None or self.new is None:
            self._way = True
            return True
        (hub, old), (_, new) = self.old, self.new
        if filters and old.resource == mutant.resource.key:
            self.filters = apart(old.filter, new.filter)
        self._way = _bare(old) != _bare(new)
        self._settings = tuple(_settings(hub, old, new))
        return self.filters is not None or self._way or bool(self._settings)

    @property
    def proved_same(self) -> bool:
        proved = self.filters is not None and self.filters.proved
        return proved and not self._way and not self._settings

    def facts(self) -> Iterator[Fact]:
        """Give what has to happen on the route, as it was, to be concerned."""
        assert self.old is not None, "it was there"
        _, old = self.old
        for name in () if self._way else self._settings:
            if name in ("retry", "backoff"):
                yield Fact.RETRIED if old.retries.retry else Fact.MATCHED
            elif name == "timeout":
                yield Fact.TIMED_OUT if old.retries.timeout_ns else Fact.MATCHED
            else:
                yield Fact.DEAD_LETTERED if old.dead_letter else Fact.MATCHED

    def noticed(
        self, called: Callable[[Route], str]
    ) -> tuple[str, Mapping[str, str] | None]:
        """Say by what a test would notice it, and give the event."""
        there = self.old or self.new
        assert there is not None, "one of them is there"
        hub, route = there
        if self.filters is not None:
            event = self.filters.event
            if event is None:
                return "", None
            side = "without" if judged(route.filter, event) is True else "with"
            return f"passes only {side} the mutant", event
        event, who = passing(route.filter), called(route)
        if self.new is None or self.new[1].subscriber != route.subscriber:
            return f"goes to {who} only without the mutant", event
        if self._way:
            return f"has a reply of {who} that goes on only without the mutant", event
        return _fault(hub, route, self.new[1], self._settings[0], who), event


def _routes(wiring: Wiring) -> dict[str, tuple[Hub, Route]]:
    return {route.node: (hub, route) for hub in wiring.hubs for route in hub.routes}


def _bare(route: Route) -> Route:
    """Give a route without what is compared by itself, and what nothing runs by."""
    return route.replace(
        filter=None, dead_letter=None, retries=NO_RETRIES, origins={}, delivery=None,
        inherited=False,
    )  # fmt: skip


def _rest(wiring: Wiring, *, guards: bool) -> dict[str, object]:
    found: dict[str, object] = {each.node: each for each in wiring.sources}
    for hub in wiring.hubs:
        bare = hub.replace(routes=(), delivery=None)
        found[hub.node] = bare if guards else bare.replace(guard=None)
    for endpoint in wiring.endpoints:
        found[endpoint.node] = endpoint if guards else endpoint.replace(guard=None)
    return found


def _settings(hub: Hub, old: Route, new: Route) -> Iterator[str]:
    if old.retries.retry != new.retries.retry:
        yield "retry"
    elif _waits(hub, old) != _waits(hub, new):
        yield "backoff"
    if old.retries.timeout_ns != new.retries.timeout_ns:
        yield "timeout"
    if old.dead_letter != new.dead_letter:
        yield "dead letter"


def _waits(hub: Hub, route: Route) -> list[int | None]:
    """Give how long is waited before each retry; `Retry-After` counts as one more."""
    retries = route.retries
    if not retries.retry:
        return []
    count = min(retries.retry, _MOST_WAITS)
    backoff = hub.profile.retrying.backoff_ns
    return [
        *(backoff(retries, number) for number in range(count)),  # from 0, as it says
        retries.retry_after_max_ns,
    ]


def _fault(hub: Hub, old: Route, new: Route, setting: str, called: str) -> str:
    """Say what has to happen to the subscriber for a setting to be of use."""
    retries = old.retries
    if setting == "retry":
        fewer = min(retries.retry, new.retries.retry)
        return f"is answered 503 by {called} {_times(fewer + 1)}"
    if setting == "backoff":
        pairs = zip(_waits(hub, old), _waits(hub, new), strict=False)
        first = next((n for n, (one, other) in enumerate(pairs, 1) if one != other), 1)
        return f"is answered 503 by {called} {_times(first)}, with an eye on the time"
    if setting == "timeout":
        late = duration_text(retries.timeout_ns or new.retries.timeout_ns or 0)
        return f"is answered by {called} after more than {late}"
    return f"is answered 503 by {called} {_times(retries.retry + 1)}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
