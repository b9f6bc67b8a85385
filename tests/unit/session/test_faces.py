"""How events and runs look to who tests them: one face for all, in one line."""

import asyncio
from typing import Any

import pytest

from simulator import CloudEvent, Simulation, SimulatorWarning, Topology, reply
from tests.unit.session.hubs import one_service

DEAD = """
topology: dead
brokers: {default: {delivery: {deadLetterSink: parking}}}
triggers: {ship: {subscriber: shipping}}
services: {shipping: {responses: [503]}, parking: {}}
"""


def events() -> dict[str, Any]:
    """Give one event as each of those shows it who know of it."""
    sim = one_service("{approval: {}}")
    sent = sim.send(type="a", id="e1", source="/s", subject="x", data={"n": 1})
    sim.run("1s")
    [received], [approval] = sim.received("s"), sim.approvals
    stopped = one_service()
    stopped.break_at("service/s")
    stopped.send(type="a", id="e1", source="/s", subject="x", data={"n": 1})
    stopped.run()
    handled: list[CloudEvent] = []

    def handler(event: CloudEvent) -> None:
        handled.append(event)
        raise LookupError

    failing = one_service()
    failing.service("s", handler)
    failing.send(type="a", id="e1", source="/s", subject="x", data={"n": 1})
    failing.run()
    return {
        "sent": sent.event,
        "received": received.event,
        "record": sim.trace[0].event,
        "approval": approval.event,
        "held": stopped.held[0].event,
        "handled": handled[0],
        "failed": failing.handler_errors[0].event,
        "reply": reply(handled[0], type="a", id="e1", subject="x", data={"n": 1}),
    }


@pytest.mark.parametrize(
    "who",
    ["sent", "received", "record", "approval", "held", "handled", "failed", "reply"],
)
def test_an_event_has_one_face_whoever_shows_it(who: str) -> None:
    event = events()[who]

    plain = (event.type, event.id, event.source, event.subject, event.data)
    asked = (
        event.get_type(), event.get_id(), event.get_source(), event.get_subject(),
        event.get_data(),
    )  # fmt: skip

    assert plain == asked == ("a", "e1", "/s", "x", {"n": 1})
    assert event.get_attributes()["subject"] == "x"
    assert event.get_extension("more") is None


def test_a_dead_letter_says_which_trigger_it_comes_from() -> None:
    sim = Simulation(Topology.parse(DEAD))
    sim.send(type="a")
    sim.send(type="b", to="service/parking")
    sim.run()

    assert [dead.route for dead in sim.dead_letters] == ["trigger/ship"]
    assert {r.route for r in sim.received("parking")} == {"trigger/ship", ""}


def test_runs_traces_and_topologies_say_in_a_line_what_they_are() -> None:
    sim = Simulation(Topology.parse(DEAD))
    before = repr(sim)
    sim.send(type="a", after="2s")
    sim.run()

    whole = "<Topology: 1 Simulation, 1 Broker, 1 Trigger>"
    assert repr(sim.topology) == whole
    assert before == f"<Simulation of {whole}, at 0s, not begun>"
    assert repr(sim) == f"<Simulation of {whole}, at 2s, 7 records>"
    assert repr(sim.trace) == "<Trace of 7 records up to 2s>"
    assert (
        repr(sim.topology + Topology.parse("topology: t\nbrokers: {b: {}}\n"))
        == "<Topology: 1 Simulation, 2 Brokers, 1 Trigger>"
    )
    assert repr(Topology()) == "<Topology: empty>"


def test_a_handler_that_sleeps_in_real_time_is_told_of() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await asyncio.sleep(0)
        await asyncio.wait_for(asyncio.sleep(0.001), timeout=1)
        await asyncio.sleep(0.001)

    sim.send(type="a")

    with pytest.warns(SimulatorWarning, match="sleeps in real time") as told:
        sim.run()

    assert {warning.filename for warning in told} == {__file__}


def test_a_handler_that_lets_others_go_first_is_not_told_of() -> None:
    sim = one_service()

    @sim.service("s")
    async def handler(event: CloudEvent) -> None:
        await asyncio.sleep(0)
        await sim.sleep("1s")

    sim.send(type="a")
    sim.run()

    assert sim.now_ns == 1_000_000_000
