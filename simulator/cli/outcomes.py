"""How what came of tests is told to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.show import report_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cli.style import Style
    from simulator.testing.suite import Outcome

_MOST_LINES = 200  # of a flow
_INDENT = "    "


def case_lines(outcome: Outcome, style: Style) -> Iterator[str]:
    """Give the line of a test and, if it failed, why, and the flow of its run."""
    mark, colour = ("✓", "green") if outcome.passed else ("✗", "red")
    name = style.line(outcome.case.name)
    yield f"{style.paint(style.symbols(mark), colour)} {name}"
    if outcome.passed:
        return
    for line in failure_lines(outcome):
        yield style.symbols(f"{_INDENT}{line}".rstrip())


def failure_lines(outcome: Outcome) -> Iterator[str]:
    """Give why a test failed, each with its place, and the flow, without colour."""
    for place, text in outcome.failures:
        yield from f"{place}: {text}".splitlines()
    sim = outcome.simulation
    yield ""
    yield f"events (seed {sim.seed})"
    if not len(sim.trace):
        yield "nothing happened"
        return
    lines = report_lines(sim, _MOST_LINES)
    told = "\n".join(lines)
    yield from lines
    yield from (doubt for doubt in sim.doubts if doubt not in told)


def verdict_line(
    passed: int, failed: int, left_out: int, not_run: int, style: Style
) -> str:
    """Give the last line: how many tests passed, failed, and were not run."""
    parts = [f"{failed} failed"] if failed else []
    parts += [f"{passed} passed"] if passed or not failed else []
    parts += [f"{not_run} not run"] if not_run else []
    parts += [f"{left_out} not selected"] if left_out else []
    mark, colour = ("✗", "red") if failed else ("✓", "green")
    return (
        f"{style.paint(style.symbols(mark), colour)} "
        f"{style.paint(', '.join(parts), 'bold')}"
    )
