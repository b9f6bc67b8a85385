"""Spans in the JSON of OTLP: lines of a file, each whole, as the collector's file exporter.

Source: opentelemetry-proto, docs/specification.md, JSON Protobuf Encoding: ids as
    hexadecimal digits, 64-bit numbers as text, enums as numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from simulator import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.exports.spans import Happening, Span

MOST_SPANS = 512
"""Of one line or request; a loop of 255 replies has some thousands."""
SERVICE = "kn-sim"
_FAILED = 2  # Source: opentelemetry-proto, trace.proto, STATUS_CODE_ERROR


def lines(traces: Iterable[list[Span]]) -> Iterator[bytes]:
    """Give a line for each trace, more for one of very many spans."""
    for spans in traces:
        for part in parts(spans):
            yield orjson.dumps(_document(part)) + b"\n"


def parts(spans: list[Span]) -> Iterator[list[Span]]:
    for at in range(0, len(spans), MOST_SPANS):
        yield spans[at : at + MOST_SPANS]


def _document(spans: list[Span]) -> dict[str, Any]:
    scope = {"name": SERVICE, "version": __version__}
    resource = {"attributes": _attributes({"service.name": SERVICE})}
    told = [_span(each) for each in spans]
    return {
        "resourceSpans": [
            {"resource": resource, "scopeSpans": [{"scope": scope, "spans": told}]}
        ]
    }


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {
        "traceId": span.place.trace_id,
        "spanId": span.place.span_id,
        "name": clean(span.name),
        "kind": int(span.kind),
        "startTimeUnixNano": str(span.begin_ns),
        "endTimeUnixNano": str(span.end_ns),
        "attributes": _attributes(span.attributes),
    }
    if span.parent_id:
        told["parentSpanId"] = span.parent_id
    if span.happenings:
        told["events"] = [_happening(each) for each in span.happenings]
    if span.links:
        told["links"] = [
            {"traceId": p.trace_id, "spanId": p.span_id} for p in span.links
        ]
    if span.error:
        told["status"] = {"code": _FAILED, "message": clean(span.error)}
    return told


def _happening(happening: Happening) -> dict[str, Any]:
    return {
        "timeUnixNano": str(happening.at_ns),
        "name": happening.name,
        "attributes": _attributes(happening.attributes),
    }


def _attributes(given: Mapping[str, str | int]) -> list[dict[str, Any]]:
    return [{"key": name, "value": _value(value)} for name, value in given.items()]


def _value(value: str | int) -> dict[str, str]:
    if isinstance(value, int):
        return {"intValue": str(value)}
    return {"stringValue": clean(value)}


def clean(text: str) -> str:
    """Give a text that is UTF-8: half of a character becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode()
