"""SimPy doing the smallest comparable thing: spawn a process, let time pass, join it."""

from __future__ import annotations

import simpy

from benchmarks.measure import timed


def spawn_timeout_join(count: int = 700) -> float:
    """Give seconds per process."""
    environment = simpy.Environment()

    def child():  # type: ignore[no-untyped-def]  # simpy has no types
        yield environment.timeout(1)

    def parent():  # type: ignore[no-untyped-def]
        for _ in range(count):
            yield environment.process(child())

    environment.process(parent())
    return timed(environment.run, count)
