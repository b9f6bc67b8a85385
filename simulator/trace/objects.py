"""Records as JSON objects that speak for themselves, one a line: kn-sim-trace/1.

What ``--format json`` prints for programs, and what trace files were until there was a
shorter form; they are still read.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import orjson

from simulator.event import UnparsableEventError, read_json
from simulator.trace.record import FaultyLineError, Record, found_text, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from simulator.event import Event
    from simulator.kernel.log import Log
    from simulator.trace.checked import CheckedRecords

OBJECTS = "kn-sim-trace/1"
_MEMBERS = (
    "serial", "at", "kind", "cause", "event", "from", "to", "attempt", "status", "detail"
)  # fmt: skip
# Events by whose number later records may speak of them; older ones come in full again.
_REMEMBERED = 10_000


class ObjectWriter:
    """Writes each record as an object, each event in full where it first appears.

    An event as a hop changed it counts as another one. Needs the memory of some
    recent events only, however long the run.

    Args:
        file: Opened for binary writing; stays open.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._next = 0
        self._events = 0
        self._numbers: OrderedDict[object, int] = OrderedDict()
        self._file.write(orjson.dumps({"format": OBJECTS}) + b"\n")

    def write(self, log: Log) -> None:
        """Append what has happened since the last call."""
        self.write_records(map(unpack, log.rows(self._next)))
        self._next = len(log)

    def write_records(self, records: Iterable[Record]) -> None:
        """Append records, in order."""
        lines = [_line(self.as_data(record)) for record in records]
        if lines:
            self._file.write(b"\n".join(lines) + b"\n")
            self._file.flush()

    def as_data(self, record: Record) -> dict[str, Any]:
        """Give a record as JSON data; `event` numbers events in order of appearance."""
        event = record.event
        key = (*event.attributes.items(), event.body)
        number = self._numbers.get(key)
        data: dict[str, Any] = {
            "serial": record.serial,
            "at": record.at_ns,
            "kind": str(record.kind),
            "cause": record.cause,
            "event": self._events + 1 if number is None else number,
            "type": event.type,
            "id": event.id,
            "from": record.source,
            "to": record.target,
            "attempt": record.attempt,
            "status": record.status,
            "detail": record.detail,
        }
        if number is None:
            self._events += 1
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.popitem(last=False)
            self._numbers[key] = self._events
            data["cloudevent"] = _cloud_event(event)
        return data


def _line(data: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(data)
    except TypeError:  # half a surrogate, from a handler in Python
        return json.dumps(data, separators=(",", ":")).encode()


def _cloud_event(event: Event) -> dict[str, Any]:
    """Give an event in the structured form, its data exact: as base64 where need be."""
    data = event.to_json()
    body = event.body
    if body is not None and not _gives(data, body):
        del data["data"]
        data["data_base64"] = b64encode(body).decode()
    return data


def _gives(data: dict[str, Any], body: bytes) -> bool:
    try:
        return read_json(data).body == body
    except UnparsableEventError:  # handed on by a hop that does not look into it
        return False


def read_object(members: Any, events: dict[int, Event], to: CheckedRecords) -> None:
    """Take a record that is an object.

    Args:
        members: What JSON says it is.
        events: Those of the lines before by number; this one's joins them.
        to: What takes it.

    Raises:
        FaultyLineError: It is none.
    """
    if type(members) is not dict:
        raise FaultyLineError(f"expected an object, found {found_text(members)}")
    for name in _MEMBERS:
        if name not in members:
            raise FaultyLineError(f"{name}: is missing")
    serial, at, kind, cause, number, *rest = (members[name] for name in _MEMBERS)
    if type(number) is not int:
        raise FaultyLineError(f"event: expected a number, found {found_text(number)}")
    if "cloudevent" in members:
        events[number] = _told(members["cloudevent"])
    elif number not in events:
        raise FaultyLineError(f"event: no line before tells the event {number}")
    to.add((serial, at, kind, cause, events[number], *rest))


def _told(data: Any) -> Event:
    if type(data) is not dict:
        raise FaultyLineError(
            f"cloudevent: expected an object, found {found_text(data)}"
        )
    try:
        return read_json(data)
    except UnparsableEventError as error:
        raise FaultyLineError(f"cloudevent: {error}") from error
