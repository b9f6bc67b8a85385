"""The operators that compare two values: = != < <= > >= and IN.

Source: CloudEvents SQL 1.0, sections 3.4.2, 3.4.5 and 3.7: of the three meanings of
``=`` the type of the right operand chooses, of IN the type of the left operand.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from simulator.cesql.casting import cast, to_integer
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.code import Attributes, Code, Run

_ORDERS: dict[Kind, Callable[[int, int], bool]] = {
    Kind.LESS: operator.lt,
    Kind.LESS_OR_EQUAL: operator.le,
    Kind.GREATER: operator.gt,
    Kind.GREATER_OR_EQUAL: operator.ge,
}


def equality(term: Term, operands: tuple[Code, ...]) -> Run:
    """``=`` or ``!=``: the left value, cast to the right value's type, is the same."""
    left, right = (code.run for code in operands)
    span = operands[0].term.span
    wanted = term.kind is Kind.EQUAL

    def equal(attributes: Attributes) -> bool:
        x = left(attributes)
        y = right(attributes)
        if x.__class__ is not y.__class__:
            x = cast(x, y.__class__, span)
        return (x == y) is wanted

    return equal


def order(term: Term, operands: tuple[Code, ...]) -> Run:
    """``<``, ``<=``, ``>`` or ``>=``: there is an order of Integers only."""
    left, right = (code.run for code in operands)
    left_span, right_span = (code.term.span for code in operands)
    holds = _ORDERS[term.kind]

    def ordered(attributes: Attributes) -> bool:
        # both are evaluated before either is cast, as in sdk-go
        x = left(attributes)
        y = right(attributes)
        return holds(to_integer(x, left_span), to_integer(y, right_span))

    return ordered


def membership(term: Term, operands: tuple[Code, ...]) -> Run:
    """IN or NOT IN: elements are evaluated up to the first that equals."""
    tested = operands[0].run
    elements = tuple((code.run, code.term.span) for code in operands[1:])
    found = term.kind is Kind.IN

    def member(attributes: Attributes) -> bool:
        x = tested(attributes)
        for element, span in elements:
            if cast(element(attributes), x.__class__, span) == x:
                return found
        return not found

    return member
