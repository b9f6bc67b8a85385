"""The rows of the event list: what each says, and which there are, found bit by bit.

There is one per record that means something to a reader, or one per event.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from functools import lru_cache
from itertools import compress
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simulator.duration import duration_text
from simulator.story import phrases
from simulator.story.meaning import ANSWERS, TROUBLE, Sense
from simulator.tui.glyphs import GLYPHS
from simulator.tui.spelling import length_text, printable, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulator.trace import Record
    from simulator.tui.view.trace_view import TraceView

    Misses = Callable[[int], Sequence[tuple[str, str]]]
    """The record of an event that a hub took -> routes that did not want it, and why."""


class Row(NamedTuple):
    """One record as the list shows it.

    Args:
        outcome: ``ok``, ``retry``, ``dead``, ``reply``, ``nomatch``, ``wait`` or
            ``fault``: its colour.
        word: What happened; a key of `Glyphs.outcomes`.
        start: The short name of where it comes from; *end* of where it goes.
        note: ``200 · 656 ms``, ``503, attempt 2 in 1s``; may be empty.
        trace: The serial of the first record of its lineage: rows of one lineage have
            one colour.
        loud: Whether the word is written bold.
    """

    serial: int
    at_ns: int
    outcome: str
    word: str
    type: str
    subject: str
    start: str
    end: str
    note: str
    trace: int
    loud: bool = False


_CALLS = ANSWERS | {Sense.SENT, Sense.REQUEST}
_SEPARATOR = " · "
_NAMED_MISSES = 3


def row_of(view: TraceView, serial: int, misses: Misses | None = None) -> Row:
    """Make the row of a record; with *misses*, what a hub took names who missed it."""
    shape = view.shape(serial)
    sense = shape.facts.sense
    meaning = sense.row
    attributes = view.attributes(serial)
    start = short(shape.start) or (phrases.CALLER if sense in _CALLS else "")
    end = short(shape.end) or (phrases.CALLER if shape.facts.kind == "answered" else "")
    row = Row(
        serial=serial,
        at_ns=view.at_ns(serial),
        outcome=meaning.outcome,
        word=meaning.word,
        type=printable(attributes.get("type", "")),
        subject=printable(attributes.get("subject", "")),
        start=start,
        end=end,
        note=printable(note_of(view, serial)),
        trace=view.trace_of(serial),
        loud=meaning.loud,
    )
    if misses is None or sense not in {Sense.ACCEPTED, Sense.UNMATCHED}:
        return row
    return _with_misses(row, misses(serial))


def _with_misses(row: Row, missed: Sequence[tuple[str, str]]) -> Row:
    if not missed:
        return row
    names = [short(route) for route, _ in missed[:_NAMED_MISSES]]
    more = len(missed) - len(names)
    note = ", ".join(names) + (f" +{more}" if more else "")
    if len(missed) == 1:
        note = f"{names[0]}: {missed[0][1]}"
    if row.word == "accepted":
        row = row._replace(word="no match", outcome="nomatch")
    return row._replace(note=note)


def note_of(view: TraceView, serial: int) -> str:
    """Give what else there is to say of a record; empty where nothing is."""
    if serial < view.first:
        return "no longer kept"
    record = view.record(serial)
    say = _NOTES.get(view.shape(serial).facts.sense)
    return phrases.remark(record) if say is None else say(view, record)


def _answer(view: TraceView, record: Record) -> str:
    parts = [phrases.answer(record, "long")]
    if record.attempt > 1:
        parts.append(f"attempt {record.attempt}")
    at, cause = view.columns.at, view.columns.cause
    took = at[record.serial] - at[cause[record.serial]]
    if took:
        parts.append(length_text(took))
    return _SEPARATOR.join(parts)


def _retry(view: TraceView, record: Record) -> str:
    said = str(record.status or "")
    if record.cause is not None and record.cause >= view.first:
        said = phrases.answer(view.record(record.cause), "long")
    wait = phrases.wait_ns(record)
    soon = f"in {duration_text(wait)}" if wait else "at once"
    return f"{said}, attempt {record.attempt} {soon}".lstrip(", ")


def _origin(view: TraceView, record: Record) -> str:
    if record.cause is None:
        return ""
    source = view.attributes(record.cause).get("id", "")
    return f"from {source}" if source else ""


def _dead(view: TraceView, record: Record) -> str:
    if record.cause is None or record.cause < view.first:
        return ""
    answer = view.record(record.cause)
    tries = f" after {answer.attempt} attempts" if answer.attempt > 1 else ""
    return phrases.answer(answer, "long") + tries


_NOTES: dict[Sense, Callable[[TraceView, Record], str]] = {
    Sense.SENT: _origin,
    Sense.DELIVERED: _answer,
    Sense.ACKNOWLEDGED: _answer,
    Sense.FAILED: _answer,
    Sense.RETRIED: _answer,
    Sense.RETRY: _retry,
    Sense.REPLY: _origin,
    Sense.DEAD: _dead,
    Sense.PANICKED: lambda _view, _record: "the filter panicked",
}


SLICE = 20_000
"""Records that are looked at in one go: a few milliseconds."""
_REMEMBERED = 1_000


class Selector(Protocol):
    """Picks records; `simulator.tui.filters.Filter` is one."""

    def select(self, view: TraceView, serials: Iterable[int]) -> list[int]: ...


def _wanted(*, all: bool, trouble: bool = False, misses: bool = False) -> bytes:  # noqa: A002 - as of `Rows`
    """Tell by the number of a sense whether it has a row: 1 or 0."""
    wanted = {sense for sense in Sense if all or not sense.row.quiet}
    if misses:
        wanted.add(Sense.ACCEPTED)
    if trouble:
        wanted &= TROUBLE
    wanted.discard(Sense.GONE)
    return bytes(number in wanted for number in range(256))


def row_count(view: TraceView, shown: int, *, all: bool = False) -> int:  # noqa: A002
    """Count the rows of the first records, without any filter: a look at each byte."""
    return view.columns.sense[:shown].translate(_wanted(all=all)).count(1)


# A dead letter and a loss follow a failure, which is counted.
_DEAD = frozenset(
    {Sense.FAILED, Sense.REFUSED, Sense.EXPIRED, Sense.CUT, Sense.CUT_WAIT, Sense.DISCARDED}
)  # fmt: skip
_COUNTED = {"delivered": {Sense.DELIVERED}, "retry": {Sense.RETRY}, "failed": _DEAD}


class Rows:
    """The rows of the event list, one per record that means something to a reader.

    They are found bit by bit.

    Args:
        all: Whether each record has a row, such as those that only pass on.
        trouble: Whether only retries, failures, dead letters and the like are shown.
        misses: With it, records of hubs that took an event have rows, too; asked for
            what is looked at only.
    """

    def __init__(
        self,
        view: TraceView,
        filter: Selector | None = None,  # noqa: A002 - as the user calls it
        *,
        all: bool = False,  # noqa: A002 - as the user calls it
        trouble: bool = False,
        misses: Misses | None = None,
    ) -> None:
        self._view = view
        self._filter = filter
        # By number of a sense: whether its records count, 1 or 0.
        self._wanted = _wanted(all=all, trouble=trouble, misses=misses is not None)
        self._serials = array("i")
        self._scanned = 0
        self._made = lru_cache(_REMEMBERED)(lambda n: row_of(view, n, misses))

    def scan(self, most: int = SLICE) -> bool:
        """Look at so many further records; tell whether all have been looked at."""
        view = self._view
        start, stop = self._scanned, min(self._scanned + most, len(view))
        if start < stop:
            senses = view.columns.sense[start:stop].translate(self._wanted)
            self._take(compress(range(start, stop), senses))
            self._scanned = stop
        return stop == len(view)

    def _take(self, serials: Iterable[int]) -> None:
        self._serials.extend(self._select(serials))

    def _select(self, serials: Iterable[int]) -> Iterable[int]:
        wanted = self._filter
        return serials if wanted is None else wanted.select(self._view, serials)

    @property
    def progress(self) -> float:
        """The part of the records that has been looked at, from 0 to 1."""
        return self._scanned / len(self._view) if len(self._view) else 1.0

    def __len__(self) -> int:
        """Count the rows found so far, also those that are not shown yet."""
        return len(self._serials)

    def count_at(self, shown: int) -> int:
        return bisect_left(self._serials, shown)

    def serial(self, number: int) -> int:
        """Give the serial of a row; IndexError: there is none."""
        if number < 0:
            raise IndexError(number)
        return self._serials[number]

    def index_of(self, serial: int) -> int:
        """Give the number of the row of a record, or of the first one after it."""
        return bisect_left(self._serials, serial)

    def has(self, serial: int) -> bool:
        number = self.index_of(serial)
        return number < len(self) and self._serials[number] == serial

    def row(self, number: int) -> Row:
        return self._made(self.serial(number))


class Groups(Rows):
    """The events that a list shows, in the order in which they begin.

    A row is what the event has come to when `count_at` was asked last.

    Args:
        filter: An event is shown when one of its records matches; None for all.
    """

    def __init__(self, view: TraceView, filter: Selector | None = None) -> None:  # noqa: A002 - likewise
        super().__init__(view, filter)
        self._shown = 0
        # By event: its rows.
        self._rows: dict[int, list[int]] = {}

    def _take(self, serials: Iterable[int]) -> None:
        found = list(serials)
        for serial in found:
            self._rows.setdefault(self._event(serial), []).append(serial)
        begun = self._view.columns.begun
        begins = {begun[self._event(serial)] for serial in self._select(found)}
        for begin in sorted(begins):
            if not self.has(begin):
                insort(self._serials, begin)

    def _event(self, serial: int) -> int:
        """Give the number of the event of a record; a dead letter's is what it was."""
        columns = self._view.columns
        number = columns.event[serial]
        return columns.buried.get(number, number)

    def count_at(self, shown: int) -> int:
        """Count the events that begin within the first records."""
        self._shown = shown
        return super().count_at(shown)

    def row(self, number: int) -> Row:
        """Make the row of an event, its deliveries counted in the note."""
        serial = self.serial(number)
        row = row_of(self._view, serial)
        senses = self._view.columns.sense
        rows = self._rows[self._event(serial)]
        happened = [senses[each] for each in rows[: bisect_left(rows, self._shown)]]
        counts = {
            word: sum(sense in counted for sense in happened)
            for word, counted in _COUNTED.items()
        }
        note = " ".join(f"{GLYPHS.outcomes[word]}{n}" for word, n in counts.items())
        outcome = "dead" if counts["failed"] else row.outcome
        return row._replace(note=note, outcome=outcome)
