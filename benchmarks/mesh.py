"""Runs of a mesh that was made ready once, as whoever tries many seeds makes them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from benchmarks.engine import event
from benchmarks.kernel import aim
from benchmarks.measure import Row, compare, timed
from simulator import Blueprint, Simulation, Topology

if TYPE_CHECKING:
    from benchmarks.measure import Effort

_STEPS = 10
_RUNS = 8
RECORDS = 103
"""Of each run, whatever its seed."""
_DELIVERY = "delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT1S}"
MESH = (
    "topology: mesh\nbrokers: {default: {}}\ntriggers:\n"
    + "".join(
        f"  {node}{n}: {{filter: {{type: step.{n}}}, subscriber: {service}{n}, {_DELIVERY}}}\n"
        for node, service in (("t", "s"), ("f", "g"))
        for n in range(_STEPS)
    )
    + "services:\n"
    + "".join(
        f"  s{n}: {{latency: {{uniform: [10ms, 40ms]}}, reply: {{type: step.{n + 1}}}}}\n"
        f"  g{n}: {{responses: [503, 200]}}\n"
        for n in range(_STEPS)
    )
)
"""Ten steps of replies that take their time; at each a second service fails once."""


def runs(effort: Effort) -> Row:
    """Milliseconds for a run of a blueprint, its making included, a seed for each."""
    topology = Topology.parse(MESH)
    blueprint = Blueprint(topology)
    first, seeds = event("step.0"), count()
    size = effort.of(_RUNS)

    def work() -> None:
        for _ in range(size):
            simulation = Simulation(blueprint, seed=next(seeds))
            simulation.send(first)
            simulation.run()

    found = compare(
        lambda: timed(work, size), lambda: timed(lambda: _ready(topology), 1), effort
    )
    return Row(
        what=f"a run of a blueprint: 20 triggers, {RECORDS} records, a seed of its own",
        figure=found.ours * 1e3,
        aim=aim(0.65, compiled=0.4),
        unit="ms",
        detail=f"{found.ratio:.2f} x making the blueprint: {found.detail('run')}",
    )


def _ready(topology: Topology) -> None:
    """Make a blueprint with all that its first run would ask of it."""
    Simulation(Blueprint(topology)).target("")
