"""The part of CEL in which Tekton's EventListeners choose and take from requests.

Names ``header``, ``body`` and ``extensions``; members, indices, texts, numbers, lists;
``==``, ``!=``, ``in``, ``&&``, ``||``, ``!``, ``+``; and the functions of `_FUNCTIONS`. What else CEL has is refused when it is read, and so is never played wrong.

No library: the official one is 16 MB of C++, cel-python brings six dependencies; a grammar
of lark would take the place of the forty lines of `_Parser` that are its rules, and need as
many for what its messages are made of.

Source: tektoncd/triggers docs/cel_expressions.md; google/cel-spec doc/langdef.md.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Values = Mapping[str, Any]
    Evaluate = Callable[[Values], Any]

_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
    r"""|(?P<sign>==|!=|&&|\|\||[!.,()\[\]+]))"""
)
_NAMES = ("header", "body", "extensions")
_CONSTANTS = {"true": True, "false": False, "null": None}
_ESCAPES = {**{each: each for each in "\\'\"`?"}, "n": "\n", "t": "\t", "r": "\r",
            "a": "\a", "b": "\b", "f": "\f", "v": "\v"}  # fmt: skip
_JOINED = (str, list, int, float)
_LONGEST = 10_000
_MOST_WORDS = 400
_DEEPEST = 50


class CelError(ValueError):
    """An expression does not parse, or cannot be evaluated for this request."""


class Cel:
    """An expression; CelError where it does not parse, or has what is not simulated."""

    def __init__(self, text: str) -> None:
        self.text = text
        parser = _Parser(text)
        self._evaluate = parser.either()
        parser.expect("")

    def evaluate(self, values: Values) -> Any:
        """Evaluate it; CelError where a member is not there, or of the wrong type."""
        return self._evaluate(values)

    def __deepcopy__(self, _: object) -> Cel:
        return self  # nothing of it changes


class _Parser:
    """Goes down from ``||`` to what is atomic; each step gives a function."""

    def __init__(self, text: str) -> None:
        if len(text) > _LONGEST:
            raise CelError(f"is longer than {_LONGEST} characters")
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            found = _TOKEN.match(text, at)
            if found is None:
                raise CelError(f"does not parse at {text[at:].strip()[:20]!r}")
            kind = str(found.lastgroup)
            self._tokens.append((kind, found[kind]))
            at = found.end()
        if len(self._tokens) > _MOST_WORDS:
            raise CelError(f"has more than {_MOST_WORDS} words and signs")
        self._at = 0
        self._depth = 0

    def _peek(self) -> str:
        at_end = self._at == len(self._tokens)
        return "" if at_end else self._tokens[self._at][1]

    def _take(self, *signs: str) -> str:
        found = self._peek()
        if found and found in signs:
            self._at += 1
            return found
        return ""

    def expect(self, sign: str) -> None:
        if (self._peek() if not sign else self._take(sign)) != sign:
            wanted = repr(sign) if sign else "an end"
            raise CelError(f"expected {wanted}, found {self._peek() or 'the end'!r}")

    def either(self) -> Evaluate:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise CelError(f"is nested deeper than {_DEEPEST}")
        left = self._both()
        while self._take("||"):
            left = _logical(left, self._both(), decided=True)
        self._depth -= 1
        return left

    def _both(self) -> Evaluate:
        left = self._compared()
        while self._take("&&"):
            left = _logical(left, self._compared(), decided=False)
        return left

    def _compared(self) -> Evaluate:
        left = self._sum()
        while sign := self._take("==", "!=", "in"):
            left = _comparison(sign, left, self._sum())
        return left

    def _sum(self) -> Evaluate:
        left = self._negated()
        while self._take("+"):
            left = _joined(left, self._negated())
        return left

    def _negated(self) -> Evaluate:
        nots = 0
        while self._take("!"):
            nots += 1
        inner = self._member()
        return inner if not nots % 2 else lambda values: not _truth(inner(values))

    def _member(self) -> Evaluate:
        of = self._atom()
        while sign := self._take(".", "["):
            if sign == "[":
                index = self.either()
                self.expect("]")
                of = _indexed(of, index)
                continue
            kind, name = self._next()
            if kind != "name":
                raise CelError(f"expected a name after '.', found {name!r}")
            of = (
                _called(name, of, self._arguments())
                if self._take("(")
                else _indexed(of, lambda _, name=name: name)  # type: ignore[misc]
            )
        return of

    def _arguments(self, closing: str = ")") -> list[Evaluate]:
        found: list[Evaluate] = []
        while not self._take(closing):
            if found:
                self.expect(",")
            found.append(self.either())
        return found

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise CelError("ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _atom(self) -> Evaluate:
        kind, found = self._next()
        if found == "(":
            inner = self.either()
            self.expect(")")
            return inner
        if found == "[":
            items = self._arguments("]")
            return lambda values: [item(values) for item in items]
        if kind == "name" and found in _CONSTANTS:
            return lambda _: _CONSTANTS[found]
        if kind == "name":
            if found not in _NAMES:
                there_are = ", ".join(_NAMES)
                raise CelError(
                    f"{found!r} is not simulated{nearest(found, _NAMES)} (there are: {there_are})"
                )
            return lambda values: values.get(found)
        if kind == "text":
            text = re.sub(r"\\(.)", _escaped, found[1:-1])
            return lambda _: text
        if kind == "number":
            number = float(found) if "." in found else int(found)
            return lambda _: number
        raise CelError(f"does not parse at {found!r}")


def _escaped(found: re.Match[str]) -> str:
    """Source: cel-spec langdef.md, String and Bytes Values; numbered ones are not simulated."""
    if found[1] not in _ESCAPES:
        raise CelError(f"has no escape {found[0]!r}, or it is not simulated")
    return _ESCAPES[found[1]]


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise CelError(f"expected true or false, found {value!r}")
    return value


def _logical(left: Evaluate, right: Evaluate, *, decided: bool) -> Evaluate:
    """Join with ``||``, which true decides, or with ``&&``, which false does.

    Source: cel-spec langdef.md, Logical Operators: what decides on either side counts,
        even if the other side is an error.
    """

    def evaluate(values: Values) -> bool:
        try:
            if _truth(left(values)) is decided:
                return decided
        except CelError:
            if _truth(right(values)) is decided:
                return decided
            raise
        return _truth(right(values))

    return evaluate


def _comparison(sign: str, left: Evaluate, right: Evaluate) -> Evaluate:
    if sign == "in":
        return lambda values: _is_in(left(values), right(values))
    equal = sign == "=="
    return lambda values: _equal(left(values), right(values)) is equal


def _equal(one: Any, other: Any) -> bool:
    """Compare; of different sorts, such as true and 1, nothing is equal.

    Source: cel-spec langdef.md, Equality.
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            _equal(value, other[name]) for name, value in one.items()
        )
    return bool(one == other)


