"""What each trigger, service and flow comes to."""

from __future__ import annotations

from simulator.tui.inspect.figures import RouteTotals, ServiceTotals, Totals
from tests.tui.inspect.runs import gate, run

END = 64


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


def test_a_flow_that_is_not_over_says_what_it_waits_for() -> None:
    of = gate()

    states = [flow.state for flow in Totals(of.figures, len(of.view)).flows()]

    assert "waiting" in states
