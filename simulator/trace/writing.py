"""Records into a trace file, straight from the cells of the log: kn-sim-trace/2.

A line is a record, an event, or the serial of the next record::

    [at, kind, back, event, from, to, status, attempt, detail]
    {"specversion":"1.0","id":"o1",…}
    {"serial":5000}

A record ends where only defaults would follow: status 0, attempt 1, detail null. Its
serial is one more than that of the record before; *back* says how many records back
its cause is, 0 for none; *event* how many events back its own was told, 0 for the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.kernel import Request
from simulator.kernel.log import WIDTH, Kind, name_of
from simulator.trace.event_lines import quoted
from simulator.trace.recorded import RUN, told
from simulator.trace.told_events import ToldEvents

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import BinaryIO

    from simulator.kernel.log import Log
    from simulator.trace.record import Record
    from simulator.trace.recorded import Recording

LINES = "kn-sim-trace/2"
RECORDED = "kn-sim-trace/3"
"""The same with what a run was made of, and what was done to it."""
# Nodes hold on to the kernel's objects, of topologies that ran before, too.
_MOST_NODES = 50_000
_CHUNK = 512
_KINDS = {kind: f'"{kind}"' for kind in Kind}
_DEAD = Kind.DEAD_LETTERED


class _Nodes(dict[Any, str]):
    """What stands in a from or to cell -> the name of the node, quoted."""

    def __missing__(self, node: Any) -> str:
        if len(self) >= _MOST_NODES:
            self.clear()
        name = self[node] = quoted(name_of(node))
        return name


class TraceWriter:
    """Appends records to a trace file, each event once.

    What was written can be read as soon as a call returns. Needs the memory of some
    recent events only, however long the run.

    Args:
        file: Opened for binary writing; stays open.
        recording: What is said of the run; None for nothing.
    """

    def __init__(self, file: BinaryIO, recording: Recording | None = None) -> None:
        self._file = file
        self._recording = recording
        self._next = 0
        self._nodes = _Nodes()
        self._events = ToldEvents()
        name = LINES if recording is None else RECORDED
        self._file.write(b'{"format":"%s"}\n' % name.encode())
        if recording is not None:
            self._tell({RUN: recording.run})

    def write(self, log: Log) -> None:
        """Append what has happened since the last call."""
        if self._recording is not None:
            for records, line in self._recording.news():
                if self._next < records:
                    self._up_to(log, records)
                self._tell(line)
        for serial, cells in log.chunks(self._next):
            self._append(serial, cells)
        self._file.flush()

    def finish(self) -> None:
        """Say where the run stands, as the last thing; nothing may follow."""
        end = None if self._recording is None else self._recording.end()
        if end is not None:
            self._tell(end)
            self._file.flush()

    def _up_to(self, log: Log, records: int) -> None:
        """Append the records before a serial."""
        for serial, cells in log.chunks(self._next):
            if serial >= records:
                return
            self._append(serial, cells[: (records - serial) * WIDTH])

    def _tell(self, line: Mapping[str, Any]) -> None:
        self._file.write(told(line).encode("utf-8", "backslashreplace") + b"\n")

    def write_records(self, records: Iterable[Record]) -> None:
        """Append records, in order."""
        news = [] if self._recording is None else list(self._recording.news())
        start = 0
        cells: list[Any] = []
        for record in records:
            serial = start + len(cells) // WIDTH
            told_first = news and news[0][0] <= record.serial
            if told_first or record.serial != serial or len(cells) >= _CHUNK * WIDTH:
                self._append(start, cells)
                start = record.serial
                cells.clear()
            while news and news[0][0] <= record.serial:
                self._tell(news.pop(0)[1])
            cells += _cells(record)
        self._append(start, cells)
        for _, line in news:
            self._tell(line)
        self._file.flush()

    def _append(self, serial: int, cells: Sequence[Any]) -> None:
        """Write the records of some cells, the first of this serial."""
        if not cells:
            return
        lines = self._events.lines
        if serial != self._next:
            lines.append(f'{{"serial":{serial}}}')
        self._lines(cells)
        self._next = serial + len(cells) // WIDTH
        self._file.write(("\n".join(lines) + "\n").encode())
        lines.clear()

    def _lines(self, cells: Sequence[Any]) -> None:
        """Spell each record, the events that it needs before it."""
        nodes, kinds, events = self._nodes, _KINDS, self._events
        recent, put = events.recent.get, events.lines.append
        last = events.count
        cell = iter(cells)
        for at, back, kind, held, source, target, attempt, noted in zip(
            *[cell] * WIDTH, strict=True
        ):
            event = None if kind is _DEAD else recent(id(held))
            if event is None:
                event = events.number(held, kind)
                last = events.count
            if type(noted) is int and attempt == 1:
                end = f",{noted}]" if noted else "]"
            else:
                end = _end(attempt, noted)
            put(
                f"[{at},{kinds[kind]},{back},{last - event},"
                f"{nodes[source]},{nodes[target]}{end}"
            )


def _end(attempt: int, noted: Any) -> str:
    """Spell the end of a record that says more than a status."""
    status, detail = noted if type(noted) is tuple else (noted, None)
    if isinstance(detail, str):
        return f",{status},{attempt},{quoted(detail)}]"
    if detail is not None and not isinstance(detail, Request):
        return f",{status},{attempt},{detail}]"
    if attempt != 1:
        return f",{status},{attempt}]"
    return f",{status}]" if status else "]"


def _cells(record: Record) -> tuple[Any, ...]:
    """Pack a record as the log does."""
    noted = record.status if record.detail is None else (record.status, record.detail)
    return (
        record.at_ns,
        0 if record.cause is None else record.serial - record.cause,
        record.kind,
        record.event,
        record.source,
        record.target,
        record.attempt,
        noted,
    )
