"""Tests that stand in YAML: each mutant in this process, on the tests that may notice it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.coverage.covered import covered
from simulator.coverage.plan import Plan
from simulator.errors import TopologyError
from simulator.manifests.mutant import READ
from simulator.mutation.campaign import BaselineError, Found, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from simulator.mutation.campaign import Candidate
    from simulator.testing.case import Case
    from simulator.testing.suite import Outcome, Suite
    from simulator.topology import Topology

_TIMES, _SPARE = 20, 10_000  # of the records of the longest test


class Suites:
    """The tests of a topology, and which of its items each of them covers.

    Args:
        topology: With its tests.
        suite: Makes them ready, each of whose runs may make so many records.
        chosen: Gives those of a suite that are to be run.
        most: How many records a run may make without a mutant.
    """

    def __init__(
        self,
        topology: Topology,
        suite: Callable[[Topology, int], Suite],
        chosen: Callable[[Suite], list[Case]],
        most: int,
    ) -> None:
        self._topology = topology
        self._suite = suite
        self._chosen = chosen
        self._most = most
        self._covered: dict[str, frozenset[str]] = {}

    def baseline(self, texts: Iterable[str]) -> None:
        """Run them all, and see what each covers."""
        suite = self._suite(self._topology, self._most)
        plans: dict[int, Plan] = {}
        longest = 0
        for outcome in suite.run(self._chosen(suite)):
            if not outcome.passed:
                raise BaselineError(_failed(outcome))
            blueprint = suite.blueprint(outcome.case)
            plan = plans.get(id(blueprint))
            if plan is None:
                plan = plans[id(blueprint)] = Plan(
                    blueprint.wiring, blueprint.topology, lambda f: READ.get(f, f)
                )
            trace = outcome.simulation.trace
            self._covered[outcome.case.name] = covered(plan, trace)
            longest = max(longest, len(trace))
        self._most = min(self._most, _TIMES * longest + _SPARE)

    def covering(self, candidate: Candidate) -> list[str]:
        """Give the names of the tests that may notice a mutant."""
        items = candidate.effect.items
        return [
            name
            for name, covers in self._covered.items()
            if items is None or items & covers
        ]

    def attempts(
        self, candidates: Mapping[int, tuple[Candidate, list[str]]]
    ) -> Iterator[tuple[int, Found]]:
        """Try mutants, one after the other."""
        for number, (candidate, names) in candidates.items():
            yield number, self._attempt(candidate, names)

    def _attempt(self, candidate: Candidate, names: list[str]) -> Found:
        mutant = candidate.mutant.of(self._topology)
        try:
            suite = self._suite(mutant, self._most)
        except TopologyError as error:
            return Found(Verdict.KILLED, str(error.faults[0]))
        chosen = [case for case in self._chosen(suite) if case.name in names]
        for outcome in suite.run(chosen):
            if not outcome.passed:
                ended = len(outcome.simulation.trace) < self._most
                verdict = Verdict.KILLED if ended else Verdict.TIMED_OUT
                return Found(verdict, outcome.case.name)
        return Found(Verdict.SURVIVED)


def _failed(outcome: Outcome) -> str:
    failure = outcome.failures[0]
    return (
        f"{failure.position}: the test {outcome.case.name!r} fails without any mutant; "
        f"let it pass first: {failure.text}"
    )
