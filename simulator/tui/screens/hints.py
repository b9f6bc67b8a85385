"""The help line of a dialog: its keys, as many as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.cells import cell_len
from textual.content import Content

if TYPE_CHECKING:
    from collections.abc import Sequence

Hint: TypeAlias = tuple[str, str]
"""A key as people write it, and what it does in a word."""

_KEY = "bold $accent"
_WORD = "$muted"


def fit_hints(hints: Sequence[Hint], width: int, dot: str) -> tuple[Hint, ...]:
    """Give the hints that fit: the last always, of the others the first ones.

    Args:
        hints: The last says how to leave.
        width: In cells.
        dot: What stands between two.
    """
    if not hints:
        return ()
    *others, last = hints
    kept: list[Hint] = []
    for hint in others:
        if _width([*kept, hint, last], dot) > width:
            break
        kept.append(hint)
    return (*kept, last)


def hint_line(hints: Sequence[Hint], width: int, dot: str) -> Content:
    """Write the hints that fit as one styled line, keys louder than words."""
    shown = fit_hints(hints, width, dot)
    parts: list[tuple[str, str]] = []
    for at, (key, word) in enumerate(shown):
        parts += [(f" {dot} ", _WORD)] if at else []
        parts += [(key, _KEY), (f" {word}", _WORD)]
    return Content.assemble(*parts)


def _width(hints: Sequence[Hint], dot: str) -> int:
    words = sum(cell_len(key) + 1 + cell_len(word) for key, word in hints)
    return words + (len(hints) - 1) * (cell_len(dot) + 2)
