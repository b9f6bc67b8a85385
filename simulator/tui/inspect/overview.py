"""Nothing is selected: the run so far, at a glance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content

from simulator.story.meaning import LOSSES, Sense
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.page import Goal, Lines, Look, Part, TextLine, line, mark
from simulator.tui.spelling import bar_height, counted, length_text, rate_text, short
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
    name: str
    value: int
    text: str
    ink: str
    goal: Goal = None
    sign: Part = ""


def _bars(bars: Sequence[_Bar], look: Look) -> Lines:
    top = max((each.value for each in bars), default=0)
    for each in bars:
        head = Content.assemble(each.sign, each.name)
        room = max(0, look.width - head.cell_length - len(each.text) - 1)
        halves = max(round(each.value / top * room * 2), 1) if each.value else 0
        bar = GLYPHS.bar * (halves // 2) + GLYPHS.half_bar * (halves % 2)
        yield look.spread(head, (bar[:room], each.ink), right=each.text, goal=each.goal)


def _throughput(context: RunContext, frame: Frame, look: Look) -> Lines:
    values = context.figures.per_second(
        frame, min(_MINUTE, look.width), lambda s: s.facts.sense is Sense.DELIVERED
    )
    recent = sum(values[-_RECENT:]) / _RECENT
    yield from look.heading("throughput", rate_text(recent))
    yield from two_rows(values, "$primary")


def two_rows(values: Sequence[int], ink: str) -> Lines:
    bars, steps = GLYPHS.bars, len(GLYPHS.bars) - 1
    top = max(values, default=0) or 1
    # At rest there is a thin line: no bar is lower than one step.
    heights = [bar_height(value, top, 2 * steps) for value in values]
    yield line(("".join(bars[max(0, height - steps)] for height in heights), ink))
    yield line(("".join(bars[min(steps, height)] for height in heights), ink))


def _outcomes(context: RunContext, frame: Frame, look: Look) -> Lines:
    counts = context.figures.outcomes(frame.shown)
    bars = []
    for word, senses in _OUTCOMES.items():
        count = sum(counts[sense] for sense in senses)
        if count or word in _USUAL:
            sign = mark(word)
            text = f"{count:>6,}"
            bars.append(_Bar(f" {word:<12}", count, text, sign[1], sign=sign))
    yield from look.heading("outcomes")
    yield from _bars(bars, look)


def _types(context: RunContext, frame: Frame, look: Look) -> Lines:
    counts = context.figures.types(frame.shown).most_common(_MOST_TYPES)
    bars = [_Bar(name, n, f"{n:>6,}", "$k-trigger") for name, n in counts]
    return _named("event types", "", bars, look.type, look)


def _slowest(context: RunContext, frame: Frame, look: Look) -> Lines:
    latencies = context.figures.latencies(frame.shown)
    p95 = ((node, each.p95) for node, each in latencies.items() if each.p95)
    slowest = sorted(p95, key=lambda each: (-each[1], each[0]))[:_MOST_SERVICES]
    bars = [
        _Bar(short(node), ns, f"{length_text(ns):>7}", "$k-service", node)
        for node, ns in slowest
    ]
    return _named("slowest services", "p95", bars, look.name, look)


def _named(
    title: str,
    right: str,
    bars: Sequence[_Bar],
    cut: Callable[[str, int], str],
    look: Look,
) -> Lines:
    """Draw bars behind names: as wide as two fifths, or two thirds if they need it."""
    if not bars:
        return
    yield from look.heading(title, right)
    longest = max(cell_len(bar.name) for bar in bars)
    width = max(look.width * 2 // 5, min(longest, look.width * 2 // 3))
    names = (look.column(cut(bar.name, width), width) for bar in bars)
    named = zip(names, bars, strict=True)
    yield from _bars([bar._replace(name=f"{name} ") for name, bar in named], look)


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
