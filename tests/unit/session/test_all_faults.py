"""All that is wrong with a topology is told at once, in the order in which it stands."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.errors import Fault, Position, in_document_order

SHOP = """\
topology: shop
brokers:
  default: {delivery: {backoffPolicy: quadratic, retry: -1}}
triggers:
  ship: {filter: {type: [order]}, subscriber: service/a/b/c}
  bill: {subscribr: billing}
services:
  shipping: {responses: [99]}
  billing: {replly: {}}
---
apiVersion: messaging.knative.dev/v1
kind: Channel
spec: {}
---
apiVersion: messaging.knative.dev/v1
kind: Channel
metadata: {name: Au dit}
"""


def _refused(topology: Topology) -> tuple[str, ...]:
    with pytest.raises(TopologyError) as refused:
        Simulation(topology)
    return refused.value.faults


def test_faults_of_reading_and_of_admission_are_told_together_in_document_order() -> (
    None
):
    faults = _refused(Topology.parse(SHOP, "shop.yaml", partly=True))

    assert [fault.partition(": ")[0] for fault in faults] == [
        "shop.yaml:3:24",
        "shop.yaml:3:50",
        "shop.yaml:5:19",
        "shop.yaml:5:35",
        "shop.yaml:6:10",
        "shop.yaml:8:26",
        "shop.yaml:9:13",
        "shop.yaml:11:1",
        "shop.yaml:17:12",
    ]


def test_what_a_misspelt_field_leaves_missing_is_no_fault_of_its_own() -> None:
    text = "topology: t\ntriggers: {t: {subscribr: s}}\n"

    faults = _refused(Topology.parse(text, "t.yaml", partly=True))

    assert faults == (
        (
            "t.yaml:2:16: triggers.t.subscribr: unknown field 'subscribr'; did you mean "
            "'subscriber'?"
        ),
    )


def test_what_is_missing_beside_no_fault_of_reading_is_told() -> None:
    text = "topology: t\ntriggers: {t: {subscribr: s}, u: {}}\n"

    faults = _refused(Topology.parse(text, "t.yaml", partly=True))

    assert [fault[:11] for fault in faults] == ["t.yaml:2:16", "t.yaml:2:31"]


def test_a_setting_of_the_wrong_type_is_told_once() -> None:
    text = "topology: t\nseed: true\nservices: 5\nfaults: x\n"

    faults = _refused(Topology.parse(text, "t.yaml", partly=True))

    assert faults == (
        "t.yaml:2:1: seed: must be an integer, not a boolean",
        "t.yaml:3:1: services: must be a mapping, not a number",
        "t.yaml:4:1: faults: must be a list of faults, not a string",
    )


def test_files_come_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    first, second = tmp_path / "b.yaml", tmp_path / "a.yaml"
    first.write_text("topology: t\nbrokers: {b: {delivery: {retry: -1}}}\n")
    second.write_text("topology: t\nbrokers: {c: {delivry: {}}}\n")

    faults = _refused(Topology.load(first, second, partly=True))

    assert [Path(fault.partition(":")[0]).name for fault in faults] == [
        "b.yaml",
        "a.yaml",
    ]


def test_of_a_template_nothing_is_told_but_that_it_is_one(tmp_path: Path) -> None:
    text = (
        "topology: t\nbrokers: {b: {delivery: {retry: -1}}}\n---\n{{ if .Values.x }}\n"
    )

    faults = _refused(Topology.parse(text, "t.yaml", partly=True))

    assert len(faults) == 1
    assert "helm template" in faults[0]


def test_a_topology_with_faults_is_read_partly_only_on_request() -> None:
    with pytest.raises(TopologyError) as refused:
        Topology.parse(SHOP, "shop.yaml")

    assert [fault.partition(": ")[0] for fault in refused.value.faults] == [
        "shop.yaml:5:35",
        "shop.yaml:6:10",
        "shop.yaml:11:1",
    ]


def test_a_refused_value_of_an_enumeration_names_the_values_after_knatives_words() -> (
    None
):
    text = "topology: t\nbrokers: {b: {delivery: {backoffPolicy: quadratic}}}\n"

    faults = _refused(Topology.parse(text, "t.yaml"))

    assert faults == (
        (
            "t.yaml:2:26: Broker b: invalid value: quadratic: spec.delivery.backoffPolicy "
            "(expected exponential or linear)"
        ),
    )


def test_a_fault_knows_its_place_and_its_field() -> None:
    with pytest.raises(TopologyError) as refused:
        Simulation(Topology.parse(SHOP, "shop.yaml", partly=True))

    fault = refused.value.faults[0]
    assert fault.position == Position("shop.yaml", 3, 24)
    assert fault.path == "spec.delivery.backoffPolicy"
    assert str(fault) == f"shop.yaml:3:24: {fault.reason}"


def test_a_fault_without_a_place_comes_behind_those_that_have_one() -> None:
    placed = Fault("second", Position("a.yaml", 2, 1))
    first = Fault("first", Position("a.yaml", 1, 9))
    nowhere = Fault("nowhere")

    ordered = in_document_order([placed, first, nowhere, placed], ["a.yaml"])

    assert ordered == [first, placed, nowhere]


def test_of_a_bad_step_of_a_sequence_it_is_told_what_is_wrong_with_it() -> None:
    text = "topology: t\nsequences: {s: {steps: [{ref: a, delivery: {retry: -1}}]}}\n"

    [fault] = _refused(Topology.parse(text, "t.yaml"))

    assert fault.endswith(
        "spec.steps[0] (invalid value: -1: delivery.retry, expected 0 or more)"
    )


def test_a_folder_without_a_manifest_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("replicas: 3\n")

    with pytest.raises(TopologyError, match="holds no manifest"):
        Topology.load(tmp_path)
