"""What all pages of the inspector are made of: headings and pairs of a name and a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.inspect.text_line import (
    BLANK,
    Goal,
    Look,
    Span,
    TextLine,
    line,
    width_of,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_LABEL = 16
_NARROW_LABEL = 12
_VALUE_LINES = 6


def heading(title: str, look: Look, right: str = "") -> Iterator[TextLine]:
    """Give an empty line and a title, perhaps with something said at its right end."""
    yield BLANK
    gap = " " * max(1, look.width - len(title) - len(right))
    yield line(
        Span(title.upper(), "muted bold"), gap if right else "", Span(right, "muted")
    )


def pair(
    name: str,
    value: str,
    look: Look,
    *,
    style: str = "",
    aside: str = "",
    goal: Goal = None,
) -> Iterator[TextLine]:
    """Give a name and its value; a long value goes on below itself.

    Args:
        name: Cut when it is too long.
        value: As it is; made fit to be shown here.
        look: What it is made for.
        style: Of the value.
        aside: Said at the right end, or below where there is no room.
        goal: What *enter* on it leads to.
    """
    indent = "" if look.narrow else "  "
    width = _NARROW_LABEL if look.narrow else _LABEL
    head = Span(f"{indent}{look.middle(name, width):<{width}} ", "muted")
    below = Span(" " * width_of([head]))
    rows = block(Span(value, style), look, look.width - width_of([head]))
    said = Span(look.shown(aside), "muted")
    room = look.width - width_of([head, *rows[-1].spans, said])
    for number, row in enumerate(rows):
        spans = [below if number else head, *row.spans]
        if aside and room > 0 and number == len(rows) - 1:
            spans += [Span(" " * room), said]
        yield line(*spans, goal=goal)
    if aside and room <= 0:
        cut = look.cut(aside, look.width - width_of([below]))
        yield line(below, Span(cut, "muted"))


def value_width(look: Look) -> int:
    """Count the columns that a value of a pair has."""
    if look.narrow:
        return look.width - _NARROW_LABEL - 1
    return look.width - _LABEL - 3


def block(span: Span, look: Look, width: int) -> list[TextLine]:
    """Break a text of the user's into a few lines; its middle is left out, if need be."""
    text = look.shown(span.text)
    longest = width * _VALUE_LINES
    if len(text) > longest:
        text = look.middle(text, longest - width)
    return list(wrapped([Span(text, span.style)], width)) or [BLANK]


def paragraph(
    text: str, look: Look, style: str = "", indent: int = 2
) -> list[TextLine]:
    """Give a sentence as lines, all of them indented."""
    room = Look(width=max(look.width - indent, 1))
    rows = wrapped([Span(look.shown(text), style)], room.width)
    return [line(" " * indent, *row.spans) for row in rows]
