"""Each value casts to another type in one way only, or in none.

Source: CloudEvents SQL 1.0, section 3.7 "Type casting".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cesql.errors import CastError
from simulator.cesql.values import Value, ValueType, integer_or_none, type_name

if TYPE_CHECKING:
    from simulator.cesql.errors import Span


def to_boolean(value: Value, span: Span) -> bool:
    """Cast "true" and "false" in any case, and Integers, or raise CastError."""
    if isinstance(value, int):
        return bool(value)
    lowered = value.lower()
    if lowered == "true":
        return True
    if lowered == "false":
        return False
    raise _no_cast(value, bool, span)


def to_integer(value: Value, span: Span) -> int:
    """Cast decimal digits, perhaps signed, TRUE to 1; CastError beyond 32 bits."""
    if isinstance(value, int):
        return int(value)
    number = integer_or_none(value)
    if number is None:
        raise _no_cast(value, int, span)
    return number


def to_string(value: Value) -> str:
    """TRUE becomes "true"."""
    if value.__class__ is bool:
        return "true" if value else "false"
    return str(value)


def cast(value: Value, to: ValueType, span: Span) -> Value:
    """Cast what comes from *span* to a type known only now, or raise CastError."""
    if value.__class__ is to:
        return value
    if to is str:
        return to_string(value)
    return to_boolean(value, span) if to is bool else to_integer(value, span)


def _no_cast(value: str, to: ValueType, span: Span) -> CastError:
    return CastError(
        f"the String {value!r} cannot be cast to {type_name(to)}", span=span
    )
