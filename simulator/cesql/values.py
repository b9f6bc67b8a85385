"""CESQL has three types, and each value casts to another type in one way only.

Boolean, Integer and String are Python's bool, int and str; ``T()`` is the zero
value of a type. An Integer is always within 32 bits.

Source: CloudEvents SQL 1.0, sections 3.1 "Type system" and 3.7 "Type casting".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from simulator.cesql.errors import CastError

if TYPE_CHECKING:
    from simulator.cesql.errors import Span

Value: TypeAlias = bool | int | str
ValueType: TypeAlias = type[bool] | type[int] | type[str]

INTEGER_MIN = -(2**31)
INTEGER_MAX = 2**31 - 1

_INTEGER_TEXT = re.compile(r"[+-]?[0-9]+")
_INTEGER_DIGITS = 10
"""Most digits that an Integer has; leading zeros are not counted."""


def type_name(of: ValueType) -> str:
    """The specification's name of a type."""
    if of is bool:
        return "Boolean"
    return "Integer" if of is int else "String"


def wrapped(number: int) -> int:
    """Bring a result of arithmetic into 32 bits, as two's complement does."""
    return (number - INTEGER_MIN & 0xFFFF_FFFF) + INTEGER_MIN


def integer_or_none(text: str) -> int | None:
    """Read a decimal number; None if it is none or does not fit into 32 bits."""
    if not _INTEGER_TEXT.fullmatch(text):
        return None
    digits = text.lstrip("+-").lstrip("0")
    # int() refuses texts of thousands of digits with an exception of its own
    if len(digits) > _INTEGER_DIGITS:
        return None
    number = int(digits or "0") * (-1 if text[0] == "-" else 1)
    return number if INTEGER_MIN <= number <= INTEGER_MAX else None


def to_boolean(value: Value, span: Span) -> bool:
    """Cast to Boolean: "true" and "false" in any case, and Integers unless 0.

    Raises:
        CastError: *value* is another String.
    """
    if isinstance(value, int):
        return bool(value)
    lowered = value.lower()
    if lowered == "true":
        return True
    if lowered == "false":
        return False
    raise _no_cast(value, bool, span)


def to_integer(value: Value, span: Span) -> int:
    """Cast to Integer: decimal digits with or without a sign, TRUE is 1.

    Raises:
        CastError: *value* is another String, or needs more than 32 bits.
    """
    if isinstance(value, int):
        return int(value)
    number = integer_or_none(value)
    if number is None:
        raise _no_cast(value, int, span)
    return number


def to_string(value: Value) -> str:
    """Cast to String, which always succeeds; TRUE becomes "true"."""
    if value.__class__ is bool:
        return "true" if value else "false"
    return str(value)


def cast(value: Value, to: ValueType, span: Span) -> Value:
    """Cast to a type that is known only now; *span* is where *value* came from.

    Raises:
        CastError: *value* has no counterpart in the type.
    """
    if value.__class__ is to:
        return value
    if to is str:
        return to_string(value)
    return to_boolean(value, span) if to is bool else to_integer(value, span)


def _no_cast(value: str, to: ValueType, span: Span) -> CastError:
    return CastError(
        f"the String {value!r} cannot be cast to {type_name(to)}", span=span
    )
