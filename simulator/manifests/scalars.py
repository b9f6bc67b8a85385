"""A plain scalar means here what it means to ``kubectl``.

Source: sigs.k8s.io/yaml, ``yaml.go`` (YAML becomes JSON before anything else sees it)
    and ``goyaml.v2/resolve.go``, ``resolve``: YAML 1.1 words such as ``yes``, ``on`` and
    ``y`` are booleans, dates stay strings, there are no base 60 numbers;
    k8s.io/apimachinery, ``util/json``: a number is an int64 when its JSON text is one,
    else a float64, so ``1.0`` is the integer 1.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import sys
from collections.abc import Mapping
from typing import Final, TypeAlias

from simulator.errors import with_article

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | None"
PlainMapping: TypeAlias = "dict[str, Plain]"

MAX_DEPTH = 100
"""Levels of nesting; Knative's own resources stay below 20, event data below 30."""

_INT64 = 2**63
_LARGEST = sys.float_info.max


class NotPlainError(ValueError):
    """A value has no form in JSON; *path* is its field, such as ``spec.filters[0]``."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}" if path else reason)


def plain(value: object, path: str = "", depth: int = 0) -> Plain:
    """Copy a value into JSON-like ones, a tuple as a list, or raise NotPlainError."""
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
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a number"


_TAG = "tag:yaml.org,2002:"
STR: Final = _TAG + "str"
NULL: Final = _TAG + "null"
BOOL: Final = _TAG + "bool"
INT: Final = _TAG + "int"
FLOAT: Final = _TAG + "float"
BINARY: Final = _TAG + "binary"
MERGE: Final = _TAG + "merge"

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULLS = ("~", "null", "Null", "NULL", "")
_INFINITE = (".inf", ".Inf", ".INF")
_NOT_FINITE = (
    *(".nan", ".NaN", ".NAN"),
    *(sign + word for sign in ("", "+", "-") for word in _INFINITE),
)
_WORD_TAGS: Final = {
    **dict.fromkeys(_TRUE + _FALSE, BOOL),
    **dict.fromkeys(_NULLS, NULL),
    **dict.fromkeys(_NOT_FINITE, FLOAT),
    "<<": MERGE,
}
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_SPECIAL_STARTS: Final = _NUMBER_STARTS | frozenset("yYnNtTfFoO~<")
_INT = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_OCTAL = r"[-+]?0[0-7]+"
_LONGEST_NUMBER = 250  # characters, in hexadecimal still within a float64


class ScalarError(ValueError):
    """A scalar cannot be what its tag says, or has no form in JSON."""


def plain_tag(text: str) -> str:
    """Find the tag of a scalar written without quotes and without a tag."""
    if text and text[0] not in _SPECIAL_STARTS:
        return STR
    word = _WORD_TAGS.get(text)
    if word is not None:
        return word
    if text[0] not in _NUMBER_STARTS or len(text) > _LONGEST_NUMBER:
        return STR
    digits = text if text[0] == "." else text.replace("_", "")
    if _INT.fullmatch(digits):
        return INT
    if _FLOAT.fullmatch(digits) and math.isfinite(float(digits)):
        return FLOAT
    return STR


def scalar_value(tag: str, text: str) -> Plain:
    """Give the JSON value of a scalar; ScalarError if *text* is no *tag*.

    Tags that are not YAML's own are ignored, as ``kubectl`` does.
    """
    if tag == BINARY:
        return _decoded(text)
    if tag not in (NULL, BOOL, INT, FLOAT):
        return text
    meant = plain_tag(text)
    if tag != meant and (tag, meant) != (FLOAT, INT):
        raise ScalarError(f"{text!r} is no {tag.removeprefix(_TAG)}")
    if tag == NULL:
        return None
    if tag == BOOL:
        return text in _TRUE
    return _number(meant, text)


def key_text(tag: str, text: str) -> str:
    """Give a key as JSON has it; ScalarError for null.

    Source: sigs.k8s.io/yaml, ``yaml.go``, ``convertToJSONableObject``.
    """
    value = scalar_value(tag, text)
    if value is None:
        raise ScalarError("a key must not be null; write it in quotes")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _number(tag: str, text: str) -> int | float:
    if text in _NOT_FINITE:
        raise ScalarError(f"JSON has no {text}; write it in quotes if you mean a text")
    digits = text.replace("_", "")
    if tag == INT:
        base = 8 if re.fullmatch(_OCTAL, digits) else 0
        return json_number(int(digits, base))
    return json_number(float(digits))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode(
            errors="replace"
        )
    except (binascii.Error, ValueError) as error:
        raise ScalarError(f"!!binary is no base64: {error}") from error
