"""A part of an explanation, written as indented lines or as JSON-able data."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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


def part_lines(part: Part, *, ascii_only: bool = False) -> list[str]:
    """Write a part in one line, and those below it indented by two."""
    marks = ASCII_MARKS if ascii_only else MARKS
    lines = list(_lines(part, marks))
    if ascii_only:
        return [line.encode("ascii", "backslashreplace").decode() for line in lines]
    return lines


def part_json(part: Part) -> dict[str, Json]:
    """Give a part and those below it as JSON-able data."""
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
    """Spell a value as a CESQL literal."""
    return str(value).upper() if isinstance(value, bool) else repr(value)


def one_line(text: str) -> str:
    """Show an expression in one line."""
    return " ".join(line.strip() for line in text.splitlines())


def _lines(part: Part, marks: Mapping[Verdict, str]) -> Iterator[str]:
    hint = f" ({part.hint})" if part.hint else ""
    what = (
        part.dialect if part.attribute is None else f"{part.dialect} {part.attribute}"
    )
    reason = f": {part.reason}{hint}" if part.reason else ""
    yield f"{marks[part.verdict]} {what}{reason}"
    for child in part.children:
        yield from (f"  {line}" for line in _lines(child, marks))
    for node in part.expression.children if part.expression else ():
        yield from (f"  {line}" for line in _expression_lines(node))


def _expression_lines(node: Node) -> Iterator[str]:
    if node.kind == "literal":
        return
    if not node.reached:
        result = "not reached"
    else:
        result = f"error, {node.error}" if node.error else cesql_text(node.value)
    yield f"{one_line(node.text)}: {result}"
    for child in node.children if node.reached else ():
        yield from (f"  {line}" for line in _expression_lines(child))


def _expression_json(node: Node) -> Json:
    return {
        "kind": node.kind,
        "text": node.text,
        "value": node.value,
        "error": str(node.error) if node.error else None,
        "reached": node.reached,
        "children": [_expression_json(child) for child in node.children],
    }
