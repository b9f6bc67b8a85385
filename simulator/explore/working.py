"""A piece of work, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.collector import collector_resting, forget_young
from simulator.explore.running import Ground, digest

if TYPE_CHECKING:
    from simulator.explore.plan import Plan
    from simulator.explore.points import Choices
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
        choices: Of it.
        seed: Of it.
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
