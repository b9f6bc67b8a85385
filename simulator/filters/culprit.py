"""The part of a CESQL expression that alone decides its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters.rendering import cesql_text, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql import Node


def culprit_of(node: Node) -> Node:
    """Find the innermost part that alone makes the expression false or erroneous."""
    for child in node.children:
        blamed = child.error if node.error else node.kind == "AND" and not child.value
        if child.reached and blamed:
            return culprit_of(child)
    return node


def read_text(part: Node) -> str:
    """Give what the attributes in a part are, in brackets; or nothing."""
    seen = dict.fromkeys(
        f"{one_line(each.text)} is {cesql_text(each.value)}" for each in _read(part)
    )
    return f" ({', '.join(seen)})" if seen else ""


def _read(node: Node) -> Iterator[Node]:
    if node.kind == "attribute" and not node.error:
        yield node
    for child in node.children:
        yield from _read(child)
