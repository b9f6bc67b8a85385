"""Faults, approvals, and requests held at breakpoints on the reel."""

from __future__ import annotations

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.reel.frame import Badge
from simulator.tui.reel.reel import Reel
from simulator.tui.reel.rows import Rows
from tests.tui.reel.runs import orders, reel_of, serials

GATE = """
topology: gate
brokers: {default: {delivery: {retry: 0}}}
triggers: {work: {filter: {type: a}, subscriber: gate}}
services:
  gate: {approval: {approve: {reply: {type: ok}}}}
"""
PLAIN = """
topology: plain
brokers: {default: {delivery: {retry: 0}}}
triggers: {work: {subscriber: one}}
services: {one: {}}
"""


def badges(reel: Reel) -> dict[str, Badge]:
    return dict(reel.frame(reel.end()).badges)


def test_an_approval_that_waits_is_the_badge_of_its_service() -> None:
    sim = Simulation(Topology.parse(GATE))
    sim.send(type="a")
    sim.send(type="a")
    sim.run("1s")
    reel = reel_of(sim)

    assert badges(reel) == {"service/gate": Badge("wait", "2")}
    assert reel.frame(reel.end()).totals.approvals == 2
    sim.approve(sim.approvals[0].serial)
    sim.reject(sim.approvals[0].serial)
    sim.run("2s")
    reel.extend()
    assert badges(reel) == {}
    rows = Rows(reel)
    rows.scan()
    said = [rows.row(n) for n in range(len(rows))]
    assert [r.word for r in said if r.outcome == "wait"] == ["waiting"] * 2
    assert {"approved", "rejected"} <= {r.word for r in said}


def test_an_approval_that_nobody_can_give_any_more_waits_no_longer() -> None:
    sim = Simulation(Topology.parse(GATE))
    sim.send(type="a", timeout="1s")
    sim.run("2s")

    reel = reel_of(sim)

    assert len(serials(reel, Sense.WITHDRAWN)) == 1
    assert reel.frame(reel.end()).totals.approvals == 0


def test_a_fault_that_is_on_is_the_badge_of_its_node() -> None:
    sim = Simulation(Topology.parse(PLAIN))
    number = sim.fault("service/one", status=503)
    sim.send(type="a")
    sim.run()
    reel = reel_of(sim)

    assert badges(reel) == {"service/one": Badge("fault", "503")}
    assert len(serials(reel, Sense.FAULT_HIT)) == 1
    sim.set_fault(number, on=False)
    reel.extend()
    assert badges(reel) == {}
    sim.set_fault(number, on=True)
    sim.fault("*", drop=True)
    reel.extend()
    assert badges(reel)["broker/default"] == Badge("fault", "drop")
    sim.lift(number)
    reel.extend()
    assert badges(reel)["service/one"] == Badge("fault", "drop")


def test_a_held_request_is_the_badge_of_its_target() -> None:
    sim = Simulation(Topology.parse(PLAIN))
    sim.break_at("service/one")
    sim.send(type="a")
    sim.send(type="b")
    sim.run()
    reel = reel_of(sim)

    assert badges(reel) == {"service/one": Badge("queue", "1")}
    sim.release(sim.held[0].serial)
    sim.run()
    sim.drop(sim.held[0].serial)
    sim.run()
    reel.extend()
    assert badges(reel) == {}
    assert (
        len(serials(reel, Sense.RELEASED)) == len(serials(reel, Sense.DISCARDED)) == 1
    )


def test_a_kind_that_nobody_knows_is_a_note() -> None:
    records = [orders().record(n) for n in range(3)]
    strange: object = "reconsidered"
    records[2] = records[2]._replace(kind=strange)  # type: ignore[arg-type]

    reel = Reel(records, orders().diagram)

    rows = Rows(reel)
    rows.scan()
    assert [rows.row(n).word for n in range(len(rows))] == ["sent", "note"]
    assert reel.frame(reel.end()).shown == 3
