"""Which items the records of a run cover, and those of all tests of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.coverage.item import Coverage, Fact
from simulator.coverage.plan import Plan, leaves_of
from simulator.filters import Verdict
from simulator.kernel.answer import Failure
from simulator.kernel.envelope import TTL
from simulator.kernel.log import Kind
from simulator.story.meaning import ANSWERS, Sense, sense_of
from simulator.subscribers.fault_spec import GOES_ON

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.coverage.plan import HubPlan, RoutePlan
    from simulator.session import Simulation
    from simulator.session.blueprint import Blueprint
    from simulator.trace import Record

# What a record says of the route that it comes from.
_BY_SOURCE = {
    Sense.REQUEST: (Fact.MATCHED, Fact.CALLED),
    Sense.REQUEST_AGAIN: (Fact.RETRIED,),
    Sense.REPLY: (Fact.REPLIED,),
    Sense.DROPPED: (Fact.REPLIED,),
    Sense.RETRY: (Fact.RETRIED,),
    Sense.DEAD: (Fact.DEAD_LETTERED,),
}


def covered(
    plan: Plan, records: Iterable[Record], played: Iterable[str] = ()
) -> frozenset[str]:
    """Find the names of the items of a plan that a run has covered.

    Args:
        records: In order; those of nodes that are not in the plan do not count.
        played: The names of services that functions play, whose rules do not count.
    """
    walk = Walk(plan, played)
    for record in records:
        walk.add(record)
    return walk.covered


class Walk:
    """What a run has covered so far, record by record; see `covered`."""

    def __init__(self, plan: Plan, played: Iterable[str] = ()) -> None:
        self._plan = plan
        self._played = frozenset(f"service/{name}" for name in played)
        self.names: dict[str, None] = {}
        self._judged: dict[tuple[int, tuple[str | None, ...]], None] = {}
        self._requests: dict[int, None] = {}
        self._hits: dict[int, None] = {}  # requests that a fault answers
        self._silent: dict[int, RoutePlan] = {}  # successes that no reply has followed

    def add(self, record: Record) -> None:
        kind = record.kind
        sense = sense_of(
            str(kind),
            status=record.status,
            attempt=record.attempt,
            ok=record.detail is None,
        )
        if kind is Kind.ACCEPTED:
            self._accepted(self._plan.hubs.get(record.target), record)
        elif kind is Kind.FAULT_HIT:
            self._hit(record)
        elif sense in ANSWERS or kind is Kind.ANSWERED:
            self._answered(record)
        route = self._plan.routes.get(record.source)
        if route is None:
            return
        for fact in _BY_SOURCE.get(sense, ()):
            self._cover(route, fact)
        if kind is Kind.DISPATCHED:
            self._requests[record.serial] = None
        elif sense in (Sense.REPLY, Sense.DROPPED):
            self._silent.pop(-1 if record.cause is None else record.cause, None)

    @property
    def covered(self) -> frozenset[str]:
        """The names of the items that are covered, if no more records come."""
        held_back = (route.facts.get(Fact.HELD_BACK) for route in self._silent.values())
        return frozenset(self.names).union(filter(None, held_back))

    def _cover(self, route: RoutePlan, fact: Fact) -> None:
        name = route.facts.get(fact)
        if name is not None:
            self.names[name] = None

    def _accepted(self, hub: HubPlan | None, record: Record) -> None:
        """Judge an event by all filters of its hub, those that it does not pass too."""
        if hub is None:
            return
        seen = record.event.attributes
        if not hub.shows_ttl:
            seen = {name: text for name, text in seen.items() if name != TTL}
        for route in hub.routes:
            filter_ = route.filter
            assert filter_ is not None, "the plan keeps those with a filter"
            key = id(route), tuple(map(seen.get, filter_.reads))
            if key in self._judged:
                continue
            self._judged[key] = None
            verdict = filter_.verdict(seen)
            if verdict is not Verdict.PANIC:
                matched = Fact.MATCHED if verdict.delivers else Fact.PASSED_OVER
                self._cover(route, matched)
            leaves = leaves_of(filter_, seen)
            for (true, false), leaf in zip(route.leaves, leaves, strict=True):
                if leaf.verdict is Verdict.PASS:
                    self.names[true] = None
                elif leaf.verdict is Verdict.FAIL:
                    self.names[false] = None

    def _hit(self, record: Record) -> None:
        kind = getattr(record.detail, "kind", str(record.detail))
        if record.cause is not None and not any(word in kind for word in GOES_ON):
            self._hits[record.cause] = None

    def _answered(self, record: Record) -> None:
        cause = -1 if record.cause is None else record.cause
        if cause not in self._hits and record.source not in self._played:
            self._rule(record)
        route = self._plan.routes.get(record.target)
        if route is None or record.kind is Kind.ANSWERED:
            return
        if record.ok and record.attempt > 1:
            self._cover(route, Fact.RECOVERED)
        elif not record.ok and record.attempt == route.retry + 1:
            self._cover(route, Fact.EXHAUSTED)
        if record.detail == Failure.TIMEOUT:
            self._cover(route, Fact.TIMED_OUT)
        if record.ok and cause in self._requests:
            self._silent[record.serial] = route

    def _rule(self, record: Record) -> None:
        """Find the rule by which a service has answered: the first that fits."""
        attributes = record.event.attributes
        for rule in self._plan.services.get(record.source, ()):
            if all(attributes.get(name) == text for name, text in rule.match.items()):
                self.names[rule.name] = None
                return


class Measuring:
    """What simulations cover of topologies, each as it is without what a test is given.

    *root* is what absolute names of files are made relative to; None to leave them.
    """

    def __init__(self, measured: Iterable[Blueprint], root: Path | None = None) -> None:
        self._root = root
        self._plans: dict[int, tuple[Blueprint, Plan]] = {}
        self._running: list[tuple[Simulation, Blueprint]] = []
        self.coverage = Coverage()
        for blueprint in measured:
            plan = self._plan(blueprint)
            self.coverage |= Coverage.of(plan.items, frozenset())

    def watch(self, simulation: Simulation, blueprint: Blueprint) -> None:
        """Remember a simulation that is about to run."""
        self._running.append((simulation, blueprint))

    def forget(self) -> None:
        """Leave out what was remembered."""
        self._running.clear()

    def count(self, given: Iterable[str] = ()) -> None:
        """Count what those have covered that were remembered.

        Of services *given*, which the test describes itself, the rules do not count.
        """
        for simulation, blueprint in self._running:
            plan = self._plan(blueprint)
            played: Iterable[str] = ()
            recording = simulation.recording if plan.services else None
            if recording is not None:
                played = recording.run.get("python", ())
            self.add(covered(plan, simulation.trace, (*played, *given)))
        self._running.clear()

    def add(self, names: Iterable[str]) -> None:
        """Add items that are covered, also in another process; others do not count."""
        more = Coverage(items=self.coverage.items, covered=frozenset(names))
        self.coverage |= more

    def _plan(self, blueprint: Blueprint) -> Plan:
        """Give the plan of a blueprint, which is kept with it, so that its id is its own."""
        found = self._plans.get(id(blueprint))
        if found is None:
            plan = Plan(blueprint.wiring, blueprint.topology, self._relative)
            found = self._plans[id(blueprint)] = blueprint, plan
        return found[1]

    def _relative(self, file: str) -> str:
        path, root = Path(file), self._root
        if root is None or not (path.is_absolute() and path.is_relative_to(root)):
            return file
        return str(path.relative_to(root))
