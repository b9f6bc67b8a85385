"""A simulated week, and a run that is longer than what it keeps."""

from __future__ import annotations

import resource
import time
import tracemalloc
from typing import TYPE_CHECKING

from benchmarks.engine import event
from benchmarks.measure import Row
from simulator import Simulation, Topology

if TYPE_CHECKING:
    from benchmarks.measure import Effort

_MINUTES_OF_A_WEEK = 7 * 24 * 60
_FAN_OUT = 10
_WEEK = """\
topology: week
brokers: {default: {}}
sources: {tick: {schedule: "* * * * *", sink: broker/default}}
triggers:
""" + "".join(f"  t{n}: {{subscriber: s{n}}}\n" for n in range(_FAN_OUT))
_ONE = "topology: one\nbrokers: {default: {}}\ntriggers: {t: {subscriber: s}}\n"
_KEPT = 10_000
_BATCH = 1_000


def week(effort: Effort) -> Row:
    """A week of a minute cron with ten triggers, loading not counted."""
    minutes = effort.of(_MINUTES_OF_A_WEEK)
    topology = Topology.parse(_WEEK)
    best = float("inf")
    dispatched = 0
    for _ in range(min(effort.rounds, 5)):
        simulation = Simulation(topology)
        start = time.process_time()
        simulation.run(until=f"{minutes}m")
        best = min(best, time.process_time() - start)
        dispatched = len(simulation.trace.select(kind="dispatched"))
    return Row(
        what=f"a week of a minute cron, fan-out {_FAN_OUT}: {dispatched:,} deliveries",
        figure=best,
        aim=1.0,
        unit="s CPU",
        detail=f"{best / dispatched * 1e6:.2f} µs per delivery",
    )


def flat(effort: Effort) -> Row:
    """The most memory in the second half of a run, against the first half.

    The run keeps the newest records only. Each event is sent on its own, as a caller
    in a long test would, and none is held by the caller.
    """
    simulation = Simulation(Topology.parse(_ONE), keep=_KEPT)
    peaks = []
    sent = 0
    tracemalloc.start()
    for half in (1, 2):
        tracemalloc.reset_peak()
        while sent < effort.deliveries * half // 2:
            for number in range(sent, sent + _BATCH):
                simulation.send(event(id_=str(number)))
            simulation.run()
            sent += _BATCH
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    first, second = (peak / 1e6 for peak in peaks)
    return Row(
        what=f"Simulation(keep={_KEPT:,}), {sent:,} deliveries: peak memory, 2nd half / 1st",
        figure=second / first,
        aim=1.05,
        detail=f"{second:.2f} against {first:.2f} MB; process {resident} MB at most",
    )
