"""A piece of work, who works on it, and what came of it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator import __version__
from simulator.collector import collector_resting, forget_young
from simulator.errors import SimulatorError
from simulator.explore.running import Ground, digest

if TYPE_CHECKING:
    from simulator.explore.plan import Choices, Plan
    from simulator.explore.running import Made

_MOST_KEPT = 4
_grounds: list[tuple[Plan, Ground]] = []


class Piece(NamedTuple):
    """Some runs.

    Args:
        number: Its place among all pieces of a search.
        choices: Of each run, of one length.
        seeds: The first seed, and how many; none where there are choices.
    """

    number: int
    choices: tuple[Choices, ...] = ()
    seeds: tuple[int, int] = (0, 0)


class Found(NamedTuple):
    """A run that failed.

    Args:
        check: What did not hold, as the check is called.
        why: The same in sentences.
    """

    choices: Choices
    seed: int
    check: str
    why: str


class Outcome(NamedTuple):
    """What came of a piece.

    Args:
        number: Of the piece.
        runs: How many were made: up to the first that failed.
        deliveries: How many requests they made.
        found: The first that failed; None for none.
        fresh: The choices that follow from these.
        digests: What each run came to, if the plan asks for it.
    """

    number: int
    runs: int
    deliveries: int
    found: Found | None = None
    fresh: tuple[Choices, ...] = ()
    digests: tuple[str, ...] = ()


def work(plan: Plan, piece: Piece) -> Outcome:
    """Make the runs of a piece.

    Raises:
        SimulatorError: The plan cannot be run at all.
    """
    ground = ground_of(plan)
    runs = deliveries = 0
    found: Found | None = None
    fresh: list[Choices] = []
    digests: list[str] = []
    made: Made | None
    first, count = piece.seeds
    todo: list[tuple[Choices, int, bool]] = [
        (choices, plan.seed, False) for choices in piece.choices
    ]
    todo += [((), seed, True) for seed in range(first, first + count)]
    with collector_resting():
        for choices, seed, is_random in todo:
            made = None
            forget_young()  # the run before
            made = ground.run(choices, seed, is_random=is_random)
            runs += 1
            deliveries += made.deliveries
            if plan.gathers:
                digests.append(digest(made.simulation))
            if made.failed is not None:
                found = found or _found(made, seed)
                if not plan.gathers:
                    break
            if not is_random:
                fresh += ground.following(made)
    return Outcome(piece.number, runs, deliveries, found, tuple(fresh), tuple(digests))


def _found(made: Made, seed: int) -> Found:
    assert made.failed is not None, "it has failed"
    return Found(tuple(made.simulation.choices.items()), seed, *made.failed)


def ground_of(plan: Plan) -> Ground:
    """Give what the runs of a plan have in common, made once in this process."""
    for known, ground in _grounds:
        if known is plan or known == plan:
            return ground
    ground = Ground(plan)
    use(plan, ground)
    return ground


def use(plan: Plan, ground: Ground) -> None:
    """Let this be what the runs of a plan have in common in this process."""
    _grounds.insert(0, (plan, ground))
    del _grounds[_MOST_KEPT:]


VERSIONS = f"kn-sim {__version__}, Python {sys.version_info[0]}.{sys.version_info[1]}"
"""On which it depends what a piece comes to, and whether it can be sent."""


class WorkersError(SimulatorError):
    """Nobody is left who could work, or nobody can work on this."""


class Trouble(NamedTuple):
    """Why a worker cannot work on a plan; an error would not survive the way."""

    text: str


class Workers(Protocol):
    """Work on pieces, several at a time."""

    @property
    def most(self) -> int:
        """How many pieces keep all of them at work."""
        ...

    def start(self, piece: Piece) -> None:
        """Let somebody begin with a piece."""
        ...

    def next(self) -> Outcome:
        """Wait for an outcome of a piece that was begun, any one.

        Raises:
            WorkersError: There will be none.
        """
        ...


class Here:
    """This process, a piece at a time."""

    most = 1

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._started: list[Piece] = []

    def start(self, piece: Piece) -> None:
        self._started.append(piece)

    def next(self) -> Outcome:
        return work(self._plan, self._started.pop())


def attempted(plan: Plan, piece: Piece) -> Outcome | Trouble:
    """Work on a piece in another process."""
    try:
        return work(plan, piece)
    except (SimulatorError, OSError) as error:
        return Trouble(str(error))


def outcome_of(result: Outcome | Trouble) -> Outcome:
    """Give what a worker has found out.

    Raises:
        WorkersError: It could not work; it says why.
    """
    if isinstance(result, Trouble):
        raise WorkersError(f"a worker cannot run this: {result.text}")
    return result
