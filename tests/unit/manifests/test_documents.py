from pathlib import Path

import pytest

from simulator import Simulation
from simulator.topology import Topology
from simulator.wiring import Severity
from tests.unit.manifests.faults import faults_of

BROKER = "apiVersion: eventing.knative.dev/v1\nkind: Broker\nmetadata: {name: b}\n"
OTHER = BROKER.replace("name: b", "name: other")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("hello", "1:1: a manifest is a mapping, this is a string"),
        ("- 1", "1:1: a manifest is a mapping, this is a list"),
        ("3", "1:1: a manifest is a mapping, this is a number"),
        ("true", "1:1: a manifest is a mapping, this is a boolean"),
        ("apiVersion: v1\nmetadata: {name: x}", "1:1: a manifest needs kind"),
        ("kind: X", "1:1: a manifest needs apiVersion"),
        (
            "brokers: {}",
            (
                "1:1: a manifest needs apiVersion and kind; "
                "the short form starts with the key 'topology'"
            ),
        ),
        (
            "specversion: '1.0'",
            (
                "1:1: a manifest needs apiVersion and kind; "
                "this looks like a CloudEvent: send it, do not load it"
            ),
        ),
        (
            "resources: [a.yaml]",
            (
                "1:1: a manifest needs apiVersion and kind; "
                "if this is a kustomization: kubectl kustomize FOLDER | kn-sim run -"
            ),
        ),
        (
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization",
            (
                "2:1: a Kustomization is no manifest; build it first: "
                "kubectl kustomize FOLDER | kn-sim run -"
            ),
        ),
        (
            "apiVersion: v1\nkind: \u2018X\u2019\nmetadata: {name: x}",
            (
                "2:1: kind '\u2018X\u2019' has U+2018 (left single quotation mark) "
                "in place of a quote"
            ),
        ),
        ("apiVersion: v1\nkind: X", "1:1: X: metadata.name is missing"),
        ("apiVersion: v1\nkind: X\nmetadata: {}", "3:1: X: metadata.name is missing"),
        (
            "apiVersion: v1\nkind: X\nmetadata: {name: ''}",
            "3:12: X: metadata.name is missing",
        ),
        (
            "apiVersion: v1\nkind: X\nmetadata: {generateName: a-}",
            "3:1: X: metadata.name is missing; generateName needs a cluster",
        ),
        (
            "apiVersion: v1\nkind: X\nmetadata: {name: 12}",
            "3:12: X: metadata.name must be a string, not a number; write it in quotes",
        ),
        (
            "apiVersion: v1\nkind: X\nmetadata: {name: a, namespace: 1}",
            "3:21: X: metadata.namespace must be a string, not a number",
        ),
    ],
)
def test_a_document_that_is_no_manifest_is_told_what_it_lacks(
    text: str, fault: str
) -> None:
    assert faults_of(text) == [f"t.yaml:{fault}"]


def test_a_list_is_unfolded() -> None:
    text = (
        "apiVersion: v1\nkind: List\nitems:\n"
        "- {apiVersion: v1, kind: X, metadata: {name: a}}\n"
        "- {apiVersion: v1, kind: X, metadata: {name: b}, spec: {c: 1}}\n"
    )

    topology = Topology.parse(text, "t.yaml")

    assert [resource.name for resource in topology] == ["a", "b"]
    assert str(topology.resources[1].position("spec.c")) == "t.yaml:5:57"


def test_a_fault_in_a_list_names_its_item() -> None:
    text = "apiVersion: v1\nkind: BrokerList\nitems: [{kind: X}, 3]"

    assert faults_of(text) == [
        "t.yaml:3:9: items[0]: a manifest needs apiVersion",
        "t.yaml:3:20: items[1]: a manifest is a mapping, this is a number",
    ]


def test_an_unknown_kind_is_a_resource_like_any_other() -> None:
    topology = Topology.parse("apiVersion: x/v1\nkind: Pipe\nmetadata: {name: p}")

    assert [str(resource) for resource in topology] == ["Pipe p"]


def test_empty_documents_hold_nothing() -> None:
    topology = Topology.parse(f"---\n---\n# only this\n---\n{BROKER}---\n")

    assert [str(resource) for resource in topology] == ["Broker b"]


def test_a_custom_resource_may_have_a_field_named_topology() -> None:
    text = "apiVersion: x/v1\nkind: Cluster\nmetadata: {name: c}\ntopology: ring"

    assert [str(resource) for resource in Topology.parse(text)] == ["Cluster c"]


AGAIN = (
    f"{BROKER}---\n{OTHER}---\n{BROKER.rstrip()}\nspec: {{delivery: {{retry: 3}}}}\n"
)


def test_a_resource_that_is_written_twice_alike_counts_once_in_silence() -> None:
    topology = Topology.parse(f"{BROKER}---\n{BROKER}")

    assert [str(each) for each in topology] == ["Broker b"]
    assert topology.replaced == ()


def test_of_two_that_differ_the_later_counts_as_kubectl_applies_them() -> None:
    topology = Topology.parse(AGAIN, "t.yaml")

    assert [str(each) for each in topology] == ["Broker b", "Broker other"]
    assert topology.resources[0].spec == {"delivery": {"retry": 3}}
    assert topology.replaced == (
        (
            "t.yaml:9:1: is written twice, first at t.yaml:1:1; the later one counts, "
            "as with kubectl apply"
        ),
    )


def test_check_warns_once_of_what_is_written_twice_and_otherwise() -> None:
    sim = Simulation(Topology.parse(AGAIN, "t.yaml"))

    [warning] = [each for each in sim.findings if each.code == "written-twice"]
    assert warning.severity is Severity.WARNING
    assert str(warning).startswith(
        "t.yaml:9:1: KN002 Broker b: is written twice, first at t.yaml:1:1"
    )


def test_a_file_that_is_named_twice_is_read_as_if_it_were_named_once(
    tmp_path: Path,
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text("topology: shop\nbrokers: {default: {}}\nservices: {s: {}}\n")

    topology = Topology.load(tmp_path, file, tmp_path / "." / "shop.yaml")

    assert topology == Topology.load(file)
    assert topology.replaced == ()
