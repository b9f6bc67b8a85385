"""The aims of the engine and of the UI, a benchmark for each, in the order of the table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from benchmarks import (
    deliveries,
    described,
    exploring,
    handlers,
    live,
    long_runs,
    memory,
    mesh,
    recording,
    routing,
    screen,
    starting,
)
from benchmarks.engine import cesql, exact, prefix, suffix

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
    "prefix-new": partial(routing.new_types, "prefix", prefix),
    "cesql-new": partial(routing.new_types, "CESQL", cesql),
    "reads-id": partial(routing.reading_ids, "exact", exact),
    "suffix-id": partial(routing.reading_ids, "suffix", lambda text: suffix(type=text)),
    "fan-out": deliveries.fan_out,
    "chain": handlers.chain,
    "send": described.send,
    "reply-static": described.static_reply,
    "retries": deliveries.three_attempts,
    "mesh": mesh.runs,
    "explore": exploring.against_simloom,
    "seeds-5000": exploring.many_seeds,
    "two-processes": exploring.two_processes,
    "cluster": exploring.cluster,
    "async": handlers.asynchronous,
    "week": long_runs.week,
    "memory-one": partial(memory.kept, 1, 375),
    "memory-fan-out": partial(memory.kept, 100, 400),
    "memory-waiting": memory.waiting,
    "memory-flat": long_runs.flat,
    "trace-write": recording.write,
    "trace-size": recording.size,
    "trace-read": recording.read,
    "load": partial(starting.load, 2_000),
    "load-20000": partial(starting.load, 20_000),
    "cold-start": starting.cold,
    "live": live.rate,
    "ui-frame": screen.frames,
    "ui-attached": screen.attached,
    "ui-seek": screen.seeks,
}
