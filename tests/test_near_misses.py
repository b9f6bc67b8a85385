"""An event that is nearly what a trigger of our topologies asks for goes where it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import Blueprint, Simulation, Topology

ROOT = Path(__file__).parents[1]
TOPOLOGIES = ROOT / "topologies"


def tables() -> dict[str, list[str]]:
    """Give for each topology and hub the lines of its table."""
    found: dict[str, list[str]] = {}
    lines = (ROOT / "tests" / "near_misses.txt").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith(" "):
            found[next(reversed(found))].append(" ".join(line.split()))
        elif not line.startswith("#"):
            found[line] = []
    return found


def services_of(blueprint: Blueprint, hub: str, event: str) -> str:
    """Send an event, and give the services that are asked because of it alone."""
    sim = Simulation(blueprint, handlers=[TOPOLOGIES / "inventory.py"])
    given = dict(each.split("=", 1) for each in event.split())
    sim.send(attributes={"id": "near", **given}, to=hub)
    sim.run(until="1s")
    asked = {
        each.target.removeprefix("service/")
        for each in sim.trace.select(kind="dispatched")
        if each.event.id == "near"
    }
    return " ".join(sorted(asked))


@pytest.mark.parametrize("of", tables())
def test_an_event_goes_where_it_should_and_not_where_it_nearly_would(of: str) -> None:
    path, hub = of.split()
    blueprint = Blueprint(Topology.load(TOPOLOGIES / path)).silent()

    found = {
        line: f"{event} > {services_of(blueprint, hub, event)}".rstrip()
        for line in tables()[of]
        for event in [line.partition(" >")[0]]
    }

    assert list(found.values()) == list(found)


RETRIES = [
    ("orders.yaml", "shop.order.placed", "pricing", [0, 0.5, 1.5, 3.5], "dead-letters"),
    ("quickstart.yaml", "order.", "audit", [0, 1], "parking"),
    ("prefer-reply.yaml", "order.placed", "careful", [0, 0, 1, 3], "parking"),
    ("serving-load.yaml", "order.placed", "pricing", [0, 1, 3, 7], "unpriced"),
    ("knative", "shop.order.placed", "shop/pricing", [0, 0.5, 1.5], "shop/dead-letters"),
    ("pipeline.yaml", "change.merged", "builder", [0, 0.5, 1.5, 3.5, 7.5], "dead-letters"),
    ("rabbitmq.yaml", "dev.knative.sources.ping", "failer",
     [0, 0.1, 0.3, 0.7, 1.5, 3.1], "event-display"),
    ("nats.yaml", "order.placed", "price", [0, 2, 6, 14], None),
    ("nats.yaml to channel/archive", "a", "archive", [0, 2, 6, 14], None),
    ("channels.yaml to channel/news", "a", "archive", [0, 0.2], "shelf"),
]  # fmt: skip


@pytest.mark.parametrize(("of", "type_", "service", "instants_s", "sink"), RETRIES)
def test_a_service_that_is_down_is_asked_when_the_topology_says_and_then_no_more(
    of: str, type_: str, service: str, instants_s: list[float], sink: str | None
) -> None:
    path, _, hub = of.partition(" to ")
    sim = Simulation(Blueprint(Topology.load(TOPOLOGIES / path)).silent())
    sim.fault(f"service/{service}", status=503)

    sim.send(type=type_, to=hub)
    sim.run(until="1h")

    asked = [
        each.at_ns / 1e9
        for each in sim.trace.select(kind="dispatched")
        if each.target == f"service/{service}"
    ]
    assert asked == instants_s
    taken = {each.service for each in sim.dead_letters}
    assert taken == ({f"service/{sink}"} if sink else set())


@pytest.mark.parametrize(
    ("path", "type_", "service", "latency", "instants_s"),
    [
        ("serving-load.yaml", "order.placed", "pricing", "11s", [0, 11, 23, 37]),
        ("pipeline.yaml", "change.merged", "builder", "11m", [0, 600.5]),
    ],
)
def test_a_service_that_takes_longer_than_the_timeout_is_asked_again(
    path: str, type_: str, service: str, latency: str, instants_s: list[float]
) -> None:
    sim = Simulation(Blueprint(Topology.load(TOPOLOGIES / path)).silent())
    sim.fault(f"service/{service}", latency=latency)

    sim.send(type=type_)
    sim.run(until="21m")

    asked = [
        each.at_ns / 1e9
        for each in sim.trace.select(kind="dispatched")
        if each.target == f"service/{service}"
    ]
    assert asked == instants_s


@pytest.mark.parametrize(
    ("type_", "status", "packed"),
    [
        ("order.placed", 202, 1),
        ("order.placed2", 202, 0),
        ("my.order.placed", 403, 0),
        ("order.order.placed", 202, 0),
        ("order", 403, 0),
        ("order.", 202, 0),
    ],
)
def test_a_policy_lets_orders_in_and_the_trigger_takes_what_is_placed(
    type_: str, status: int, packed: int
) -> None:
    topology = Topology.load(TOPOLOGIES / "who-may-send.yaml")
    sim = Simulation(Blueprint(topology).silent())

    sent = sim.send(type=type_, to="broker/default", as_="web")
    sim.run()

    assert sent.status == status
    assert len(sim.received("packing")) == packed
