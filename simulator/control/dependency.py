"""The annotation by which a Trigger waits for a source to be Ready."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from simulator.control.destinations import Reference, not_found
from simulator.control.faults import Fault, generic, missing
from simulator.control.go_types import DecodeError, decode, json_name
from simulator.control.types_duck import OBJECT_REFERENCE
from simulator.quoting import go_quote
from simulator.resource import mapping

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.conditions import ConditionSet
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields, Struct

_SPACE = re.compile(r"[ \t\r\n]*")
_LITERALS = {"t": "true", "f": "false", "n": "null"}
_DIGITS = re.compile(r"[0-9]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPES: Final = '"\\/bfnrt'
_HEX_DIGITS = 4
_DEEPEST = 10_000
_AT_THE_END: Final = "unexpected end of JSON input"


def unmarshal(kind: Struct, text: str) -> Fields:
    """Read a JSON text into a new object of this Go type; unknown members are left out.

    Raises:
        DecodeError: It is no JSON, or does not fit; says so in Go's words.

    Source: Go, encoding/json, Unmarshal; recorded in data/golden/kinds.
    """
    _Scanner(text).whole()
    try:
        # Of a number only that it is one counts.
        value = json.loads(text, parse_int=_number, parse_float=_number)
    except RecursionError:  # deeper than Python reads, in a member of no meaning
        value = {} if text.lstrip().startswith("{") else []
    if value is None:
        return decode(kind, {}, strict=False)
    if not isinstance(value, dict):
        raise DecodeError(
            f"json: cannot unmarshal {json_name(value)} into Go value of type {kind.name}"
        )
    return decode(kind, value, strict=False)


def _number(_: str) -> int:
    return 0


class _Scanner:
    """Source: Go, encoding/json, scanner.go."""

    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> None:
        """Go over one value and what surrounds it; DecodeError if it is none."""
        self._values()
        self._space()
        if self.at < len(self.text):
            raise self._wrong("after top-level value")

    def _values(self) -> None:
        open_: list[str] = []
        while True:
            if self._value(open_):
                continue
            while True:  # a value has ended
                if not open_:
                    return
                self._space()
                inside, mark = open_[-1], self._next()
                if mark == ",":
                    self.at += 1
                    if inside == "{":
                        self._key("looking for beginning of object key string")
                    break
                if mark != ("}" if inside == "{" else "]"):
                    what = "object key:value pair" if inside == "{" else "array element"
                    raise self._wrong(f"after {what}")
                self.at += 1
                open_.pop()

    def _value(self, open_: list[str]) -> bool:
        """Go over a value, or into one; tell whether one begins inside it."""
        self._space()
        mark = self._next()
        if mark in ("{", "["):
            if len(open_) == _DEEPEST:
                raise self._wrong("exceeded max depth")
            self.at += 1
            self._space()
            if self._next() == ("}" if mark == "{" else "]"):
                self.at += 1
                return False
            open_.append(mark)
            if mark == "{":
                self._key("looking for beginning of object key string")
            return True
        if mark == '"':
            self._string()
        elif mark in _LITERALS:
            self._literal(_LITERALS[mark])
        elif mark == "-" or mark in "0123456789":
            self._number()
        else:
            raise self._wrong("looking for beginning of value")
        return False

    def _key(self, wanted: str) -> None:
        self._space()
        if self._next() != '"':
            raise self._wrong(wanted)
        self._string()
        self._space()
        if self._next() != ":":
            raise self._wrong("after object key")
        self.at += 1

    def _string(self) -> None:
        self.at += 1
        while True:
            self._skip(_PLAIN)
            mark = self._next()
            if mark == '"':
                self.at += 1
                return
            if mark != "\\":
                raise self._wrong("in string literal")
            self.at += 1
            mark = self._next()
            if mark == "u":
                self._hexadecimal()
            elif mark not in _ESCAPES:
                raise self._wrong("in string escape code")
            self.at += 1

    def _hexadecimal(self) -> None:
        for _ in range(_HEX_DIGITS):
            self.at += 1
            if self._next() not in "0123456789abcdefABCDEF":
                raise self._wrong("in \\u hexadecimal character escape")

    def _literal(self, word: str) -> None:
        for letter in word[1:]:
            self.at += 1
            if self._next() != letter:
                raise self._wrong(f"in literal {word} (expecting {_shown(letter)})")
        self.at += 1

    def _number(self) -> None:
        text = self.text
        if text[self.at] == "-":
            self.at += 1
            self._digit("in numeric literal")
        if text[self.at] == "0":
            self.at += 1
        else:
            self._skip(_DIGITS)
        if text[self.at : self.at + 1] == ".":
            self.at += 1
            self._digit("after decimal point in numeric literal")
            self._skip(_DIGITS)
        if text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            if self._next() in "+-":
                self.at += 1
            self._digit("in exponent of numeric literal")
            self._skip(_DIGITS)

    def _digit(self, where: str) -> None:
        if self._next() not in "0123456789":
            raise self._wrong(where)

    def _space(self) -> None:
        self._skip(_SPACE)

    def _skip(self, what: re.Pattern[str]) -> None:
        found = what.match(self.text, self.at)
        assert found is not None, "it may be empty"
        self.at = found.end()

    def _next(self) -> str:
        if self.at == len(self.text):
            raise DecodeError(_AT_THE_END)
        return self.text[self.at]

    def _wrong(self, where: str) -> DecodeError:
        return DecodeError(f"invalid character {_shown(self.text[self.at])} {where}")


def _shown(mark: str) -> str:
    """Quote a character as Go's quoteChar does: its first byte."""
    if mark == "'":
        return r"'\''"
    if mark == '"':
        return "'\"'"
    first = chr(mark.encode("utf-8", "surrogatepass")[0])
    return f"'{go_quote(first)[1:-1]}'"


def check_dependency(text: str, namespace: str) -> list[Fault]:
    """Source: knative-resources 6.2; knative/eventing trigger_validation.go."""
    try:
        reference = unmarshal(OBJECT_REFERENCE, text)
    except DecodeError as error:
        message = (
            "The provided annotation was not a corev1.ObjectReference: "
            f"{go_quote(text)}"
        )
        return [generic(message, "", details=str(error))]
    needed = ("kind", "name", "apiVersion")
    faults = [missing(name) for name in needed if not reference.get(name)]
    if reference.get("namespace") and reference["namespace"] != namespace:
        message = (
            "Namespace must be empty or equal to the trigger namespace "
            f"{go_quote(namespace)}"
        )
        faults.append(generic(message, "namespace"))
    return faults


def judge_dependency(
    text: str, trigger: Admitted, conditions: ConditionSet, cluster: Cluster
) -> None:
    """Judge what it names; it gates only `Ready`, never the delivery."""
    try:
        ref = json.loads(text)
    except ValueError as error:
        conditions.false(
            "DependencyReady",
            "ReferenceError",
            "Unable to unmarshal objectReference from dependency annotation of "
            f"trigger: {error}",
        )
        return
    key = Reference.of(mapping(ref), trigger.namespace).key
    key = key._replace(namespace=trigger.namespace)
    if key not in cluster.resources:
        conditions.false(
            "DependencyReady",
            "DependencyDoesNotExist",
            f"Dependency does not exist: {not_found(key)}",
        )
        return
    ready = cluster.ready_of(key)
    if ready is None:
        conditions.unknown(
            "DependencyReady",
            "DependencyNotConfigured",
            "Dependency has not yet been reconciled.",
        )
    else:
        conditions.copy("DependencyReady", ready)
