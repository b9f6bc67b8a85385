"""Trace files, read: JSON Lines of both formats, whole up to where the file is.

A file is readable up to its last whole line, wherever its writer was stopped. What is no
trace, or none any more, is refused with its line and with what was expected there.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from simulator.collector import collector_resting
from simulator.errors import UsageError
from simulator.trace.event_lines import event_told, read_event
from simulator.trace.objects import (
    LARGEST,
    OBJECTS,
    CheckedRecords,
    ReadRecords,
    read_object,
)
from simulator.trace.record import FaultyLineError, unexpected
from simulator.trace.recorded import INPUT, RUN, Recorded, check_input
from simulator.trace.writing import LINES, RECORDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.event import Event

    Take = Callable[[bytes, Any], None]

_LEAST, _MOST = 6, 9


def read_jsonl(lines: Iterable[bytes], name: str) -> ReadRecords:
    """Read the records of a trace file; a last line cut short is left out.

    Args:
        lines: With their line ends.
        name: What faults call the file.

    Raises:
        UsageError: It is no trace of kn-sim; the message names the line.
    """
    found = CheckedRecords()
    take: Take | None = None
    rest = iter(lines)
    with collector_resting():
        for number, line in enumerate(rest, 1):
            try:
                try:
                    value = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    if not line.strip():
                        continue
                    if take and not line.endswith(b"\n") and next(rest, None) is None:
                        break  # the writer was stopped in the middle of it
                    value = _otherwise(line, error)
                if take is None:
                    take = _reader(value, found)
                else:
                    take(line, value)
            except FaultyLineError as error:
                what = "record of a trace" if take else "trace of kn-sim"
                raise UsageError(f"{name}:{number}: is no {what}: {error}") from error
    if take is None:
        raise UsageError(f"{name}: is empty, expected a trace of kn-sim")
    return found.records


def _otherwise(line: bytes, error: orjson.JSONDecodeError) -> Any:
    """Read what only the more patient parser reads: half surrogates."""
    if rb"\ud" in line.lower():
        try:
            return json.loads(line)
        except (ValueError, RecursionError):
            pass
    raise FaultyLineError(
        f"expected JSON in one line: {error.msg}, column {error.colno}"
    ) from error


class _Objects:
    """Takes lines of the first format."""

    def __init__(self, found: CheckedRecords) -> None:
        self._found = found
        self._events: dict[int, Event] = {}

    def take(self, _: bytes, value: Any) -> None:
        """Take a line, and what JSON says it is."""
        read_object(value, self._events, self._found)


class _Lines:
    """Takes lines of the second format: records, and what is told of them before."""

    def __init__(self, found: CheckedRecords) -> None:
        self._found = found
        self._events: list[Event] = []

    def take(self, line: bytes, value: Any) -> None:
        """Take a line, and what JSON says it is."""
        if type(value) is not list:
            self._told(line, value)
            return
        status, attempt, detail = 0, 1, None
        if len(value) == _LEAST:
            at, kind, back, told, source, target = value
        elif len(value) == _LEAST + 1:
            at, kind, back, told, source, target, status = value
        elif _LEAST < len(value) <= _MOST:
            at, kind, back, told, source, target, status, attempt, *more = value
            detail = more[0] if more else None
        else:
            raise FaultyLineError(
                f"expected {_LEAST} to {_MOST} values, found {len(value)}"
            )
        found, event = self._found, event_told(self._events, told, "event")
        serial = found.serial
        if type(back) is not int or not 0 <= back <= serial:
            raise unexpected(f"back: expected a number from 0 to {serial}", back)
        cause = serial - back if back else None
        found.add(
            (serial, at, kind, cause, event, source, target, attempt, status, detail)
        )

    def _told(self, line: bytes, value: Any) -> None:
        """Take an event, or the serial of the next record."""
        if type(value) is not dict:
            raise unexpected("expected a record, an event or a serial", value)
        if "serial" not in value:
            event = read_event(line.rstrip(b"\r\n"), value, self._events)
            self._events.append(event)
            return
        serial, found = value["serial"], self._found
        if type(serial) is not int or not found.serial <= serial < LARGEST:
            raise unexpected(
                f"serial: expected a number from {found.serial} on", serial
            )
        found.serial = serial


class _RecordedLines(_Lines):
    """Takes lines of the third format: also what the run was made of, and its inputs."""

    def _told(self, line: bytes, value: Any) -> None:
        if type(value) is dict and RUN in value:
            run = value[RUN]
            if type(run) is not dict:
                raise unexpected("run: expected an object", run)
            self._found.records.recorded = Recorded(run, [])
        elif type(value) is dict and INPUT in value:
            recorded = self._found.records.recorded
            if recorded is None:
                raise FaultyLineError("input: no line before tells the run")
            check_input(value)
            recorded.inputs.append(value)
        else:
            super()._told(line, value)


_READERS: dict[str, Callable[[CheckedRecords], _Objects | _Lines]] = {
    RECORDED: _RecordedLines,
    LINES: _Lines,
    OBJECTS: _Objects,
}


def _reader(head: Any, found: CheckedRecords) -> Take:
    """Choose how lines are read, as the first one says; its other members may be any."""
    name = head.get("format") if type(head) is dict else head
    if type(name) is not str or name not in _READERS:
        raise unexpected(f"expected the format {' or '.join(_READERS)}", name)
    return _READERS[name](found).take
