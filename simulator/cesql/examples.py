"""Values that an attribute may be given so that a part of an expression comes true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.like import example_of
from simulator.cesql.syntax import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql.syntax import Term

_LOGIC = (Kind.AND, Kind.OR, Kind.XOR, Kind.NOT)
_LENGTH = "LENGTH"
_LONGEST = 64
_BOOLEANS = ("true", "false")
_ANY = "x"


def examples(root: Term) -> dict[str, tuple[str, ...]]:
    """Give for each attribute the texts that are worth a try, in the order of the text.

    They come from what stands beside it: a literal, and for a number those next to it;
    for a pattern, a text that fits. No promise that any of them will do.
    """
    found: dict[str, dict[str, None]] = {}
    for part in _parts(root):
        tried = dict.fromkeys(_texts(part))
        for term in part.walk():
            if term.kind in (Kind.ATTRIBUTE, Kind.EXISTS):
                found.setdefault(str(term.value), {}).update(tried)
    return {name: tuple(texts) for name, texts in found.items()}


def _parts(term: Term) -> Iterator[Term]:
    """Give the parts that logic joins."""
    if term.kind in _LOGIC:
        for operand in term.operands:
            yield from _parts(operand)
    else:
        yield term


def _texts(part: Term) -> Iterator[str]:
    measures = any(
        term.kind is Kind.CALL and term.value == _LENGTH for term in part.walk()
    )
    for term in part.walk():
        if term.kind in (Kind.LIKE, Kind.NOT_LIKE):
            yield example_of(str(term.value))
        if term.kind is not Kind.LITERAL:
            continue
        value = term.value
        if isinstance(value, bool):
            yield from _BOOLEANS
        elif isinstance(value, int):
            near = (value, value + 1, value - 1)
            yield from map(str, near)
            yield from (_ANY * n for n in near if measures and 0 < n <= _LONGEST)
        else:
            yield value
    yield from _BOOLEANS if part.kind is Kind.ATTRIBUTE else (_ANY,)
