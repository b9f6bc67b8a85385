"""How what came of tests is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.cli.show import report_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cli.style import Style
    from simulator.testing.suite import Outcome

_MOST_LINES = 200  # of a flow
_INDENT = "    "


class Counts(NamedTuple):
    """How many tests passed, failed, were not run after that, were not selected."""

    passed: int
    failed: int
    not_run: int
    not_selected: int


class Report(Protocol):
    """Tells of tests in some form, on stdout."""

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Take what came of one test, and how long that took, in seconds of the clock."""

    def finish(self, counts: Counts) -> None:
        """Take what came of all."""


class TextReport:
    """A line for each test as it ends, and for one that failed why.

    Args:
        style: How it can look.
    """

    def __init__(self, style: Style) -> None:
        self._style = style

    def add(self, outcome: Outcome, seconds: float) -> None:
        """Print its line."""
        style = self._style
        mark, colour = ("✓", "green") if outcome.passed else ("✗", "red")
        name = style.line(outcome.case.name)
        print(f"{style.paint(style.symbols(mark), colour)} {name}")
        if not outcome.passed:
            for line in (*failure_lines(outcome), "", *flow_lines(outcome)):
                print(style.symbols(f"{_INDENT}{line}".rstrip()))

    def finish(self, counts: Counts) -> None:
        """Print how many passed, failed, and were not run."""
        passed, failed, not_run, not_selected = counts
        parts = [f"{failed} failed"] if failed else []
        parts += [f"{passed} passed"] if passed or not failed else []
        parts += [f"{not_run} not run"] if not_run else []
        parts += [f"{not_selected} not selected"] if not_selected else []
        mark, colour = ("✗", "red") if failed else ("✓", "green")
        style = self._style
        verdict = style.paint(", ".join(parts), "bold")
        print(f"{style.paint(style.symbols(mark), colour)} {verdict}")


def failure_lines(outcome: Outcome) -> Iterator[str]:
    """Give why a test failed, each with its place."""
    for place, text, _ in outcome.failures:
        yield from f"{place}: {text}".splitlines()


def flow_lines(outcome: Outcome) -> Iterator[str]:
    """Give the flow of its run, and what that came to."""
    sim = outcome.simulation
    yield f"events (seed {sim.seed})"
    if not len(sim.trace):
        yield "nothing happened"
        return
    lines = report_lines(sim, _MOST_LINES)
    told = "\n".join(lines)
    yield from lines
    yield from (doubt for doubt in sim.doubts if doubt not in told)
