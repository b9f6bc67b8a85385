"""The operators that calculate: Integers of 32 bits that wrap around.

Source: CloudEvents SQL 1.0, sections 3.4.1 and 3.4.2: division truncates, and the
remainder has the sign of the dividend.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from simulator.cesql.casting import to_integer
from simulator.cesql.errors import MathError
from simulator.cesql.syntax import Kind, Term
from simulator.cesql.values import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.code import Attributes, Code, Run


def calculation(term: Term, operands: tuple[Code, ...]) -> Run:
    """``+``, ``-``, ``*``, ``/`` or ``%`` of two operands."""
    left, right = (code.run for code in operands)
    left_span, right_span = (code.term.span for code in operands)
    calculate = _CALCULATIONS[term.kind]
    span = term.span

    def calculated(attributes: Attributes) -> int:
        # both are evaluated before either is cast, as in sdk-go
        x = left(attributes)
        y = right(attributes)
        number, divisor = to_integer(x, left_span), to_integer(y, right_span)
        try:
            return wrapped(calculate(number, divisor))
        except ZeroDivisionError:
            raise MathError(f"{number} is divided by zero", span=span) from None

    return calculated


def negation(term: Term, operands: tuple[Code, ...]) -> Run:
    """The ``-`` before an operand."""
    run, span = operands[0].run, operands[0].term.span

    def negated(attributes: Attributes) -> int:
        return wrapped(-to_integer(run(attributes), span))

    return negated


def _quotient(x: int, y: int) -> int:
    """Divide and round towards zero, unlike Python's ``//``."""
    size = abs(x) // abs(y)
    return size if (x < 0) is (y < 0) else -size


def _remainder(x: int, y: int) -> int:
    return x - y * _quotient(x, y)


_CALCULATIONS: dict[Kind, Callable[[int, int], int]] = {
    Kind.ADD: operator.add,
    Kind.SUBTRACT: operator.sub,
    Kind.MULTIPLY: operator.mul,
    Kind.DIVIDE: _quotient,
    Kind.REMAINDER: _remainder,
}
