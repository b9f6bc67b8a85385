"""What it costs to write a run to disk and to read it again, for each record."""

from __future__ import annotations

import io
import os
from collections import deque
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from benchmarks.engine import DONE, broker, exact, fresh
from benchmarks.measure import Row, compare, timed
from simulator.event import Event
from simulator.trace import Trace
from simulator.trace.jsonl import read_jsonl
from simulator.trace.objects import ObjectWriter
from simulator.trace.writing import TraceWriter

if TYPE_CHECKING:
    from benchmarks.measure import Effort
    from simulator.kernel import Log

_DELIVERIES = 200
_SIZED = 20_000
_SECOND = 1_000_000_000
_NAME = "run.jsonl"


def write(effort: Effort) -> Row:
    """Records into a trace file, against the bare encoding of a dict for each."""
    log = recorded(effort.of(_DELIVERIES))
    objects = ObjectWriter(io.BytesIO())
    dicts = [objects.as_data(record) for record in Trace.of(log)]

    def ours() -> float:
        # A disk's time, and that of memory for what nobody keeps, are not ours.
        with Path(os.devnull).open("wb") as file:
            return timed(lambda: TraceWriter(file).write(log), len(log))

    def theirs() -> float:
        return timed(lambda: deque(map(orjson.dumps, dicts), maxlen=0), len(log))

    found = compare(ours, theirs, effort)
    return Row(
        what="a record into a trace file, its share of the events included",
        figure=found.ours * 1e6,
        aim=2.0,
        unit="µs",
        detail=f"{found.detail('record')}: orjson.dumps of a dict that is there already",
    )


def size(effort: Effort) -> Row:
    """Bytes of a trace file."""
    count = effort.of(_SIZED)
    log = recorded(count)
    file, objects = io.BytesIO(), io.BytesIO()
    TraceWriter(file).write(log)
    ObjectWriter(objects).write(log)
    each, before = (len(f.getvalue()) / len(log) for f in (file, objects))
    return Row(
        what=f"a record in a trace file, {count:,} deliveries a second apart",
        figure=each,
        aim=100.0,
        unit="B",
        detail=f"{before:.0f} B as objects that speak for themselves",
    )


def read(effort: Effort) -> Row:
    """Records out of a trace file, against the bare decoding of the same lines."""
    log = recorded(effort.of(_DELIVERIES))
    file = io.BytesIO()
    TraceWriter(file).write(log)
    lines = file.getvalue().splitlines(keepends=True)

    def ours() -> float:
        return timed(lambda: read_jsonl(lines, _NAME), len(log))

    def theirs() -> float:
        return timed(lambda: deque(map(orjson.loads, lines), maxlen=0), len(log))

    found = compare(ours, theirs, effort)
    return Row(
        what="a record out of a trace file, its share of the events included",
        figure=found.ours * 1e6,
        aim=3.0,
        unit="µs",
        detail=f"{found.detail('record')}: orjson.loads of the same lines",
    )


@lru_cache(maxsize=2)
def recorded(deliveries: int) -> Log:
    """Run so many deliveries, a second apart, of an event each with a small body."""
    kernel, target = fresh(broker([exact("order.placed")], lambda _: DONE))
    for number in range(deliveries):
        kernel.arrive(number * _SECOND)
        kernel.send(target, _order(number))
        kernel.run()
    return kernel.log


def _order(number: int) -> Event:
    attributes = {
        "specversion": "1.0",
        "id": f"order-{number}",
        "source": "/shop",
        "type": "order.placed",
        "datacontenttype": "application/json",
    }
    return Event(attributes, b'{"id":%d,"total":42.5}' % number)
