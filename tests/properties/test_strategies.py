"""What the strategies draw is accepted, and is on both sides of every condition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from simulator import Blueprint, Simulation, Topology
from simulator.errors import UnknownAddressError, UsageError
from simulator.strategies import (
    deliveries,
    events,
    faults,
    invalid_requests,
    sends,
)
from tests.properties.made_filters import FILTERS, LEGACY

TOPOLOGIES = Path(__file__).parents[2] / "topologies"
NAMES = ("quickstart", "filters", "cesql", "channels", "kafka", "rabbitmq", "sequence")
SHOP = Blueprint(Topology.load(TOPOLOGIES / "filters.yaml"))
UNDECIDED = settings(database=None, derandomize=True)


def _trigger(**spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": "t", "namespace": "default"},
        "spec": {"broker": "default", "subscriber": {"uri": "http://s"}, **spec},
    }


BROKER = {
    "apiVersion": "eventing.knative.dev/v1",
    "kind": "Broker",
    "metadata": {"name": "default", "namespace": "default"},
}


@pytest.mark.parametrize("name", NAMES)
def test_all_that_is_drawn_of_a_topology_is_accepted(name: str) -> None:
    blueprint = Blueprint(Topology.load(TOPOLOGIES / f"{name}.yaml"))

    @settings(max_examples=30)
    @given(
        st.lists(sends(blueprint), max_size=3), st.lists(faults(blueprint), max_size=2)
    )
    def tried(sent: list[dict[str, Any]], hits: list[dict[str, Any]]) -> None:
        sim = Simulation(blueprint, folder=TOPOLOGIES)
        for hit in hits:
            sim.fault(**hit)
        for each in sent:
            sim.send(**each)
        sim.run(until="1h")
        assert sim.refused == [] or hits

    tried()


@settings(max_examples=15)
@given(FILTERS, LEGACY, st.data())
def test_events_are_valid_whatever_the_filters(
    filters: list[dict[str, Any]], legacy: dict[str, str], data: st.DataObject
) -> None:
    written = _trigger(filters=filters, filter={"attributes": legacy})
    blueprint = Blueprint(Topology.of(BROKER, written), validate=False)

    event = data.draw(events(blueprint))

    sim = Simulation(blueprint)
    sent = sim.send(attributes=event)
    sim.run()
    assert sent.status != 400


@given(deliveries(dead_letter_sinks=[{"uri": "http://parking"}]))
def test_a_delivery_passes_the_webhooks(delivery: dict[str, Any]) -> None:
    made = Blueprint(Topology.of(BROKER, _trigger(delivery=delivery)))

    [route] = made.wiring.hubs[0].routes
    assert route.retries.retry == delivery.get("retry", 0)


@pytest.mark.parametrize("node", [r.node for h in SHOP.wiring.hubs for r in h.routes])
@pytest.mark.parametrize("passes", [True, False])
def test_each_trigger_gets_events_that_pass_and_that_do_not(
    node: str, passes: bool
) -> None:
    if node == "trigger/everything" and not passes:
        return

    def taken(event: dict[str, str]) -> bool:
        sim = Simulation(SHOP)
        sent = sim.send(attributes=event)
        sim.run(until="1ns")
        return sim.why(sent, node).matches is passes

    assert find(events(SHOP), taken, settings=UNDECIDED)["type"]


def test_what_is_drawn_shrinks_to_what_is_plain() -> None:
    def anything(_: object) -> bool:
        return True

    plain = Blueprint(Topology.load(TOPOLOGIES / "quickstart.yaml"))

    assert find(events(plain), anything, settings=UNDECIDED) == {"type": "order."}
    assert find(deliveries(), anything, settings=UNDECIDED) == {}
    assert find(faults(plain), anything, settings=UNDECIDED) == {
        "node": "service/parking", "status": 503, "count": 1,
    }  # fmt: skip


def test_events_that_services_and_sources_send_are_drawn() -> None:
    pipeline = Blueprint(Topology.parse(
        "topology: t\nbrokers: {default: {}}\n"
        "sources: {s: {every: 1s, event: {type: asked}, sink: broker/default}}\n"
        "triggers: {t: {filter: {type: known}, subscriber: s}}\n"
        "services: {s: {reply: {type: answered}}}\n"
    ))  # fmt: skip

    for type_ in ("asked", "answered"):
        told = {"type": type_}
        assert find(events(pipeline), told.__eq__, settings=UNDECIDED) == told


def test_a_text_is_no_list_of_nodes_and_kinds() -> None:
    with pytest.raises(UsageError) as at:
        faults(SHOP, at="service/all")
    with pytest.raises(UsageError) as kinds:
        faults(SHOP, kinds="status")

    assert str(at.value) == "at: expected a list, such as ['service/all']"
    assert str(kinds.value) == "kinds: expected a list, such as ['status']"


def test_what_cannot_be_drawn_is_a_usage_error() -> None:
    with pytest.raises(
        UsageError, match=r"there is no 'broker/x' \(there are: broker/de"
    ):
        events(SHOP, to="broker/x")
    with pytest.raises(UsageError, match=r"expected some of status, .*; found 'reset'"):
        faults(SHOP, kinds=["drop", "reset"])
    with pytest.raises(UnknownAddressError, match="service/al"):
        faults(SHOP, at=["service/al"])
    with pytest.raises(UsageError, match="found none"):
        faults(SHOP, kinds=[])
    with pytest.raises(UsageError, match="most_hits: expected 1 or more, found 0"):
        faults(SHOP, most_hits=0)
    with pytest.raises(UsageError, match="most_retries: expected 0 or more, found -1"):
        deliveries(most_retries=-1)
    with pytest.raises(UsageError, match="no broker and no channel"):
        sends(Topology.parse("topology: t\nservices: {s: {}}\n"))


@pytest.mark.parametrize("profile", ["mt-channel", "kafka", "spec"])
def test_no_invalid_request_comes_further_than_the_door(profile: str) -> None:
    channels = Topology.load(TOPOLOGIES / "channels.yaml")
    blueprint = Blueprint(channels + SHOP.topology, profile=profile)

    @settings(UNDECIDED, max_examples=60)
    @given(invalid_requests(blueprint))
    def tried(request: dict[str, Any]) -> None:
        sim = Simulation(blueprint, folder=TOPOLOGIES)
        sent = sim.post(**request)
        sim.run(until="0s")
        assert sent.status == 400
        assert sim.trace.select(kind="accepted") == []

    tried()


def test_an_invalid_request_is_meant_for_a_hub_that_is_there() -> None:
    with pytest.raises(UsageError, match="to: there is no 'broker/x'"):
        invalid_requests(SHOP, to="broker/x")
