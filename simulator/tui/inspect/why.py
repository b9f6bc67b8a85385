"""The tab Why: what each trigger of a broker says to an event, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters import Verdict, compile_filters
from simulator.kernel import Kind
from simulator.kernel.envelope import TTL
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.event import attempt_rows, note_of
from simulator.tui.inspect.page import (
    BLANK,
    STYLES,
    Look,
    Span,
    TextLine,
    line,
    node_glyph,
    node_style,
    paragraph,
    width_of,
    wrapped,
)
from simulator.tui.inspect.sentence import sentence
from simulator.tui.spelling import counted
from simulator.tui.view.row import short
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.event import Event
    from simulator.filters import Explanation
    from simulator.story.hops import Hop
    from simulator.trace import Record
    from simulator.tui.inspect.context import RunContext, Subject
    from simulator.wiring import Hub, Route

    Judged = tuple[Route, Explanation]

    from simulator.cesql import Node
    from simulator.filters import Change, Explanation
    from simulator.filters.verdict import Part


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
    hub = subject.context.hub(taken.target)
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
            *_route(route, explanation, subject.context, look, hop),
            *_attempts(hop, subject, look),
        ]
    return lines


def tried_lines(
    context: RunContext, hub: str, event: Event, look: Look
) -> list[TextLine]:
    """Write what the triggers of a hub would say to an event that nobody sent.

    Args:
        context: The topology.
        hub: The node of a broker or channel.
        event: With the attributes that a sender would give it.
        look: What the lines are made for.
    """
    found = context.hub(hub)
    if found is None:
        return paragraph(NEEDS_TOPOLOGY, look, "muted", indent=0)
    judged = judge(found, event)
    lines = [
        line(Span("edited, not sent", "accent bold")),
        *_head(found, judged, look),
    ]
    for route, explanation in judged:
        lines += [BLANK, *_route(route, explanation, context, look, None)]
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
    context: RunContext,
    look: Look,
    hop: Hop | None,
) -> Iterator[TextLine]:
    """Give a trigger with its subscriber, its clauses, and what would match it."""
    delivers = explanation.verdict.delivers
    to = short(context.named(route.subscriber))
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
        yield from attempt_rows(hop, look, indent, subject.context, here)


def _played(
    subject: Subject, deliveries: Mapping[str, Hop], look: Look
) -> Iterator[TextLine]:
    """Give what the recording shows: the deliveries that were made."""
    for node, hop in deliveries.items():
        sign = Span(GLYPHS.yes, "o-ok bold")
        text = look.middle(short(node), look.width - 2)
        yield line(sign, " ", Span(text, "bold"), goal=node)
        yield from attempt_rows(hop, look, 2, subject.context, subject.serial)


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


_JOINED = {"all": "all of", "any": "any of", "not": "not"}
_COMPARES = {
    "exact": "=",
    "attributes": "=",
    "prefix": "begins with",
    "suffix": "ends with",
}
_LONGEST_VALUE = 60
_DEEPEST = 6


def clause_lines(
    explanation: Explanation, look: Look, indent: int
) -> Iterator[TextLine]:
    """Write a filter's verdict on an event, a line or two for each clause."""
    pending: list[tuple[int, Part]] = [(0, explanation)]
    while pending:
        depth, part = pending.pop()
        pad = " " * (indent + 2 * min(depth, _DEEPEST))
        yield from _part(part, look, pad)
        pending += [(depth + 1, child) for child in reversed(part.children)]


def change_lines(explanation: Explanation, look: Look, indent: int) -> list[TextLine]:
    """Write the smallest change that would let the event through; nothing if it passes."""
    changes = explanation.nearest_miss
    if explanation.verdict is not Verdict.FAIL:
        return []
    if not changes:
        text = "no event can match it"
    elif all(change.example for change in changes):
        wanted = ", ".join(f"{each.attribute}={each.example}" for each in changes)
        text = f"matches with {wanted}"
    else:
        text = f"to match, {'; '.join(_change(change) for change in changes)}"
    spans = [Span(f"{GLYPHS.to} {look.shown(text)}", "accent")]
    rows = wrapped(spans, look.width - indent, indent=2)
    return [line(" " * indent, *row.spans) for row in rows]


def _change(change: Change) -> str:
    """Say what has to become true; the tree above shows the expression itself."""
    if change.example is not None:
        return f"{change.attribute} must be {change.example!r}"
    if change.wanted.startswith("such that"):
        return f"change {change.attribute} {change.wanted}"
    return f"{change.attribute} must be {change.wanted}"


