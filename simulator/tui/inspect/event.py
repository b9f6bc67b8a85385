"""The tab Event: what happened, the event's attributes, what became of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from simulator.kernel import Kind
from simulator.tui.inspect.deliveries import attempt_rows, delivery_rows
from simulator.tui.inspect.outcome import mark, way
from simulator.tui.inspect.page import heading, pair, paragraph
from simulator.tui.inspect.sentence import sentence, word_of
from simulator.tui.inspect.text_line import BLANK, Look, Span, TextLine, line
from simulator.tui.spelling import counted, size_text
from simulator.tui.widgets.figures import clock_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.tui.inspect.subject import Subject

# Source: CloudEvents 1.0, Context Attributes: required ones, then optional ones.
REQUIRED = ("id", "source", "specversion", "type")
OPTIONAL = ("datacontenttype", "dataschema", "subject", "time")
_KNATIVE = "knative"
_TRACEBACK_MARK = "\n"
_FRAME = re.compile(r'  File "(?P<file>.*)", line (?P<line>\d+), in (?P<name>.*)')
# Below this the sentence alone names both ends.
_LEAST_WAY = 14


def event_lines(subject: Subject, look: Look) -> list[TextLine]:
    """Write the tab Event of a record."""
    return [
        *_happened(subject, look),
        *_traceback(subject, look),
        *attribute_lines(subject.record.event, look),
        *_rest(subject, look),
        *_deliveries(subject, look),
    ]


def _happened(subject: Subject, look: Look) -> Iterator[TextLine]:
    record = subject.record
    word = word_of(subject)
    sign = mark(word, look)
    head = [sign, Span(f" {word}", sign.style)]
    at = clock_text(record.at_ns)
    room = look.width - len(word) - 2 - len(at) - 4
    ends = ""
    if record.kind is Kind.ACCEPTED:
        ends = look.middle(record.target, max(room, 0))
    elif room >= min(_LEAST_WAY, len(way(record.source, record.target, look))):
        ends = way(record.source, record.target, look, room)
    gap = " " * max(1, look.width - len(word) - 2 - 2 - len(ends) - len(at))
    yield line(*head, "  ", Span(ends), gap, Span(at, "muted"))
    yield from paragraph(sentence(subject), look)


def attribute_lines(event: Event, look: Look) -> Iterator[TextLine]:
    """Write the context attributes and the extensions of an event."""
    attributes = event.attributes
    named = [name for name in (*REQUIRED, *OPTIONAL) if name in attributes]
    yield from heading("context attributes", look)
    missing = [name for name in REQUIRED if name not in attributes]
    for name in named:
        loud = "k-trigger bold" if name == "type" else ""
        yield from pair(name, attributes[name], look, style=loud)
    for name in missing if attributes else ():
        yield from pair(name, "missing", look, style="o-dead")
    others = sorted(
        (name for name in attributes if name not in named),
        key=lambda name: (name.startswith(_KNATIVE), name),
    )
    if others:
        yield from heading("extensions", look)
        yield from _extensions(attributes, others, look)


def _extensions(
    attributes: Mapping[str, str], names: list[str], look: Look
) -> Iterator[TextLine]:
    for name in names:
        style = "muted" if name.startswith(_KNATIVE) else "accent"
        yield from pair(name, attributes[name], look, style=style)


def _rest(subject: Subject, look: Look) -> Iterator[TextLine]:
    event = subject.record.event
    yield from heading("data", look)
    size = "none" if event.body is None else size_text(len(event.body))
    yield from pair("size", size, look)
    left = subject.backdrop.ttl(subject.serial)
    if left is not None:
        # Source: knative-runtime, TTL: the next ingress takes one away, and refuses 0.
        last = left <= 1
        text = f"{left:,}{', used up at the next broker' if last else ''}"
        yield from pair("ttl left", text, look, style="o-dead" if last else "")


def _deliveries(subject: Subject, look: Look) -> Iterator[TextLine]:
    rows = list(delivery_rows(subject, look))
    if rows:
        yield from heading("deliveries", look)
        yield from rows
    hop = subject.hop
    if len(hop.attempts) > 1 or hop.waiting is not None:
        yield from heading("attempts", look)
        indent = 0 if look.narrow else 2
        yield from attempt_rows(hop, look, indent, subject.backdrop, subject.serial)
    if subject.left_out:
        yield BLANK
        said = f"{counted(subject.left_out, 'record')} of this lineage not looked at"
        yield from paragraph(said, look, "muted", indent=0)


def _traceback(subject: Subject, look: Look) -> Iterator[TextLine]:
    """Give what a handler raised: the error, then its frames, the last one first."""
    detail = subject.record.detail
    if not isinstance(detail, str) or _TRACEBACK_MARK not in detail:
        return
    rows = detail.splitlines()
    yield from heading("handler raised", look)
    yield from paragraph(rows[-1], look, "o-dead bold")
    for frame in reversed(_frames(rows[:-1])):
        place, *code = frame
        yield line("  ", Span(look.middle(place, look.width - 2), "muted"))
        for each in code:
            yield line("    ", Span(look.cut(each.strip(), look.width - 4)))


def _frames(rows: list[str]) -> list[list[str]]:
    """Cut a traceback into its frames: the place, then the lines of code there."""
    frames: list[list[str]] = []
    for row in rows:
        found = _FRAME.fullmatch(row)
        if found is not None:
            file = found["file"].replace("\\", "/").rpartition("/")[2]
            frames.append([f"{file}:{found['line']} in {found['name']}"])
        elif frames and row.startswith("    ") and row.strip(" ^~"):
            frames[-1].append(row)
    return frames
