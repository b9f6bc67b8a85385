"""Records on disk: JSON Lines, appended as they happen, readable after a crash."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import orjson

from simulator.errors import UsageError
from simulator.event import UnparsableEventError, read_json
from simulator.kernel.log import Kind
from simulator.trace.record import Record, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from simulator.event import Event
    from simulator.kernel.log import Log

FORMAT = "kn-sim-trace/1"
# Events by whose number later records may speak of them; older ones come in full again.
_REMEMBERED = 10_000


class TraceWriter:
    """Writes each record once, each event in full where it first appears.

    An event as a hop changed it counts as another one. Needs the memory of some
    recent events only, however long the run.

    Args:
        file: Opened for binary writing; stays open.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._next = 0
        self._events = 0
        self._numbers: dict[object, int] = {}
        self._file.write(orjson.dumps({"format": FORMAT}) + b"\n")

    def write(self, log: Log) -> None:
        """Append what has happened since the last call."""
        self.write_records(map(unpack, log.rows(self._next)))
        self._next = len(log)

    def write_records(self, records: Iterable[Record]) -> None:
        """Append records, in order."""
        lines = [orjson.dumps(self.as_data(record)) for record in records]
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
                del self._numbers[next(iter(self._numbers))]
            self._numbers[key] = self._events
            data["cloudevent"] = _cloud_event(event)
        return data


def _cloud_event(event: Event) -> dict[str, Any]:
    """Give an event in the structured form, its data exact: as base64 where need be."""
    data = event.to_json()
    body = event.body
    if body is not None and read_json(data).body != body:
        del data["data"]
        data["data_base64"] = b64encode(body).decode()
    return data


def read_jsonl(lines: Iterable[bytes], name: str) -> list[Record]:
    """Read the records of a trace file; a last line cut short is left out.

    Args:
        lines: With their line ends.
        name: What faults call the file.

    Raises:
        UsageError: It is no trace of kn-sim; the message names the line.
    """
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise UsageError(f"{name}: is empty, expected a trace of kn-sim")
    if len(numbered) > 1 and _is_cut_short(numbered[-1][1]):
        numbered.pop()
    events: dict[int, Event] = {}
    records: list[Record] = []
    for number, line in numbered:
        try:
            data = orjson.loads(line)
            if number == numbered[0][0]:
                _check_format(data)
            else:
                records.append(_record(data, events))
        except (KeyError, TypeError, ValueError, UnparsableEventError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise UsageError(
                f"{name}:{number}: is no record of a trace ({reason})"
            ) from error
    return records


def _is_cut_short(line: bytes) -> bool:
    """Tell whether the writer was stopped in the middle of a line."""
    if line.endswith(b"\n"):
        return False
    try:
        orjson.loads(line)
    except orjson.JSONDecodeError:
        return True
    return False


def _check_format(data: Any) -> None:
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        raise ValueError(f"expected the format {FORMAT}, found {found!r}")


def _record(data: dict[str, Any], events: dict[int, Event]) -> Record:
    number = data["event"]
    if "cloudevent" in data:
        event = read_json(data["cloudevent"])
        events.setdefault(number, event)
    else:
        event = events[number]
    return Record(
        data["serial"],
        data["at"],
        Kind(data["kind"]),
        data["cause"],
        event,
        data["from"],
        data["to"],
        data["attempt"],
        data["status"],
        data["detail"],
    )
