"""Stories told by hand, for records that a run seldom makes."""

from __future__ import annotations

from typing import Any, cast

from simulator.event import Event
from simulator.kernel import Kind
from simulator.trace import Record
from simulator.tui.diagram import Diagram
from simulator.tui.inspect.context import RunContext
from simulator.tui.view.trace_view import TraceView

PLACED = Event({"id": "1", "source": "/s", "specversion": "1.0", "type": "placed"})


def record(serial: int, kind: str, **fields: Any) -> Record:
    """Make a record; what is not given is that of an event at a broker."""
    return Record(
        serial=serial,
        at_ns=fields.get("at_ns", 0),
        kind=Kind(kind) if kind in set(Kind) else cast("Kind", kind),
        cause=fields.get("cause"),
        event=fields.get("event", PLACED),
        source=fields.get("source", ""),
        target=fields.get("target", "broker/default"),
        attempt=fields.get("attempt", 1),
        status=fields.get("status", 0),
        detail=fields.get("detail"),
    )


def story_of(*records: Record) -> RunContext:
    """Give what is known of a run of these records, without topology."""
    return RunContext(TraceView(records, Diagram.of((), ())))
