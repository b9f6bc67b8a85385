"""``kn-sim graph`` as its user sees it."""

import io
import json
import sys
from pathlib import Path

import pytest

from simulator.cli import main

ORDERS = """\
topology: orders
sources:
  checkout: {every: PT2S, count: 3, event: {type: order.placed}, sink: broker/default}
brokers:
  default: {delivery: {deadLetterSink: dead-letters}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  lost: {broker: nowhere, subscriber: pricing}
services: {pricing: {reply: {type: priced}}, dead-letters: {}}
"""
TREE = """\
source/checkout
└─ broker/default
   └─ trigger/price (type=order.placed)
      ├─ service/pricing
      ├─ reply: broker/default ↑
      └─ dead letter: service/dead-letters
trigger/lost (not ready)
"""
MERMAID = """\
flowchart LR
  n0(["source/checkout"])
  n1{{"broker/default"}}
  n2[/"trigger/price<br>type=order.placed"/]
  n3[/"trigger/lost"/]
  n4["service/dead-letters"]
  n5["service/pricing"]
  n0 --> n1
  n1 --> n2
  n2 --> n5
  n2 -.->|reply| n1
  n2 --x|dead letter| n4
  classDef broken stroke: red
  class n3 broken
"""


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(ORDERS, encoding="utf-8")
    return str(file)


def test_the_graph_is_a_tree_unless_asked_otherwise(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", orders])

    assert code == 0
    assert capsys.readouterr() == (TREE, "")


def test_the_graph_can_be_drawn_by_mermaid(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", orders, "--format", "mermaid"])

    assert code == 0
    assert capsys.readouterr() == (MERMAID, "")


def test_the_graph_can_be_drawn_by_graphviz(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", orders, "--format", "dot"])

    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "digraph topology {",
        "  rankdir=LR;",
        '  "source/checkout" [label="source/checkout", shape=ellipse];',
    ]
    assert '  "source/checkout" -> "broker/default" [style=solid];' in lines


def test_the_graph_can_be_read_by_programs(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", orders, "--format", "json"])

    assert code == 0
    found = json.loads(capsys.readouterr().out)
    assert found["edges"][0] == {
        "from": "source/checkout",
        "to": "broker/default",
        "kind": "send",
        "label": "",
    }


def test_a_terminal_without_unicode_gets_ascii(
    orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    main(["graph", orders])

    assert raw.getvalue().decode("ascii").splitlines()[:5] == [
        "source/checkout",
        "`- broker/default",
        "   `- trigger/price (type=order.placed)",
        "      |- service/pricing",
        "      |- reply: broker/default (above)",
    ]


def test_what_programs_read_is_utf_8_wherever_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "orders.yaml"
    text = ORDERS.replace("type: order.placed}, sub", "type: bestellung.geprüft}, sub")
    file.write_text(text, encoding="utf-8")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))

    main(["graph", str(file), "--format", "json"])

    assert "type=bestellung.geprüft" in raw.getvalue().decode("utf-8")


def test_without_stubs_a_trigger_to_an_unknown_service_is_not_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(
        "topology: test\n"
        "brokers: {default: {}}\n"
        "triggers: {price: {subscriber: pricing}}\n",
        encoding="utf-8",
    )

    main(["graph", str(file), "--strict"])

    assert capsys.readouterr().out == "broker/default\ntrigger/price (not ready)\n"


def test_an_unknown_format_is_refused(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", orders, "--format", "svg"])

    assert code == 2
    assert "invalid choice: 'svg'" in capsys.readouterr().err


def test_a_faulty_topology_has_no_graph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text("topology: test\nbroker: {}\n", encoding="utf-8")

    code = main(["graph", str(file)])

    assert code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "orders.yaml:2" in err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["graph", "--help"])

    assert code == 0
    assert "kn-sim graph orders.yaml --format mermaid" in capsys.readouterr().out


CALLING = """\
topology: calling
brokers: {default: {}}
triggers: {all: {filter: {type: a}, subscriber: poster}}
services:
  poster: {handler: "code.py:post"}
  store: {emit: [{event: {type: kept}, to: broker/default}]}
"""
CODE = """\
from simulator import reply

def post(event, context):
    context.emit(reply(event, type="b"), "store")
"""
TREE_SEEN = """\
broker/default
└─ trigger/all (type=a)
   ├─ service/poster
   │  └─ emit, seen: service/store
   │     └─ emit: broker/default ↑
   └─ reply: broker/default ↑
"""


@pytest.fixture
def called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> str:
    """Give the trace of a run in which code has posted an event."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calling.yaml").write_text(CALLING)
    (tmp_path / "code.py").write_text(CODE)
    main(
        [
            "run",
            "calling.yaml",
            "--handlers",
            "code.py",
            "--send",
            "type=a",
            "--trace",
            "run.jsonl",
        ]
    )
    capsys.readouterr()
    return "run.jsonl"


@pytest.mark.parametrize("files", [["calling.yaml"], []])
def test_what_code_has_sent_in_a_run_is_drawn_from_its_trace(
    files: list[str], called: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", *files, "--replay", called])

    assert code == 0
    assert capsys.readouterr() == (TREE_SEEN, "")


def test_a_trace_that_says_nothing_of_its_run_is_drawn_as_far_as_it_shows(
    called: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Path(called).read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(('{"run"', '{"input"'))]
    Path(called).write_text("".join(kept))

    code = main(["graph", "--replay", called, "--format", "json"])

    assert code == 0
    edges = json.loads(capsys.readouterr().out)["edges"]
    assert [(e["from"], e["to"], e["kind"]) for e in edges] == [
        ("broker/default", "trigger/all", "event"),
        ("trigger/all", "service/poster", "event"),
        ("service/poster", "service/store", "emit"),
        ("service/store", "broker/default", "emit"),
    ]


def test_a_trace_decides_how_its_topology_is_wired(
    called: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["graph", "--replay", called, "--strict"])

    assert code == 2
    assert (
        "--replay: the trace decides, --strict is too much" in capsys.readouterr().err
    )
