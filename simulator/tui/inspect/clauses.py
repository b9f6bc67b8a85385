"""What a filter says to an event, as a small tree of clauses with wanted and actual."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters import Verdict
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.text_line import (
    Look,
    Span,
    TextLine,
    line,
    width_of,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql import Node
    from simulator.filters import Change, Explanation
    from simulator.filters.verdict import Part

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
