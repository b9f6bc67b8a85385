"""``kn-sim convert`` as its user sees it."""

import io
import sys
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.topology import Topology

SHORT = """\
topology: orders
brokers:
  default: {}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
services:
  pricing: {}
"""
KNATIVE = """\
apiVersion: simulator/v1
kind: Simulation
metadata:
  name: orders
spec:
  services:
    pricing: {}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata:
  name: default
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: price
spec:
  filter:
    attributes:
      type: order.placed
  subscriber:
    ref:
      apiVersion: v1
      kind: Service
      name: pricing
  broker: default
"""
NOTE = "kn-sim: comments are not kept\n"


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(f"# All that we sell.\n{SHORT}", encoding="utf-8")
    return str(file)


def test_the_short_form_becomes_manifests(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["convert", "--to", "knative", orders])

    assert code == 0
    assert capsys.readouterr() == (KNATIVE, NOTE)


def test_manifests_become_the_short_form(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text(KNATIVE, encoding="utf-8")

    code = main(["convert", str(file), "--to", "short"])

    assert code == 0
    assert capsys.readouterr() == (SHORT, NOTE)


def test_several_files_become_one_stream(
    orders: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    more = tmp_path / "more.yaml"
    more.write_text("topology: more\nbrokers: {second: {}}\n", encoding="utf-8")

    main(["convert", orders, str(more), "--to", "knative"])

    out, err = capsys.readouterr()
    assert Topology.parse(out) == Topology.load(orders, str(more))
    assert err == NOTE


def test_the_output_may_go_to_a_text_buffer(
    orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    buffer = io.StringIO()
    monkeypatch.setattr(sys, "stdout", buffer)

    main(["convert", "--to", "knative", orders])

    assert buffer.getvalue() == KNATIVE


def test_the_form_must_be_named(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["convert", orders])

    assert code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "kn-sim convert: the following arguments are required: --to",
        "try: kn-sim convert --help",
    ]


def test_a_faulty_topology_is_not_converted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text("topology: test\ntriggers: [price]\n", encoding="utf-8")

    code = main(["convert", str(file), "--to", "knative"])

    assert code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "orders.yaml:2" in err
    assert NOTE not in err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["convert", "--help"])

    assert code == 0
    assert "kn-sim convert --to short manifests/" in capsys.readouterr().out
