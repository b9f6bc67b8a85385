"""What a delivery leaves in memory when every record is kept."""

from __future__ import annotations

import gc
import tracemalloc
from typing import TYPE_CHECKING

from benchmarks.engine import DONE, broker, event, exact, fresh
from benchmarks.measure import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Effort

_DELIVERIES = 50_000
_AIM = 400


def kept(fan_out: int, effort: Effort) -> Row:
    """Bytes for each delivery: its records, and its share of the event that was sent."""
    count = effort.of(_DELIVERIES // fan_out)
    program = broker([exact("wanted")] * fan_out, lambda _: DONE)

    def run() -> object:
        kernel, target = fresh(program)
        for number in range(count):
            kernel.send(target, event(id_=f"order-{number}"))
            kernel.run()
        return kernel

    def events() -> object:
        return [event(id_=f"order-{number}") for number in range(count)]

    run()  # so that what is made once is there
    deliveries = count * fan_out
    each, own = _bytes(run) / deliveries, _bytes(events) / deliveries
    shared = f"shared by {fan_out}" if fan_out > 1 else "for each"
    return Row(
        what=f"memory per delivery kept, one event {shared}, the event included",
        figure=each,
        aim=_AIM,
        unit="B",
        detail=f"{own:.0f} B of it for the event, {each - own:.0f} B for the trace",
    )


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
