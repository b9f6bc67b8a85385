"""Shorthand of these tests: evaluate an expression on a few attributes."""

from __future__ import annotations

from simulator.cesql import compile_expression

Value = bool | int | str


def evaluated(text: str, **attributes: Value) -> tuple[Value, str]:
    """The value, and the kind of the error or an empty string."""
    value, error = compile_expression(text).evaluate(attributes)
    return value, error.kind if error else ""


def value_of(text: str, **attributes: Value) -> Value:
    """The value of an expression that has no error."""
    value, kind = evaluated(text, **attributes)
    assert kind == ""
    return value
