"""What can be written next in a filter, and the help of its language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.filters.keys import IS, KEYS, NEVER
from simulator.tui.view.row import short

if TYPE_CHECKING:
    from collections.abc import Iterable

_NODE_KEYS = ("from", "to", "node")


def completions(
    text: str, *, types: Iterable[str] = (), nodes: Iterable[str] = ()
) -> list[str]:
    """Give whole texts that the filter may become, the last word completed.

    Args:
        text: As far as it is written.
        types: The types of events that were seen.
        nodes: The nodes there are.
    """
    start = max(text.rfind(" ") + 1, 0)
    before, word = text[:start], text[start:]
    if word.startswith("-"):
        before, word = before + "-", word[1:]
    key, colon, value = word.partition(":")
    if not colon:
        keys = (k if k.endswith(".") else f"{k}:" for k in KEYS)
        found = [k for k in keys if k.startswith(word) and k != word]
        return [before + each for each in found]
    done, bar, part = value.rpartition("|")
    values: dict[str, None] = {}
    if key == "is":
        values = dict.fromkeys(IS)
    elif key == "type":
        values = dict.fromkeys(types)
    elif key in _NODE_KEYS:
        values = dict.fromkeys(map(short, nodes))
    head = f"{before}{key}:{done}{bar}"
    return [head + v for v in values if v.startswith(part) and v != part]


def help_lines() -> list[tuple[str, str]]:
    """Give the language in examples, each with what it finds."""
    lines = [(key.example, key.meaning) for key in KEYS.values()]
    return [
        ("approv", "in the type, a node, the subject or the id"),
        *lines,
        ("-word", "not"),
        ('"two words"', "as they stand, * and ? too"),
        ("a b", "both"),
        (NEVER, "boxes and rows of tables that nothing has come to yet"),
        ("is:", ", ".join(IS)),
    ]
