"""What changed from one event's data to another's: paths of JSON, or lines of text."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.json_text import scalar
from simulator.tui.inspect.text_line import Look, Span, TextLine, line, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT = object()
_LONGEST = 200
_CONTEXT = 2


class Changed(NamedTuple):
    """One difference.

    Args:
        path: ``items[0].price``; empty for the whole.
        old: `ABSENT` where it was added.
        new: `ABSENT` where it was taken away.
    """

    path: str
    old: object
    new: object


def changes(old: object, new: object) -> Iterator[Changed]:
    """List the differences of two JSON values, in the order of the new one.

    Items of arrays are compared by their place.
    """
    waiting: list[tuple[str, object, object]] = [("", old, new)]
    while waiting:
        path, was, now = waiting.pop()
        if isinstance(was, dict) and isinstance(now, dict):
            names = dict.fromkeys((*now, *was))
            below = [
                (_join(path, name), was.get(name, ABSENT), now.get(name, ABSENT))
                for name in names
            ]
        elif isinstance(was, list) and isinstance(now, list):
            below = [
                (
                    f"{path}[{at}]",
                    was[at] if at < len(was) else ABSENT,
                    now[at] if at < len(now) else ABSENT,
                )
                for at in range(max(len(was), len(now)))
            ]
        else:
            if not _same(was, now):
                yield Changed(path, was, now)
            continue
        waiting += reversed(below)


def _same(was: object, now: object) -> bool:
    # To JSON true is not 1, though to Python it is.
    return type(was) is type(now) and was == now


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def json_difference(old: object, new: object, look: Look) -> Iterator[TextLine]:
    """Write the differences of two JSON values, one a line or two."""
    for change in changes(old, new):
        path = look.shown(change.path or "(all)")
        if change.old is ABSENT:
            spans = [Span("+ ", "o-ok bold"), Span(f"{path} ", "k-source")]
            spans.append(_value(change.new, look))
        elif change.new is ABSENT:
            spans = [Span("- ", "o-dead bold"), Span(f"{path} ", "k-source")]
            spans.append(_value(change.old, look))
        else:
            spans = [Span("~ ", "o-retry bold"), Span(f"{path} ", "k-source")]
            spans += [
                _value(change.old, look),
                Span(f" {GLYPHS.to} ", "muted"),
                _value(change.new, look),
            ]
        yield from wrapped(spans, look.width, indent=4)


def text_difference(old: str, new: str, look: Look) -> Iterator[TextLine]:
    """Write the differences of two texts, line by line."""
    found = unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=_CONTEXT)
    for number, row in enumerate(found):
        if number < len(("---", "+++")):
            continue
        ink = {"+": "o-ok", "-": "o-dead", "@": "muted"}.get(row[:1], "")
        yield line(Span(look.cut(row, look.width), ink))


def _value(value: object, look: Look) -> Span:
    span = scalar(value, look)
    return Span(look.cut(span.text, _LONGEST), span.style)
