"""What must hold in each run, and how it is judged.

A run is looked through for what a check forbids; what came instead is put into words, by
`simulator.testing`, only where there is any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_ns
from simulator.errors import UsageError, nearest
from simulator.explore.plan import ALWAYS
from simulator.kernel import Kind
from simulator.kernel.log import name_of
from simulator.session.engine import find_endpoint
from simulator.session.failures import in_lines
from simulator.session.handlers import function_of
from simulator.session.unmet import losses, losses_text
from simulator.session.works import (
    again_text,
    identity_of,
    status_of,
    worked_again,
    works,
)
from simulator.statuses import SUCCESS
from simulator.testing.expected import Expected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.explore.plan import Check, Plan
    from simulator.kernel import Log
    from simulator.session import Simulation
    from simulator.session.views import Sent
    from simulator.trace import Record
    from simulator.wiring import Endpoint

_ENDS = frozenset(
    {Kind.LOST, Kind.CUT, Kind.STUCK, Kind.REFUSED, Kind.EXPIRED, Kind.REPLY_DROPPED,
     Kind.ANSWERED}
)  # fmt: skip


class Judge:
    """Judges runs that are over.

    Args:
        plan: Says what must hold.
        plain: Makes the run as it is.

    Raises:
        UsageError: A check is about nothing.
    """

    def __init__(
        self, plan: Plan, plain: Callable[[], tuple[Simulation, list[Sent]]]
    ) -> None:
        self._plan = plan
        self._nodes: dict[str, str] = {}
        self._reached: dict[str, frozenset[tuple[str, str]]] = {}
        self._predicates: list[tuple[str, Callable[[Simulation], object]]] = []
        if plan.holds is not None:
            name = getattr(plan.holds, "__name__", "check")
            self._predicates.append((name, plan.holds))
        if plan.predicate:
            holds = function_of(plan.predicate)
            self._predicates.append((f"check {plan.predicate}", holds))
        sim, _ = plain()
        for check in plan.checks:
            if check.service:
                endpoints = sim.wiring.endpoints
                node = service_of(str(check), check.service, endpoints)
                self._nodes[check.service] = node
            if check.word == ALWAYS:
                self._reached[check.service] = self._usual(sim, check)

    def _usual(self, sim: Simulation, check: Check) -> frozenset[tuple[str, str]]:
        """Give the events that lead to work of a service when nothing goes wrong."""
        node = self._nodes[check.service]
        found = frozenset(root for _, root in _roots(sim.log, node))
        if not found:
            raise UsageError(
                f"{check}: no event comes to {node}, even if nothing goes wrong"
            )
        return found

    def failed(self, sim: Simulation, sent: list[Sent]) -> tuple[str, str] | None:
        """Give the first check that does not hold, and why; None if all do."""
        if sim.handler_errors:
            return "no handler fails", "\n".join(in_lines(sim.handler_errors))
        for check in self._plan.checks:
            why = self._why_not(check, sim, sent)
            if why:
                return str(check), why
        for name, holds in self._predicates:
            why = _judged(holds, sim)
            if why:
                return name, why
        return None

    def _why_not(self, check: Check, sim: Simulation, sent: list[Sent]) -> str:
        match check.word:
            case "never-lost":
                return _never_lost(sim)
            case "never-twice":
                return _never_twice(sim, self._nodes[check.service])
            case "always":
                return self._always(sim, check)
            case "no-dead-letters":
                return _no_dead_letters(sim, sent)
        assert check.expected is not None, "it is one of a test"
        return _expected(check.expected, sim, sent)

    def _always(self, sim: Simulation, check: Check) -> str:
        node = self._nodes[check.service]
        limit_ns = duration_ns(check.within) if check.within else None
        there = {
            root
            for took_ns, root in _roots(sim.log, node)
            if limit_ns is None or took_ns <= limit_ns
        }
        missing = sorted(self._reached[check.service] - there)
        if not missing:
            return ""
        names = ", ".join(id_ for _, id_ in missing)
        limit = f" within {check.within}" if check.within else ""
        return f"{node}: nothing that follows from {names} was taken{limit}"


def service_of(said: str, name: str, endpoints: Sequence[Endpoint]) -> str:
    """Give the node of a service.

    Raises:
        UsageError: There is none; it begins with what was *said*.
    """
    found = find_endpoint(endpoints, name)
    if found is not None:
        return found.node
    names = [each.name for each in endpoints]
    raise UsageError(
        f"{said}: there is no service {name!r}{nearest(name, names)} "
        f"(there are: {', '.join(names) or 'none'})"
    )


def _never_lost(sim: Simulation) -> str:
    if all(
        row[3] is Kind.ANSWERED and status_of(row[8]) in SUCCESS
        for row in sim.log.rows(kinds=_ENDS)
    ):
        return ""
    lost = [each for each in losses(sim.trace) if not _made_up_for(each, sim)]
    return losses_text("expected no loss", lost) if lost else ""


def _made_up_for(loss: Record, sim: Simulation) -> bool:
    """Tell whether the same event came again to where it was lost, and was taken."""
    event = loss.event.source, loss.event.id
    where = loss.source if loss.kind is Kind.CUT else loss.target
    return loss.kind in (Kind.CUT, Kind.LOST) and any(
        status_of(row[8]) in SUCCESS
        and name_of(row[5]) == where
        and identity_of(row[4]) == event
        for row in sim.log.rows(loss.serial, kinds=(Kind.RESPONDED,))
    )


def _no_dead_letters(sim: Simulation, sent: list[Sent]) -> str:
    if next(sim.log.rows(kinds=(Kind.DEAD_LETTERED,)), None) is None:
        return ""
    wanted = Expected(path="", subject="deadLettered", verb="never")
    return _expected(wanted, sim, sent)


def _never_twice(sim: Simulation, node: str) -> str:
    again = worked_again(sim.log, (node,))
    return again_text(again) if again else ""


def _expected(expected: Expected, sim: Simulation, sent: list[Sent]) -> str:
    try:
        expected.judge(sim, expected.of(sim), sent)
    except (AssertionError, UsageError) as error:
        return str(error)
    return ""


def _roots(log: Log, node: str) -> Iterator[tuple[int, tuple[str, str]]]:
    """Give how long after its first cause each work came, and the event that this was."""
    for serial, at_ns, _, _ in works(log, (node,)):
        row = log.row(serial)
        while row[2]:
            row = log.row(row[0] - row[2])
        yield at_ns - row[1], identity_of(row[4])


def _judged(holds: Callable[[Simulation], object], sim: Simulation) -> str:
    """Ask a function of the user's; give why it says no, empty where it does not."""
    try:
        said = holds(sim)
    except AssertionError as error:
        return str(error) or "an assertion failed"
    if isinstance(said, str):
        return said
    return "it does not hold" if said is False else ""
