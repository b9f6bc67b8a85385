"""Faults, breakpoints and approvals beside forks and reloads."""

from __future__ import annotations

from simulator import Simulation, Topology
from simulator.trace import Kind, compare

SHOP = """
topology: shop
brokers: {{default: {{delivery: {{retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}}}}
triggers:
  price: {{subscriber: pricing}}
  gate: {{filter: {{type: order}}, subscriber: gate}}
services:
  pricing: {{}}
  gate: {{approval: {{approve: {{reply: {{type: approved}}}}}}}}
{more}
"""


def shop(more: str = "") -> Topology:
    return Topology.parse(SHOP.format(more=more))


def faults(sim: Simulation) -> list[tuple[int, str, str, int]]:
    return [(each.number, each.node, each.value, each.hits) for each in sim.faults]


def test_a_reload_puts_new_faults_in_force_and_lifts_those_that_are_gone() -> None:
    sim = Simulation(shop("faults: [{at: service/pricing, status: 503}]"))
    sim.send(type="other")
    sim.run("5s")
    before = faults(sim)

    sim.reload(shop("faults: [{at: service/pricing, status: 500}]"))
    sim.send(type="other")
    sim.run("10s")

    assert before == [(1, "service/pricing", "503", 2)]
    assert faults(sim) == [(2, "service/pricing", "500", 2)]
    kinds = [r.kind for r in sim.trace if r.kind in (Kind.FAULT_SET, Kind.FAULT_LIFTED)]
    assert kinds == [Kind.FAULT_SET, Kind.FAULT_LIFTED, Kind.FAULT_SET]


def test_a_reload_leaves_faults_alone_that_stay_and_those_that_somebody_set() -> None:
    kept = "faults: [{at: service/pricing, status: 503}]"
    sim = Simulation(shop(kept))
    by_hand = sim.fault("service/gate", latency="1s")

    sim.reload(shop(f"{kept}\nsources: {{s: {{at: 1m, sink: broker/default}}}}"))

    assert [number for number, *_ in faults(sim)] == [1, by_hand]
    assert not sim.trace.select(kind=Kind.FAULT_LIFTED)


def test_a_fault_that_was_lifted_by_hand_is_no_hindrance_to_a_reload() -> None:
    sim = Simulation(shop("faults: [{at: service/pricing, status: 503}]"))
    sim.lift(1)

    sim.reload(shop())

    assert faults(sim) == []
    assert len(sim.trace.select(kind=Kind.FAULT_LIFTED)) == 1


def test_what_a_breakpoint_holds_stays_held_over_a_reload() -> None:
    sim = Simulation(shop())
    sim.break_at("service/pricing")
    sim.send(type="other")
    sim.run("5s")
    [held] = sim.held

    sim.reload(shop("sources: {s: {at: 1m, sink: broker/default}}"))
    sim.run("5s")
    still = sim.held
    sim.release(held.serial)
    sim.run("6s")

    assert still == (held,)
    assert sim.held == ()
    assert [r.status for r in sim.received("pricing")] == [200]


def test_faults_and_breakpoints_guard_the_services_of_a_new_topology() -> None:
    sim = Simulation(shop())
    sim.fault("*", status=418)

    sim.reload(
        Topology.parse(
            "topology: shop\nbrokers: {default: {}}\n"
            "triggers: {new: {subscriber: other}}\nservices: {other: {}}"
        )
    )
    sim.send(type="a", to="service/other")
    sim.run("5s")

    assert [r.status for r in sim.trace.select(kind=Kind.ANSWERED)] == [418]


def test_an_approval_that_waits_outlives_a_reload() -> None:
    sim = Simulation(shop())
    sim.send(type="order")
    sim.run("5s")
    [waiting] = sim.approvals

    sim.reload(shop("sources: {s: {at: 1m, sink: broker/default}}"))
    sim.approve(waiting.serial)
    sim.run("10s")

    assert sim.approvals == ()
    assert [r.event.type for r in sim.trace.select(kind=Kind.REPLIED)] == ["approved"]


def driven(sim: Simulation) -> None:
    """Do a little of everything to a run."""
    fault = sim.fault("service/pricing", status=503, rate=0.5)
    sim.send(type="order", id="1")
    sim.run("2s")
    sim.break_at("service/pricing")
    sim.send(type="other", id="2")
    sim.run("3s")
    sim.release(sim.held[0].serial)
    sim.run("4s")
    while sim.held:
        sim.drop(sim.held[0].serial)
        sim.run("5s")
    sim.approve(sim.approvals[0].serial)
    sim.lift(fault)
    sim.reload(shop("faults: [{at: service/pricing, latency: 10ms}]"))
    sim.send(type="other", id="3")
    sim.unbreak(1)
    sim.run("20s")


def test_a_fork_repeats_all_that_was_done_to_the_run() -> None:
    sim = Simulation(shop(), seed=3, journal=True)
    driven(sim)

    fork = sim.fork()

    found = compare(sim.trace, fork.trace)
    assert found.equal
    assert found.common == len(sim.trace) > 30
    assert (fork.faults, fork.approvals, fork.held) == (
        sim.faults, sim.approvals, sim.held,
    )  # fmt: skip


def test_a_fork_before_any_record_shares_all_that_come_before_it() -> None:
    sim = Simulation(shop(), seed=3, journal=True)
    driven(sim)
    records = list(sim.trace)

    for before in range(0, len(records), 3):
        fork = sim.fork(before=before)

        assert list(fork.trace) == records[: len(fork.trace)]
        assert len(fork.trace) <= before


def test_a_handler_that_comes_later_leaves_the_faults_of_the_topology() -> None:
    fault = "faults: [{at: service/pricing, status: 503}]"
    sim = Simulation(shop(fault))
    assert sim.findings is not None
    sim.service("pricing", lambda _: None)
    sim.run()

    sim.reload(shop(fault + "\nsources: {s: {at: 1m, sink: broker/default}}"))
    kept = faults(sim)
    sim.reload(shop())

    assert kept == [(1, "service/pricing", "503", 0)]
    assert faults(sim) == []
