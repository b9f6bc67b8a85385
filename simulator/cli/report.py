"""A run as ``kn-sim run`` shows it, when it is over or was stopped: for a failing test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.layout import Layout, column_of
from simulator.cli.style import Style
from simulator.cli.summary import summary_lines
from simulator.story.story import Nodes, Story

if TYPE_CHECKING:
    from simulator.session import Simulation
    from simulator.story.flow import Line

_WIDTH = 100


def report_lines(sim: Simulation, most: int) -> list[str]:
    """Give the flow of a run and what it came to.

    Args:
        sim: Keeps all its records.
        most: Lines of the flow, at least 3; what is left out lies in the middle.
    """
    nodes = Nodes.of(sim.wiring)
    lines: list[Line] = []
    story = Story(nodes, lines.append)
    for record in sim.trace:
        story.add(record)
    story.finish()
    story.counts.add_errors(sim.handler_errors)
    style = Style(width=_WIDTH)
    layout = Layout(style, column_of(nodes.routes))
    shown = [layout.text(line) for line in lines]
    return [
        *_cut(shown, most),
        "",
        *summary_lines(sim, story.counts, style, judges=False),
    ]


def _cut(lines: list[str], most: int) -> list[str]:
    surplus = len(lines) - most
    if surplus <= 0:
        return lines
    head = (most - 1) // 2
    tail = most - 1 - head
    left_out = f"… {surplus + 1} lines left out"
    return [*lines[:head], left_out, *lines[len(lines) - tail :]]
