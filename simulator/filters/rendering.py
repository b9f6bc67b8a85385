"""A part of an explanation, written as indented lines or as JSON-able data."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.cesql import Node
    from simulator.filters.verdict import Part

Json: TypeAlias = "str | int | list[Json] | Mapping[str, Json] | None"

MARKS: Mapping[Verdict, str] = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.NO_FILTER: "·",
    Verdict.PANIC: "‼",
}
ASCII_MARKS: Mapping[Verdict, str] = {
    Verdict.PASS: "+",
    Verdict.FAIL: "x",
    Verdict.NO_FILTER: "-",
    Verdict.PANIC: "!",
}


class Row(NamedTuple):
    """One line of what a filter says, without mark and indent.

    Args:
        depth: How many lines it stands below, each indented by two.
        verdict: Of a part; None for a value in an expression, and for advice.
    """

    depth: int
    verdict: Verdict | None
    text: str

    def line(self, *, ascii_only: bool = False) -> str:
        marks = ASCII_MARKS if ascii_only else MARKS
        mark = "" if self.verdict is None else f"{marks[self.verdict]} "
        line = f"{'  ' * self.depth}{mark}{self.text}"
        return line.encode("ascii", "backslashreplace").decode() if ascii_only else line


def part_rows(part: Part, depth: int = 0) -> Iterator[Row]:
    hint = f" ({part.hint})" if part.hint else ""
    what = (
        part.dialect if part.attribute is None else f"{part.dialect} {part.attribute}"
    )
    reason = f": {part.reason}{hint}" if part.reason else ""
    yield Row(depth, part.verdict, f"{what}{reason}")
    for child in part.children:
        yield from part_rows(child, depth + 1)
    for node in part.expression.children if part.expression else ():
        yield from _expression_rows(node, depth + 1)


def part_json(part: Part) -> dict[str, Json]:
    data: dict[str, Json] = {
        "dialect": part.dialect,
        "verdict": part.verdict.value,
        "reason": part.reason,
    }
    if part.attribute is not None:
        data |= {"attribute": part.attribute, "actual": part.actual}
    if part.wanted is not None:
        data["wanted"] = part.wanted
    if part.hint:
        data["hint"] = part.hint
    if part.dropped:
        data["dropped"] = True
    if part.expression:
        data["expression"] = _expression_json(part.expression)
    if part.children:
        data["children"] = [part_json(child) for child in part.children]
    return data


def cesql_text(value: str | int) -> str:
    return str(value).upper() if isinstance(value, bool) else repr(value)


def one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())


def _expression_rows(node: Node, depth: int) -> Iterator[Row]:
    if node.kind == "literal":
        return
    if not node.reached:
        result = "not reached"
    else:
        result = f"error, {node.error}" if node.error else cesql_text(node.value)
    yield Row(depth, None, f"{one_line(node.text)}: {result}")
    for child in node.children if node.reached else ():
        yield from _expression_rows(child, depth + 1)


def _expression_json(node: Node) -> Json:
    return {
        "kind": node.kind,
        "text": node.text,
        "value": node.value,
        "error": str(node.error) if node.error else None,
        "reached": node.reached,
        "children": [_expression_json(child) for child in node.children],
    }


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
