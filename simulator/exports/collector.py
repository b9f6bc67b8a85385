"""Spans sent to a collector by OTLP over HTTP; the one place that loads OpenTelemetry.

Only whom the user names is asked: no proxy of the environment, no redirect.
"""

from __future__ import annotations

import logging
import socket
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from simulator import __version__
from simulator.errors import UsageError
from simulator.exports.otlp import MOST_SPANS, SERVICE, clean, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext

    from simulator.exports.spans import Place, Span

_PATH = "/v1/traces"  # Source: OTLP specification, OTLP/HTTP, default URL path
_SECONDS = 10
_LOGGER = "opentelemetry.exporter.otlp"


def check_collector(url: str) -> None:
    """Tell by a UsageError, sending nothing, that a collector cannot be told of spans."""
    try:
        split = urlsplit(url)
        fault = "" if split.hostname and split.port != 0 else "names no host"
        if split.username or split.password:
            fault = "has credentials; set OTEL_EXPORTER_OTLP_HEADERS in their place"
        elif split.query or split.fragment:
            fault = "has a query or fragment"
    except ValueError as error:
        fault = f"is no URL: {error}"
    if fault:
        raise UsageError(
            f"{url}: {fault}; expected a collector such as http://127.0.0.1:4318"
        )
    try:
        import opentelemetry.exporter.otlp.proto.http  # noqa: F401 - only asked for
    except ImportError as error:
        raise UsageError(
            "spans are sent by OpenTelemetry: pip install 'kn-sim[otlp]', or name a file"
        ) from error


def send(url: str, traces: Iterable[list[Span]]) -> int:
    """Send spans to a collector; give how many, or say in a UsageError why it takes none."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import SpanExportResult
    from requests import Session

    split = urlsplit(url)
    port = split.port or {"http": 80}.get(split.scheme, 443)
    try:  # the exporter would try for ten seconds, and not say what is the matter
        socket.create_connection((split.hostname or "", port), _SECONDS).close()
    except OSError as error:
        raise UsageError(f"{url}: {error.strerror or error}") from error
    session = Session()
    session.trust_env = False
    session.max_redirects = 0
    endpoint = url if split.path not in ("", "/") else f"{url.rstrip('/')}{_PATH}"
    exporter = OTLPSpanExporter(endpoint, timeout=_SECONDS, session=session)
    sent = 0
    with _Said() as said:
        for batch in _batches(chain.from_iterable(map(parts, traces))):
            result = exporter.export([_readable(each) for each in batch])
            if result is not SpanExportResult.SUCCESS:
                raise UsageError(f"{endpoint}: takes no spans: {said.last}")
            sent += len(batch)
        exporter.shutdown()  # type: ignore[no-untyped-call]
    return sent


def _batches(pieces: Iterable[list[Span]]) -> Iterable[list[Span]]:
    batch: list[Span] = []
    for piece in pieces:
        if batch and len(batch) + len(piece) > MOST_SPANS:
            yield batch
            batch = []
        batch += piece
    if batch:
        yield batch


class _Said(logging.Handler):
    """Keeps the last line that the exporter logs, and lets nobody else have it."""

    def __init__(self) -> None:
        super().__init__()
        self.last = "it does not say why"
        self._logger = logging.getLogger(_LOGGER)

    def __enter__(self) -> Self:
        self._logger.addHandler(self)
        self._logger.propagate = False
        return self

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.propagate = True

    def emit(self, record: logging.LogRecord) -> None:
        self.last = " ".join(record.getMessage().split())


def _readable(span: Span) -> ReadableSpan:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.sdk.util.instrumentation import InstrumentationScope
    from opentelemetry.trace import Link, SpanKind, Status, StatusCode

    parent = span.place._replace(span_id=span.parent_id) if span.parent_id else None
    return ReadableSpan(
        name=clean(span.name),
        context=_context(span.place),
        parent=None if parent is None else _context(parent),
        resource=Resource({"service.name": SERVICE}),
        attributes=_cleaned(span.attributes),
        events=[
            Event(each.name, _cleaned(each.attributes), each.at_ns)
            for each in span.happenings
        ],
        links=[Link(_context(each)) for each in span.links],
        kind=SpanKind[span.kind.name],
        status=Status(StatusCode.ERROR, clean(span.error)) if span.error else Status(),
        start_time=span.begin_ns,
        end_time=span.end_ns,
        instrumentation_scope=InstrumentationScope(SERVICE, __version__),
    )


def _cleaned(given: Mapping[str, str | int]) -> dict[str, str | int]:
    return {n: clean(v) if isinstance(v, str) else v for n, v in given.items()}


def _context(place: Place) -> SpanContext:
    from opentelemetry.trace import SpanContext, TraceFlags

    trace_id, span_id = int(place.trace_id, 16), int(place.span_id, 16)
    flags = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(trace_id, span_id, is_remote=False, trace_flags=flags)
