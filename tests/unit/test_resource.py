"""A resource is its manifest as written; what is absent reads as empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from simulator.errors import Position
from simulator.resource import Resource, ResourceKey, written_twice


@dataclass(frozen=True)
class Line:
    number: int

    def position(self, path: str = "") -> Position:
        return Position(file="a.yaml", line=self.number, column=len(path))


def resource(**manifest: Any) -> Resource:
    return Resource(manifest=manifest)


def test_a_resource_tells_what_its_manifest_says() -> None:
    broker = resource(
        apiVersion="eventing.knative.dev/v1",
        kind="Broker",
        metadata={"name": "b", "namespace": "team", "annotations": {"a": "1"}},
        spec={"config": {}},
    )

    assert (broker.api_version, broker.group) == (
        "eventing.knative.dev/v1",
        "eventing.knative.dev",
    )
    assert broker.key == ResourceKey("eventing.knative.dev", "Broker", "team", "b")
    assert (broker.annotations, broker.spec) == ({"a": "1"}, {"config": {}})
    assert str(broker) == "Broker team/b"


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"apiVersion": None, "kind": None, "metadata": None, "spec": None},
        {"apiVersion": "", "kind": "", "metadata": [], "spec": "text"},
        {"metadata": {"name": None, "namespace": "", "annotations": []}},
    ],
)
def test_what_is_absent_or_odd_reads_as_empty(manifest: dict[str, Any]) -> None:
    empty = resource(**manifest)

    assert empty.key == ResourceKey("", "", "default", "")
    assert (empty.annotations, empty.spec, empty.api_version) == ({}, {}, "")
    assert str(empty) == " (no name)"


def test_the_core_group_is_empty_and_the_version_does_not_tell_resources_apart() -> (
    None
):
    service = resource(apiVersion="v1", kind="Service", metadata={"name": "s"})
    ping = [
        resource(apiVersion=f"sources.knative.dev/{v}", metadata={"name": "p"})
        for v in ("v1", "v1beta2")
    ]

    assert service.group == ""
    assert str(service) == "Service s"
    assert ping[0].key == ping[1].key


def test_resources_are_equal_wherever_they_stand() -> None:
    one = Resource(manifest={"kind": "Broker"}, origin=Line(1))
    other = Resource(manifest={"kind": "Broker"}, origin=Line(2))

    assert one == other
    assert one != resource(kind="Trigger")


def test_a_position_is_clickable() -> None:
    assert str(Position(file="a.yaml", line=12, column=7)) == "a.yaml:12:7"
    assert str(Position(file="a.yaml")) == "a.yaml"
    assert str(resource().position("spec")) == "<python>"
    assert str(Resource(manifest={}, origin=Line(3)).position("spec")) == "a.yaml:3:4"


def test_a_resource_written_twice_names_both_places() -> None:
    first = Resource(manifest={"kind": "Broker"}, origin=Line(3))

    assert written_twice(first) == "is written twice, first at a.yaml:3:0"
