"""Functions are found by name and number of arguments; the built-in ones stand here.

A function is looked up before any argument is evaluated.

Source: CloudEvents SQL 1.0, sections 3.5 "Functions" and 3.3 (MissingFunctionError is
    worth false).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.cesql.casting import cast
from simulator.cesql.code import Code
from simulator.cesql.errors import (
    FunctionEvaluationError,
    MathError,
    MissingFunctionError,
)
from simulator.cesql.values import INTEGER_MAX, INTEGER_MIN, Value, ValueType, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.cesql.code import Attributes
    from simulator.cesql.errors import EvaluationError, Span
    from simulator.cesql.syntax import Term

WHITE_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""What TRIM removes: Unicode's White_Space, which is less than Python's isspace()."""


class FunctionError(Exception):
    """Raised by the body of a function that rejects its arguments.

    *value* is the function's value all the same; None is the zero value of its type.
    """

    def __init__(self, reason: str, value: Value | None = None) -> None:
        self.reason = reason
        self.value = value
        super().__init__(reason)


class OverflowFunctionError(FunctionError):
    """The result needs more than 32 bits: a math error, not one of the function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that expressions can call.

    Attributes:
        name: In upper case; letters and underscores, case does not matter in calls.
        parameters: The types to which the first arguments are cast; None for one that
            is taken as it is.
        variadic: The type of any number of further arguments; None allows none.
        returns: The type of the value.
        body: Called with the cast arguments. It raises FunctionError to report an
            error, and must be pure.
    """

    name: str
    parameters: tuple[ValueType | None, ...]
    returns: ValueType
    body: Callable[..., Value]
    variadic: ValueType | None = None

    def types_of(self, count: int) -> tuple[ValueType | None, ...]:
        further = count - len(self.parameters)
        if self.variadic is None:
            return self.parameters
        return self.parameters + (self.variadic,) * further

    def takes(self, count: int) -> bool:
        fixed = len(self.parameters)
        return count == fixed or (count > fixed and self.variadic is not None)


class FunctionSet:
    """The functions that an expression can call, the built-in ones among them.

    Raises:
        ValueError: Two functions of one name take the same number of arguments.
    """

    __slots__ = ("_by_name",)

    def __init__(self, added: Iterable[Function] = ()) -> None:
        self._by_name: dict[str, list[Function]] = {}
        for function in (*BUILT_IN, *added):
            overloads = self._by_name.setdefault(function.name.upper(), [])
            for other in overloads:
                _refuse_overlap(function, other)
            overloads.append(function)

    def resolve(self, name: str, count: int) -> Function | None:
        for function in self._by_name.get(name, ()):
            if function.takes(count):
                return function
        return None

    def names(self) -> list[str]:
        return list(self._by_name)


def _refuse_overlap(function: Function, other: Function) -> None:
    fixed = max(len(function.parameters), len(other.parameters))
    if function.takes(fixed) and other.takes(fixed):
        message = f"two functions {function.name} take {fixed} arguments"
        raise ValueError(message)


def _absolute(x: int) -> int:
    if x == INTEGER_MIN:
        message = f"the absolute value of {x} needs more than 32 bits"
        raise OverflowFunctionError(message, INTEGER_MAX)
    return abs(x)


def _left(x: str, y: int) -> str:
    if y < 0:
        message = f"LEFT cannot take {y} characters"
        raise FunctionError(message, x)
    return x[:y]


def _right(x: str, y: int) -> str:
    if y < 0:
        message = f"RIGHT cannot take {y} characters"
        raise FunctionError(message, x)
    return x[max(len(x) - y, 0) :]


def _substring(x: str, position: int, length: int | None = None) -> str:
    if abs(position) > len(x):
        message = f"SUBSTRING cannot start at {position} of {len(x)} characters"
        raise FunctionError(message)
    if length is not None and length < 0:
        message = f"SUBSTRING cannot take {length} characters"
        raise FunctionError(message)
    if position == 0:
        return ""
    start = position - 1 if position > 0 else len(x) + position
    return x[start:] if length is None else x[start : start + length]


def _identity(x: Value) -> Value:
    """The body of BOOL, INT and STRING: the cast of the argument is all they do."""
    return x


def _built_in(
    name: str,
    parameters: tuple[ValueType, ...],
    returns: ValueType,
    body: Callable[..., Value],
    variadic: ValueType | None = None,
) -> Function:
    return Function(
        name=name, parameters=parameters, returns=returns, body=body, variadic=variadic
    )


BUILT_IN = (
    _built_in("INT", (int,), int, _identity),
    _built_in("BOOL", (bool,), bool, _identity),
    _built_in("STRING", (str,), str, _identity),
    _built_in("ABS", (int,), int, _absolute),
    _built_in("LENGTH", (str,), int, len),
    _built_in("CONCAT", (), str, lambda *texts: "".join(texts), str),
    _built_in("CONCAT_WS", (str,), str, lambda mark, *texts: mark.join(texts), str),
    _built_in("LOWER", (str,), str, str.lower),
    _built_in("UPPER", (str,), str, str.upper),
    _built_in("TRIM", (str,), str, lambda text: text.strip(WHITE_SPACE)),
    _built_in("LEFT", (str, int), str, _left),
    _built_in("RIGHT", (str, int), str, _right),
    _built_in("SUBSTRING", (str, int), str, _substring),
    _built_in("SUBSTRING", (str, int, int), str, _substring),
)
"""Source: CloudEvents SQL 1.0, sections 3.5.1, 3.5.2 and 3.5.3."""


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
        except Exception as fault:  # noqa: BLE001 - a user's function raises what it likes; CESQL has one error for it
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
