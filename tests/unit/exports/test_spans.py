"""Spans of a run, read back with OpenTelemetry's own messages."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData

from simulator.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: 1s, deadLetterSink: parking}}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filter: {type: priced}, subscriber: shipping}
services:
  pricing: {reply: {type: priced}, emit: [{to: broker/default, event: {type: seen}}]}
  shipping: {responses: [503]}
  parking: {}
"""
IDS = ("traceId", "spanId", "parentSpanId")


@pytest.fixture
def shop(tmp_path: Path) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)
    return str(file)


def hexless(told: Any) -> Any:
    """Spell ids in base64, as other JSON of protobuf than OTLP's does."""
    if isinstance(told, list):
        return [hexless(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {
        name: b64encode(bytes.fromhex(value)).decode()
        if name in IDS
        else hexless(value)
        for name, value in told.items()
    }


def spans_in(path: Path) -> list[Span]:
    """Read a file of spans as whoever knows the protocol does: unknown names are faults."""
    found = []
    for line in path.read_bytes().splitlines():
        data = json_format.ParseDict(hexless(json.loads(line)), TracesData())
        [resource] = data.resource_spans
        [scope] = resource.scope_spans
        found += scope.spans
    return found


def told(span: Span, name: str) -> object:
    value = {each.key: each.value for each in span.attributes}.get(name)
    return getattr(value, str(value.WhichOneof("value"))) if value else None


def test_spans_nest_as_those_of_a_cluster_and_a_reply_has_a_link(
    shop: str, tmp_path: Path
) -> None:
    out = tmp_path / "spans.jsonl"

    code = main(["run", shop, "--send", "type=placed,id=A1", "--otlp", str(out), "-q"])

    assert code == 0
    spans = spans_in(out)
    names = {span.span_id: span.name for span in spans}
    shape = [
        (Span.SpanKind.Name(span.kind)[10:], span.name, names.get(span.parent_span_id))
        for span in spans
    ]
    price, ship = "trigger:price.default", "trigger:ship.default"
    assert shape == [
        ("SERVER", "broker:default.default", None),
        ("INTERNAL", price, "broker:default.default"),
        ("CLIENT", "HTTP POST", price),
        ("CLIENT", "HTTP POST", price),
        ("SERVER", "broker:default.default", "HTTP POST"),
        ("INTERNAL", ship, "broker:default.default"),
        ("CLIENT", "HTTP POST", ship),
        ("CLIENT", "HTTP POST", ship),
        ("CLIENT", "HTTP POST", ship),
        ("SERVER", "broker:default.default", None),
    ]
    called, reply, posted = spans[2], spans[3], spans[9]
    assert [link.span_id for link in reply.links] == [called.span_id]
    assert [link.span_id for link in posted.links] == [called.span_id]
    assert len({span.trace_id for span in spans}) == 2


def test_spans_say_what_eventing_says_and_what_came_of_it(
    shop: str, tmp_path: Path
) -> None:
    out = tmp_path / "spans.jsonl"

    main(["run", shop, "--send", "type=placed,id=A1", "--otlp", str(out), "-q"])

    server, price, *_, ship, first, second, burial, _ = spans_in(out)
    for span in (server, price, ship, first):
        assert told(span, "messaging.system") == "knative"
        assert told(span, "cloudevents.specversion") == "1.0"
    assert told(server, "kn.broker.name") == "default"
    assert told(price, "messaging.destination.name") == "trigger:price.default"
    assert told(ship, "kn_sim.verdict") == "dead-lettered"
    assert ship.status.code == Status.STATUS_CODE_ERROR
    assert [each.name for each in ship.events] == ["retry-scheduled"]
    assert [told(each, "kn_sim.attempt") for each in (first, second, burial)] == [
        1,
        2,
        1,
    ]
    assert told(second, "http.response.status_code") == 503
    assert told(second, "http.request.resend_count") == 1
    assert told(burial, "url.full") == "http://parking.default.svc.cluster.local"
    assert second.start_time_unix_nano - first.start_time_unix_nano == 1_000_000_000


def test_the_same_run_has_the_same_ids_also_from_its_trace(
    shop: str, tmp_path: Path
) -> None:
    one, other, trace = (tmp_path / name for name in ("one", "other", "run.jsonl"))
    words = ["run", shop, "--send", "type=placed", "-q"]

    main([*words, "--otlp", str(one), "--trace", str(trace)])
    main(["trace", "export", str(trace), "--to", "otlp", "-o", str(other)])

    assert one.read_bytes() == other.read_bytes()


def test_an_event_of_hostile_text_is_written_so_that_it_can_be_read(
    shop: str, tmp_path: Path
) -> None:
    out = tmp_path / "spans.jsonl"
    words = ["run", shop, "--send", r'{"type": "placed", "id": "\"\\</\u2028"}', "-q"]

    main([*words, "--otlp", str(out)])

    assert told(spans_in(out)[0], "cloudevents.id") == '"\\</\u2028'


@pytest.fixture
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """A collector of OTLP over HTTP, and what it has got."""
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(body)
            self.send_response(200 if self.path == "/v1/traces" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()
        thread.join()


def test_a_collector_gets_the_spans_that_a_file_would_have(
    shop: str, tmp_path: Path, collector: tuple[str, list[bytes]]
) -> None:
    url, got = collector
    out = tmp_path / "spans.jsonl"
    words = ["run", shop, "--send", "type=placed", "-q", "--otlp"]

    assert main([*words, url]) == 0
    main([*words, str(out)])

    [body] = got
    request = ExportTraceServiceRequest.FromString(body)
    [resource] = request.resource_spans
    [scope] = resource.scope_spans
    sent = [json_format.MessageToDict(span) for span in scope.spans]
    for span in sent:
        span.pop("flags")  # that the parent is no remote one
        if not span["status"]:
            span.pop("status")
        for link in span.get("links", ()):
            link.pop("flags")
    assert sent == [json_format.MessageToDict(span) for span in spans_in(out)]


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://me:secret@127.0.0.1", "has credentials"),
        ("http://", "names no host"),
        ("http://127.0.0.1:99999", "is no URL: Port out of range"),
        ("http://127.0.0.1:1", "Connection refused"),
    ],
)
def test_a_collector_that_cannot_be_reached_is_one_line(
    shop: str, url: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", shop, "--otlp", url, "--send", "type=placed", "-q"])

    assert code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kn-sim: {url}: {fault}")


def test_a_collector_that_takes_no_spans_is_one_line(
    shop: str,
    collector: tuple[str, list[bytes]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    url, _ = collector

    code = main(["run", shop, "--otlp", f"{url}/other", "--send", "type=placed", "-q"])

    assert code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"kn-sim: {url}/other: takes no spans: ")
    assert "404" in line


def test_spans_are_written_over_no_file_of_another_kind(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", shop, "--otlp", shop, "--send", "type=placed"])

    assert code == 2
    assert "is a file that is read; name another" in capsys.readouterr().err
