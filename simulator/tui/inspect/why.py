"""The tab Why: what each trigger of a broker says to an event, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters import Verdict, compile_filters
from simulator.kernel import Kind
from simulator.kernel.envelope import TTL
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.clauses import change_lines, clause_lines, verdict_mark
from simulator.tui.inspect.deliveries import attempt_rows, note_of
from simulator.tui.inspect.outcome import STYLES, node_glyph, node_style
from simulator.tui.inspect.page import paragraph
from simulator.tui.inspect.sentence import sentence
from simulator.tui.inspect.text_line import BLANK, Look, Span, TextLine, line, width_of
from simulator.tui.reel.wording import short
from simulator.tui.spelling import counted
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.filters import Explanation
    from simulator.story.hops import Hop
    from simulator.trace import Record
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.inspect.subject import Subject
    from simulator.wiring import Hub, Route

    Judged = tuple[Route, Explanation]

NEEDS_TOPOLOGY = (
    "Why a trigger matched or did not is known only with its topology, and this "
    "recording was opened alone: name the topology file, too."
)
_NO_FILTER = compile_filters(None, None)
# Of a note, names are cut to make room for it.
_LONGEST_NOTE = 12
_REFUSALS = (Kind.REFUSED, Kind.EXPIRED)


def why_lines(subject: Subject, look: Look) -> list[TextLine]:
    """Write the tab Why of a record."""
    taken = taken_by(subject)
    if taken is None:
        return [*_untaken(subject, look)]
    hub = subject.backdrop.hub(taken.target)
    if hub is None:
        deliveries = _deliveries(subject, taken)
        return [
            *_played(subject, deliveries, look),
            BLANK,
            *paragraph(NEEDS_TOPOLOGY, look, "muted", indent=0),
        ]
    deliveries = _deliveries(subject, taken)
    judged = judge(hub, taken.event)
    lines = [*_head(hub, judged, look)]
    for route, explanation in judged:
        hop = deliveries.get(route.node)
        lines += [
            BLANK,
            *_route(route, explanation, subject.backdrop, look, hop),
            *_attempts(hop, subject, look),
        ]
    return lines


def tried_lines(
    backdrop: Backdrop, hub: str, event: Event, look: Look
) -> list[TextLine]:
    """Write what the triggers of a hub would say to an event that nobody sent.

    Args:
        backdrop: The topology.
        hub: The node of a broker or channel.
        event: With the attributes that a sender would give it.
        look: What the lines are made for.
    """
    found = backdrop.hub(hub)
    if found is None:
        return paragraph(NEEDS_TOPOLOGY, look, "muted", indent=0)
    judged = judge(found, event)
    lines = [
        line(Span("edited, not sent", "accent bold")),
        *_head(found, judged, look),
    ]
    for route, explanation in judged:
        lines += [BLANK, *_route(route, explanation, backdrop, look, None)]
    return lines


def taken_by(subject: Subject) -> Record | None:
    """Find the record with which a hub took the event of a record; None if none did.

    The hub that the record leads to; else the one that it comes from.
    """
    if subject.record.kind not in _REFUSALS and subject.hop.accepted is not None:
        return subject.hop.accepted
    if not (subject.hop.is_delivery or subject.hop.first.kind is Kind.DEAD_LETTERED):
        return None
    for hop in subject.hop.ancestors():
        if hop.accepted is not None and hop.same_event(subject.hop):
            return hop.accepted
    return None


def judge(hub: Hub, event: Event) -> list[Judged]:
    """Ask every filter of a hub: those that match first, then the nearest misses.

    Subscriptions of a channel stay in their order; they have no filters.

    Source: knative-runtime, Filter service: the time to live is taken away before.
    """
    attributes = {n: v for n, v in event.attributes.items() if n != TTL}
    judged = [
        (route, (route.filter or _NO_FILTER).explain(attributes))
        for route in hub.routes
    ]
    return sorted(judged, key=lambda each: each[1].distance)


def _deliveries(subject: Subject, taken: Record) -> dict[str, Hop]:
    """Find, by the node of the route, how the event was delivered from a hub."""
    hop = subject.family.of[taken.serial]
    return {
        child.first.source: child
        for child in hop.children
        if child.is_delivery and child.first.cause == taken.serial
    }


def _head(hub: Hub, judged: list[Judged], look: Look) -> Iterator[TextLine]:
    matched = sum(each.verdict.delivers for _, each in judged)
    noun = "trigger" if hub.kind is HubKind.BROKER else "subscription"
    style = node_style(hub.node)
    number = counted(len(judged), noun)
    said = f" {GLYPHS.to} {number}"
    if hub.kind is HubKind.BROKER:
        said += f", {matched} matched"
        if len(short(hub.node)) + len(said) + 2 > look.width:
            said = f" {GLYPHS.to} {matched} of {len(judged)} matched"
    name = look.middle(short(hub.node), look.width - 2 - len(said))
    yield line(
        Span(f"{node_glyph(hub.node, look)} ", f"{style} bold"),
        Span(name, "bold"),
        Span(said, "muted"),
        goal=hub.node,
    )


def _route(
    route: Route,
    explanation: Explanation,
    backdrop: Backdrop,
    look: Look,
    hop: Hop | None,
) -> Iterator[TextLine]:
    """Give a trigger with its subscriber, its clauses, and what would match it."""
    delivers = explanation.verdict.delivers
    to = short(backdrop.named(route.subscriber))
    note = (note_of(hop) if hop is not None else "").replace("·", GLYPHS.dot)
    word = hop.word if hop is not None else ""
    note = note or (word if word != "delivered" else "")
    shown = Verdict.PASS if delivers else explanation.verdict
    sign = verdict_mark(shown, look)
    arrow = f" {GLYPHS.to} "
    room = look.width - 2 - len(arrow)
    spare = room - len(short(route.node)) - len(to) - 2
    note = look.cut(note, max(spare, min(len(note), _LONGEST_NOTE)))
    room -= len(note) + 2 if note else 0
    name = look.middle(short(route.node), max(room - min(len(to), room // 2), 1))
    to = look.middle(to, room - len(name))
    head = [
        sign,
        Span(" "),
        Span(name, "bold" if delivers else "muted bold"),
        Span(f"{arrow}{to}", "" if delivers else "muted"),
    ]
    gap = " " * max(1, look.width - width_of(head) - len(note))
    ok = "muted" if word == "delivered" else STYLES.get(word, "muted")
    yield line(*head, gap if note else "", Span(note, ok), goal=route.node)
    indent = 2 if look.narrow else 4
    if route.filter is not None:
        yield from clause_lines(explanation, look, indent)
        yield from change_lines(explanation, look, indent)


def _attempts(hop: Hop | None, subject: Subject, look: Look) -> Iterator[TextLine]:
    """Give the attempts of a delivery that did not succeed at once."""
    if hop is None:
        return
    indent = 2 if look.narrow else 4
    plain = len(hop.attempts) == 1 and hop.word == "delivered" and not hop.children
    if not plain:
        here = subject.serial if hop is subject.hop else -1
        yield from attempt_rows(hop, look, indent, subject.backdrop, here)


def _played(
    subject: Subject, deliveries: Mapping[str, Hop], look: Look
) -> Iterator[TextLine]:
    """Give what the recording shows: the deliveries that were made."""
    for node, hop in deliveries.items():
        sign = Span(GLYPHS.yes, "o-ok bold")
        text = look.middle(short(node), look.width - 2)
        yield line(sign, " ", Span(text, "bold"), goal=node)
        yield from attempt_rows(hop, look, 2, subject.backdrop, subject.serial)


def _untaken(subject: Subject, look: Look) -> Iterator[TextLine]:
    """Say why no trigger was asked."""
    yield from paragraph(sentence(subject), look, indent=0)
    yield BLANK
    refused = subject.hop.end
    if refused is not None and refused.kind in _REFUSALS:
        text = f"{refused.target} did not take it, so no trigger was asked."
    else:
        text = "No broker or channel stands between: no filter was asked."
    yield from paragraph(text, look, "muted", indent=0)
