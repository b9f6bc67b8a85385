"""Faster code for the tests that filters are made of, on attributes that are Strings.

Each shortcut answers for a String and leaves everything else, an absent attribute
too, to the plain code: it can be removed and no result changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.like import matcher
from simulator.cesql.syntax import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.cesql.code import Attributes, Code, Run
    from simulator.cesql.syntax import Term
    from simulator.cesql.values import Value


def shortcut(code: Code) -> Run:
    """The fastest way to run *code*; often that is ``code.run`` itself."""
    match code.term.operands:
        case (tested, *others) if tested.kind is Kind.ATTRIBUTE:
            texts = tuple(
                other.value
                for other in others
                if other.kind is Kind.LITERAL and isinstance(other.value, str)
            )
            test = _test(code.term, texts) if len(texts) == len(others) else None
            return code.run if test is None else _tested(tested, test, code.run)
        case _:
            return code.run


def _test(term: Term, texts: tuple[str, ...]) -> Callable[[str], bool] | None:
    match term.kind:
        case Kind.EQUAL:
            return texts[0].__eq__
        case Kind.NOT_EQUAL:
            return texts[0].__ne__
        case Kind.IN:
            return frozenset(texts).__contains__
        case Kind.LIKE:
            return matcher(str(term.value))
        case _:
            return None


def _tested(attribute: Term, test: Callable[[str], bool], otherwise: Run) -> Run:
    name = str(attribute.value)

    def run(attributes: Attributes) -> Value:
        value = attributes.get(name)
        if value.__class__ is str:
            return test(value)
        return otherwise(attributes)

    return run
