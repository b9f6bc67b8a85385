"""The payload of a PingSource read as Go reads it: base64, and a JSON object."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from json import JSONDecodeError

_ALPHABET = re.compile(r"[A-Za-z0-9+/]")
_QUANTUM = 4
# Characters of a quantum that make its first byte; the rest may be padding.
_ONE_BYTE = 2
# As CPython's json words it, which names four hexadecimal digits by four letters.
_PYTHONS_ESCAPE = f"Invalid \\u{'X' * 4} escape"
_GO_TYPE = "map[string]interface {}"
_JSON_NAMES = {
    list: "array", str: "string", bool: "bool", int: "number", float: "number",
}  # fmt: skip


class PayloadError(ValueError):
    """A payload does not fit; says so in Go's words."""


def decode_base64(text: str) -> bytes:
    """Decode padded base64; line ends are skipped.

    Raises:
        PayloadError: With the place of the first byte that does not fit.

    Source: Go, encoding/base64, StdEncoding.DecodeString.
    """
    kept = [(i, c) for i, c in enumerate(text) if c not in "\r\n"]
    for start in range(0, len(kept), _QUANTUM):
        bad = _bad_place(kept[start : start + _QUANTUM], kept, start, len(text))
        if bad is not None:
            place = len(text[:bad].encode())
            raise PayloadError(f"illegal base64 data at input byte {place}")
    return b64decode("".join(char for _, char in kept))


def _bad_place(
    quantum: list[tuple[int, str]], kept: list[tuple[int, str]], start: int, end: int
) -> int | None:
    for offset, (place, char) in enumerate(quantum):
        if _ALPHABET.fullmatch(char):
            continue
        if char != "=" or offset < _ONE_BYTE:
            return place
        following = kept[start + offset + 1 :]
        if offset == _ONE_BYTE:  # then a second = has to come
            if not following:
                return end
            if following[0][1] != "=":
                return following[0][0] - 1
            following = following[1:]
        return following[0][0] if following else None
    return None if len(quantum) == _QUANTUM else end - len(quantum)


def check_json_object(text: str) -> None:
    """Check that a text is a JSON object, or null.

    Raises:
        PayloadError: It is no JSON, or another JSON value.

    Source: knative-resources 6.12 [quirk]: arrays, strings and numbers are refused.
    """
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except JSONDecodeError as error:
        raise PayloadError(_go_words(text, error)) from None
    except RecursionError:
        raise PayloadError("exceeded max depth") from None
    if found is not None and not isinstance(found, dict):
        name = _JSON_NAMES[type(found)]
        raise PayloadError(
            f"json: cannot unmarshal {name} into Go value of type {_GO_TYPE}"
        )


def _no_constant(name: str) -> object:
    raise JSONDecodeError("Expecting value", name, 0)


def _go_words(text: str, error: JSONDecodeError) -> str:
    """Say a syntax error in the words of Go's scanner, as near as Python knows it."""
    # Python 3.13 points at a trailing comma, Go and older ones at what follows it.
    why = error.msg
    place = error.pos + why.startswith("Illegal trailing comma")
    while why != "Invalid control character at" and text[place : place + 1] in tuple(
        " \t\r\n"
    ):
        place += 1
    if place >= len(text) or why.startswith("Unterminated string"):
        return "unexpected end of JSON input"
    shown = _quoted_char(text[place])
    if why == "Extra data":
        return f"invalid character {shown} after top-level value"
    contexts = {
        "Expecting property name enclosed in double quotes": (
            "looking for beginning of object key string"
        ),
        "Illegal trailing comma before end of object": (
            "looking for beginning of object key string"
        ),
        "Expecting ':' delimiter": "after object key",
        "Invalid control character at": "in string literal",
        "Invalid \\escape": "in string escape code",
        _PYTHONS_ESCAPE: "in \\u hexadecimal character escape",
    }
    if why == "Expecting ',' delimiter":
        inside = (
            "object key:value pair" if _in_object(text[:place]) else "array element"
        )
        return f"invalid character {shown} after {inside}"
    if why == "Invalid \\escape":
        shown = _quoted_char(text[place + 1 : place + 2] or '"')
    if why == "Expecting value":
        literal = _broken_literal(text[place:])
        if literal is not None:
            return literal
    return f"invalid character {shown} {contexts.get(why, 'looking for beginning of value')}"


def _broken_literal(text: str) -> str | None:
    for word in ("true", "false", "null"):
        if text[0] != word[0]:
            continue
        for good, found in zip(word, text, strict=False):
            if good != found:
                wanted = f"in literal {word} (expecting {_quoted_char(good)})"
                return f"invalid character {_quoted_char(found)} {wanted}"
        return "unexpected end of JSON input"
    if text == "-":
        return "unexpected end of JSON input"
    if text[0] == "-":
        return f"invalid character {_quoted_char(text[1])} in numeric literal"
    return None


def _in_object(before: str) -> bool:
    depth: list[str] = []
    in_string = escaped = False
    for char in before:
        if in_string:
            in_string = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            in_string = True
        elif char in "{[":
            depth.append(char)
        elif char in "}]":
            depth.pop()
    return depth[-1:] == ["{"]


def _quoted_char(char: str) -> str:
    if char == "'":
        return r"'\''"
    if char == '"':
        return "'\"'"
    escaped = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\"}.get(char)
    if escaped is None and not char.isprintable():
        escaped = f"\\x{ord(char):02x}"
    return f"'{escaped or char}'"
