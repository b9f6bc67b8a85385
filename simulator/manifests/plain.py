"""A plain value is what JSON can hold; values made in Python are copied into one."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TypeAlias

from simulator.errors import with_article

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
PlainMapping: TypeAlias = "dict[str, Plain]"

MAX_DEPTH = 100
"""Levels of nesting; Knative's own resources stay below 20, event data below 30."""


_INT64 = 2**63
_LARGEST = sys.float_info.max


class NotPlainError(ValueError):
    """A value has no form in JSON.

    Args:
        path: The field, such as ``spec.filters[0]``.
        reason: What is wrong with it.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}" if path else reason)


def plain(value: object, path: str = "", depth: int = 0) -> Plain:
    """Copy a Python value into JSON-like values; tuples become lists.

    Raises:
        NotPlainError: It holds something that JSON does not have.
    """
    if depth > MAX_DEPTH:
        raise NotPlainError(path, f"nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, Mapping):
        return {
            _key(key, path): plain(item, f"{path}.{key}".lstrip("."), depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(value)]
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if not abs(value) <= _LARGEST:
            found = value if isinstance(value, float) else "number of that size"
            raise NotPlainError(path, f"JSON has no {found}")
        return json_number(value)
    raise NotPlainError(path, f"{with_article(type(value).__name__)} is no JSON value")


def json_number(number: float) -> int | float:
    """Give a finite number as Kubernetes reads it from JSON: an int64, else a float64.

    Source: k8s.io/apimachinery, ``util/json``; Go writes the float 1.0 as ``1``.
    """
    if -_INT64 <= number < _INT64 and number == int(number):
        return int(number)
    return float(number)


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise NotPlainError(path, f"the key {key!r} is no string")
    return _text(key, path)


def _text(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotPlainError(path, f"{text!r} is no Unicode text") from None
    return str(text)


def called(value: object) -> str:
    """Name the type of a value in the words of YAML, with its article."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a number"
