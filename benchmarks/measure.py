"""How two things are timed against each other on a machine that is never quiet."""

from __future__ import annotations

import gc
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    # Runs once and gives seconds per unit of work, set-up left out.
    Sample = Callable[[], float]

ROUNDS = 9
PAIRS = 7


class Row(NamedTuple):
    """One line of the table.

    Args:
        name: A short name, for ``--only``.
        what: What is measured, against what.
        figure: A ratio, or what the unit says.
        aim: The most that is aimed at, or the least with `at_least`.
        unit: ``x`` for a ratio.
        at_least: The figure should be at least the aim.
        detail: The figures behind it.
    """

    name: str
    what: str
    figure: float
    aim: float
    unit: str = "x"
    at_least: bool = False
    detail: str = ""

    @property
    def met(self) -> bool:
        """Whether the aim is met."""
        return self.figure >= self.aim if self.at_least else self.figure <= self.aim


class Against(NamedTuple):
    """The outcome of a comparison: the ratio, and the best figures in seconds."""

    ratio: float
    ours: float
    theirs: float

    def detail(self, unit: str) -> str:
        """Give the figures in microseconds per unit."""
        return f"{self.ours * 1e6:.2f} against {self.theirs * 1e6:.2f} µs per {unit}"


def compare(ours: Sample, theirs: Sample, *, rounds: int = ROUNDS) -> Against:
    """Time two things alternately; the median over rounds of minimum over minimum.

    Short samples and minima see the machine when nobody else is on it; the median
    over rounds forgives the rounds in which somebody was.
    """
    ratios, best_ours, best_theirs = [], [], []
    for _ in range(rounds):
        mine, other = [], []
        for _ in range(PAIRS):
            mine.append(_quietly(ours))
            other.append(_quietly(theirs))
        ratios.append(min(mine) / min(other))
        best_ours.append(min(mine))
        best_theirs.append(min(other))
    return Against(statistics.median(ratios), min(best_ours), min(best_theirs))


def _quietly(sample: Sample) -> float:
    """Take a sample without the cyclic collector, alike for both sides."""
    gc.collect()
    gc.disable()
    try:
        return sample()
    finally:
        gc.enable()


def timed(work: Callable[[], object], units: int) -> float:
    """Run once; give seconds per unit."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) / units
