"""What a cluster has recorded, as a trace, and what a topology says to it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.cli import main
from simulator.trace import Trace

SCHEMAS = Path(__file__).parents[3] / "docs" / "reference" / "schemas"
SCHEMA = SCHEMAS / "explain-trace.schema.json"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local/shop/default"
SHOP = """
topology: shop
namespace: shop
brokers: {default: {}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  eu: {filter: {region: eu, type: order.placed}, subscriber: pricing}
  bill: {filters: [{prefix: {type: order.}}], subscriber: billing}
  ship: {filter: {type: order.priced}, subscriber: shipping}
services: {pricing: {}, billing: {}, shipping: {}}
"""
DISPLAY = """\
2026/01/02 listening
☁️  cloudevents.Event
Context Attributes,
  specversion: 1.0
  type: order.placed
  source: /till
  id: A1
  time: 2026-01-02T00:00:00Z
  datacontenttype: application/json
Extensions,
  knativearrivaltime: 2026-01-02T00:00:00.1Z
  region: eu
Data,
  {
    "amount": 3
  }
☁️  cloudevents.Event
Context Attributes,
  specversion: 1.0
  type: note
  source: /desk
  id: B2
  datacontenttype: text/plain
Data,
  hello
  world
"""


def span(
    id: int, above: int, name: str, kind: int, at: int, **said: str | int
) -> dict[str, Any]:
    """Give a span as the collector writes it."""
    values = [
        {"key": key.replace("__", "."), "value": _value(value)}
        for key, value in said.items()
    ]
    return {
        "traceId": TRACE_ID,
        "spanId": f"{id:016x}",
        **({"parentSpanId": f"{above:016x}"} if above else {}),
        "name": name,
        "kind": kind,
        "startTimeUnixNano": str(1_767_312_000_000_000_000 + at * 1_000_000),
        "endTimeUnixNano": str(1_767_312_000_000_000_000 + (at + 1) * 1_000_000),
        "attributes": values,
    }


def _value(value: str | int) -> dict[str, str]:
    kind = "intValue" if isinstance(value, int) else "stringValue"
    return {kind: str(value)}


def event(type_: str) -> dict[str, str]:
    return {
        "cloudevents__type": type_,
        "cloudevents__source": "/till",
        "cloudevents__specversion": "1.0",
        "kn__broker__name": "default",
        "kn__broker__namespace": "shop",
    }


def asked(id: int, name: str, type_: str, at: int) -> dict[str, Any]:
    """Give the span of a trigger: each is asked, also those whose filters say no."""
    return span(id, 5, f"trigger:{name}.shop", 1, at, **event(type_))


def posted(id: int, above: int, url: str, status: int, at: int) -> dict[str, Any]:
    return span(
        id, above, "HTTP POST", 3, at,
        url__full=url, http__response__status_code=status,
    )  # fmt: skip


CLUSTER = [
    span(1, 0, "mt-broker-ingress", 2, 0),
    span(2, 1, "broker:default.shop", 1, 0, **event("order.placed")),
    posted(
        3, 2, "http://default-kne-trigger-kn-channel.shop.svc.cluster.local", 202, 1
    ),
    span(5, 3, "imc-dispatcher", 2, 1),
    asked(10, "price", "order.placed", 2),
    posted(11, 10, "http://pricing.shop.svc.cluster.local/", 503, 3),
    asked(12, "price", "order.placed", 5),
    posted(13, 12, "http://pricing.shop.svc.cluster.local/", 200, 5),
    asked(20, "old", "order.placed", 2),
    posted(21, 20, "http://archive.shop.svc.cluster.local/", 200, 2),
    asked(30, "ship", "order.placed", 2),
    asked(40, "price", "order.priced", 7),
    posted(41, 40, INGRESS, 202, 7),
    span(42, 41, "broker:default.shop", 1, 7, **event("order.priced")),
    span(50, 42, "trigger:ship.shop", 1, 8, **event("order.priced")),
    posted(51, 50, "http://shipping.shop.svc.cluster.local/", 200, 8),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path


def write_spans(file: Path, spans: list[dict[str, Any]]) -> None:
    whole = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    file.write_text(json.dumps(whole))


def told(file: str) -> list[tuple[str, str, str, str, int, int]]:
    return [
        (str(r.kind), r.event.type, r.source, r.target, r.attempt, r.status)
        for r in Trace.read(file)
    ]


def test_spans_of_a_cluster_tell_which_triggers_took_an_event(folder: Path) -> None:
    write_spans(folder / "spans.json", CLUSTER)

    code = main(["trace", "import", "spans.json", "-o", "cluster.jsonl"])

    assert code == 0
    placed, hub, price = "order.placed", "broker/shop/default", "trigger/shop/price"
    pricing, archive = "service/shop/pricing", "service/shop/archive"
    assert sorted(told("cluster.jsonl")) == sorted([
        ("sent", placed, "", hub, 1, 0),
        ("accepted", placed, "", hub, 1, 2),
        ("dispatched", placed, price, pricing, 1, 0),
        ("responded", placed, pricing, price, 1, 503),
        ("dispatched", placed, price, pricing, 2, 0),
        ("responded", placed, pricing, price, 2, 200),
        ("dispatched", placed, "trigger/shop/old", archive, 1, 0),
        ("responded", placed, archive, "trigger/shop/old", 1, 200),
        ("sent", "order.priced", "", hub, 1, 0),
        ("accepted", "order.priced", "", hub, 1, 1),
        ("dispatched", "order.priced", "trigger/shop/ship", "service/shop/shipping", 1, 0),
        ("responded", "order.priced", "service/shop/shipping", "trigger/shop/ship", 1, 200),
    ])  # fmt: skip


def test_explain_says_what_would_go_another_way_and_what_spans_cannot_tell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_spans(folder / "spans.json", CLUSTER)
    main(["trace", "import", "spans.json", "-o", "cluster.jsonl"])
    capsys.readouterr()

    code = main(["explain", "shop.yaml", "--trace", "cluster.jsonl"])

    assert code == 1
    assert (
        capsys.readouterr().out
        == """\
order.placed → broker/shop/default  (0000000000000002)
  ✓ trigger/shop/price  took it, and would now
  ? trigger/shop/eu  did not take it; its filter reads region, which the trace does not tell
  + trigger/shop/bill  did not take it, and would now
  ✗ trigger/shop/old  took it, and would not now: it is not there now, or not Ready

order.priced → broker/shop/default  (000000000000002a)
  + trigger/shop/bill  did not take it, and would now
  ✓ trigger/shop/ship  took it, and would now

✗ 2 of 2 events would go another way
"""
    )


def test_a_run_exported_and_imported_goes_as_it_went(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = ["--send", "type=order.placed", "--send", "type=order.priced"]
    main(
        [
            "run",
            "shop.yaml",
            *events,
            "--to",
            "broker/default",
            "--otlp",
            "s.jsonl",
            "-q",
        ]
    )
    main(["trace", "import", "s.jsonl", "-o", "again.jsonl"])
    capsys.readouterr()

    code = main(["explain", "shop.yaml", "--trace", "again.jsonl"])

    assert code == 0
    assert "✓ all 2 events would go as they went" in capsys.readouterr().out


def test_the_log_of_event_display_is_read_with_extensions_and_data(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(DISPLAY.encode()))
    monkeypatch.setattr("sys.stdin", stdin)

    main(["trace", "import", "-", "--to", "broker/shop/default", "-o", "c.jsonl"])

    one, other = [record.event for record in Trace.read("c.jsonl")]
    assert one.attributes["region"] == "eu"
    assert json.loads(one.body or b"") == {"amount": 3}
    assert other.body == b"hello\nworld"
    capsys.readouterr()
    assert main(["explain", "shop.yaml", "--trace", "c.jsonl", "-o", "json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(whole)
    placed = whole["groups"][0]
    assert [(t["trigger"], t["took"], t["would"]) for t in placed["triggers"]] == [
        ("trigger/shop/price", None, True),
        ("trigger/shop/eu", None, True),
        ("trigger/shop/bill", None, True),
    ]


def test_events_one_a_line_are_read_too(folder: Path) -> None:
    lines = [
        {"specversion": "1.0", "id": id_, "source": "/till", "type": "order.placed"}
        for id_ in ("A1", "A2")
    ]
    (folder / "e.jsonl").write_text("\n".join(map(json.dumps, lines)))

    assert main(["trace", "import", "e.jsonl", "-o", "c.jsonl"]) == 0

    assert [r.event.id for r in Trace.read("c.jsonl")] == ["A1", "A2"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('{"resourceSpans": 1}', "in:1: resourceSpans: expected an array, found 1"),
        (
            '{"resourceSpans": []}\n{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "x"}]}]}]}',
            "spans[0].startTimeUnixNano: expected nanoseconds since 1970, found null",
        ),
        (
            '{"specversion": "1.0"}',
            "in: no valid CloudEvent: it has no id and no source",
        ),
        (
            "☁️  cloudevents.Event\nContext Attributes,\n  type: a\n",
            "in:1: no valid CloudEvent",
        ),
        ("{", "in: is no JSON"),
        ("", "in: is empty"),
    ],
)
def test_what_is_none_of_these_is_said_with_its_place(
    folder: Path, content: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "in").write_text(content)

    assert main(["trace", "import", "in"]) == 2
    assert fault in capsys.readouterr().err


def test_all_faults_of_spans_are_said_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = [
        {**CLUSTER[0], "spanId": "12"},
        {**CLUSTER[1], "name": 3},
        {**CLUSTER[2], "attributes": [1]},
    ]
    write_spans(folder / "in", bad)

    assert main(["trace", "import", "in"]) == 2

    spans = "in:1: resourceSpans[0].scopeSpans[0].spans"
    assert capsys.readouterr().err.splitlines() == [
        f'{spans}[0].spanId: expected 16 hexadecimal digits, found "12"',
        f"{spans}[1].name: expected text, found 3",
        f"{spans}[2].attributes[0]: expected a key and a value, found 1",
        "kn-sim: 3 faults",
    ]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (
            ["trace", "import", "shop.yaml", "--to", "service/a"],
            "expected a broker or channel",
        ),
        (
            ["trace", "import", "shop.yaml", "-o", "shop.yaml"],
            "is the file that is read",
        ),
        (["explain", "shop.yaml"], "one of the arguments --send --trace is required"),
        (["explain", "shop.yaml", "--trace", "shop.yaml"], "is no trace of kn-sim"),
        (
            ["explain", "shop.yaml", "--trace", "x", "--trigger", "price"],
            "--trigger is too much",
        ),
    ],
)
def test_wrong_words_are_said(
    folder: Path, words: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    assert fault in capsys.readouterr().err
