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
        endpoint.name
        for endpoint in sim.wiring.endpoints
        for received in sim.received(endpoint.name)
        if received.attributes.get("id") == "near"
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
