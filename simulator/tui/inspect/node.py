"""A node is selected: what it is, how it is set, how it stands; or a line between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.story.phrases import answer
from simulator.tui.diagram import counted
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.context import RunContext, short_place
from simulator.tui.inspect.page import BLANK, Lines, Look, TextLine, line, mark, sign_of
from simulator.tui.inspect.spec import delivery_lines, spec_lines
from simulator.tui.spelling import (
    clock_text,
    kind_word,
    length_text,
    rate_text,
    short,
    spark,
)
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.view.frame import Frame
    from simulator.tui.view.shapes import Shape

    Actions = Sequence[tuple[str, str]]

_SECONDS = 30
_ERRORS = 5
_WAITS = {
    "retry": ("retry due", "retries due", "$o-retry"),
    "wait": ("approval", "approvals", "$o-wait"),
    "fault": ("fault", "fault", "$o-fault"),
    "break": ("breakpoint", "breakpoint", "$o-fault"),
    "queue": ("held", "held", "$o-wait"),
}


def node_lines(
    context: RunContext, frame: Frame, node: str, look: Look, actions: Actions = ()
) -> list[TextLine]:
    lane = context.lanes.get(node)
    return [
        *_head(context, node, look),
        *_conditions(context, node, look),
        *spec_lines(context, frame, node, look),
        *now_lines(context, frame, node, look),
        *guard_lines(context, node, look),
        *(delivery_lines(context, *lane, look) if lane is not None else ()),
        *_actions(actions, look),
    ]


def line_lines(
    context: RunContext, frame: Frame, index: int, look: Look
) -> list[TextLine]:
    figures = context.figures
    drawn = context.view.diagram.lines[index]

    def along(shape: Shape) -> int:
        return shape.lines.count(index)

    values = figures.per_second(frame, min(_SECONDS, look.value_width), along)
    return [
        line((look.way(drawn.start, drawn.end, look.width), "bold")),
        line((f"{drawn.kind.value} line", "$muted")),
        *look.heading("ends"),
        *look.pair("from", drawn.start, goal=drawn.start),
        *look.pair("to", drawn.end, goal=drawn.end),
        *(each for via in drawn.via for each in look.pair("via", via, goal=via)),
        *look.heading("now", rate_text(sum(values) / len(values))),
        *look.pair("travelled", f"{figures.total(frame, along):,}"),
        *_last_seconds(values, "$primary", look),
    ]


def _head(context: RunContext, node: str, look: Look) -> Lines:
    glyph, ink = sign_of(node)
    kind = kind_word(node) or "node"
    room = look.width - len(kind) - 4
    yield line(
        (f"{glyph} {kind}  ", f"{ink} bold"), (look.name(short(node), room), "bold")
    )
    place = context.place_of(node)
    if place:
        yield line((look.middle(f"  {short_place(place)}", look.width), "$muted"))


def _conditions(context: RunContext, node: str, look: Look) -> Lines:
    conditions = context.conditions(node)
    ready = next((each for each in conditions if each.type == "Ready"), None)
    if ready is None:
        return
    if ready.status is Truth.TRUE:
        yield line("  ", (f"{GLYPHS.yes} Ready", "$o-ok"))
        return
    yield line("  ", (f"{GLYPHS.no} Ready: {ready.status.value}", "$o-dead bold"))
    for each in conditions:
        if each.status is not Truth.TRUE and each.type != "Ready":
            yield line("  ", look.cut(f"{GLYPHS.no} {each.type}", look.width - 2))
    said = f"{ready.reason}: {ready.message}".strip(": ")
    yield from look.paragraph(said, "$o-dead", indent=4)


def _actions(actions: Actions, look: Look) -> Lines:
    if not actions:
        return
    yield BLANK
    width = max(len(keys) for keys, _ in actions)
    for keys, words in actions:
        text = look.cut(words, look.width - width - 4)
        yield line("  ", (f"{keys:<{width}}", "$accent bold"), "  ", text)


def now_lines(context: RunContext, frame: Frame, node: str, look: Look) -> Lines:
    yield from look.heading("now")
    ink = sign_of(node)[1]
    word = "sent" if ink == "$k-source" else "received"
    figures, seconds = context.figures, min(_SECONDS, look.value_width)
    nodes = figures.view.diagram.nodes_of(node)
    hubs = counted(nodes)
    yield from look.pair(word, f"{sum(frame.counts.get(hub, 0) for hub in hubs):,}")
    values = figures.per_second(
        frame, seconds, lambda s: sum(map(s.arrives.count, hubs))
    )
    yield from _last_seconds(values, ink, look)
    latencies = figures.latencies(frame.shown).get(node)
    if latencies is not None:
        yield from look.pair("latency p50", length_text(latencies.p50))
        yield from look.pair("latency p95", length_text(latencies.p95))
    pods = figures.pods(frame.shown, node)
    if pods is not None:
        yield from look.pair("pods", _pods_text(*pods, look))
    badge = frame.badges.get(node)
    if badge is not None and badge.kind in _WAITS:
        one, many, ink = _WAITS[badge.kind]
        name = one if badge.text == "1" else many
        yield from look.pair(name, badge.text or "yes", style=ink)
    yield from _errors(context, frame, nodes, look)


def _pods_text(ready: int, wanted: int, look: Look) -> str:
    """Draw pods, those that start still hollow; or count them, if there are too many."""
    if wanted > look.value_width:
        return f"{ready} of {wanted} Ready"
    outcomes = GLYPHS.outcomes
    drawn = outcomes["started"] * ready + outcomes["scaled"] * (wanted - ready)
    return drawn or "none"


def _errors(
    context: RunContext, frame: Frame, nodes: Sequence[str], look: Look
) -> Lines:
    serials = context.figures.failures(frame.shown, nodes, _ERRORS)
    if serials:
        yield from look.heading("last errors")
    for serial in serials:
        record = context.view.record(serial)
        at = clock_text(record.at_ns)
        text = look.cut(answer(record), 18)
        room = look.width - len(at) - len(text) - 6
        name = look.type(record.event.type, max(room, 0))
        said = mark("failed"), (f" {at}  ", "$muted"), (text, "$o-dead")
        yield look.spread(*said, right=(name, "$muted"), goal=serial)


def _last_seconds(values: list[int], ink: str, look: Look) -> Lines:
    bars = spark(values, len(values), GLYPHS.bars)
    yield from look.pair(f"last {len(values)} s", bars, style=ink)


def guard_lines(context: RunContext, node: str, look: Look) -> Lines:
    """Write the policies of a node, or the mode that decides; nothing while OIDC is off."""
    lane = context.lanes.get(node)
    identity = None if lane is None else lane[1].identity
    if identity is not None:
        yield from look.heading("sends as")
        yield from look.pair("account", identity.subject)
    guarded = context.hubs.get(node) or context.endpoints.get(node)
    guard = None if guarded is None else guarded.guard
    if guard is None:
        return
    yield from look.heading("who may send")
    for policy in guard.policies:
        named = ", ".join(policy.subjects) or "nobody"
        aside = "" if policy.filter is None else "with filters"
        yield from look.pair(policy.name, named, aside=aside)
    if not guard.policies:
        yield from look.pair("default mode", guard.mode)
    yield from look.pair("audience", guard.audience or "none")
