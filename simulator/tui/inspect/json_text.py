"""JSON as indented lines, each value in the colour of its type."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from simulator.tui.inspect.text_line import Look, Span, TextLine, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Json: TypeAlias = (
        "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
    )
    # What stands before and after a value, its depth, and the value or a bracket.
    Waiting: TypeAlias = "tuple[int, list[Span], object, str]"

_DEEPEST = 16
_INDENT = 2


class _Bracket(str):
    """A closing bracket that waits for its line."""

    __slots__ = ()


def json_lines(value: object, look: Look, most: int) -> Iterator[TextLine]:
    """Write a JSON value as lines; needs no recursion, however deep it is.

    Args:
        value: As `json.loads` gives it.
        look: What the lines are made for.
        most: Lines at most; the caller says that more was left out.
    """
    waiting: list[Waiting] = [(0, [], value, "")]
    count = 0
    while waiting:
        depth, head, each, comma = waiting.pop()
        opened = _opened(depth, each, comma, waiting, look)
        spans = [*head, opened, Span("" if opened.style == "" else comma, "muted")]
        pad = " " * (_INDENT * min(depth, _DEEPEST))
        for row in wrapped([Span(pad), *spans], look.width, indent=len(pad) + _INDENT):
            if count == most:
                return
            count += 1
            yield row


def scalar(value: object, look: Look) -> Span:
    """Give a value in the colour of its type, in one line."""
    text = _text(value, look)
    if isinstance(value, str):
        return Span(text, "o-ok")
    if isinstance(value, bool) or value is None:
        return Span(text, "o-reply")
    return Span(text, "k-trigger")


def _text(value: object, look: Look) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


def _opened(
    depth: int, value: object, comma: str, waiting: list[Waiting], look: Look
) -> Span:
    """Give what stands on a value's first line; its members are to wait."""
    if isinstance(value, _Bracket):
        return Span(f"{value}{comma}", "")
    if not isinstance(value, dict | list) or not value:
        return scalar(value, look)
    is_object = isinstance(value, dict)
    waiting.append((depth, [], _Bracket("}" if is_object else "]"), comma))
    items = list(value.items()) if isinstance(value, dict) else [("", v) for v in value]
    for number, (name, item) in enumerate(reversed(items)):
        key = [Span(_text(name, look), "k-source"), Span(": ")]
        after = "," if number else ""
        waiting.append((depth + 1, key if is_object else [], item, after))
    return Span("{" if is_object else "[", "")
