"""Searches of a mesh: here, in two processes, on a cluster, and against simloom."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING

from benchmarks.engine import event
from benchmarks.kernel import aim
from benchmarks.loom import explorer
from benchmarks.measure import Row, SkippedError
from benchmarks.mesh import MESH
from simulator import Topology
from simulator.explore import Plan, Search
from simulator.explore.driving import carry_out
from simulator.explore.plan import NEVER_LOST, Check, Input

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from benchmarks.measure import Effort

_MESH = Topology.parse(MESH)
_RUNS = 100
_ATTEMPTS = 30  # of a run of the mesh, at services
_SEEDS = 5_000
_SHARED = 3_000
_MOST_ROUNDS = 5


def against_simloom(effort: Effort) -> Row:
    """Attempts at services of explored runs a second, over those of simloom.

    Each run has a seed of its own, by which latencies are drawn and turns are put off;
    none may lose anything. Seconds are of CPU, since both sides are one thread that never
    waits, in processes that others disturb unlike. A delivery is an attempt at a service: ours also make those of
    replies at the broker, and a trace of all of it, which simloom's broker does not.
    """
    size = effort.of(_RUNS)
    ours: list[float] = []
    theirs: list[float] = []
    _seconds(1, delays=2)
    with explorer() as explore:
        explore(1)
        for _ in range(effort.rounds):
            ours.append(
                (size + 1) * _ATTEMPTS / _seconds(size, time.process_time, delays=2)
            )
            deliveries, seconds = explore(size)
            assert deliveries == size * _ATTEMPTS
            theirs.append(deliveries / seconds)
    return Row(
        what=f"deliveries of explored runs a second of CPU, {_ATTEMPTS} each / of simloom",
        figure=statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        aim=aim(7, compiled=10),
        at_least=True,
        detail=f"{max(ours):,.0f} against {max(theirs):,.0f} a second, "
        f"median of {effort.rounds} rounds",
    )


def many_seeds(effort: Effort) -> Row:
    """Seconds for the seeds that somebody tries over a coffee, in two processes."""
    count = effort.of(_SEEDS)
    seconds = min(_seconds(count, jobs=2) for _ in range(min(effort.rounds, 2)))
    return Row(
        what=f"{count:,} seeds of 20 triggers, nothing lost, --jobs 2",
        figure=seconds,
        aim=10,
        unit="s",
        detail=f"{count / seconds:,.0f} runs a second, start and end included",
    )


def two_processes(effort: Effort) -> Row:
    """How many times as fast two processes are as one."""
    return _shared("two processes / one", 1.7, effort, jobs=2)


def cluster(effort: Effort) -> Row:
    """How many times as fast two workers of a cluster are, here, as one process."""
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError as error:
        if error.name != "distributed":
            raise
        raise SkippedError("distributed is not installed") from error
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as two,
        Client(two, set_as_default=False) as client,
    ):
        return _shared(
            "a Dask LocalCluster of two workers / one process", 1.5, effort, on=client
        )


def _shared(what: str, least: float, effort: Effort, **how: Any) -> Row:
    count = effort.of(_SHARED)
    _seconds(min(count, 500), **how)  # the workers have what they need
    pairs = [
        (_seconds(count), _seconds(count, **how))
        for _ in range(min(effort.rounds, _MOST_ROUNDS))
    ]
    alone, shared = (min(side) for side in zip(*pairs, strict=True))
    return Row(
        what=f"{what}: {count:,} seeds of 20 triggers",
        figure=statistics.median(one / other for one, other in pairs),
        aim=least,
        at_least=True,
        detail=f"{alone:.2f} against {shared:.2f} s, median of {len(pairs)} pairs",
    )


def _seconds(
    seeds: int,
    clock: Callable[[], float] = time.perf_counter,
    *,
    delays: int = 0,
    **how: Any,
) -> float:
    """Search without faults: the run as it is, and so many seeds."""
    plan = Plan(
        topology=_MESH,
        inputs=(Input(event=event("step.0")),),
        checks=(Check(word=NEVER_LOST),),
        faults=0, delays=delays, seeds=seeds,
    )  # fmt: skip
    search = Search(plan)
    start = clock()
    carry_out(search, plan, **how)
    assert search.seeded == seeds
    assert search.found is None
    return clock() - start
