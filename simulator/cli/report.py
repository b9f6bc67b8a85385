"""A run as ``kn-sim run`` shows it, when it is over or was stopped: for a failing test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.flow import Flow
from simulator.cli.line import Layout, column_of
from simulator.cli.style import Style
from simulator.cli.summary import summary_lines
from simulator.cli.tally import Tally
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from simulator.cli.line import Line
    from simulator.session import Simulation

_WIDTH = 100


def report_lines(sim: Simulation, most: int) -> list[str]:
    """Give the flow of a run and what it came to.

    Args:
        sim: Keeps all its records.
        most: Lines of the flow, at least 3; what is left out lies in the middle.
    """
    wiring = sim.wiring
    names = {url: node for node, url in wiring.addresses.items()}
    brokers = frozenset(h.node for h in wiring.hubs if h.kind is HubKind.BROKER)
    routes = [
        (route.node, names.get(route.subscriber, route.subscriber))
        for hub in wiring.hubs
        for route in hub.routes
    ]
    style = Style(width=_WIDTH)
    tally = Tally((e.node for e in wiring.endpoints), brokers, names)
    lines: list[Line] = []
    flow = Flow(lines.append, brokers=brokers, names=names)
    for record in sim.trace:
        tally.add(record)
        flow.add(record)
    flow.finish()
    tally.add_errors(sim.handler_errors)
    layout = Layout(style, column_of(routes))
    shown = [layout.text(line) for line in lines]
    return [*_cut(shown, most), "", *summary_lines(sim, tally, style)]


def _cut(lines: list[str], most: int) -> list[str]:
    surplus = len(lines) - most
    if surplus <= 0:
        return lines
    head = (most - 1) // 2
    tail = most - 1 - head
    left_out = f"… {surplus + 1} lines left out"
    return [*lines[:head], left_out, *lines[len(lines) - tail :]]
