"""A campaign: the tests once as they are, then each mutant against those that may notice."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simulator.collector import forget_young
from simulator.coverage.covered import covered
from simulator.coverage.plan import Plan
from simulator.errors import SimulatorError, TopologyError
from simulator.manifests.mutant import READ
from simulator.mutation.effect import Original
from simulator.mutation.mutant import mutants_of
from simulator.session.blueprint import Blueprint
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

    from simulator.mutation.effect import Effect
    from simulator.mutation.mutant import Mutant
    from simulator.testing.case import Case
    from simulator.testing.suite import Outcome, Suite
    from simulator.topology import Topology


class Verdict(Enum):
    """What became of a mutant; the value is how it is told."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    """The tests took far longer than without it: they have noticed, too."""
    SURVIVED = "survived"
    NOT_COVERED = "not covered"
    EQUIVALENT = "equivalent"
    """Nothing that runs is other than before; it does not count."""
    NOT_TRIED = "not tried"
    """The campaign was interrupted before it was."""


class BaselineError(SimulatorError):
    """The tests do not pass on the topology as it is."""


class Candidate(NamedTuple):
    mutant: Mutant
    effect: Effect
    text: str
    """The digest of the text that its resource stands in."""


class Attempt(NamedTuple):
    """What came of a mutant, by the test that has noticed it, if anybody says."""

    candidate: Candidate
    verdict: Verdict
    by: str = ""


class Found(NamedTuple):
    verdict: Verdict
    by: str = ""


class Tests(Protocol):
    def baseline(self, texts: Iterable[str]) -> None:
        """Run all on the topology as it is; BaselineError where one fails.

        *texts* are the digests of those that will be changed.
        """

    def covering(self, candidate: Candidate) -> list[str]:
        """Give the tests that may notice a mutant."""

    def attempts(
        self, candidates: Mapping[int, tuple[Candidate, list[str]]]
    ) -> Iterator[tuple[int, Found]]:
        """Try mutants, each on its tests; give each, by its number, when it is over."""


class Score(Value):
    attempts: tuple[Attempt, ...] = ()

    def count(self, *verdicts: Verdict) -> int:
        return sum(each.verdict in verdicts for each in self.attempts)

    @property
    def counted(self) -> int:
        left_out = (Verdict.EQUIVALENT, Verdict.NOT_TRIED)
        return len(self.attempts) - self.count(*left_out)

    @property
    def percent(self) -> float:
        """How many of those that count were noticed, 100 where there are none."""
        noticed = self.count(Verdict.KILLED, Verdict.TIMED_OUT)
        return 100 * noticed / self.counted if self.counted else 100.0


def candidates_of(
    topologies: Iterable[Topology],
    chosen: Callable[[Mutant], bool] | None = None,
    count: Callable[[int], None] = lambda _: None,
    **options: Any,
) -> list[Candidate]:
    """Make the mutants that are chosen, in the order of texts; all unless *chosen* is given.

    *count* is told how many there are, as they come.

    Raises:
        TopologyError: A topology has faults; every one is named.
    """
    found: list[Candidate] = []
    for topology in topologies:
        blueprint = Blueprint(topology, **options)
        original = Original(blueprint, lambda file: READ.get(file, file))
        made = []
        for mutant, changed in mutants_of(topology, chosen, **options):
            forget_young()  # the one before: a topology each, hundreds of MB of a big one
            text = READ.get(mutant.resource.position().file, "")
            effect = original.effect(mutant, changed)
            made.append(Candidate(mutant, effect, text))
            count(len(found) + len(made))
        order = {file: number for number, file in enumerate(topology.files)}
        made.sort(key=lambda each: _place(each, order))
        found += made
    return found


def _place(candidate: Candidate, order: Mapping[str, int]) -> tuple[int, int, int]:
    place = candidate.mutant.position
    return order.get(place.file, 0), place.line, place.column


def campaign(
    candidates: list[Candidate], tests: Tests
) -> Generator[tuple[int, Attempt]]:
    """Try mutants, those that need no run first; BaselineError if tests fail without any."""
    tests.baseline(dict.fromkeys(each.text for each in candidates))
    tried: dict[int, tuple[Candidate, list[str]]] = {}
    for number, candidate in enumerate(candidates):
        if candidate.effect.same:
            yield number, Attempt(candidate, Verdict.EQUIVALENT)
        elif names := tests.covering(candidate):
            tried[number] = candidate, names
        else:
            yield number, Attempt(candidate, Verdict.NOT_COVERED)
    for number, found in tests.attempts(tried):
        yield number, Attempt(candidates[number], *found)


_TIMES, _SPARE = 20, 10_000  # of the records of the longest test


class Suites:
    """The tests of a topology, and which of its items each of them covers.

    Args:
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
        items = candidate.effect.items
        return [
            name
            for name, covers in self._covered.items()
            if items is None or items & covers
        ]

    def attempts(
        self, candidates: Mapping[int, tuple[Candidate, list[str]]]
    ) -> Iterator[tuple[int, Found]]:
        for number, (candidate, names) in candidates.items():
            yield number, self._attempt(candidate, names)
            forget_young()

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
