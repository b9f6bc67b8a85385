from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.errors import TopologyError
from simulator.topology import Topology


def manifest(kind: str, name: str, **more: Any) -> dict[str, Any]:
    metadata = {"name": name}
    return {"apiVersion": "x/v1", "kind": kind, "metadata": metadata, **more}


def test_resources_are_found_by_kind_and_name() -> None:
    topology = Topology.of(
        manifest("Broker", "a"), manifest("Trigger", "a"), manifest("Broker", "b")
    )

    found = topology.get("Broker", "b")

    assert found is topology.resources[2]
    assert topology.get("Broker", "b", "team") is None
    assert [resource.name for resource in topology.of_kind("Broker")] == ["a", "b"]
    assert len(topology) == 3


def test_order_counts_within_a_kind_only() -> None:
    a, b = manifest("Trigger", "a"), manifest("Trigger", "b")
    broker = manifest("Broker", "a")

    assert Topology.of(a, b, broker) == Topology.of(broker, a, b)
    assert Topology.of(a, b) != Topology.of(b, a)
    assert hash(Topology.of(a, broker)) == hash(Topology.of(broker, a))
    assert Topology.of(a) != [a]


def test_two_topologies_are_joined() -> None:
    joined = Topology.of(manifest("Broker", "a")) + Topology.of(manifest("Broker", "b"))

    assert [resource.name for resource in joined] == ["a", "b"]


def test_a_topology_is_joined_with_topologies_only() -> None:
    joined: Any = "brokers: {b: {}}"

    with pytest.raises(TypeError, match="unsupported operand"):
        Topology.of(manifest("Broker", "a")) + joined


def test_text_of_any_class_is_yaml() -> None:
    class Template(str):
        __slots__ = ()

    text = "topology: t\nbrokers: {a: {}}"

    assert Topology.parse(Template(text)) == Topology.parse(text)


def test_a_resource_of_both_topologies_is_a_fault() -> None:
    text = "topology: t\nbrokers: {a: {}}"

    with pytest.raises(TopologyError) as caught:
        Topology.parse(text, "one.yaml") + Topology.parse(text, "two.yaml")

    assert caught.value.faults == (
        "two.yaml:2:11: Broker a is written twice, first at one.yaml:2:11",
    )


def test_manifests_made_in_python_are_copied() -> None:
    spec: dict[str, Any] = {"list": (1, 2.0), "deep": {"x": None}}

    topology = Topology.of(manifest("X", "a", spec=spec))
    spec["deep"]["x"] = "changed"

    assert topology.resources[0].spec == {"list": [1, 2], "deep": {"x": None}}
    assert str(topology.resources[0].position("spec")) == "<python>"


def deep(levels: int) -> Any:
    return [deep(levels - 1)] if levels else 1


def test_manifests_made_in_python_tell_their_faults_at_once() -> None:
    with pytest.raises(TopologyError) as caught:
        Topology.of(
            {"kind": "X"},
            manifest("X", "a", spec={"when": [datetime(2021, 6, 19, tzinfo=UTC)]}),
            manifest("X", "b", spec={1: 2}),
            manifest("X", "c", spec={"n": float("nan")}),
            manifest("X", "d", spec={"n": 10**400}),
            manifest("X", "e", spec={"t": "\ud83d"}),
            manifest("X", "f", s=deep(101)),
            [1],  # type: ignore[arg-type]  # what a caller without types may do
        )

    assert caught.value.faults == (
        "manifest 1: a manifest needs apiVersion",
        "manifest 2: spec.when[0]: a datetime is no JSON value",
        "manifest 3: spec: the key 1 is no string",
        "manifest 4: spec.n: JSON has no nan",
        "manifest 5: spec.n: JSON has no number of that size",
        "manifest 6: spec.t: '\\ud83d' is no Unicode text",
        f"manifest 7: s{'[0]' * 100}: nested more than 100 levels deep",
        "manifest 8: a manifest is a mapping",
    )
