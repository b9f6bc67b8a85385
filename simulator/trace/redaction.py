"""What must not stand in a recording: values at paths of JSON data, replaced by a word."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from json.decoder import scanstring  # type: ignore[attr-defined] # it is there
from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.event import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Path = tuple[str | int | None, ...]

WORD = "[redacted]"
_STEP = re.compile(
    r"\.(?:(?P<name>[^\s.\[\]*'\"]+)|(?P<star>\*)|\.(?P<deep>[^\s.\[\]*'\"]+))"
    r"|\[(?:(?P<all>\*)|(?P<index>\d+)|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\")\]"
)
_ANY, _DEEP = None, -1
_STRUCTURED = "application/cloudevents"
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class Redaction:
    """Replaces values.

    What is no JSON is left as it is; a text that holds JSON is looked into.

    Args:
        paths: ``$.card``, ``$.items[*].card``, ``$['card']``, ``$..card``: in the data.

    Raises:
        UsageError: One is no such path.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        self.paths = tuple(paths)
        found = tuple(_parsed(each) for each in self.paths)
        self._data = found
        self._event = tuple(("data", *each) for each in found)
        self._encoded: tuple[Path, ...] = (("data_base64",), (_ANY, "data_base64"))
        self._batch = tuple((_ANY, "data", *each) for each in found)

    def body(self, body: bytes) -> bytes:
        """Give data without them, all else as it stands."""
        if not self.paths:
            return body
        return _replaced(body, self._data, lambda _: json.dumps(WORD))

    def event(self, event: Event) -> Event:
        """Give an event whose data is without them; itself where there are none."""
        if not self.paths or not event.body:
            return event
        body = self.body(event.body)
        return event if body == event.body else Event(event.attributes, body)

    def message(self, headers: Mapping[str, str], body: bytes) -> bytes:
        """Give the body of an HTTP message, whose data may stand in an event in it."""
        if not self.paths or not body:
            return body
        kinds = [v for n, v in headers.items() if n.lower() == "content-type"]
        if not any(each.strip().lower().startswith(_STRUCTURED) for each in kinds):
            return self.body(body)
        paths = (*self._event, *self._batch)
        body = _replaced(body, paths, lambda _: json.dumps(WORD))
        return _replaced(body, self._encoded, self._in_base64)

    def _in_base64(self, value: str) -> str:
        try:
            data = b64decode(json.loads(value), validate=True)
        except (TypeError, ValueError):
            return value
        return json.dumps(b64encode(self.body(data)).decode())


@lru_cache(maxsize=64)
def redaction_of(paths: tuple[str, ...]) -> Redaction:
    """Give the redaction of some paths; see there."""
    return Redaction(paths)


def _parsed(text: str) -> Path:
    """Read a path; a step is a name, an index, any, or any way down."""
    wrong = UsageError(
        f"redact: expected a path such as '$.card' or '$.items[*].card', found {text!r}"
    )
    if not isinstance(text, str) or not text.startswith("$"):
        raise wrong
    steps: list[str | int | None] = []
    at = 1
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            raise wrong
        at = found.end()
        if found["star"] or found["all"]:
            steps.append(_ANY)
        elif found["index"]:
            steps.append(int(found["index"]))
        elif found["deep"]:
            steps += [_DEEP, found["deep"]]
        else:
            name = found["name"] or found["single"] or found["double"]
            steps.append(name or "")
    return tuple(steps)


def _replaced(
    body: bytes, paths: tuple[Path, ...], replace: Callable[[str], str]
) -> bytes:
    """Replace the text of each value at any of some paths, and no other byte."""
    try:
        text = body.decode()
        json.loads(text)
        found = _Walk(text, replace)
        found.value(_SPACE.match(text).end(), _opened(paths))  # type: ignore[union-attr]
    except (ValueError, RecursionError):  # no JSON, or deeper than anybody means
        return body
    return "".join((*found.parts, text[found.copied :])).encode()


def _opened(paths: Iterable[Path]) -> frozenset[Path]:
    """Add to paths what they are where any way down has no steps."""
    them = set(paths)
    them.update(each[1:] for each in paths if each and each[0] == _DEEP)
    return frozenset(them)


class _Walk:
    """Goes through the text of valid JSON.

    Args:
        text: All of it.
        replace: Gives the text that stands for another.

    Attributes:
        parts: Of the new text, so far.
        copied: Up to where the old one is in them.
    """

    def __init__(self, text: str, replace: Callable[[str], str]) -> None:
        self._text = text
        self._replace = replace
        self.parts: list[str] = []
        self.copied = 0

    def value(self, at: int, paths: frozenset[Path]) -> int:
        """Go through the value that begins here; give where it ends."""
        text = self._text
        begin = text[at]
        if () in paths:
            end = _DECODER.raw_decode(text, at)[1]
            self._put(at, end, self._replace(text[at:end]))
        elif paths and begin in "{[":
            end = self._members(at, paths, is_object=begin == "{")
        else:
            found, end = _DECODER.raw_decode(text, at)
            if paths and isinstance(found, str):
                inner = _replaced(
                    found.encode("utf-8", "surrogatepass"), tuple(paths), self._replace
                )
                if inner.decode("utf-8", "surrogatepass") != found:
                    self._put(at, end, json.dumps(inner.decode(), ensure_ascii=False))
        return end

    def _put(self, at: int, end: int, new: str) -> None:
        self.parts += (self._text[self.copied : at], new)
        self.copied = end

    def _members(self, at: int, paths: frozenset[Path], *, is_object: bool) -> int:
        """Go through what is in an object or array."""
        text, number = self._text, 0
        at = self._skip(at + 1)
        while text[at] not in "}]":
            step: str | int = number
            if is_object:
                step, at = scanstring(text, at + 1)
                at = self._skip(self._skip(at) + 1)
            at = self._skip(self.value(at, _below(paths, step)))
            if text[at] == ",":
                at = self._skip(at + 1)
            number += 1
        return at + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        assert found is not None, "it matches nothing, too"
        return found.end()


def _below(paths: Iterable[Path], step: str | int) -> frozenset[Path]:
    """Give the rest of the paths that go this way."""
    rest: set[Path] = set()
    for each in paths:
        first = each[0]
        if first == _DEEP:
            rest.add(each)
        elif first is _ANY or (type(first) is type(step) and first == step):
            rest.add(each[1:])
    return _opened(rest)
