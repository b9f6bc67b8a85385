"""What a delivery takes of memory when every record is kept: settled, or under way."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

from benchmarks.deliveries import RETRIES
from benchmarks.engine import DONE, FAILED, broker, event, exact, fresh
from benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measure import Effort
    from simulator.event import Event

_DELIVERIES = 50_000
_WAITING = 10_000


def kept(fan_out: int, aim: int, effort: Effort) -> Row:
    """Bytes for each delivery: its records, and its share of the event that was sent."""
    count = effort.of(_DELIVERIES // fan_out)
    program = broker([exact("wanted")] * fan_out, lambda _: DONE)

    def run() -> object:
        kernel, target = fresh(program)
        for sent in _events(count):
            kernel.send(target, sent)
            kernel.run()
        return kernel

    run()  # so that what is made once is there
    deliveries = count * fan_out
    each, own = _bytes(run) / deliveries, _own(count) / deliveries
    shared = f"shared by {fan_out}" if fan_out > 1 else "for each"
    return Row(
        what=f"memory per delivery kept, one event {shared}, the event included",
        figure=each,
        aim=aim,
        unit="B",
        detail=f"{own:.0f} B of it for the event, {each - own:.0f} B for the trace",
    )


def waiting(effort: Effort) -> Row:
    """Bytes for each delivery whose first attempt failed, while it waits for the next."""
    count = effort.of(_WAITING)
    program = broker([exact("wanted")], lambda _: FAILED, RETRIES)

    def run() -> object:
        kernel, target = fresh(program)
        for sent in _events(count):
            kernel.send(target, sent)
        kernel.run(0)
        return kernel

    run()
    each, own = _bytes(run) / count, _own(count) / count
    return Row(
        what="memory per delivery that waits for its retry, event and records included",
        figure=each,
        aim=1_500,
        unit="B",
        detail=f"{own:.0f} B of it for the event; {count:,} wait",
    )


def _events(count: int) -> Iterator[Event]:
    return (event(id_=f"order-{number}") for number in range(count))


def _own(count: int) -> int:
    """Count what the events alone take."""
    return _bytes(lambda: list(_events(count)))


def _bytes(make: Callable[[], object]) -> int:
    """Count what stays allocated while the result is held."""
    gc.collect()
    tracemalloc.start()
    held = make()
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del held
    return used
