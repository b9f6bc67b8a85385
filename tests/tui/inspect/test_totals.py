"""What each trigger, service and flow comes to."""

from __future__ import annotations

import pytest

from simulator import CloudEvent, Simulation, Topology
from simulator.tui.inspect.figures import RouteTotals, ServiceTotals, Totals
from tests.tui.inspect.runs import Run, gate, run

END = 64
ENDS = """
topology: ends
brokers: {default: {}, deaf: {}, sad: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}}
triggers:
  take: {subscriber: taker}
  never: {broker: deaf, filter: {type: other}, subscriber: taker}
  fail: {broker: sad, subscriber: broken}
services: {taker: {}, broken: {responses: [500]}}
"""


def test_a_trigger_counts_what_it_wanted_and_what_it_did_not() -> None:
    routes = Totals(run("orders").figures, END).routes()

    assert routes == [
        RouteTotals("trigger/price", "type=shop.order.placed", 4, 4, 0, 0, 20_000_000),
        RouteTotals("trigger/ship", "type=shop.order.priced", 4, 4, 2, 1, 0),
        RouteTotals("trigger/audit", "type=shop.order.*", 8, 0, 0, 0, 0),
    ]


def test_a_service_counts_what_it_got_and_how_it_answered() -> None:
    services = Totals(run("orders").figures, END).services()

    assert services == [
        ServiceTotals("service/dead-letters", 1, 0, 1, 0, 0, "", 0),
        ServiceTotals("service/pricing", 4, 0, 4, 0, 4, "", 20_000_000),
        ServiceTotals("service/shipping", 6, 0, 3, 3, 0, "", 0),
        ServiceTotals("service/audit", 8, 0, 8, 0, 0, "", 0),
    ]


def test_totals_at_a_position_do_not_know_what_comes_later() -> None:
    routes = Totals(run("orders").figures, 0).routes()

    assert [(r.matched, r.missed, r.p95_ns) for r in routes] == [(0, 0, None)] * 3


def test_a_flow_is_all_that_followed_from_one_event() -> None:
    newest, *others = Totals(run("orders").figures, END).flows()

    assert (newest.state, newest.deliveries) == ("dead-letter", 4)
    assert newest.trouble.startswith("dead-letter ship → dead-letters")
    assert [flow.state for flow in others] == ["delivered"] * 3
    assert others[-1].trouble.startswith("retry ship → shipping")


@pytest.mark.parametrize(
    ("to", "state"),
    [
        ("broker/default", "delivered"),
        ("broker/deaf", "unmatched"),
        ("broker/sad", "lost"),
        ("service/taker", "delivered"),
        ("service/broken", "failed"),
        ("http://nobody.example/", "failed"),
    ],
)
def test_a_flow_is_under_way_until_its_sender_is_answered(to: str, state: str) -> None:
    sim = Simulation(Topology.parse(ENDS))
    sim.send(type="order.placed", to=to)
    sim.run()
    of = Run(sim)

    *before, last = (
        flow.state
        for shown in range(1, len(of.view) + 1)
        for flow in Totals(of.figures, shown).flows()
    )

    assert last == state
    assert set(before) <= {"under way", "retry", "lost"}
    assert before[0] == "under way"


def test_a_flow_whose_event_has_no_time_to_live_is_expired() -> None:
    sim = Simulation(Topology.parse(ENDS))
    spent = {"type": "a", "source": "/s", "id": "1", "knativebrokerttl": "0"}
    sim.send(CloudEvent({"specversion": "1.0", **spent}), to="broker/default")
    sim.run()
    of = Run(sim)

    assert [flow.state for flow in Totals(of.figures, 3).flows()] == ["expired"]


def test_a_flow_that_is_not_over_says_what_it_waits_for() -> None:
    of = gate()

    states = [flow.state for flow in Totals(of.figures, len(of.view)).flows()]

    assert "waiting" in states
