"""Names are whole, of the namespace given, or bare where only one thing has them."""

import json
from pathlib import Path

import pytest

from simulator import Simulation, Topology
from simulator.cli import main
from simulator.errors import UnknownAddressError, UsageError
from simulator.names import resolve

NODES = [
    "broker/payments/default",
    "trigger/payments/fraud",
    "trigger/payments/fan",
    "trigger/shop/fan",
    "trigger/both",
    "trigger/payments/both",
]
APP = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: main}
---
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: fraud, namespace: payments}
spec: {broker: main, filter: {attributes: {type: a}}, subscriber: {uri: "http://x"}}
"""


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.yaml").write_text(APP)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "namespace", "node"),
    [
        ("trigger/payments/fraud", None, "trigger/payments/fraud"),
        ("payments/fraud", None, "trigger/payments/fraud"),
        ("trigger/fraud", None, "trigger/payments/fraud"),
        ("fraud", None, "trigger/payments/fraud"),
        ("default", None, "broker/payments/default"),
        ("both", None, "trigger/both"),
        ("both", "payments", "trigger/payments/both"),
        ("trigger/both", "payments", "trigger/payments/both"),
        ("fan", "shop", "trigger/shop/fan"),
        ("fraud", "shop", "trigger/payments/fraud"),
    ],
)
def test_a_name_stands_for_what_alone_has_it(
    name: str, namespace: str | None, node: str
) -> None:
    assert resolve(name, NODES, namespace) == node


def test_a_name_that_several_have_is_refused_with_all_of_them() -> None:
    with pytest.raises(UsageError) as refused:
        resolve("fan", NODES)

    assert str(refused.value) == (
        "'fan' may be trigger/payments/fan or trigger/shop/fan; say which"
    )


def test_a_name_that_nothing_has_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownAddressError) as refused:
        resolve("frau", NODES[:2])

    assert "did you mean 'fraud'? (there are: default, fraud)" in str(refused.value)


def test_a_broker_of_another_namespace_is_named_with_it(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check", "app.yaml"])

    said = capsys.readouterr().out
    assert code == 1
    assert (
        "no Broker 'main' in namespace 'payments'; there is one in namespace 'defa"
        in said
    )


def test_resources_without_a_namespace_get_the_one_that_is_given(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["check", "app.yaml", "-n", "payments", "-o", "json"])

    found = json.loads(capsys.readouterr().out)["resources"]
    assert code == 0
    assert {each["namespace"] for each in found} == {"payments"}


def test_the_only_broker_of_the_namespace_takes_what_is_sent(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "app.yaml", "-n", "payments", "--send", "type=a"])

    assert code == 0
    assert "→ broker/payments/main" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["timetable", "app.yaml", "fraud", "-n", "payments"],
        ["explain", "app.yaml", "-n", "payments", "--send", "type=a", "--trigger", "fraud"],
        ["explain", "app.yaml", "-n", "payments", "--send", "type=a", "--to", "main"],
        ["run", "app.yaml", "-n", "payments", "--send", "type=a", "--to", "broker/main"],
    ],
)  # fmt: skip
def test_each_command_takes_bare_names(app: Path, words: list[str]) -> None:
    assert main(words) == 0


def test_sources_of_the_short_form_send_within_the_namespace_that_is_given(
    app: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (app / "short.yaml").write_text(
        "topology: short\nbrokers: {default: {}}\ntriggers: {all: {subscriber: x}}\n"
        "sources: {t: {every: 1s, count: 1, event: {type: a}, sink: broker/default}}\n"
    )

    code = main(["run", "short.yaml", "-n", "team", "--for", "2s"])

    assert code == 0
    assert "trigger/team/all → service/team/x" in capsys.readouterr().out


def test_python_takes_the_names_that_the_command_takes() -> None:
    text = """\
topology: shop
namespace: shop
brokers: {main: {}}
triggers: {ship: {broker: main, subscriber: shipping}, bill: {broker: main, subscriber: billing}}
"""
    sim = Simulation(Topology.parse(text))

    sent = sim.send(type="a", to="main")
    sim.run()

    assert sim.why(sent, "ship").trigger == "trigger/shop/ship"
    assert sim.why(sent, "shop/bill").trigger == "trigger/shop/bill"
    assert sim.why(sent, "trigger/ship").delivered
    with pytest.raises(UnknownAddressError, match="did you mean 'ship'"):
        sim.why(sent, "shp")


def test_the_nearest_name_is_found_in_whatever_namespace() -> None:
    with pytest.raises(
        UnknownAddressError, match="did you mean 'broker/payments/default'"
    ):
        resolve("broker/defalt", ["broker/payments/default", "service/x"])
