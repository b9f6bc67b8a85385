"""Requests to real services, answered by whoever carries them."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.errors import UsageError
from simulator.kernel import Kind

_SHOP = """
topology: shop
brokers: {default: {}}
triggers: {price: {subscriber: pricing, delivery: {timeout: PT1S, deadLetterSink: parking}}}
services:
  pricing: {url: "http://127.0.0.1:8081", latency: 200ms}
  parking: {}
"""


@pytest.fixture
def sim() -> Simulation:
    made = Simulation(Topology.parse(_SHOP), live=True, journal=True)
    made.send(type="order.placed")
    made.run(until="300ms")
    return made


def test_a_request_stays_open_until_it_is_answered_after_the_latency(
    sim: Simulation,
) -> None:
    # given
    assert list(sim.outside().open) == [1]

    # when
    sim.answer(1, 204, headers={"X-Request-Id": "7"})
    sim.run()

    # then
    (received,) = sim.received("pricing")
    assert received.status == 204
    assert sim.trace.select(kind=Kind.RESPONDED)[0].at_ns == 500_000_000
    assert not sim.outside().open


def test_what_takes_too_long_is_given_up_and_its_answer_comes_too_late(
    sim: Simulation,
) -> None:
    # when
    sim.run()
    sim.answer(1, 200)
    sim.run()

    # then
    sim.expect("parking").once()
    assert sim.now_ns == 1_000_000_000


def test_a_fork_has_the_answers_of_its_run(sim: Simulation) -> None:
    # given
    sim.answer(1, failure="refused")
    sim.run()

    # when
    fork = sim.fork()

    # then
    assert [str(each) for each in fork.trace] == [str(each) for each in sim.trace]


@pytest.mark.parametrize(
    ("number", "failure", "message"),
    [
        (2, None, "answer: no request 2, there were 1"),
        (1, "refusd", "unknown failure 'refusd'; did you mean 'refused'"),
    ],
)
def test_what_is_no_answer_is_refused(
    sim: Simulation, number: int, failure: str | None, message: str
) -> None:
    # then
    with pytest.raises(UsageError, match=message):
        sim.answer(number, failure=failure)


def test_a_run_that_is_not_live_waits_for_no_answers() -> None:
    # given
    sim = Simulation(Topology.parse(_SHOP))
    sim.send(type="order.placed")
    sim.run()

    # then
    with pytest.raises(UsageError, match="the run is not live"):
        sim.answer(1, 200)
