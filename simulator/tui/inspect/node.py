"""A node is selected: what it is, how it is set, how it stands; or a line between two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.guards import guard_lines
from simulator.tui.inspect.now import line_now_lines, now_lines
from simulator.tui.inspect.origins import key_of, short_place, whole_place
from simulator.tui.inspect.outcome import node_glyph, node_style
from simulator.tui.inspect.page import heading, pair, paragraph
from simulator.tui.inspect.settings import delivery_lines
from simulator.tui.inspect.spec import spec_lines
from simulator.tui.inspect.text_line import BLANK, Look, Span, TextLine, line
from simulator.tui.reel.wording import short
from simulator.tui.spelling import kind_word
from simulator.wiring import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.tui.diagram import Line
    from simulator.tui.inspect.figures import Figures
    from simulator.tui.inspect.story import Backdrop
    from simulator.tui.reel.frame import Frame

    Actions = Sequence[tuple[str, str]]


def node_lines(
    backdrop: Backdrop,
    figures: Figures,
    frame: Frame,
    node: str,
    look: Look,
    *,
    actions: Actions = (),
) -> list[TextLine]:
    """Write the page of a node.

    Args:
        backdrop: The topology.
        figures: Numbers of the run.
        frame: Where the playhead stands.
        node: Its name.
        look: What the lines are made for.
        actions: What can be done with it: keys and words.
    """
    lane = backdrop.lane(node)
    return [
        *_head(backdrop, node, look),
        *_conditions(backdrop, node, look),
        *spec_lines(backdrop, frame, node, look),
        *now_lines(figures, frame, node, look),
        *guard_lines(backdrop, node, look),
        *(delivery_lines(backdrop, *lane, look) if lane is not None else ()),
        *_actions(actions, look),
    ]


def line_lines(
    figures: Figures,
    frame: Frame,
    drawn: Line,
    index: int,
    look: Look,
    *,
    actions: Actions = (),
) -> list[TextLine]:
    """Write the page of a line of the diagram."""
    to = f" {GLYPHS.to} "
    title = f"{short(drawn.start)}{to}{short(drawn.end)}"
    lines = [
        line(Span(look.middle(title, look.width), "bold")),
        line(Span(f"{drawn.kind.value} line", "muted")),
    ]
    lines += heading("ends", look)
    lines += pair("from", drawn.start, look, goal=drawn.start)
    lines += pair("to", drawn.end, look, goal=drawn.end)
    for via in drawn.via:
        lines += pair("via", via, look, goal=via)
    lines += line_now_lines(figures, frame, index, look)
    return [*lines, *_actions(actions, look)]


def _head(backdrop: Backdrop, node: str, look: Look) -> Iterator[TextLine]:
    style = node_style(node)
    kind = kind_word(node) or "node"
    room = look.width - len(kind) - 4
    yield line(
        Span(f"{node_glyph(node, look)} {kind}  ", f"{style} bold"),
        Span(look.middle(short(node), room), "bold"),
    )
    place = whole_place(backdrop, node)
    if place:
        yield line(Span(look.cut(f"  {short_place(place)}", look.width), "muted"))


def _conditions(backdrop: Backdrop, node: str, look: Look) -> Iterator[TextLine]:
    """Give Ready, and what keeps it from being so."""
    key = key_of(backdrop, node)
    if key is None or backdrop.wiring is None:
        return
    conditions = backdrop.wiring.conditions.get(key, ())
    ready = next((each for each in conditions if each.type == "Ready"), None)
    if ready is None:
        return
    if ready.status is Truth.TRUE:
        yield line("  ", Span(f"{GLYPHS.yes} Ready", "o-ok"))
        return
    yield line("  ", Span(f"{GLYPHS.no} Ready: {ready.status.value}", "o-dead bold"))
    for each in conditions:
        if each.status is not Truth.TRUE and each.type != "Ready":
            yield line("  ", Span(look.cut(f"{GLYPHS.no} {each.type}", look.width - 2)))
    said = f"{ready.reason}: {ready.message}".strip(": ")
    yield from paragraph(said, look, "o-dead", indent=4)


def _actions(actions: Actions, look: Look) -> Iterator[TextLine]:
    if not actions:
        return
    yield BLANK
    width = max(len(keys) for keys, _ in actions)
    for keys, words in actions:
        text = look.cut(words, look.width - width - 4)
        yield line("  ", Span(f"{keys:<{width}}", "accent bold"), "  ", Span(text))
