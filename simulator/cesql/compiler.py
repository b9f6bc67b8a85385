"""A syntax tree becomes closures: one per term, save where a shortcut does the work.

Source: CloudEvents SQL 1.0, section 3 "Language semantics".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql import operators
from simulator.cesql.code import Code
from simulator.cesql.errors import MissingAttributeError
from simulator.cesql.functions import call
from simulator.cesql.syntax import Kind, Term

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.code import Attributes, Run
    from simulator.cesql.functions import FunctionSet
    from simulator.cesql.values import Value, ValueType

ALWAYS_PRESENT = frozenset({"specversion", "id", "source", "type"})
"""Attributes that every event has. Source: CloudEvents SQL 1.0, section 3.4.4."""

_OPERATORS: dict[Kind, tuple[Callable[[Term, tuple[Code, ...]], Run], ValueType]] = {
    Kind.NEGATE: (operators.negation, int),
    Kind.NOT: (operators.inversion, bool),
    Kind.LIKE: (operators.likeness, bool),
    Kind.NOT_LIKE: (operators.likeness, bool),
    Kind.IN: (operators.membership, bool),
    Kind.NOT_IN: (operators.membership, bool),
    Kind.MULTIPLY: (operators.calculation, int),
    Kind.DIVIDE: (operators.calculation, int),
    Kind.REMAINDER: (operators.calculation, int),
    Kind.ADD: (operators.calculation, int),
    Kind.SUBTRACT: (operators.calculation, int),
    Kind.EQUAL: (operators.equality, bool),
    Kind.NOT_EQUAL: (operators.equality, bool),
    Kind.LESS: (operators.order, bool),
    Kind.LESS_OR_EQUAL: (operators.order, bool),
    Kind.GREATER: (operators.order, bool),
    Kind.GREATER_OR_EQUAL: (operators.order, bool),
    Kind.AND: (operators.conjunction, bool),
    Kind.OR: (operators.disjunction, bool),
    Kind.XOR: (operators.parity, bool),
}


def compile_root(
    root: Term, functions: FunctionSet, visit: Callable[[Term], None] | None = None
) -> Code:
    """Code for a whole expression.

    *visit* is called with each term that is evaluated, each time; it makes the code
    slower, as no shortcut is taken then.
    """
    code = _compile(root, functions, visit)
    if not operators.is_refused_inversion(root):
        return code
    return Code(
        term=root,
        run=operators.refused_inversion(root),
        type=bool,
        operands=code.operands,
    )


def _compile(
    term: Term, functions: FunctionSet, visit: Callable[[Term], None] | None
) -> Code:
    operands = tuple(_compile(operand, functions, visit) for operand in term.operands)
    code = _plain(term, operands, functions)
    run = operators.shortcut(code) if visit is None else _visited(code, visit)
    return Code(term=term, run=run, type=code.type, operands=operands)


def _plain(term: Term, operands: tuple[Code, ...], functions: FunctionSet) -> Code:
    match term.kind:
        case Kind.LITERAL:
            return Code(term=term, run=_literal(term), type=term.value.__class__)
        case Kind.ATTRIBUTE:
            return Code(term=term, run=_attribute(term), type=None)
        case Kind.EXISTS:
            return Code(term=term, run=_existence(term), type=bool)
        case Kind.CALL:
            return call(term, operands, functions)
        case _:
            build, returns = _OPERATORS[term.kind]
            run = build(term, operands)
            return Code(term=term, run=run, type=returns, operands=operands)


def _visited(code: Code, visit: Callable[[Term], None]) -> Run:
    def run(attributes: Attributes) -> Value:
        visit(code.term)
        return code.run(attributes)

    return run


def _literal(term: Term) -> Run:
    value = term.value

    def literal(attributes: Attributes) -> Value:
        return value

    return literal


def _attribute(term: Term) -> Run:
    name, span = str(term.value), term.span

    def attribute(attributes: Attributes) -> Value:
        value = attributes.get(name)
        if value is None:
            raise MissingAttributeError(name, span=span)
        return value

    return attribute


def _existence(term: Term) -> Run:
    name = str(term.value)
    always = name in ALWAYS_PRESENT

    def exists(attributes: Attributes) -> bool:
        return always or attributes.get(name) is not None

    return exists
