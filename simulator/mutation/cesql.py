"""Changes to a CESQL expression, made in its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.syntax import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql.syntax import Term

_DROP, _MOVE = "drop-condition", "boundary"
_BOUNDARY = {
    Kind.LESS: "<=",
    Kind.LESS_OR_EQUAL: "<",
    Kind.GREATER: ">=",
    Kind.GREATER_OR_EQUAL: ">",
}


def cesql_changes(text: str) -> Iterator[tuple[str, str, str]]:
    """Negate it, drop what AND joins, and move comparisons by their boundary.

    Returns:
        Operator, words, and the expression as it is then; nothing for a text that is
        no CESQL.
    """
    from simulator.cesql import ParseError
    from simulator.cesql.parser import parse  # lark costs 50 ms

    try:
        root = parse(text)
    except ParseError:  # the webhook says so
        return
    if root.kind is Kind.NOT:
        negated = _text(root.operands[0], text)
    else:
        negated = f"NOT ({text})"
    yield "negate", f"cesql {text!r} → {negated!r}", negated
    counts = dict.fromkeys((_DROP, _MOVE), 0)
    for term in root.walk():
        if term.kind is Kind.AND:
            found = [*_without_each(term, text)]
        elif term.kind in _BOUNDARY:
            found = [_at_boundary(term, text)]
        else:
            continue
        for operator, words, changed in found:
            counts[operator] += 1
            yield f"{operator}-{counts[operator]}", words, changed


def _without_each(term: Term, text: str) -> Iterator[tuple[str, str, str]]:
    operands = term.operands
    start, end = operands[0].span[0], operands[-1].span[1]
    for operand in operands:
        rest = [_text(each, text) for each in operands if each is not operand]
        changed = text[:start] + " AND ".join(rest) + text[end:]
        yield _DROP, f"cesql: {_text(operand, text)!r} dropped", changed


def _at_boundary(term: Term, text: str) -> tuple[str, str, str]:
    left, right = term.operands
    between = slice(left.span[1], right.span[0])
    symbol = str(term.kind)
    other = _BOUNDARY[term.kind]
    changed = text[: between.start] + text[between].replace(symbol, other, 1)
    words = f"cesql {_text(term, text)!r}: {symbol} → {other}"
    return _MOVE, words, changed + text[between.stop :]


def _text(term: Term, text: str) -> str:
    return text[slice(*term.span)]
