"""How two things are timed against each other on a machine that is never quiet.

Samples are short, so that many fall between two disturbances. Both sides take turns
in one process. A round gives the minimum of one side over the minimum of the other; the
ratio is the median over the rounds. A loop of known cost is timed around each round:
where it was slow, somebody else had the machine, and the round does not count.
"""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    # Runs once and gives seconds per unit of work, set-up left out.
    Sample = Callable[[], float]

_CALIBRATION_STEPS = 20_000
# A machine as fast as it ever was in this comparison, give or take.
_QUIET = 1.15
_FEWEST_ROUNDS = 3
# A figure this close to its aim is near it, which counts as met: figures vary by as much.
_NEAR = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done for one figure.

    Args:
        rounds: Of which the median is taken.
        pairs: Samples of each side in a round.
        share: Of the usual size of a sample; 1.0 makes samples of 2 to 8 ms.
        deliveries: Of the long run.
        processes: Pairs of processes for the cold start.
    """

    rounds: int = 11
    pairs: int = 7
    share: float = 1.0
    deliveries: int = 1_000_000
    processes: int = 21

    def of(self, usual: int) -> int:
        """Give the size to use for a usual size; at least 1."""
        return max(1, round(usual * self.share))


class SkippedError(Exception):
    """A row cannot be measured here; it says why."""


class Verdict(StrEnum):
    """How a figure stands to its aim."""

    MET = "met"
    NEAR = "near"
    NOT_MET = "NOT MET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table.

    Args:
        what: What is measured, against what.
        figure: A ratio, or what the unit says.
        aim: The most that is aimed at, or the least with `at_least`.
        unit: Empty for a ratio.
        at_least: The figure should be at least the aim.
        detail: The figures behind it.
    """

    what: str
    figure: float
    aim: float
    unit: str = ""
    at_least: bool = False
    detail: str = ""

    @property
    def verdict(self) -> Verdict:
        """Say whether the aim is met."""
        lacking = self.aim - self.figure if self.at_least else self.figure - self.aim
        if lacking <= 0:
            return Verdict.MET
        return Verdict.NEAR if lacking <= _NEAR * self.aim else Verdict.NOT_MET


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The outcome of a comparison.

    Args:
        ratio: Ours over theirs.
        ours: The best figure, seconds per unit.
        theirs: Likewise.
        quiet: The rounds in which the machine was quiet.
        rounds: All rounds.
    """

    ratio: float
    ours: float
    theirs: float
    quiet: int
    rounds: int

    def detail(self, unit: str) -> str:
        """Give the figures in microseconds per unit, and how quiet the machine was."""
        return (
            f"{self.ours * 1e6:.2f} against {self.theirs * 1e6:.2f} µs per {unit}, "
            f"{self.quiet} of {self.rounds} rounds quiet"
        )


def compare(
    ours: Sample, theirs: Sample, effort: Effort, *, collecting: bool = False
) -> Comparison:
    """Time two things alternately, the cyclic collector on or off for both.

    Short samples leave it off: when it steps in is chance. Long ones, in which it steps
    in often, have it on as a user does.
    """
    calibrations: list[float] = []
    mine: list[float] = []
    others: list[float] = []
    for _ in range(effort.rounds):
        before = _calibrate()
        pairs = [
            (
                _sample(ours, collecting=collecting),
                _sample(theirs, collecting=collecting),
            )
            for _ in range(effort.pairs)
        ]
        calibrations.append(max(before, _calibrate()))
        mine.append(min(one for one, _ in pairs))
        others.append(min(other for _, other in pairs))
    counted = quiet_rounds(calibrations)
    few = len(counted) < _FEWEST_ROUNDS
    numbers = range(effort.rounds) if few else counted
    return Comparison(
        ratio=statistics.median(mine[n] / others[n] for n in numbers),
        ours=min(mine),
        theirs=min(others),
        quiet=len(counted),
        rounds=effort.rounds,
    )


def quiet_rounds(calibrations: Sequence[float]) -> list[int]:
    """Number the rounds in which the calibration loop was about as fast as ever."""
    bound = min(calibrations) * _QUIET
    return [n for n, seconds in enumerate(calibrations) if seconds <= bound]


def timed(work: Callable[[], object], units: int) -> float:
    """Run once; give seconds per unit."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / units


def _calibrate() -> float:
    start = time.perf_counter()
    total = 0
    for number in range(_CALIBRATION_STEPS):
        total += number
    return time.perf_counter() - start


def _sample(sample: Sample, *, collecting: bool) -> float:
    gc.collect()
    if not collecting:
        gc.disable()
    try:
        return sample()
    finally:
        gc.enable()
