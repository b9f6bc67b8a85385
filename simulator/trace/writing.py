"""Records into a trace file, straight from the cells of the log: kn-sim-trace/2.

A line is a record, an event, or the serial of the next record::

    [at, kind, back, event, from, to, status, attempt, detail]
    {"specversion":"1.0","id":"o1",…}
    {"serial":5000}

A record ends where only defaults would follow: status 0, attempt 1, detail null. Its
serial is one more than that of the record before; *back* says how many records back
its cause is, 0 for none; *event* how many events back its own was told, 0 for the last.

An event is known again by its identity as long as it is recent: nearly always it is the
object that the record before had. Else it is known by its content, as when records were
unpacked before they are written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.event import Event
from simulator.event.text import instant_text
from simulator.kernel import Request
from simulator.kernel.envelope import ARRIVAL, TTL, Envelope
from simulator.kernel.log import WIDTH, Kind, name_of
from simulator.trace.event_lines import changed_text, quoted, whole_text
from simulator.trace.recorded import RUN, told

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from typing import BinaryIO

    from simulator.kernel.log import Log
    from simulator.trace.record import Record
    from simulator.trace.recorded import Recording

# How many are known at least. Those that are known by identity are kept alive, bodies
# and all: about as many as a run keeps that is shown while it goes on.
_CONTENTS, _OBJECTS = 5_000, 500
# Of longer contents the hash is remembered.
_LONGEST = 400
_ADDED, _ERROR = (ARRIVAL, TTL), "knativeerror"


class _Recent(dict[Any, int]):
    """Numbers by key; the oldest are forgotten, half of them at once.

    Args:
        least: How many are known at least, and half of how many at most; whoever adds
            one when there are so many calls `forget` before.

    Attributes:
        older: Those that are forgotten next.
        kept: Stays alive as long as those that are in here.
    """

    def __init__(self, least: int) -> None:
        self.least = least
        self.older: dict[Any, int] = {}
        self.kept: list[object] = []
        self._older_kept: list[object] = []

    def forget(self) -> None:
        """Forget the older half."""
        self.older, self._older_kept = dict(self), self.kept
        self.clear()
        self.kept = []


class ToldEvents:
    """Numbers events in order of appearance, and tells each where it first appears.

    Needs the memory of some recent events only, however long the run.

    Args:
        redact: Paths in data of what is left out.

    Attributes:
        recent: `id` of an event or envelope -> its number, unless its record is of a
            dead letter; for who is in a hurry.
        count: Those told so far, the number of the last.
        lines: Those of events that are new; whoever writes them takes them out.
    """

    def __init__(self, redact: Iterable[str] = ()) -> None:
        self._text: Callable[[Event], str] = whole_text
        if redact:
            from simulator.trace.redaction import redaction_of  # few leave any out

            event = redaction_of(tuple(redact)).event
            self._text = lambda told: whole_text(event(told))
        self.recent = _Recent(_OBJECTS)
        self.lines: list[str] = []
        self._contents = _Recent(_CONTENTS)
        self.count = 0

    def number(self, held: Event | Envelope, kind: Kind) -> int:
        """Give the number of the event that a record of this kind has."""
        if kind is Kind.DEAD_LETTERED and isinstance(held, Envelope):
            # The same envelope says less in the records of its answer.
            return self._changed(held.event, held.added(with_ttl=True))
        recent, key = self.recent, id(held)
        number = recent.get(key)
        if number is not None:
            return number
        number = recent.older.get(key)
        if number is None:
            if not isinstance(held, Envelope):
                number = self._plain(held)
            elif held.errors is None and held.arrival_ns is not None:
                number = self._arrived(held.event, instant_text(held.arrival_ns))
            else:
                number = self._changed(held.event, held.added())
        if len(recent) >= recent.least:
            recent.forget()
        recent[key] = number
        recent.kept.append(held)
        return number

    def _arrived(self, event: Event, time: str) -> int:
        """Number an event with its time of arrival, all that nearly every hop adds."""
        of = self.recent.get(id(event)) or self.number(event, Kind.SENT)
        return self._numbered(
            (of, (ARRIVAL, time)), f'{{"of":{self.count - of},"{ARRIVAL}":"{time}"}}'
        )

    def _changed(self, event: Event, added: Mapping[str, str]) -> int:
        """Number an event with what a hop added to it."""
        of = self.recent.get(id(event)) or self.number(event, Kind.SENT)
        return self._with(of, added) if added else of

    def _with(self, of: int, added: Mapping[str, str]) -> int:
        """Number the event of a number with further attributes."""
        # Known by the number of the other: how far back that is, the line says, changes.
        return self._numbered(
            (of, *added.items()), changed_text(self.count - of, added)
        )

    def _plain(self, event: Event) -> int:
        """Number an event; as another with what a hop added, where that is known."""
        if ARRIVAL in event.attributes:
            own: dict[str, str] = {}
            added: dict[str, str] = {}
            for name, value in event.attributes.items():
                by_hop = name in _ADDED or name.startswith(_ERROR)
                (added if by_hop else own)[name] = value
            bare = _key(self._text(Event(own, event.body)))
            of = self._contents.get(bare) or self._contents.older.get(bare)
            if of is not None:
                return self._with(of, added)
        line = self._text(event)
        return self._numbered(_key(line), line)

    def _numbered(self, content: Hashable, line: str) -> int:
        """Give the number of a content; with this line for it when it is new."""
        contents = self._contents
        number = contents.get(content) or contents.older.get(content)
        if number is None:
            number = self.count = self.count + 1
            self.lines.append(line)
            if len(contents) >= contents.least:
                contents.forget()
            contents[content] = number
        return number


def _key(text: str) -> str | bytes:
    if len(text) <= _LONGEST:
        return text
    from hashlib import blake2b  # loads OpenSSL; few events are so long

    return blake2b(text.encode(), digest_size=32).digest()


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
        run = {} if recording is None else recording.run
        self._events = ToldEvents(run.get("redact", ()))
        name = LINES if recording is None else RECORDED
        self._file.write(b'{"format":"%s"}\n' % name.encode())
        if recording is not None:
            self._tell({RUN: run})

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
