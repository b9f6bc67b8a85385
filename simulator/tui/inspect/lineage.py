"""The tab Lineage: all hops of a lineage as rows with bars on one time axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Kind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.bars import Axis
from simulator.tui.inspect.outcome import STYLES, mark
from simulator.tui.inspect.page import paragraph
from simulator.tui.inspect.text_line import BLANK, Look, Span, TextLine, line, width_of
from simulator.tui.reel.wording import short
from simulator.tui.spelling import counted, length_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.story.hops import Hop
    from simulator.tui.inspect.subject import Subject

_WIDEST_NAMES = 34
_LEAST_NAME = 9
# Rows that are made: a runaway loop has no end, and nobody scrolls through it.
_MOST_ROWS = 2_000


def lineage_lines(
    subject: Subject, look: Look, *, whole: bool = True
) -> list[TextLine]:
    """Write the tab Lineage of a record.

    Args:
        subject: The record.
        look: What the lines are made for.
        whole: Show the whole lineage; otherwise only what led to the record's hop and
            what followed from it.
    """
    rows = list(_chosen(subject, whole=whole))
    hops = [hop for _, hop in rows]
    instants = (record.at_ns for hop in hops for record in (hop.first, *hop.records))
    names = min(_WIDEST_NAMES, look.width // 2 + 3)
    axis = Axis(instants, look.width - names - 1)
    lines = [
        *_head(subject, hops, look, whole=whole),
        BLANK,
        *_scale(axis, names, look),
    ]
    lines += [
        _row(hop, level, axis, look, here=hop is subject.hop) for level, hop in rows
    ]
    if subject.left_out or len(rows) == _MOST_ROWS:
        lines.append(BLANK)
        text = "more of this lineage is not shown: it goes on and on"
        lines += paragraph(text, look, "muted", indent=0)
    return lines


def _chosen(subject: Subject, *, whole: bool) -> Iterator[tuple[int, Hop]]:
    """Give the hops that are shown, with their levels."""
    kept: set[int] | None = None
    if not whole:
        bearer = subject.bearer
        kept = {id(hop) for hop in (*bearer.ancestors(), bearer)}
        pending = [bearer]
        while pending:
            hop = pending.pop()
            kept.update(id(child) for child in hop.children)
            pending += hop.children
    count = 0
    for level, hop in subject.family.walk():
        if count == _MOST_ROWS:
            return
        if kept is None or id(hop) in kept:
            count += 1
            yield level, hop


def _head(
    subject: Subject, hops: list[Hop], look: Look, *, whole: bool
) -> Iterator[TextLine]:
    events = {(hop.event.id, hop.event.source) for hop in hops}
    deliveries = sum(hop.is_delivery for hop in hops)
    first = hops[0].event.id
    tail = f"  {counted(len(events), 'event')}  {counted(deliveries, 'delivery', 'deliveries')}"
    if len("from ") + len(first) + len(tail) <= look.width:
        yield line(
            Span("from ", "muted"),
            Span(look.shown(first), "accent bold"),
            Span(tail, "muted"),
        )
    else:
        name = look.middle(first, look.width - len("from "))
        yield line(Span("from ", "muted"), Span(name, "accent bold"))
        yield line(Span(look.cut(tail.strip(), look.width), "muted"))
    if not whole:
        text = "only what led here and what followed"
        yield line(Span(look.cut(text, look.width), "muted italic"))


def _scale(axis: Axis, names: int, look: Look) -> Iterator[TextLine]:
    end = length_text(axis.span_ns)
    scale = list("0".ljust(axis.width - len(end)) + end)
    for before, after in axis.gaps:
        first, last = axis.cell(before), axis.cell(after)
        text = f" +{length_text(after - before)} "
        at = max((first + last - len(text)) // 2, first)
        free = at > 0 and at + len(text) <= axis.width - len(end)
        if free and len(text) <= last - first:
            scale[at : at + len(text)] = text
    yield line(" " * (names + 1), Span("".join(scale), "muted"))


def _row(hop: Hop, level: int, axis: Axis, look: Look, *, here: bool) -> TextLine:
    names = look.width - axis.width - 1
    step = 1 if look.narrow else 2
    indent = " " * min(level * step, names - 2 - _LEAST_NAME)
    handed = hop.first.kind in (Kind.SENT, Kind.REPLIED)
    word = hop.word
    sign = mark(word, look)
    if here:
        sign = Span(GLYPHS.here, "accent bold")
    name = hop.event.type if handed else short(hop.first.target) or hop.first.kind
    if hop.first.kind is Kind.REPLY_DROPPED:
        name = f"{hop.event.type} dropped"
    count = hop.tries
    times = f" {GLYPHS.times}{count}" if count > 1 else ""
    room = names - len(indent) - 2 - len(times)
    ink = "accent bold" if here else "bold" if handed else STYLES.get(word, "")
    head = [
        Span(indent),
        sign,
        Span(" "),
        Span(look.middle(name, room), ink),
        Span(times, "o-retry"),
    ]
    gap = " " * max(1, names + 1 - width_of(head))
    return line(*head, gap, *axis.bar(hop), goal=hop.records[-1].serial, here=here)
