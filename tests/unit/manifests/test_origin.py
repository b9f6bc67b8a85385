import pytest

from simulator.manifests.origin import path_of, steps_of
from simulator.topology import Topology

KNATIVE = """\
# a comment with 😀
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata:
  name: price
  annotations: {a.b/c: "1"}
spec:
  broker: default
  filters:
  - exact: {type: a}
  - any:
    - prefix: {type: b}
"""
SHORT = """\
topology: orders
triggers:
  price:
    annotations: {a.b/c: "1"}
    filter: {type: a}
    subscriber: pricing
    delivery: {deadLetterSink: dead}
services:
  pricing: {latency: 20ms}
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", "2:1"),
        ("kind", "3:1"),
        ("metadata.name", "5:3"),
        ("metadata.annotations[a.b/c]", "6:17"),
        ("spec.filters[1].any[0].prefix.type", "12:16"),
        ("spec.filters[0].exact.source", "10:5"),
        ("spec.filters[7]", "9:3"),
        ("spec.subscriber.ref.name", "7:1"),
        ("status", "2:1"),
        ("spec.broker.name", "8:3"),
    ],
)
def test_a_field_is_found_or_else_its_nearest_written_parent(
    path: str, place: str
) -> None:
    (resource,) = Topology.parse(KNATIVE, "t.yaml")

    assert str(resource.position(path)) == f"t.yaml:{place}"


@pytest.mark.parametrize("before", ["---\n", "kind: @\n---\n", "# one\n--- # two\n"])
def test_positions_count_from_the_top_of_the_file(before: str) -> None:
    first = "---\napiVersion: v1\nkind: X\nmetadata: {name: x}\n---\n"
    lines = first.count("\n")

    resource = Topology.parse(first + KNATIVE, "t.yaml").resources[1]

    assert str(resource.position("spec.broker")) == f"t.yaml:{lines + 8}:3"


@pytest.mark.parametrize(
    "document",
    [
        "--- {apiVersion: v1, kind: X, metadata: {name: x}, spec: 1}\n",
        "--- &a {apiVersion: v1, kind: X, metadata: {name: x},\n spec: 1}\n...\n",
        "%YAML 1.1\n---\n  apiVersion: v1\n  kind: X\n  metadata: {name: x}\n  spec: 1",
        "apiVersion: v1\r\nkind: X\r\nmetadata: {name: x}\r\nspec: 1\r\n",
        "apiVersion: v1\nkind: X\n2: a\n~x: b\nmetadata: {name: x}\nspec: 1\n",
    ],
)
def test_a_field_is_found_however_its_document_starts(document: str) -> None:
    text = f"# first\n{document}"
    (resource,) = Topology.parse(text, "t.yaml")

    position = resource.position("spec")

    line = text.replace("\r\n", "\n").split("\n")[position.line - 1]
    assert line[position.column - 1 :].startswith("spec: 1")


def test_a_document_with_its_own_tags_is_known_by_its_first_line() -> None:
    text = (
        "%TAG !k! tag:x,2000:\n---\n!k!x {apiVersion: v1, kind: X, metadata: {name: x}}"
    )
    (resource,) = Topology.parse(text, "t.yaml")

    assert str(resource.position("kind")) == "t.yaml:3:1"


def test_documents_are_asked_in_turns() -> None:
    names = [f"price-{number}" for number in range(9)]
    text = "---\n".join(KNATIVE.replace("price", name) for name in names)
    topology = Topology.parse(text, "t.yaml")

    asked = [
        str(resource.position("spec.filters[1].any"))
        for _ in range(2)
        for resource in topology
    ]

    places = [f"t.yaml:{11 + 13 * number}:5" for number in range(9)]
    assert asked == places + places


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", "3:3"),
        ("metadata.name", "3:3"),
        ("metadata.annotations[a.b/c]", "4:19"),
        ("spec.filter.attributes[type]", "5:14"),
        ("spec.subscriber.ref.name", "6:5"),
        ("spec.delivery.deadLetterSink.ref", "7:16"),
        ("spec.broker", "3:3"),
    ],
)
def test_the_short_form_is_asked_with_paths_of_knative(path: str, place: str) -> None:
    topology = Topology.parse(SHORT, "t.yaml")
    trigger = topology.get("Trigger", "price")

    assert trigger is not None
    assert str(trigger.position(path)) == f"t.yaml:{place}"


def test_what_services_answer_has_a_place_in_the_short_form() -> None:
    simulation = Topology.parse(SHORT, "t.yaml").get("Simulation", "orders")

    assert simulation is not None
    assert str(simulation.position("spec.services.pricing.latency")) == "t.yaml:9:13"


@pytest.mark.parametrize("path", ["a.b[0].c", "a[b.c/d].e", "a[0][1]", "", "x"])
def test_paths_are_split_and_joined(path: str) -> None:
    assert path_of(steps_of(path)) == path
