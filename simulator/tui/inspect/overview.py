"""Nothing is selected: the run so far, at a glance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content

from simulator.story.meaning import LOSSES, Sense
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.page import Goal, Lines, Look, TextLine, line, mark
from simulator.tui.spelling import counted, length_text, rate_text, short
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.tui.inspect.context import RunContext
    from simulator.tui.view.frame import Frame

_MINUTE = 60
_RECENT = 10
_MOST_TYPES = 6
_MOST_SERVICES = 5
# Always shown, even when nothing of the kind has happened.
_USUAL = ("delivered", "replied", "retry", "dead-letter")
_OUTCOMES = {
    "delivered": (Sense.DELIVERED,),
    "replied": (Sense.REPLY,),
    "retry": (Sense.RETRY,),
    "failed": (Sense.FAILED,),
    "dead-letter": (Sense.DEAD,),
    "lost": LOSSES,
    "refused": (Sense.REFUSED,),
    "expired": (Sense.EXPIRED,),
    "dropped": (Sense.DROPPED,),
    "unmatched": (Sense.UNMATCHED,),
}
_INKS = {
    Severity.FAULT: "$o-dead",
    Severity.WARNING: "$o-retry",
    Severity.NOTE: "$muted",
}


def overview_lines(context: RunContext, frame: Frame, look: Look) -> list[TextLine]:
    return [
        *list(_throughput(context, frame, look))[1:],
        *_outcomes(context, frame, look),
        *_types(context, frame, look),
        *_slowest(context, frame, look),
        *_approvals(context, frame, look),
        *_findings(context, look),
    ]


class _Bar(NamedTuple):
    name: Content
    value: int
    text: str
    ink: str
    goal: Goal = None


def _bars(bars: Sequence[_Bar], look: Look) -> Lines:
    top = max((each.value for each in bars), default=0)
    for each in bars:
        room = max(0, look.width - each.name.cell_length - len(each.text) - 1)
        halves = max(round(each.value / top * room * 2), 1) if each.value else 0
        bar = GLYPHS.bar * (halves // 2) + GLYPHS.half_bar * (halves % 2)
        yield look.spread(
            each.name, (bar[:room], each.ink), right=each.text, goal=each.goal
        )


def _throughput(context: RunContext, frame: Frame, look: Look) -> Lines:
    values = context.figures.per_second(
        frame, min(_MINUTE, look.width), lambda s: s.facts.sense is Sense.DELIVERED
    )
    recent = sum(values[-_RECENT:]) / _RECENT
    yield from look.heading("throughput", rate_text(recent))
    yield from two_rows(values, "$primary")


def two_rows(values: Sequence[int], ink: str) -> Lines:
    bars = GLYPHS.bars
    steps = len(bars) - 1
    top = max(values, default=0)
    heights = [
        max(1, round(value / top * 2 * steps)) if value else 0 for value in values
    ]
    upper = "".join(bars[max(0, height - steps)] for height in heights)
    # At rest there is a thin line.
    lower = "".join(bars[min(steps, height) or 1] for height in heights)
    yield line((upper, ink))
    yield line((lower, ink))


def _outcomes(context: RunContext, frame: Frame, look: Look) -> Lines:
    counts = context.figures.outcomes(frame.shown)
    bars = []
    for word, senses in _OUTCOMES.items():
        count = sum(counts[sense] for sense in senses)
        if count or word in _USUAL:
            sign = mark(word)
            name = Content.assemble(sign, f" {word:<12}")
            bars.append(_Bar(name, count, f"{count:>6,}", sign[1]))
    yield from look.heading("outcomes")
    yield from _bars(bars, look)


def _types(context: RunContext, frame: Frame, look: Look) -> Lines:
    counts = context.figures.types(frame.shown).most_common(_MOST_TYPES)
    if not counts:
        return
    yield from look.heading("event types")
    bars = [
        _Bar(Content(name), count, f"{count:>6,}", "$k-trigger")
        for name, count in counts
    ]
    yield from _named(bars, look.type, look)


def _slowest(context: RunContext, frame: Frame, look: Look) -> Lines:
    latencies = context.figures.latencies(frame.shown)
    p95 = {node: each.p95 for node, each in latencies.items() if each.p95}
    slowest = sorted(p95, key=lambda node: (-p95[node], node))[:_MOST_SERVICES]
    if not slowest:
        return
    yield from look.heading("slowest services", "p95")
    texts = {node: f"{length_text(p95[node]):>7}" for node in slowest}
    bars = [
        _Bar(Content(short(node)), p95[node], text, "$k-service", node)
        for node, text in texts.items()
    ]
    yield from _named(bars, look.name, look)


def _named(bars: Sequence[_Bar], cut: Callable[[str, int], str], look: Look) -> Lines:
    """Draw bars behind names: as wide as two fifths, or two thirds if they need it."""
    longest = max(bar.name.cell_length for bar in bars)
    width = max(look.width * 2 // 5, min(longest, look.width * 2 // 3))

    def named(bar: _Bar) -> _Bar:
        name = look.column(cut(bar.name.plain, width), width)
        return bar._replace(name=Content(f"{name} "))

    return _bars([named(bar) for bar in bars], look)


def _approvals(context: RunContext, frame: Frame, look: Look) -> Lines:
    waiting = context.figures.approvals(frame.shown)
    if not waiting:
        return
    oldest = context.view.record(waiting[0])
    waits = length_text(max(0, frame.now_ns - oldest.at_ns))
    yield from look.heading("approvals", counted(len(waiting), "waiting", "waiting"))
    name = look.type(oldest.event.type, look.width - len(waits) - 3)
    sign = mark("waiting")
    yield look.spread(sign, " ", name, right=(waits, "$o-wait"), goal=oldest.serial)


def _findings(context: RunContext, look: Look) -> Lines:
    findings = context.wiring.findings
    if not findings:
        return
    yield from look.heading("problems", "p lists them")
    found = Counter(each.severity for each in findings)
    for severity, ink in _INKS.items():
        if found[severity]:
            yield line((counted(found[severity], severity.value), ink))