def verdict_mark(verdict: Verdict, look: Look) -> Span:
    """Give the mark of a verdict."""
    match verdict:
        case Verdict.PASS:
            return Span(GLYPHS.yes, "o-ok bold")
        case Verdict.FAIL:
            return Span(GLYPHS.no, "o-dead bold")
        case Verdict.PANIC:
            return Span(GLYPHS.outcomes["fault"], "o-dead bold")
        case _:
            return Span(GLYPHS.dot, "muted bold")


def _part(part: Part, look: Look, pad: str) -> Iterator[TextLine]:
    head = [Span(pad), verdict_mark(part.verdict, look), Span(" ")]
    if part.attribute is not None:
        yield from _comparison(part, look, head)
    elif part.dialect == "cesql":
        yield from _cesql(part, look, head)
    else:
        said = _JOINED.get(part.dialect, "")
        if part.reason:
            said = f"{said}: {part.reason}" if said else part.reason
        if not said:
            said = "all of" if part.children else part.dialect
        yield from _hanging(head, [Span(look.shown(said), "muted")], look)


def _comparison(part: Part, look: Look, head: list[Span]) -> Iterator[TextLine]:
    """Give ``✗ type = "a"`` and, where it fails, what the event has instead."""
    name = look.shown(part.attribute or "")
    wanted = _quoted(part.wanted or "", look)
    asked = f"{_COMPARES.get(part.dialect, part.dialect)} {wanted}"
    if not part.wanted:
        asked = "is set"
    clause = [Span(f"{name} "), Span(asked, "muted")]
    tail = _actual(part, look)
    whole = [*clause, Span("  "), *tail] if tail else clause
    if width_of(head) + width_of(whole) <= look.width:
        yield line(*head, *whole)
        return
    yield from _hanging(head, clause, look)
    if tail:
        yield from _hanging([Span(" " * width_of(head))], tail, look)


def _actual(part: Part, look: Look) -> list[Span]:
    """Give what the event has; nothing where the clause tells it already."""
    if part.verdict is not Verdict.FAIL:
        told = part.dialect not in ("prefix", "suffix") and part.wanted
        return [] if told else [Span(_quoted(part.actual or "", look), "muted")]
    actual = "unset" if part.actual is None else _quoted(part.actual, look)
    got = [Span("got ", "muted"), Span(actual, "o-retry")]
    if part.hint:
        got.append(Span(f" {GLYPHS.dot} {look.shown(part.hint)}", "muted"))
    return got


def _cesql(part: Part, look: Look, head: list[Span]) -> Iterator[TextLine]:
    """Give a CESQL expression, why it is false, and the value of each of its parts."""
    text = " ".join((part.wanted or "").split())
    yield from _hanging(head, [Span(look.shown(text))], look)
    below = Span(" " * width_of(head))
    if part.verdict is Verdict.PANIC or part.hint:
        told = part.hint if part.verdict is not Verdict.PANIC else part.reason
        yield from _hanging([below], [Span(look.shown(told), "o-dead")], look)
    if part.expression is None:
        return
    pending = [(0, child) for child in reversed(part.expression.children)]
    while pending:
        depth, node = pending.pop()
        if node.kind == "literal":
            continue
        pad = Span(below.text + "  " * min(depth, _DEEPEST))
        yield from _hanging([pad], _value(node, look), look)
        if node.reached:
            pending += [(depth + 1, child) for child in reversed(node.children)]


def _value(node: Node, look: Look) -> list[Span]:
    text = Span(f"{look.shown(' '.join(node.text.split()))} ", "muted")
    if not node.reached:
        return [text, Span("not reached", "o-nomatch italic")]
    if node.error is not None:
        return [text, Span(look.shown(str(node.error)), "o-dead")]
    if isinstance(node.value, bool):
        return [text, Span(str(node.value).upper(), "o-ok" if node.value else "o-dead")]
    shown = _quoted(node.value, look) if isinstance(node.value, str) else node.value
    return [text, Span(f"{GLYPHS.to} {shown}", "o-retry")]


def _hanging(head: list[Span], spans: list[Span], look: Look) -> Iterator[TextLine]:
    return wrapped([*head, *spans], look.width, indent=width_of(head) + 2)


def _quoted(text: str, look: Look) -> str:
    return f'"{look.middle(text, _LONGEST_VALUE)}"'
