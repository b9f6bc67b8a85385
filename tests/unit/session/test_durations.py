"""Whoever drives a run says how long in text, in seconds or as a timedelta."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from simulator import CloudEvent, Context, Simulation, Topology
from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.duration import Duration

TOPOLOGY = """
topology: t
brokers: {default: {}}
triggers: {a: {filter: {type: a}, subscriber: shop}, b: {filter: {type: b}, subscriber: late}}
services: {shop: {}, late: {}}
"""
HALF_A_SECOND = ["500ms", "PT0.5S", 0.5, timedelta(milliseconds=500)]


@pytest.mark.parametrize("half", HALF_A_SECOND, ids=str)
def test_a_run_ends_and_an_event_is_sent_after_half_a_second(half: Duration) -> None:
    sim = Simulation(Topology.parse(TOPOLOGY))
    sim.send(type="a", after=half)

    sim.run(until=half)

    assert sim.now_ns == 500_000_000
    assert [r.at_ns for r in sim.received("shop")] == [500_000_000]


@pytest.mark.parametrize("half", HALF_A_SECOND, ids=str)
def test_a_handler_emits_and_sleeps_for_half_a_second(half: Duration) -> None:
    sim = Simulation(Topology.parse(TOPOLOGY))

    @sim.service("shop")
    async def shop(event: CloudEvent, context: Context) -> None:
        context.emit(
            CloudEvent({"type": "b", "source": "/s", "id": "1"}),
            to="broker/default",
            after=half,
        )
        await sim.sleep(half)
        sim.send(type="b", after=half)

    sim.send(type="a")
    sim.run()

    assert [r.at_ns for r in sim.received("late")] == [500_000_000, 1_000_000_000]


@pytest.mark.parametrize("half", HALF_A_SECOND, ids=str)
def test_a_fault_holds_and_delays_for_half_a_second(half: Duration) -> None:
    sim = Simulation(Topology.parse(TOPOLOGY))
    sim.fault("shop", latency=half, until=half)
    first, second = sim.send(type="a"), sim.send(type="a", after="1s")

    sim.run()

    assert (first.answered_ns, second.answered_ns) == (500_000_000, 1_000_000_000)


def test_a_fault_that_begins_before_the_run_is_refused() -> None:
    sim = Simulation(Topology.parse(TOPOLOGY))

    with pytest.raises(UsageError, match=r"from_: expected a duration .*, found -1"):
        sim.fault("shop", outage=True, from_=-1)
