"""Circles of events that nothing ends."""

from simulator import Simulation, Topology
from simulator.trace import Record
from simulator.tui.runaway import Circle, circle

REPLYING = """
topology: t
brokers: {default: {}}
triggers: {again: {subscriber: echo}}
services: {echo: {reply: {type: again}}}
"""
EMITTING = """
topology: t
brokers: {default: {}}
triggers: {again: {subscriber: poster}}
services: {poster: {emit: [{event: {type: again}, to: broker/default}]}}
"""


class Told:
    def __init__(self, records: list[Record], first: int = 0) -> None:
        self.records = records
        self.first = first

    def record(self, serial: int) -> Record:
        if serial < self.first:
            raise IndexError(serial)
        return self.records[serial]


def ran(text: str, steps: int) -> list[Record]:
    sim = Simulation(Topology.parse(text))
    sim.send(type="again")
    for _ in range(steps):
        sim.step()
    return list(sim.trace)


def test_posting_again_to_the_same_broker_is_a_circle_with_its_nodes() -> None:
    records = ran(EMITTING, 400)

    found = circle(Told(records), len(records) - 1, 100)

    assert found is not None
    assert set(found.nodes) == {"broker/default", "service/poster"}
    assert found.turns >= 100
    assert "default → poster" in str(found) or "poster → default" in str(found)


def test_a_circle_that_the_time_to_live_ends_is_none() -> None:
    records = ran(REPLYING, 10_000)

    assert circle(Told(records), len(records) - 1) is None


def test_what_was_dropped_of_a_trace_ends_the_look() -> None:
    records = ran(EMITTING, 400)

    found = circle(Told(records, len(records) - 50), len(records) - 1, 100)

    assert found is None


def test_a_record_that_no_hop_led_to_is_no_circle() -> None:
    sim = Simulation(Topology.parse("topology: t\nbrokers: {default: {}}"))
    sim.post("broker/default", body=b"no event")
    sim.run()
    records = [r._replace(cause=None, target="") for r in sim.trace]

    assert circle(Told(records), 0, 1) is None


def test_a_circle_is_told_in_one_line() -> None:
    found = Circle(nodes=("broker/default", "service/poster"), turns=1_234)

    assert str(found) == "loop: default → poster → default, 1,234 turns"
