"""One row of the event list, as plain values, and what it says of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.duration import duration_text
from simulator.resource import DEFAULT_NAMESPACE
from simulator.story import phrases
from simulator.story.meaning import ANSWERS, Sense
from simulator.tui.spelling import length_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.trace import Record
    from simulator.tui.view.trace_view import TraceView

    Misses = Callable[[int], Sequence[tuple[str, str]]]


class Row(NamedTuple):
    """One record as the list shows it.

    Args:
        serial: Of the record.
        at_ns: When, ns since the start.
        outcome: ``ok``, ``retry``, ``dead``, ``reply``, ``nomatch``, ``wait`` or
            ``fault``: its colour.
        word: ``delivered``, ``retry``, ``replied``, ``dead-letter`` …: what happened; a
            key of `Glyphs.outcomes`.
        type: Of the event, whole.
        subject: Of the event; may be empty.
        start: The short name of where it comes from.
        end: The short name of where it goes.
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


CALLER = "(caller)"
_CALLS = ANSWERS | {Sense.SENT, Sense.REQUEST}
_SEPARATOR = " · "
_NAMED_MISSES = 3


def short(node: str) -> str:
    """Give a node's name without its kind: ``trigger/price`` is ``price``."""
    _, slash, name = node.partition("/")
    return name.removeprefix(f"{DEFAULT_NAMESPACE}/") if slash else node


def row_of(view: TraceView, serial: int, misses: Misses | None = None) -> Row:
    """Make the row of a record.

    Args:
        view: Where it is.
        serial: Of the record.
        misses: Gives, for a record of an event that a hub took, the routes that did
            not want it, each with the reason.
    """
    shape = view.shape(serial)
    sense = shape.facts.sense
    meaning = sense.row
    attributes = view.attributes(serial)
    start = short(shape.start) or (CALLER if sense in _CALLS else "")
    end = short(shape.end) or (CALLER if shape.facts.kind == "answered" else "")
    row = Row(
        serial=serial,
        at_ns=view.at_ns(serial),
        outcome=meaning.outcome,
        word=meaning.word,
        type=attributes.get("type", ""),
        subject=attributes.get("subject", ""),
        start=start,
        end=end,
        note=note_of(view, serial),
        trace=view.trace_of(serial),
        loud=meaning.loud,
    )
    if misses is None or sense not in {Sense.ACCEPTED, Sense.UNMATCHED}:
        return row
    return _with_misses(row, misses(serial))


def _with_misses(row: Row, missed: Sequence[tuple[str, str]]) -> Row:
    """Say on the row of an event that a hub took which routes did not want it."""
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
    took = latency_ns(view, record.serial)
    if took:
        parts.append(length_text(took))
    return _SEPARATOR.join(parts)


def latency_ns(view: TraceView, serial: int) -> int:
    """Give how long an answer took since its request, in ns."""
    columns = view.columns
    return columns.at[serial] - columns.at[columns.cause[serial]]


def _retry(view: TraceView, record: Record) -> str:
    said = str(record.status or "")
    if record.cause is not None and record.cause >= view.first:
        said = phrases.answer(view.record(record.cause), "long")
    wait = phrases.wait_ns(record)
    soon = f"in {duration_text(wait)}" if wait else "at once"
    return f"{said}, attempt {record.attempt} {soon}".lstrip(", ")


def _origin(view: TraceView, record: Record) -> str:
    """Name the event that led to this one."""
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


def _panicked(view: TraceView, record: Record) -> str:
    return "the filter panicked"


_NOTES: dict[Sense, Callable[[TraceView, Record], str]] = {
    Sense.SENT: _origin,
    Sense.DELIVERED: _answer,
    Sense.ACKNOWLEDGED: _answer,
    Sense.FAILED: _answer,
    Sense.RETRIED: _answer,
    Sense.RETRY: _retry,
    Sense.REPLY: _origin,
    Sense.DEAD: _dead,
    Sense.PANICKED: _panicked,
}