def _is_in(value: Any, container: Any) -> bool:
    if not isinstance(container, list | dict):
        raise CelError(f"expected a list or a map, found {container!r}")
    if isinstance(container, dict):
        return isinstance(value, str) and value in container
    return any(_equal(value, each) for each in container)


def _joined(left: Evaluate, right: Evaluate) -> Evaluate:
    """Add what is of one sort: a number of a body is a double, and 1 is none.

    Source: cel-spec langdef.md, Standard Definitions, ``_+_``.
    """

    def evaluate(values: Values) -> Any:
        one, other = left(values), right(values)
        if type(one) is not type(other) or type(one) not in _JOINED:
            raise CelError(f"no such overload: {one!r} + {other!r}")
        return one + other

    return evaluate


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise CelError(f"expected text, found {value!r}")
    return value


def _indexed(of: Evaluate, index: Evaluate) -> Evaluate:
    def evaluate(values: Values) -> Any:
        inside, key = of(values), index(values)
        if isinstance(inside, dict) and isinstance(key, str) and key in inside:
            return inside[key]
        at = not isinstance(key, bool) and isinstance(inside, list)
        if at and key in range(len(inside)):
            return inside[int(key)]
        raise CelError(f"no such key: {key}")

    return evaluate


def _called(name: str, of: Evaluate, arguments: list[Evaluate]) -> Evaluate:
    if name not in _FUNCTIONS:
        raise CelError(
            f"{name}() is not simulated{nearest(name, _FUNCTIONS)} "
            f"(there are: {', '.join(_FUNCTIONS)})"
        )
    count, function = _FUNCTIONS[name]
    if len(arguments) != count:
        raise CelError(f"{name}() takes {count}, found {len(arguments)}")
    return lambda values: function(of(values), *(each(values) for each in arguments))


def _header(header: Any, name: Any) -> str:
    """Give the first value of a header, whatever its case; empty where there is none."""
    if not isinstance(header, dict):
        raise CelError("match() and canonical() are of header")
    wanted = _text(name).lower()
    return next((values[0] for n, values in header.items() if n.lower() == wanted), "")


def _split(of: Any, at: Any) -> list[str]:
    """Source: cel-go ext/strings.go, which splits by nothing into characters."""
    return _text(of).split(at) if _text(at) else list(_text(of))


def _truncate(of: Any, most: Any) -> str:
    if isinstance(most, bool) or not isinstance(most, int | float):
        raise CelError(f"expected a number, found {most!r}")
    return _text(of)[: max(0, int(min(most, _LONGEST)))]


_FUNCTIONS: Mapping[str, tuple[int, Callable[..., Any]]] = {
    "match": (2, lambda header, name, value: _header(header, name) == value),
    "canonical": (1, _header),
    "replace": (2, lambda of, old, new: _text(of).replace(_text(old), _text(new))),
    "split": (1, _split),
    "truncate": (1, _truncate),
    "startsWith": (1, lambda of, part: _text(of).startswith(_text(part))),
    "endsWith": (1, lambda of, part: _text(of).endswith(_text(part))),
    "contains": (1, lambda of, part: _text(part) in _text(of)),
    "lowerAscii": (0, lambda of: _text(of).lower()),
}
"""Function -> how many arguments it takes besides what it is called on, and what it does."""
