"""Faults, approvals, and requests held at breakpoints on the view."""

from __future__ import annotations

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.view.frame import Badge
from simulator.tui.view.rows import Rows
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.runs import orders, serials, view_of

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


def badges(view: TraceView) -> dict[str, Badge]:
    return dict(view.frame(view.timeline().end()).badges)


def test_an_approval_that_waits_is_the_badge_of_its_service() -> None:
    sim = Simulation(Topology.parse(GATE))
    sim.send(type="a")
    sim.send(type="a")
    sim.run("1s")
    view = view_of(sim)

    assert badges(view) == {"service/gate": Badge("wait", "2")}
    assert view.frame(view.timeline().end()).totals.approvals == 2
    sim.approve(sim.approvals[0].serial)
    sim.reject(sim.approvals[0].serial)
    sim.run("2s")
    view.extend()
    assert badges(view) == {}
    rows = Rows(view)
    rows.scan()
    said = [rows.row(n) for n in range(len(rows))]
    assert [r.word for r in said if r.outcome == "wait"] == ["waiting"] * 2
    assert {"approved", "rejected"} <= {r.word for r in said}


def test_an_approval_that_nobody_can_give_any_more_waits_no_longer() -> None:
    sim = Simulation(Topology.parse(GATE))
    sim.send(type="a", timeout="1s")
    sim.run("2s")

    view = view_of(sim)

    assert len(serials(view, Sense.WITHDRAWN)) == 1
    assert view.frame(view.timeline().end()).totals.approvals == 0


def test_a_fault_that_is_on_is_the_badge_of_its_node() -> None:
    sim = Simulation(Topology.parse(PLAIN))
    number = sim.fault("service/one", status=503)
    sim.send(type="a")
    sim.run()
    view = view_of(sim)

    assert badges(view) == {"service/one": Badge("fault", "503")}
    assert len(serials(view, Sense.FAULT_HIT)) == 1
    sim.set_fault(number, on=False)
    view.extend()
    assert badges(view) == {}
    sim.set_fault(number, on=True)
    sim.fault("*", drop=True)
    view.extend()
    assert badges(view)["broker/default"] == Badge("fault", "drop")
    sim.lift(number)
    view.extend()
    assert badges(view)["service/one"] == Badge("fault", "drop")


def test_a_held_request_is_the_badge_of_its_target() -> None:
    sim = Simulation(Topology.parse(PLAIN))
    sim.break_at("service/one")
    sim.send(type="a")
    sim.send(type="b")
    sim.run()
    view = view_of(sim)

    assert badges(view) == {"service/one": Badge("queue", "1")}
    sim.release(sim.held[0].serial)
    sim.run()
    sim.drop(sim.held[0].serial)
    sim.run()
    view.extend()
    assert badges(view) == {}
    assert (
        len(serials(view, Sense.RELEASED)) == len(serials(view, Sense.DISCARDED)) == 1
    )


def test_a_kind_that_nobody_knows_is_a_note() -> None:
    records = [orders().record(n) for n in range(3)]
    strange: object = "reconsidered"
    records[2] = records[2]._replace(kind=strange)  # type: ignore[arg-type]

    view = TraceView(records, orders().diagram)

    rows = Rows(view)
    rows.scan()
    assert [rows.row(n).word for n in range(len(rows))] == ["sent", "note"]
    assert view.frame(view.timeline().end()).shown == 3
