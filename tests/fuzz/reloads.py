"""A set of manifests that is changed while it runs: reloaded, forked, asked why."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError
from simulator.session import Simulation
from simulator.topology import Topology
from tests.fuzz import corpus
from tests.fuzz.manifests import documents
from tests.fuzz.trees import mangled, written

if TYPE_CHECKING:
    from random import Random

FILES = ("before.yaml", "after.yaml")
_TYPES = ("order.placed", "a")
_MOST = 1_000


def make(random: Random) -> tuple[str, str]:
    """Make a set, changed a little perhaps, and the same with a change."""
    before: Any = documents(random)
    after = mangled(before, corpus.values(), random)
    if random.random() < 0.3:
        before = mangled(before, corpus.values(), random)
    first, second = (
        written(each if isinstance(each, list) else [each], random)
        for each in (before, after)
    )
    return first, second


def attempt(parts: tuple[str, ...]) -> None:
    """Run the first, reload the second, run on; fork it at its middle."""
    before, after = (_text(part) for part in parts)
    sim = Simulation(Topology.parse(before), journal=True, most=_MOST)
    hubs = [hub.node for hub in sim.wiring.hubs][:3]
    _send(sim, hubs)
    with suppress(SimulatorError):
        sim.run("30s")
    with suppress(SimulatorError):
        sim.reload(Topology.parse(after))
    _send(sim, hubs)
    with suppress(SimulatorError):
        sim.run("1m")
    fork = sim.fork(len(sim.log) // 2)
    fork.run("1m")


def _send(sim: Simulation, hubs: list[str]) -> None:
    for hub in hubs:
        for type in _TYPES:
            with suppress(SimulatorError):
                sim.whys(sim.send(type=type, to=hub, data={"n": 1}))


def _text(part: str) -> str:
    """Give what a file of these bytes says."""
    return part.encode("utf-8", "replace").decode()
