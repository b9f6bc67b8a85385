"""A campaign: the tests once as they are, then each mutant against those that may notice."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simulator.errors import SimulatorError
from simulator.manifests.mutant import READ
from simulator.mutation.effect import Original
from simulator.mutation.mutant import mutants_of
from simulator.session.blueprint import Blueprint
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from simulator.mutation.effect import Effect
    from simulator.mutation.mutant import Mutant
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
    """The tests do not pass on the topology as it is.

    Args:
        message: Which, and what came of them.
    """


class Candidate(NamedTuple):
    """A mutant, and what is known of it before it is tried."""

    mutant: Mutant
    effect: Effect
    text: str
    """The digest of the text that its resource stands in."""


class Attempt(NamedTuple):
    """What came of a mutant.

    Attributes:
        by: The test that has noticed it, if anybody says.
        tests: How many tests, modules or folders were asked; 0 for none, None for all.
    """

    candidate: Candidate
    verdict: Verdict
    by: str = ""


class Found(NamedTuple):
    """What the tests said to a mutant."""

    verdict: Verdict
    by: str = ""


class Tests(Protocol):
    """The tests that mutants are tried on."""

    def baseline(self, texts: Iterable[str]) -> None:
        """Run them all on the topology as it is.

        Args:
            texts: The digests of those that will be changed.

        Raises:
            BaselineError: One fails.
        """

    def covering(self, candidate: Candidate) -> list[str]:
        """Give the tests that may notice a mutant."""

    def attempts(
        self, candidates: Mapping[int, tuple[Candidate, list[str]]]
    ) -> Iterator[tuple[int, Found]]:
        """Try mutants, each on its tests; give each, by its number, when it is over."""


class Score(Value):
    """What a campaign has come to, so far or in the end."""

    attempts: tuple[Attempt, ...] = ()

    def count(self, *verdicts: Verdict) -> int:
        """Count the mutants of some verdicts."""
        return sum(each.verdict in verdicts for each in self.attempts)

    @property
    def counted(self) -> int:
        """How many mutants count."""
        left_out = (Verdict.EQUIVALENT, Verdict.NOT_TRIED)
        return len(self.attempts) - self.count(*left_out)

    @property
    def percent(self) -> float:
        """How many of those that count were noticed, 100 where there are none."""
        noticed = self.count(Verdict.KILLED, Verdict.TIMED_OUT)
        return 100 * noticed / self.counted if self.counted else 100.0


def candidates_of(topologies: Iterable[Topology], **options: Any) -> list[Candidate]:
    """Make all mutants of some topologies, in the order of their texts.

    Args:
        topologies: As they are written.
        options: Of `Blueprint`.

    Raises:
        TopologyError: One is refused as it is; every fault is named.
    """
    found = []
    for topology in topologies:
        blueprint = Blueprint(topology, **options)
        original = Original(blueprint, lambda file: READ.get(file, file))
        made = []
        for mutant, changed in mutants_of(topology, **options):
            text = READ.get(mutant.resource.position().file, "")
            effect = original.effect(mutant, changed)
            made.append(Candidate(mutant, effect, text))
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
    """Try mutants, after the tests were run without any.

    Returns:
        Each with its number, those first that need no run.

    Raises:
        BaselineError: A test fails on the topology as it is.
    """
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
