"""The hops of one event as rows, and the attempts of one delivery with their instants."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.kernel import Kind
from simulator.story import phrases
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.outcome import STYLES, mark, way
from simulator.tui.inspect.sentence import why_buried
from simulator.tui.inspect.text_line import Look, Span, TextLine, line, wrapped
from simulator.tui.reel.wording import short
from simulator.tui.spelling import counted, length_text
from simulator.tui.widgets.figures import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.story.hops import Exchange, Hop
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.inspect.subject import Subject

_DEEPEST = 3
_LONGEST_NOTE = 20
_LEAST_WAY = 12
# Rows of a ladder of attempts; of a longer one the middle is left out.
_MOST_ATTEMPTS = 12
_TAIL = 3


def delivery_rows(subject: Subject, look: Look) -> Iterator[TextLine]:
    """Give a row for each hop of the event of a record, and what did not match."""
    found = subject.family.about(subject.hop)
    for level, hop in found:
        if hop.is_delivery or hop.first.kind is Kind.DEAD_LETTERED:
            yield _row(subject, hop, level, look)
    several = sum(hop.accepted is not None for _, hop in found) > 1
    for _, hop in found:
        yield from _unmatched(subject, hop, look, named=several)


def note_of(hop: Hop) -> str:
    """Say how a hop went: ``200 · 20 ms``, ``503 · attempt 2 in 500ms``; or nothing."""
    answer = hop.answer
    if hop.waiting is not None and hop.word == "retry":
        waiting = hop.waiting
        wait = phrases.wait_ns(waiting)
        failed = f"{phrases.answer(answer)} · " if answer is not None else ""
        return f"{failed}attempt {waiting.attempt} in {duration_text(wait)}"
    if answer is None:
        return ""
    took = answer.at_ns - hop.first.at_ns
    parts = [phrases.answer(answer)]
    if took:
        parts.append(length_text(took))
    return " · ".join(parts)


def _row(subject: Subject, hop: Hop, level: int, look: Look) -> TextLine:
    indent = "" if look.narrow else "  "
    indent += "  " * min(max(level - 1, 0), _DEEPEST)
    times = hop.tries
    count = f" {GLYPHS.times}{times}" if times > 1 else ""
    note = note_of(hop).replace("·", GLYPHS.dot)
    if hop.word not in ("delivered", "dead-letter") or not note:
        note = note or hop.word
    room = look.width - len(indent) - 2 - len(count)
    note = look.cut(note, max(min(_LONGEST_NOTE, room - _LEAST_WAY), 0))
    path = way(hop.first.source, hop.first.target, look, room - len(note) - 2)
    gap = " " * max(1, room - len(path) - len(note))
    here = hop is subject.hop
    style = STYLES.get(hop.word, "muted")
    return line(
        indent,
        mark(hop.word, look),
        " ",
        Span(path, "bold" if here else ""),
        Span(count, "o-retry"),
        gap,
        Span(note, "muted" if hop.word == "delivered" else style),
        goal=hop.records[-1].serial,
        here=here,
    )


def _unmatched(
    subject: Subject, hop: Hop, look: Look, *, named: bool
) -> Iterator[TextLine]:
    """Count the triggers of a hub that did not want the event."""
    accepted = hop.accepted
    hub = subject.backdrop.hub(accepted.target) if accepted is not None else None
    if accepted is None or hub is None:
        return
    missing = len(hub.routes) - accepted.status
    if missing > 0:
        indent = "" if look.narrow else "  "
        of = f" of {short(hub.node)}" if named else ""
        text = f"{counted(missing, 'trigger')}{of} did not match "
        yield line(
            indent,
            mark("unmatched", look),
            " ",
            Span(look.cut(text, look.width - len(indent) - 7), "o-nomatch"),
            Span("(Why)", "muted underline"),
        )


def attempt_rows(
    hop: Hop, look: Look, indent: int, backdrop: Backdrop, selected: int = -1
) -> Iterator[TextLine]:
    """Give each attempt of a delivery, the retry that is due, and the dead letter.

    Args:
        hop: The delivery.
        look: What the lines are made for.
        indent: Columns before each line.
        backdrop: The topology.
        selected: The serial of the record in the hop that is selected; -1 for none.
    """
    pad = " " * indent
    attempts = hop.attempts
    begun = [each.request.serial for each in attempts]
    at = bisect_right(begun, selected)
    left_out = len(attempts) - _MOST_ATTEMPTS
    for number, attempt in enumerate(attempts, 1):
        if left_out > 0 and _MOST_ATTEMPTS - _TAIL < number <= len(attempts) - _TAIL:
            if number == _MOST_ATTEMPTS - _TAIL + 1:
                text = f"{GLYPHS.ellipsis} {left_out:,} more"
                yield line(pad, Span(text, "muted"))
            continue
        yield from _attempt_row(attempt, pad, look, here=number == at)
    if hop.waiting is not None and hop.word == "retry":
        yield from _due(hop, pad, look, backdrop)
    yield from _endings(hop, pad, look)


def _attempt_row(
    attempt: Exchange, pad: str, look: Look, *, here: bool
) -> Iterator[TextLine]:
    """Give when a request was made and how it went; below, the faults that hit it."""
    request, answer = attempt.request, attempt.answer
    word = attempt.word
    if answer is not None:
        redirected = answer.kind is Kind.REDIRECTED
        word = "delivered" if answer.ok else "note" if redirected else "failed"
    said = attempt.standing if answer is None else phrases.answer(answer)
    if answer is not None and answer.at_ns > request.at_ns:
        took = length_text(answer.at_ns - request.at_ns)
        said += f" {GLYPHS.dot} {took}"
    head = f" attempt {request.attempt:<3} {clock_text(request.at_ns)}  "
    room = look.width - len(pad) - 1 - len(head)
    last = request.serial if answer is None else answer.serial
    yield line(
        pad,
        mark(word, look),
        Span(head, "muted"),
        Span(look.cut(said, room), STYLES.get(word, "muted")),
        goal=last,
        here=here,
    )
    for hit in attempt.hits:
        text = look.cut(str(hit.detail), look.width - len(pad) - 4)
        yield line(pad, "  ", mark("fault", look), " ", Span(text, "o-fault"))


def _due(hop: Hop, pad: str, look: Look, backdrop: Backdrop) -> Iterator[TextLine]:
    """Give the retry that is due, and those that would follow it."""
    waiting = hop.waiting
    assert waiting is not None, "asked before"
    wait = phrases.wait_ns(waiting)
    at = waiting.at_ns + wait
    yield line(
        pad,
        mark("retry", look),
        Span(f" attempt {waiting.attempt:<3} {clock_text(at)}  ", "muted"),
        Span("due", "o-retry"),
        goal=waiting.serial,
    )
    lane = backdrop.lane(hop.first.source)
    if lane is None:
        return
    retries, retrying = lane[1].retries, lane[0].profile.retrying
    shown = range(waiting.attempt, min(retries.retry, waiting.attempt + _TAIL) + 1)
    for retry in shown:
        at += retrying.backoff_ns(retries, retry - 1)
        text = f"  attempt {retry + 1:<3} {clock_text(at)}  "
        yield line(pad, Span(text, "muted"), Span("if it fails again", "muted"))
    rest = retries.retry - (shown.stop - 1)
    if rest > 0:
        yield line(pad, Span(f"  {GLYPHS.ellipsis} {rest:,} more", "muted"))


def _endings(hop: Hop, pad: str, look: Look) -> Iterator[TextLine]:
    """Say where the event, or its reply, went in the end."""
    for child in hop.children:
        kind, first = child.first.kind, child.first
        if kind is Kind.DEAD_LETTERED:
            reason = why_buried(child)
            told = f": {reason}" if reason else ""
            text = f"dead letter {GLYPHS.to} {short(first.target)}{told}"
        elif kind is Kind.REPLY_DROPPED:
            text = f"reply {first.event.type} dropped: {first.detail}"
        elif kind is Kind.REPLIED and child.end is not None:
            end = child.end
            text = f"reply {first.event.type} {child.word}: {end.detail}"
        elif kind is Kind.REPLIED:
            text = f"reply {first.event.type} {GLYPHS.to} {short(first.target)}"
        else:
            continue
        yield from _ending(child.word, text, pad, look, first.serial)
        if kind is Kind.REPLIED:
            yield from _endings(child, pad, look)
    if hop.end is not None and hop.end.kind in (Kind.LOST, Kind.STUCK, Kind.CUT):
        why = hop.end.detail or "the caller has gone"
        yield from _ending("lost", f"lost: {why}", pad, look, hop.end.serial)


def _ending(
    word: str, text: str, pad: str, look: Look, serial: int
) -> Iterator[TextLine]:
    spans = [mark(word, look), Span(f" {look.shown(text)}", STYLES.get(word, "muted"))]
    rows = wrapped(spans, look.width - len(pad), indent=2)
    for row in rows:
        yield line(pad, *row.spans, goal=serial)
