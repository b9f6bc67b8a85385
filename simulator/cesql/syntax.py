"""The syntax tree of an expression: terms, each knowing where it stands in the text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.cesql.errors import Span
    from simulator.cesql.values import Value


class Kind(StrEnum):
    """What a term is; operators are called by their symbol.

    Source: CloudEvents SQL 1.0, section 2 "Language syntax".
    """

    LITERAL = "literal"
    ATTRIBUTE = "attribute"
    CALL = "call"
    NEGATE = "negate"
    NOT = "NOT"
    EXISTS = "EXISTS"
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    MULTIPLY = "*"
    DIVIDE = "/"
    REMAINDER = "%"
    ADD = "+"
    SUBTRACT = "-"
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    AND = "AND"
    OR = "OR"
    XOR = "XOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A part of an expression that has a value.

    AND, OR and XOR have two operands or more: ``a AND b AND c`` is one term. IN has the tested operand first, then the set.

    Attributes:
        span: Where it stands, with the parentheses around it.
        value: The literal's value; the name, in lower case for an attribute, in upper
            case for a function; the pattern of LIKE; False for all others.
        depth: Terms on the longest way down, this one included.
    """

    kind: Kind
    span: Span
    operands: tuple[Term, ...] = ()
    value: Value = False
    depth: int = 1

    def walk(self) -> Iterator[Term]:
        yield self
        for operand in self.operands:
            yield from operand.walk()
