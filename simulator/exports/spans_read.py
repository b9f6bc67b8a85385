"""Spans of OTLP in JSON, read: what a cluster's collector has written, or `otlp` here.

Only what is asked of a span is kept. All faults are named, each with its line and path.

Source: opentelemetry-proto, docs/specification.md, JSON Protobuf Encoding; enums may be
    names, too, as other writers of protobuf's JSON have them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from simulator.errors import EventError
from simulator.exports.spans import SpanKind
from simulator.trace.record import found_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KINDS: dict[object, SpanKind | None] = {
    **{int(kind): kind for kind in SpanKind},
    **{f"SPAN_KIND_{kind.name}": kind for kind in SpanKind},
}
_ID = re.compile(r"[0-9a-fA-F]*")
_NUMBER = re.compile("[0-9]{1,19}")
_VALUES = ("stringValue", "intValue", "boolValue", "doubleValue")
_SCOPES = ("scopeSpans", "instrumentationLibrarySpans")  # as it was called until 2022
_LATEST = 2**63
_MOST_FAULTS = 1_000


class SpanRead(NamedTuple):
    """What is asked of a span; instants are nanoseconds since 1970.

    Args:
        kind: None for those that are not told apart here.
    """

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    kind: SpanKind | None
    begin_ns: int
    end_ns: int
    said: dict[str, str]


def read_spans(documents: Iterable[tuple[int, Any]], name: str) -> list[SpanRead]:
    """Read spans of documents that have their lines; an EventError names all faults."""
    found: list[SpanRead] = []
    wrong: list[str] = []
    for line, document in documents:
        for path, span in _spans(document, f"{name}:{line}: ", wrong):
            read = _Reading(span, path)
            found.append(read.span())
            wrong += [f"{name}:{line}: {fault}" for fault in read.wrong]
            if len(wrong) > _MOST_FAULTS:
                raise EventError("\n".join(wrong))
    if wrong:
        raise EventError("\n".join(wrong))
    return found


def documents_in(content: bytes) -> list[tuple[int, Any]] | None:
    """Read one JSON value, or one a line, each with its line; None where it is neither."""
    try:
        return [(1, orjson.loads(content))]
    except orjson.JSONDecodeError:
        pass
    try:
        return [
            (number, orjson.loads(line))
            for number, line in enumerate(content.splitlines(), 1)
            if line.strip()
        ]
    except orjson.JSONDecodeError:
        return None


def is_spans(document: object) -> bool:
    return isinstance(document, dict) and "resourceSpans" in document


def _spans(document: Any, where: str, wrong: list[str]) -> Iterator[tuple[str, Any]]:
    for path, resource in _items(document, "resourceSpans", "", where, wrong):
        scopes = _SCOPES[1] if _SCOPES[1] in resource else _SCOPES[0]
        for deeper, scope in _items(resource, scopes, f"{path}.", where, wrong):
            yield from _items(scope, "spans", f"{deeper}.", where, wrong)


def _items(
    holder: Any, member: str, path: str, where: str, wrong: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    items = holder.get(member, []) if isinstance(holder, dict) else None
    if not isinstance(items, list):
        shown = found_text(items if isinstance(holder, dict) else holder)
        wrong.append(f"{where}{path}{member}: expected an array, found {shown}")
        return
    for number, item in enumerate(items):
        if isinstance(item, dict):
            yield f"{path}{member}[{number}]", item
        else:
            at = f"{where}{path}{member}[{number}]"
            wrong.append(f"{at}: expected an object, found {found_text(item)}")


class _Reading:
    def __init__(self, span: dict[str, Any], path: str) -> None:
        self._span = span
        self._path = path
        self.wrong: list[str] = []

    def span(self) -> SpanRead:
        """Read it; what is wrong is made up."""
        name, kind = self._span.get("name", ""), self._span.get("kind")
        if not isinstance(name, str):
            self._fault("name", "text", name)
            name = ""
        begin_ns = self._instant("startTimeUnixNano")
        return SpanRead(
            self._id("traceId", 32),
            self._id("spanId", 16),
            self._id("parentSpanId", 16) if self._span.get("parentSpanId") else "",
            name,
            _KINDS.get(kind) if isinstance(kind, int | str) else None,
            begin_ns,
            max(begin_ns, self._instant("endTimeUnixNano")),
            dict(self._attributes()),
        )

    def _fault(self, member: str, expected: str, found: object) -> None:
        shown = found_text(found)
        self.wrong.append(f"{self._path}.{member}: expected {expected}, found {shown}")

    def _id(self, member: str, digits: int) -> str:
        found = self._span.get(member)
        if isinstance(found, str) and len(found) == digits and _ID.fullmatch(found):
            return found.lower()
        self._fault(member, f"{digits} hexadecimal digits", found)
        return ""

    def _instant(self, member: str) -> int:
        found = self._span.get(member)
        text = str(found) if isinstance(found, int | str) else ""
        if _NUMBER.fullmatch(text) and int(text) < _LATEST:
            return int(text)
        self._fault(member, "nanoseconds since 1970", found)
        return 0

    def _attributes(self) -> Iterator[tuple[str, str]]:
        given = self._span.get("attributes", [])
        if not isinstance(given, list):
            self._fault("attributes", "an array", given)
            return
        for number, each in enumerate(given):
            key = each.get("key") if isinstance(each, dict) else None
            value = each.get("value") if isinstance(each, dict) else None
            if isinstance(key, str) and isinstance(value, dict):
                for kind in _VALUES:
                    if isinstance(value.get(kind), str | int | float):
                        yield key, str(value[kind])
            else:
                self._fault(f"attributes[{number}]", "a key and a value", each)
