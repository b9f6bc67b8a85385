"""Stories told by hand, for records that a run seldom makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from simulator.event import Event
from simulator.kernel import Kind
from simulator.trace import Record
from simulator.tui.inspect.context import TraceStory

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class Told(TraceStory):
    """Records of one lineage."""

    def __init__(self, *records: Record) -> None:
        self._records = records

    def record(self, serial: int) -> Record:
        return self._records[serial]

    def lineage(self, serial: int) -> Sequence[int]:
        return range(len(self._records))
