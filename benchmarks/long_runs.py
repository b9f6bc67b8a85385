"""A simulated week, and what a run keeps in memory."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

from benchmarks.engine import DONE, broker, event, exact
from benchmarks.measure import Row
from simulator import Simulation, Topology
from simulator.event import Event

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEEK = """\
topology: week
brokers: {default: {}}
sources: {tick: {schedule: "* * * * *", sink: broker/default}}
triggers:
"""


def week() -> Iterator[Row]:
    """A week of a minute cron with ten triggers: 100,800 deliveries."""
    triggers = "".join(f"  t{n}: {{subscriber: s{n}}}\n" for n in range(10))
    best = float("inf")
    deliveries = 0
    for _ in range(3):
        sim = Simulation(Topology.parse(_WEEK + triggers))
        start = time.process_time()
        sim.run(until="P7D")
        best = min(best, time.process_time() - start)
        deliveries = len(sim.trace.select(kind="dispatched"))
    what = f"a week of a minute cron, fan-out 10 ({deliveries:,} deliveries)"
    yield Row(
        "week",
        what,
        best,
        1.0,
        unit="s CPU",
        detail=f"{best / deliveries * 1e6:.2f} µs each",
    )


def memory() -> Iterator[Row]:
    """Bytes per delivery that is kept: records and what hangs on them."""
    for name, triggers, what in (
        ("memory-one", 1, "memory per delivery kept, an event each"),
        ("memory-fan", 10, "memory per delivery kept, fan-out 10"),
    ):
        count = 20_000 // triggers
        kernel, target = broker([exact("wanted")] * triggers, lambda _: DONE)
        sent = event()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(count):
            kernel.send(target, sent)
        kernel.run()
        used = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        yield Row(name, what, used / (count * triggers), 400, unit="B")


def flat(events: int) -> Iterator[Row]:
    """Memory of a run that keeps the newest records only."""
    sim = Simulation(
        Topology.parse(
            "topology: flat\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
        ),
        keep=10_000,
    )
    sent = Event({"specversion": "1.0", "id": "1", "source": "/bench", "type": "t"})
    peaks = []
    tracemalloc.start()
    for _ in range(2):
        tracemalloc.reset_peak()
        for _ in range(events // 2_000):
            for _ in range(1_000):
                sim.send(sent)
            sim.run()
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    what = f"bounded trace, {events:,} deliveries: peak of the second half / first half"
    detail = f"{peaks[0] / 1e6:.2f} and {peaks[1] / 1e6:.2f} MB"
    yield Row("flat", what, peaks[1] / peaks[0], 1.05, detail=detail)
