"""What an attribute must be for an expression to be true, and values that make it so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.cesql.operators import example_of, literal_head
from simulator.cesql.syntax import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql.syntax import Term


class Conjunct(NamedTuple):
    """A text that an attribute has to be, or to begin with, where it is not whole."""

    attribute: str
    text: str
    whole: bool


def conjuncts(root: Term) -> Iterator[Conjunct]:
    """Find the comparisons with a text, joined by AND, that an expression is made of.

    Where the attributes are Strings and one of these does not hold, the expression is
    FALSE or in error, whatever else stands in it. An absent attribute is an error. AND
    is FALSE with its first operand that is FALSE, and in error with its first that is
    in error or casts to no Boolean; when neither comes before this one, this one does.

    What is not found: OR, XOR and NOT, functions, IN, and a text that is compared with
    an Integer or Boolean, as ``'5'``, ``'05'`` and ``'+5'`` all equal 5.

    Source: CloudEvents SQL 1.0, sections 3.3 (errors), 3.4.2 and 3.6 (AND, from left to
        right), 3.4.3 (LIKE), 3.7 (the left operand of = is cast to the type of the right).
    """
    match root.kind, root.operands:
        case Kind.AND, operands:
            for operand in operands:
                yield from conjuncts(operand)
        case Kind.EQUAL, (left, right):
            if left.kind is Kind.LITERAL:
                left, right = right, left
            # only the literal 'x' is a String; the value of an attribute's term is its name
            literal = right.kind is Kind.LITERAL and isinstance(right.value, str)
            if left.kind is Kind.ATTRIBUTE and literal:
                yield Conjunct(str(left.value), str(right.value), whole=True)
        case Kind.LIKE, (tested,) if tested.kind is Kind.ATTRIBUTE:
            text, whole = literal_head(str(root.value))
            yield Conjunct(str(tested.value), text, whole)
        case _:
            return


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
