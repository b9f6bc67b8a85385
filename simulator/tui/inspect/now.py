"""How a node or a line stands at the playhead: received, rate, latency, waits, errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.story.phrases import answer
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.outcome import mark, node_style
from simulator.tui.inspect.page import heading, pair, value_width
from simulator.tui.inspect.text_line import Look, Span, TextLine, line
from simulator.tui.spelling import length_text
from simulator.tui.widgets.figures import clock_text, rate_text, spark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.inspect.figures import Figures
    from simulator.tui.reel.frame import Frame
    from simulator.tui.reel.shape import Shape

_SLOTS = 30
_ERRORS = 5
_WAITS = {
    "retry": ("retries due", "o-retry"),
    "wait": ("approvals", "o-wait"),
    "fault": ("fault", "o-fault"),
    "break": ("breakpoint", "o-fault"),
    "queue": ("held", "o-wait"),
}


def now_lines(
    figures: Figures, frame: Frame, node: str, look: Look
) -> Iterator[TextLine]:
    """Write how a node stands."""
    yield from heading("now", look)
    word = "sent" if node_style(node) == "k-source" else "received"
    yield from pair(word, f"{frame.counts.get(node, 0):,}", look)
    slots = min(_SLOTS, value_width(look))
    values = figures.per_slot(
        frame.shown, frame.now_ns, slots, lambda shape: shape.arrives.count(node)
    )
    bars = spark(values, slots, GLYPHS.bars)
    yield from pair(f"last {slots} s", bars, look, style=node_style(node))
    latencies = figures.latencies(frame.shown).get(node)
    if latencies is not None:
        yield from pair("latency p50", length_text(latencies.p50), look)
        yield from pair("latency p95", length_text(latencies.p95), look)
    pods = figures.pods(frame.shown, node)
    if pods is not None:
        yield from pair("pods", _pods_text(*pods, look), look)
    badge = frame.badges.get(node)
    if badge is not None and badge.kind in _WAITS:
        name, ink = _WAITS[badge.kind]
        yield from pair(name, badge.text or "yes", look, style=ink)
    yield from _errors(figures, frame, node, look)


def _pods_text(ready: int, wanted: int, look: Look) -> str:
    """Draw pods, those that start still hollow; or count them, if there are too many."""
    outcomes = GLYPHS.outcomes
    drawn = outcomes["started"] * ready + outcomes["scaled"] * (wanted - ready)
    if not wanted:
        return "none"
    count = f"{ready} of {wanted} Ready"
    return drawn if len(drawn) <= value_width(look) else count


def _errors(
    figures: Figures, frame: Frame, node: str, look: Look
) -> Iterator[TextLine]:
    serials = figures.failures(frame.shown, node, _ERRORS)
    if not serials:
        return
    yield from heading("last errors", look)
    for serial in serials:
        record = figures.reel.record(serial)
        at = clock_text(record.at_ns)
        text = look.cut(answer(record), 18)
        room = look.width - len(at) - len(text) - 6
        name = look.middle(record.event.type, max(room, 0))
        gap = " " * max(1, look.width - 2 - len(at) - 2 - len(text) - len(name))
        yield line(
            mark("failed", look),
            Span(f" {at}  ", "muted"),
            Span(text, "o-dead"),
            gap,
            Span(name, "muted"),
            goal=serial,
        )


def line_now_lines(
    figures: Figures, frame: Frame, index: int, look: Look
) -> Iterator[TextLine]:
    """Write how much goes along a line."""

    def along(shape: Shape) -> int:
        return shape.lines.count(index)

    slots = min(_SLOTS, value_width(look))
    values = figures.per_slot(frame.shown, frame.now_ns, slots, along)
    total = figures.per_slot(frame.shown, frame.now_ns, 1, along, frame.now_ns + 1)
    yield from heading("now", look, rate_text(sum(values) / slots))
    yield from pair("travelled", f"{total[0]:,}", look)
    bars = spark(values, slots, GLYPHS.bars)
    yield from pair(f"last {slots} s", bars, look, style="primary")
