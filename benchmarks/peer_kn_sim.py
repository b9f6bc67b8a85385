"""kn-sim by its public interface, as one of the peers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.peers import events_for, names
from simulator import Simulation, Topology

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.peers import Measured
    from simulator import CloudEvent

_PER_SECOND = 40_000


def samples(rules: int, every: bool) -> Iterator[Measured]:
    """Send events one by one to a broker with so many triggers."""
    triggers = "".join(
        f"  t{n}: {{filter: {{type: {name}}}, subscriber: s}}\n"
        for n, name in enumerate(names(rules, every=every))
    )
    topology = Topology.parse(
        f"topology: peer\nbrokers: {{default: {{}}}}\ntriggers:\n{triggers}"
    )
    count = events_for(rules, _PER_SECOND, every=every)
    while True:
        simulation = Simulation(topology)
        received = 0

        def handler(_: CloudEvent) -> None:
            nonlocal received
            received += 1

        simulation.service("s", handler)
        simulation.target("")  # what runs is made before the clock starts
        start = time.perf_counter()
        for _ in range(count):
            simulation.send(type="wanted", data={"order": 1})
            simulation.run()
        yield received, time.perf_counter() - start
