"""CESQL has three types: Boolean, Integer and String are Python's bool, int and str.

``T()`` is the zero value of a type. An Integer is always within 32 bits.

Source: CloudEvents SQL 1.0, section 3.1 "Type system".
"""

from __future__ import annotations

import re
from typing import TypeAlias

Value: TypeAlias = bool | int | str
ValueType: TypeAlias = type[bool] | type[int] | type[str]

INTEGER_MIN = -(2**31)
INTEGER_MAX = 2**31 - 1

_INTEGER_TEXT = re.compile(r"[+-]?[0-9]+")
_INTEGER_DIGITS = 10
"""Most digits that an Integer has; leading zeros are not counted."""


def type_name(of: ValueType) -> str:
    if of is bool:
        return "Boolean"
    return "Integer" if of is int else "String"


def wrapped(number: int) -> int:
    """Bring a result of arithmetic into 32 bits, as two's complement does."""
    return (number - INTEGER_MIN & 0xFFFF_FFFF) + INTEGER_MIN


def integer_or_none(text: str) -> int | None:
    """None if it is no decimal number or does not fit into 32 bits."""
    if not _INTEGER_TEXT.fullmatch(text):
        return None
    digits = text.lstrip("+-").lstrip("0")
    # int() refuses texts of thousands of digits with an exception of its own
    if len(digits) > _INTEGER_DIGITS:
        return None
    number = int(digits or "0") * (-1 if text[0] == "-" else 1)
    return number if INTEGER_MIN <= number <= INTEGER_MAX else None
