"""AND, OR, XOR and NOT: operands are cast to Boolean one by one, from left to right.

Source: CloudEvents SQL 1.0, sections 3.4.1, 3.4.2 and 3.6: AND and OR do not evaluate
what stands to the right of the operand that decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.code import as_boolean
from simulator.cesql.errors import CastError
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from simulator.cesql.code import Attributes, Code, Run


def conjunction(term: Term, operands: tuple[Code, ...]) -> Run:
    """True if all operands are."""
    runs = tuple(map(as_boolean, operands))
    first, second = runs[:2]

    def both(attributes: Attributes) -> bool:
        return first(attributes) and second(attributes)

    def every(attributes: Attributes) -> bool:
        return all(run(attributes) for run in runs)

    return both if len(runs) == len((first, second)) else every


def disjunction(term: Term, operands: tuple[Code, ...]) -> Run:
    """True if any operand is."""
    runs = tuple(map(as_boolean, operands))
    first, second = runs[:2]

    def either(attributes: Attributes) -> bool:
        return first(attributes) or second(attributes)

    def some(attributes: Attributes) -> bool:
        return any(run(attributes) for run in runs)

    return either if len(runs) == len((first, second)) else some


def parity(term: Term, operands: tuple[Code, ...]) -> Run:
    """XOR: true if an odd number of operands is; all are evaluated."""
    runs = tuple(map(as_boolean, operands))

    def odd(attributes: Attributes) -> bool:
        return sum(run(attributes) for run in runs) % 2 == 1

    return odd


def inversion(term: Term, operands: tuple[Code, ...]) -> Run:
    """NOT of one operand."""
    run = as_boolean(operands[0])

    def inverse(attributes: Attributes) -> bool:
        return not run(attributes)

    return inverse


def is_refused_inversion(root: Term) -> bool:
    """Tell whether a whole expression is nothing but NOT of an Integer literal.

    The specification's cast table and the TCK contradict each other here: by the
    table ``NOT 10`` is false, the TCK wants true and a cast error. We follow the TCK
    where it speaks, in a whole expression that refuses at sight, and the table in
    every other place; for ``NOT 0`` both say true, and no error is raised.

    Source: CloudEvents SQL TCK, not_operator.yaml, "Invalid int cast".
    """
    if root.kind is not Kind.NOT:
        return False
    (operand,) = root.operands
    is_integer = operand.kind is Kind.LITERAL and operand.value.__class__ is int
    return is_integer and operand.value != 0


def refused_inversion(root: Term) -> Run:
    """Code for the expression that `is_refused_inversion` finds."""
    (operand,) = root.operands
    message = f"the Integer {operand.value} is no Boolean that NOT could invert"

    def refuse(attributes: Attributes) -> bool:
        raise CastError(message, span=root.span, fallback=True)

    return refuse
