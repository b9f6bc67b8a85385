"""The tab Why: what each trigger of a broker says to an event, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from simulator.filters import Verdict
from simulator.kernel import Kind
from simulator.kernel.envelope import ARRIVAL
from simulator.session.why import Why, explain_at
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.context import NO_TOPOLOGY, RunContext, Subject
from simulator.tui.inspect.event import attempt_rows, note_of, tone_of
from simulator.tui.inspect.page import BLANK, Lines, Look, Part, TextLine, line, sign_of
from simulator.tui.inspect.sentence import sentence
from simulator.tui.spelling import counted, short
from simulator.wiring import Hub, HubKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.story.hops import Hop
    from simulator.trace import Record

NEEDS_TOPOLOGY = f"Why a trigger matched or did not {NO_TOPOLOGY}"
# Of a note, names are cut to make room for it.
_LONGEST_NOTE = 12
_LONGEST_TEXT = 6  # lines
_DEEPEST = 6
# Between what a filter wants and what the event has, which stands out where it fails.
_GOT = ", got "
_GOT_INKS = {"": "$o-retry"}
_REFUSALS = (Kind.REFUSED, Kind.EXPIRED)
# The mark of a verdict, its colour, and that of what is said.
_VERDICTS = {
    Verdict.PASS: (GLYPHS.yes, "$o-ok bold", "$muted"),
    Verdict.FAIL: (GLYPHS.no, "$o-dead bold", ""),
    Verdict.PANIC: (GLYPHS.outcomes["fault"], "$o-dead bold", "$o-dead"),
    Verdict.NO_FILTER: (GLYPHS.dot, "$muted bold", "$muted"),
}


def why_lines(subject: Subject, look: Look) -> list[TextLine]:
    taken = taken_by(subject)
    if taken is None:
        return [*_untaken(subject, look)]
    context, deliveries = subject.context, _deliveries(subject, taken)
    hub = context.hubs.get(taken.target)
    if hub is None:
        return [
            *_played(subject, deliveries, look),
            BLANK,
            *look.paragraph(NEEDS_TOPOLOGY, "$muted", indent=0),
        ]
    arrival = taken.event.attributes.get(ARRIVAL) or context.now_text()
    whys = explain_at(hub, taken.event, arrival)
    lines = [*_head(hub, whys, look)]
    for why in whys:
        hop = deliveries.get(why.trigger)
        lines += [
            BLANK,
            *_route(why, hub, context, look, hop),
            *_attempts(hop, subject, look),
        ]
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


def _deliveries(subject: Subject, taken: Record) -> dict[str, Hop]:
    """Find, by the node of the route, how the event was delivered from a hub."""
    hop = subject.family.of[taken.serial]
    return {
        child.first.source: child
        for child in hop.children
        if child.is_delivery and child.first.cause == taken.serial
    }


def _head(hub: Hub, whys: list[Why], look: Look) -> Lines:
    matched = sum(why.matches for why in whys)
    noun = "trigger" if hub.kind is HubKind.BROKER else "subscription"
    glyph, ink = sign_of(hub.node)
    number = counted(len(whys), noun)
    said = f" {GLYPHS.to} {number}"
    if hub.kind is HubKind.BROKER:
        said += f", {matched} matched"
        if len(short(hub.node)) + len(said) + 2 > look.width:
            said = f" {GLYPHS.to} {matched} of {len(whys)} matched"
    name = look.name(short(hub.node), look.width - 2 - len(said))
    yield line(
        (f"{glyph} ", f"{ink} bold"), (name, "bold"), (said, "$muted"), goal=hub.node
    )


def _route(
    why: Why, hub: Hub, context: RunContext, look: Look, hop: Hop | None
) -> Lines:
    node, to = short(why.trigger), short(context.named(why.subscriber))
    word = "" if hop is None else hop.word
    note = "" if hop is None else note_of(hop)
    note = note or (word if word != "delivered" else "")
    verdict = Verdict.PASS if why.matches else why.verdict
    arrow = f" {GLYPHS.to} "
    room = look.width - 2 - len(arrow)
    spare = room - len(node) - len(to) - 2
    note = look.cut(note, max(spare, min(len(note), _LONGEST_NOTE)))
    room -= len(note) + 2 if note else 0
    name = look.name(node, max(room - min(len(to), room // 2), 1))
    to = look.name(to, room - len(name))
    yield look.spread(
        _VERDICTS[verdict][:2],
        " ",
        (name, "bold" if why.matches else "$muted bold"),
        (f"{arrow}{to}", "" if why.matches else "$muted"),
        right=(note, tone_of(word)),
        goal=why.trigger,
    )
    if hub.kind is HubKind.BROKER:  # subscriptions have no filters
        yield from _clauses(why, look, 2 if look.narrow else 4)


def _clauses(why: Why, look: Look, indent: int) -> Lines:
    for row in why.rows():
        at = indent + 2 * min(row.depth, _DEEPEST)
        mark, tone, ink = "", "", "$muted" if row.depth else "$accent"
        if row.verdict is not None:
            mark, tone, ink = _VERDICTS[row.verdict]
        room = max(look.width - at - 2, 1)
        text = look.middle(row.text, room * _LONGEST_TEXT)
        head: list[Part] = [" " * at, (mark, tone), " " * bool(mark)]
        asked, got, found = text.partition(_GOT)
        if got and cell_len(text) > room:  # what is compared begins two lines
            yield from look.wrapped(*head, (f"{asked},", ink), indent=at + 2)
            head, asked, got = [" " * (at + 2)], "", got.lstrip(", ")
        said = [(asked, ink), (got, ink), (found, _GOT_INKS.get(ink, ink))]
        yield from look.wrapped(*head, *said, indent=at + 2)


def _attempts(hop: Hop | None, subject: Subject, look: Look) -> Lines:
    """Give the attempts of a delivery that did not succeed at once."""
    if hop is None:
        return
    plain = len(hop.attempts) == 1 and hop.word == "delivered" and not hop.children
    if not plain:
        yield from attempt_rows(subject, hop, look, f"  {look.indent}")


def _played(subject: Subject, deliveries: Mapping[str, Hop], look: Look) -> Lines:
    for node, hop in deliveries.items():
        sign = (GLYPHS.yes, "$o-ok bold")
        text = look.name(short(node), look.width - 2)
        yield line(sign, " ", (text, "bold"), goal=node)
        yield from attempt_rows(subject, hop, look, "  ")


def _untaken(subject: Subject, look: Look) -> Lines:
    yield from look.paragraph(sentence(subject), indent=0)
    yield BLANK
    refused = subject.hop.end
    if refused is not None and refused.kind in _REFUSALS:
        text = f"{refused.target} did not take it, so no trigger was asked."
    else:
        text = "No broker or channel stands between: no filter was asked."
    yield from look.paragraph(text, "$muted", indent=0)
