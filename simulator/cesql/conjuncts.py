"""What an attribute must be for an expression to be true, as far as that is plain to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.cesql.like import literal_head
from simulator.cesql.syntax import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql.syntax import Term


class Conjunct(NamedTuple):
    """A text that an attribute has to be, or to begin with.

    Attributes:
        attribute: Its name in lower case.
        text: May be empty.
        whole: Whether the attribute has to be this text, and not just to begin with it.
    """

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
