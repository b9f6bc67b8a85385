"""SimPy doing the smallest comparable thing: spawn a process, let time pass, join it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import simpy

from benchmarks.measure import timed

if TYPE_CHECKING:
    from collections.abc import Generator

    from benchmarks.measure import Effort, Sample

_PROCESSES = 1_500


def spawn_timeout_join(effort: Effort) -> Sample:
    """Make what gives seconds per process."""
    count = effort.of(_PROCESSES)

    def sample() -> float:
        environment = simpy.Environment()

        def child() -> Generator[simpy.Event, object, None]:
            yield environment.timeout(1)

        def parent() -> Generator[simpy.Event, object, None]:
            for _ in range(count):
                yield environment.process(child())

        environment.process(parent())
        return timed(environment.run, count)

    return sample
