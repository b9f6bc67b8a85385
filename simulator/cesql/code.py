"""Compiled code: a closure for each term, which fails by raising the first error.

No operator of CESQL looks at the error of an operand: an expression is worth the zero
value of its type as soon as one part fails, and nothing after that is evaluated. So
errors are raised, which costs nothing as long as there are none, and are caught once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from simulator.cesql.casting import to_boolean
from simulator.cesql.errors import EvaluationError
from simulator.cesql.values import Value, ValueType

if TYPE_CHECKING:
    from simulator.cesql.syntax import Term

Attributes: TypeAlias = Mapping[str, Value]
Run: TypeAlias = Callable[[Attributes], Value]
BooleanRun: TypeAlias = Callable[[Attributes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A term that can be run.

    Attributes:
        run: Gives the value, or raises EvaluationError.
        type: Of the value; None if only the event decides.
    """

    term: Term
    run: Run
    type: ValueType | None
    operands: tuple[Code, ...] = ()

    def settle(self, attributes: Attributes) -> tuple[Value, EvaluationError | None]:
        """The value of the term by itself, with the error if there is one."""
        try:
            return self.run(attributes), None
        except EvaluationError as error:
            return self.value_despite(error), error.with_traceback(None)

    def value_despite(self, error: EvaluationError) -> Value:
        """What the term is worth after *error* rose from it.

        An operand's fallback does not count: only its own error reaches this term.

        Source: CloudEvents SQL 1.0, sections 3.2 (a missing attribute is false) and
            3.3 (the zero value of the return type).
        """
        if error.fallback is not None and error.span == self.term.span:
            return error.fallback
        return False if self.type is None else self.type()


def as_boolean(code: Code) -> BooleanRun:
    """Run an operand of a logic operator, cast right away; it may raise CastError."""
    run, span = code.run, code.term.span
    if code.type is bool:
        return cast("BooleanRun", run)  # its values are of the type it names

    def cast_result(attributes: Attributes) -> bool:
        return to_boolean(run(attributes), span)

    return cast_result
