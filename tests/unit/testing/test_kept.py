"""What a run becomes when it is kept as a test."""

from __future__ import annotations

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.testing.kept import kept

SHOP = """
topology: shop
brokers: {default: {}}
triggers: {all: {subscriber: shop}}
services: {shop: {}}
"""


def test_events_are_sent_with_the_ids_and_at_the_instants_of_the_run() -> None:
    sim = Simulation(Topology.parse(SHOP), journal=True, seed=5)
    given = {"specversion": "1.0", "id": "x", "source": "/k", "type": "a"}
    sim.send(Event(given, b"\xff"))
    sim.send(type="b", after="1s")
    sim.run(until="3s")
    sim.send(type="c", after="2s", timeout="1m")
    sim.run()

    test = kept(sim, {"seed": 5, "strict": True})

    assert test.untold == ("the option strict of the run",)
    assert test.spec["given"] == {"seed": 5}
    assert test.spec["send"] == [
        {"event": {"id": "x", "source": "/k", "type": "a", "data_base64": "/w=="}},
        {"event": {"id": "event-1", "type": "b"}, "at": "1s"},
        {"event": {"id": "event-2", "type": "c"}, "at": "5s", "timeout": "1m"},
    ]
    assert test.spec["expect"] == [
        {
            "received": "shop",
            "inOrder": [
                {"type": "a", "id": "x"},
                {"type": "b", "id": "event-1"},
                {"type": "c", "id": "event-2"},
            ],
        },
        {"deadLettered": "any", "never": True},
        {"noLoss": True},
        {"answered": ["x", "event-1", "event-2"], "status": 202},
    ]


def test_a_seed_is_given_where_the_topology_says_another() -> None:
    text = SHOP + "seed: 7\n"
    runs = {seed: Simulation(Topology.parse(text), journal=True, seed=seed) for seed in (0, 7)}  # fmt: skip
    for sim in runs.values():
        sim.send(type="a")
        sim.run()

    tests = [kept(sim, {"seed": seed}) for seed, sim in runs.items()]

    assert [test.spec.get("given") for test in tests] == [{"seed": 0}, None]
