"""A function call: the function is looked up before any argument is evaluated.

Source: CloudEvents SQL 1.0, sections 3.3 (MissingFunctionError is worth false) and 3.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.casting import cast
from simulator.cesql.code import Code
from simulator.cesql.errors import (
    FunctionEvaluationError,
    MathError,
    MissingFunctionError,
)
from simulator.cesql.functions import FunctionError, FunctionSet, OverflowFunctionError
from simulator.cesql.values import type_name

if TYPE_CHECKING:
    from simulator.cesql.code import Attributes
    from simulator.cesql.errors import EvaluationError, Span
    from simulator.cesql.functions import Function
    from simulator.cesql.syntax import Term
    from simulator.cesql.values import Value


def call(term: Term, operands: tuple[Code, ...], functions: FunctionSet) -> Code:
    """Code for a call; of a function that there is not, it fails whenever it runs."""
    function = functions.resolve(str(term.value), len(operands))
    if function is None:
        return _missing(term, operands, functions)
    body, returns, span = function.body, function.returns, term.span
    types = function.types_of(len(operands))
    arguments = tuple(
        (code.run, to, code.term.span) for code, to in zip(operands, types, strict=True)
    )

    def called(attributes: Attributes) -> Value:
        # each argument is cast before the next is evaluated, as in sdk-go
        values = [
            run(attributes) if to is None else cast(run(attributes), to, at)
            for run, to, at in arguments
        ]
        try:
            value = body(*values)
        except FunctionError as fault:
            raise _reported(fault, span) from None
        except Exception as fault:  # noqa: BLE001 - a caller's own function may raise anything
            raise FunctionEvaluationError(
                f"{function.name} failed: {fault!r}", span=span
            ) from None
        if value.__class__ is not returns:
            raise _wrong_type(function, value, span)
        return value

    return Code(term=term, run=called, type=returns, operands=operands)


def _reported(fault: FunctionError, span: Span) -> EvaluationError:
    error = (
        MathError
        if isinstance(fault, OverflowFunctionError)
        else FunctionEvaluationError
    )
    return error(fault.reason, span=span, fallback=fault.value)


def _wrong_type(
    function: Function, value: object, span: Span
) -> FunctionEvaluationError:
    wanted = type_name(function.returns)
    message = f"{function.name} must give a value of type {wanted}, not {value!r}"
    return FunctionEvaluationError(message, span=span)


def missing_text(term: Term, functions: FunctionSet) -> str:
    """Say that there is no function for a call, and which was probably meant."""
    name, names = str(term.value), functions.names()
    if name in names:
        return f"no function {name} takes {len(term.operands)} arguments"
    from simulator.errors import closest  # seldom needed

    close = closest(name, names)
    return f"there is no function {name}" + (
        f"; did you mean {close}?" if close else ""
    )


def _missing(term: Term, operands: tuple[Code, ...], functions: FunctionSet) -> Code:
    message = missing_text(term, functions)

    def fail(attributes: Attributes) -> Value:
        raise MissingFunctionError(message, span=term.span)

    return Code(term=term, run=fail, type=None, operands=operands)
