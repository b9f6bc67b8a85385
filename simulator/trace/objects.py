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

from simulator.duration import LONGEST_NS
from simulator.errors import nearest
from simulator.event import UnparsableEventError, read_json
from simulator.kernel.log import Kind
from simulator.trace.record import (
    FaultyLineError,
    Record,
    found_text,
    unexpected,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from simulator.event import Event
    from simulator.kernel.log import Log
    from simulator.trace.recorded import Recorded

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
        raise unexpected("expected an object", members)
    for name in _MEMBERS:
        if name not in members:
            raise FaultyLineError(f"{name}: is missing")
    serial, at, kind, cause, number, *rest = (members[name] for name in _MEMBERS)
    if type(number) is not int:
        raise unexpected("event: expected a number", number)
    if "cloudevent" in members:
        events[number] = _told(members["cloudevent"])
    elif number not in events:
        raise FaultyLineError(f"event: no line before tells the event {number}")
    to.add((serial, at, kind, cause, events[number], *rest))


def _told(data: Any) -> Event:
    if type(data) is not dict:
        raise unexpected("cloudevent: expected an object", data)
    try:
        return read_json(data)
    except UnparsableEventError as error:
        raise FaultyLineError(f"cloudevent: {error}") from error


# 64 bits with a sign, which columns and other programs have room for.
LARGEST = LONGEST_NS
_KINDS = {str(kind): kind for kind in Kind}


class _Names(dict[str, str]):
    """The names of nodes, each once, however many records have it."""

    def __missing__(self, name: str) -> str:
        if type(name) is not str:
            raise KeyError(name)
        self[name] = name
        return name


class ReadRecords(list[Record]):
    """The records of a file, and what it says besides.

    Attributes:
        recorded: How the run was made, and its inputs; None where nothing says so.
    """

    recorded: Recorded | None = None


class CheckedRecords:
    """Takes records in order, each checked before anybody relies on it.

    What the file says may be anything that JSON can say. What comes out is such as a run
    makes it: serials rise, time does not go back, causes come before what follows, and
    every member is of its type.

    Attributes:
        records: Those that were right.
        serial: The least that the next record may have.
    """

    def __init__(self) -> None:
        self.records = ReadRecords()
        self.serial = 0
        self._since = 0
        self._names = _Names()

    def add(self, said: tuple[Any, ...]) -> None:
        """Take the next record.

        Args:
            said: Serial, instant, kind, cause, event, from, to, attempt, status, detail;
                an event, and anything that JSON can say.

        Raises:
            FaultyLineError: It can be none.
        """
        serial, at, kind, cause, event, source, target, attempt, status, detail = said
        try:
            if (
                type(serial) is type(at) is type(attempt) is type(status) is int
                and self.serial <= serial < LARGEST
                and self._since <= at <= LARGEST
                and (cause is None or (type(cause) is int and 0 <= cause < serial))
                and 1 <= attempt <= LARGEST
                and 0 <= status <= LARGEST
                and (detail is None or type(detail) is str or _is_wait(detail))
            ):
                values = (
                    serial, at, _KINDS[kind], cause, event,
                    self._names[source], self._names[target], attempt, status, detail,
                )  # fmt: skip
                # A third of the time that the class itself takes to make one.
                self.records.append(tuple.__new__(Record, values))
                self._since = at
                self.serial = serial + 1
                return
        except (KeyError, TypeError):  # no such thing, or what no dict has
            pass
        raise FaultyLineError(self._fault(said))

    def _fault(self, said: tuple[Any, ...]) -> str:
        """Say which member is wrong; the first, in the order of a record."""
        serial, at, kind, cause, _, source, target, attempt, status, detail = said
        of_text = isinstance(kind, str)
        before = serial if type(serial) is int else LARGEST
        rules = (
            ("serial", serial, f"a number from {self.serial} on",
             _is_whole(serial, self.serial, LARGEST - 1)),
            ("at", at, f"nanoseconds from 0 to {LARGEST}", _is_whole(at, 0)),
            ("at", at, f"nanoseconds from {self._since} on: time does not go back",
             _is_whole(at, self._since)),
            ("kind", kind, "a kind of record" + (nearest(kind, _KINDS) if of_text else ""),
             of_text and kind in _KINDS),
            ("cause", cause, f"null, or a number below {before}",
             cause is None or _is_whole(cause, 0, before - 1)),
            ("from", source, "the name of a node", type(source) is str),
            ("to", target, "the name of a node", type(target) is str),
            ("attempt", attempt, "a number from 1 on", _is_whole(attempt, 1)),
            ("status", status, "a number from 0 on", _is_whole(status, 0)),
        )  # fmt: skip
        for name, value, expected, right in rules:
            if not right:
                return f"{name}: expected {expected}, found {found_text(value)}"
        expected = "null, a text, or a number of nanoseconds"
        return f"detail: expected {expected}, found {found_text(detail)}"


def _is_whole(value: object, least: int, most: int = LARGEST) -> bool:
    return type(value) is int and least <= value <= most


def _is_wait(value: object) -> bool:
    return _is_whole(value, 0)
