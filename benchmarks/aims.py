"""The aims of the engine and of the UI, a benchmark for each, in the order of the table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks import deliveries, handlers, long_runs, memory, screen, starting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.measure import Effort, Row

AIMS: Mapping[str, Callable[[Effort], Row]] = {
    "delivery": deliveries.one_trigger,
    "delivery-new": deliveries.new_events,
    "delivery-constant": deliveries.constant_answer,
    "exact-1000": partial(deliveries.exact_triggers, 1_000),
    "exact-10000": partial(deliveries.exact_triggers, 10_000),
    "prefix-1000": deliveries.prefix_triggers,
    "cesql-1000": deliveries.cesql_triggers,
    "fan-out": deliveries.fan_out,
    "chain": handlers.chain,
    "retries": deliveries.three_attempts,
    "async": handlers.asynchronous,
    "week": long_runs.week,
    "memory-one": partial(memory.kept, 1, 375),
    "memory-fan-out": partial(memory.kept, 100, 400),
    "memory-waiting": memory.waiting,
    "memory-flat": long_runs.flat,
    "load": starting.load,
    "cold-start": starting.cold,
    "ui-frame": screen.frames,
    "ui-attached": screen.attached,
    "ui-seek": screen.seeks,
}
