"""The tab Event: what happened, the event's attributes, what became of it, attempt by attempt."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.kernel import Kind
from simulator.story import phrases
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.context import RunContext, Subject, short_place
from simulator.tui.inspect.page import (
    BLANK,
    STYLES,
    Lines,
    Look,
    TextLine,
    line,
    mark,
    more,
)
from simulator.tui.inspect.sentence import answered, sentence, why_buried, word_of
from simulator.tui.spelling import (
    clock_text,
    counted,
    length_text,
    printable,
    short,
    size_text,
)

if TYPE_CHECKING:
    from simulator.event import Event
    from simulator.story.hops import Exchange, Hop


# Source: CloudEvents 1.0, Context Attributes: required ones, then optional ones.
REQUIRED = ("id", "source", "specversion", "type")
OPTIONAL = ("datacontenttype", "dataschema", "subject", "time")
_KNATIVE = "knative"
# File, line and function of a frame, then its lines of code.
_FRAME = re.compile(
    r'^  File "(.*)", line (\d+), in (.*)\n((?:    .*\n)*)', re.MULTILINE
)
# Below this the sentence alone names both ends.
_LEAST_ENDS = 14


def event_lines(subject: Subject, look: Look) -> list[TextLine]:
    return [
        *_happened(subject, look),
        *_traceback(subject, look),
        *attribute_lines(subject.record.event, look),
        *_rest(subject, look),
        *_deliveries(subject, look),
    ]


def _happened(subject: Subject, look: Look) -> Lines:
    record = subject.record
    word = word_of(subject)
    sign = mark(word)
    head = sign, (f" {word}  ", sign[1])
    at = clock_text(record.at_ns)
    room = look.width - len(word) - 2 - len(at) - 4
    ends = ""
    if record.kind is Kind.ACCEPTED:
        ends = look.name(record.target, max(room, 0))
    elif room >= min(_LEAST_ENDS, len(look.way(record.source, record.target))):
        ends = look.way(record.source, record.target, room)
    yield look.spread(*head, ends, right=(at, "$muted"))
    yield from look.paragraph(sentence(subject))


def attribute_lines(event: Event, look: Look) -> Lines:
    attributes = event.attributes
    named = [name for name in (*REQUIRED, *OPTIONAL) if name in attributes]
    yield from look.heading("context attributes")
    for name in named:
        loud = "$k-trigger bold" if name == "type" else ""
        yield from look.pair(name, attributes[name], style=loud)
    for name in REQUIRED if attributes else ():
        if name not in attributes:
            yield from look.pair(name, "missing", style="$o-dead")
    others = sorted(
        (name for name in attributes if name not in named),
        key=lambda name: (name.startswith(_KNATIVE), name),
    )
    if others:
        yield from look.heading("extensions")
    for name in others:
        style = "$muted" if name.startswith(_KNATIVE) else "$accent"
        yield from look.pair(name, attributes[name], style=style)


def _rest(subject: Subject, look: Look) -> Lines:
    event = subject.record.event
    yield from look.heading("data")
    size = "none" if event.body is None else size_text(len(event.body))
    yield from look.pair("size", size)
    left = subject.context.ttl(subject.serial)
    if left is not None:
        # Source: knative-runtime, TTL: the next ingress takes one away, and refuses 0.
        last = left <= 1
        text = f"{left:,}{', used up at the next broker' if last else ''}"
        yield from look.pair("ttl left", text, style="$o-dead" if last else "")


def _deliveries(subject: Subject, look: Look) -> Lines:
    rows = list(delivery_rows(subject, look))
    if rows:
        yield from look.heading("deliveries")
        yield from rows
    hop = subject.hop
    if len(hop.attempts) > 1 or hop.waiting is not None:
        yield from look.heading("attempts")
        yield from attempt_rows(subject, hop, look, look.indent)
    if subject.left_out:
        yield BLANK
        said = f"{counted(subject.left_out, 'record')} of this lineage not looked at"
        yield from look.paragraph(said, "$muted", indent=0)


def _traceback(subject: Subject, look: Look) -> Lines:
    """Give what a handler raised: the error, then its frames, the last one first."""
    detail = subject.record.detail
    if not isinstance(detail, str) or "\n" not in detail:
        return
    yield from look.heading("handler raised")
    yield from look.paragraph(detail.splitlines()[-1], "$o-dead bold")
    for file, number, name, code in reversed(_FRAME.findall(detail)):
        place = f"{short_place(f'{file}:{number}')} in {name}"
        yield line("  ", (look.middle(place, look.width - 2), "$muted"))
        for row in code.splitlines():
            if row.strip(" ^~"):
                yield line("    ", look.cut(row.strip(), look.width - 4))


_DEEPEST = 3
_LONGEST_NOTE = 20
_LEAST_WAY = 12
# Rows of a ladder of attempts; of a longer one the middle is left out.
_MOST_ATTEMPTS = 12
_TAIL = 3


def delivery_rows(subject: Subject, look: Look) -> Lines:
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
    return phrases.answer(answer) + (f" · {length_text(took)}" if took else "")


def _row(subject: Subject, hop: Hop, level: int, look: Look) -> TextLine:
    indent = look.indent + "  " * min(max(level - 1, 0), _DEEPEST)
    count = times_of(hop)
    note = note_of(hop) or hop.word
    room = look.width - len(indent) - 2 - len(count)
    note = look.cut(note, max(min(_LONGEST_NOTE, room - _LEAST_WAY), 0))
    path = look.way(hop.first.source, hop.first.target, room - len(note) - 2)
    here = hop is subject.hop
    return look.spread(
        indent,
        mark(hop.word),
        " ",
        (path, "bold" if here else ""),
        (count, "$o-retry"),
        right=(note, tone_of(hop.word)),
        goal=hop.records[-1].serial,
        here=here,
    )


def times_of(hop: Hop) -> str:
    return f" {GLYPHS.times}{hop.tries}" if hop.tries > 1 else ""


def tone_of(word: str) -> str:
    """Give the style of what is said of a hop: what went well is not loud."""
    return "$muted" if word == "delivered" else STYLES.get(word, "$muted")


def _unmatched(subject: Subject, hop: Hop, look: Look, *, named: bool) -> Lines:
    accepted = hop.accepted
    hub = subject.context.hubs.get(accepted.target) if accepted is not None else None
    if accepted is None or hub is None:
        return
    missing = len(hub.routes) - accepted.status
    if missing > 0:
        of = f" of {short(hub.node)}" if named else ""
        text = f"{counted(missing, 'trigger')}{of} did not match "
        yield line(
            look.indent,
            mark("unmatched"),
            " ",
            (look.cut(text, look.width - len(look.indent) - 7), "$o-nomatch"),
            ("(Why)", "$muted underline"),
        )


def attempt_rows(subject: Subject, hop: Hop, look: Look, pad: str) -> Lines:
    """Give each attempt of a delivery, the retry that is due, and the dead letter.

    The cursor begins on the attempt of the record that is selected.
    """
    attempts = hop.attempts
    begun = [each.request.serial for each in attempts if hop is subject.hop]
    at = bisect_right(begun, subject.serial)
    left_out = range(_MOST_ATTEMPTS - _TAIL + 1, len(attempts) - _TAIL + 1)
    for number, attempt in enumerate(attempts, 1):
        if number not in left_out:
            yield from _attempt_row(attempt, pad, look, here=number == at)
        elif number == left_out.start:
            yield more(len(left_out), pad)
    if hop.waiting is not None and hop.word == "retry":
        yield from _due(hop, pad, look, subject.context)
    yield from _endings(hop, pad, look)


def _attempt_row(attempt: Exchange, pad: str, look: Look, *, here: bool) -> Lines:
    request, answer = attempt.request, attempt.answer
    word = attempt.word
    if answer is not None:
        redirected = answer.kind is Kind.REDIRECTED
        word = "delivered" if answer.ok else "note" if redirected else "failed"
    said = attempt.standing if answer is None else answered(answer)
    if answer is not None and answer.at_ns > request.at_ns:
        took = length_text(answer.at_ns - request.at_ns)
        said += f" {GLYPHS.dot} {took}"
    head = f" attempt {request.attempt:<3} {clock_text(request.at_ns)}  "
    room = look.width - len(pad) - 1 - len(head)
    last = request.serial if answer is None else answer.serial
    yield line(
        pad,
        mark(word),
        (head, "$muted"),
        (look.cut(said, room), STYLES.get(word, "$muted")),
        goal=last,
        here=here,
    )
    for hit in attempt.hits:
        text = look.cut(str(hit.detail), look.width - len(pad) - 4)
        yield line(pad, "  ", mark("fault"), " ", (text, "$o-fault"))


def _due(hop: Hop, pad: str, look: Look, context: RunContext) -> Lines:
    waiting = hop.waiting
    assert waiting is not None, "asked before"
    wait = phrases.wait_ns(waiting)
    at = waiting.at_ns + wait
    yield line(
        pad,
        mark("retry"),
        (f" attempt {waiting.attempt:<3} {clock_text(at)}  ", "$muted"),
        ("due", "$o-retry"),
        goal=waiting.serial,
    )
    lane = context.lanes.get(hop.first.source)
    if lane is None:
        return
    retries, retrying = lane[1].retries, lane[0].profile.retrying
    shown = range(waiting.attempt, min(retries.retry, waiting.attempt + _TAIL) + 1)
    for retry in shown:
        at += retrying.backoff_ns(retries, retry - 1)
        text = f"  attempt {retry + 1:<3} {clock_text(at)}  "
        yield line(pad, (text, "$muted"), ("if it fails again", "$muted"))
    rest = retries.retry - (shown.stop - 1)
    if rest > 0:
        yield more(rest, f"{pad}  ")


def _endings(hop: Hop, pad: str, look: Look) -> Lines:
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


def _ending(word: str, text: str, pad: str, look: Look, serial: int) -> Lines:
    said = f" {printable(text)}", STYLES.get(word, "$muted")
    for row in look.wrapped(mark(word), said, indent=2, room=look.width - len(pad)):
        yield line(pad, row.content, goal=serial)
