"""Triggers, services and flows as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import Simulation, Topology
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.figures import Totals
from simulator.tui.screens.tables import RunCoverage, Tables
from tests.tui.inspect.runs import Run, run

if TYPE_CHECKING:
    from tests.tui.screens.host import Play

END = 64


def tables(shown: int = END) -> Tables:
    return Tables(lambda: Totals(run("orders").figures, shown))


def first_column(text: str, *names: str) -> list[str]:
    """Give the names in the order of their rows."""
    return sorted(names, key=text.index)


def test_numbers_are_sorted_from_the_largest(play: Play) -> None:
    played = play(tables(), "2", "s", "s", size=(120, 40))

    assert "by received, falling" in played.text
    assert first_column(played.text, "pricing", "shipping", "audit") == [
        "audit", "shipping", "pricing",
    ]  # fmt: skip


def test_an_order_is_turned_round_and_given_up_after_the_last_column(
    play: Play,
) -> None:
    turned = play(tables(), "2", "s", "s", "S", size=(120, 40))
    again = play(tables(), "2", *["s"] * 8, size=(120, 40))

    assert "by received, rising" in turned.text
    assert "by " not in again.text.split("tables", 1)[1].splitlines()[0]


def test_a_filter_leaves_rows_that_have_all_its_words(play: Play) -> None:
    typed = play(tables(), "slash", *"order.p ship", "enter", size=(120, 40))

    assert "1 of 3" in typed.text
    assert play(tables(), "slash", *"ship", "enter", "enter").result == "trigger/ship"


def test_what_nothing_came_to_yet_is_found(play: Play) -> None:
    none = play(tables(), "slash", *"is:never", "enter", size=(120, 40))
    before = play(tables(0), "slash", *"is:never", "enter", size=(120, 40))

    assert "0 of 3" in none.text
    assert "no row matches the filter" in none.text
    assert "tables · 3" in before.text


def test_enter_on_a_flow_gives_its_first_record(play: Play) -> None:
    assert isinstance(play(tables(), "3", "enter").result, int)


def test_the_least_terminal_shows_names_and_numbers(play: Play) -> None:
    played = play(tables(), "2", size=(60, 18))

    assert "shipping" in played.text
    assert "received" in played.text


def covering(shown: int = END) -> Tables:
    orders = run("orders")
    coverage = RunCoverage(orders.sim, orders.view)
    totals = Totals(orders.figures, shown)
    return Tables(lambda: totals, lambda: coverage.at(shown))


def test_what_could_be_covered_stands_with_its_place_and_whether_it_was(
    play: Play,
) -> None:
    played = play(covering(), "4", size=(120, 40))
    never = play(covering(), "4", "slash", *"is:never", "enter", size=(120, 40))
    chosen = play(covering(), "4", "slash", *"price matched", "enter", "enter").result

    assert "delivery.retry: success after retry" in played.text
    assert "yes" in played.text
    assert "orders.yaml:" in played.text
    assert "never" in never.text
    assert "  yes  " not in never.text
    assert chosen == "trigger/price"


def test_coverage_follows_the_playhead_both_ways() -> None:
    orders = run("orders")
    coverage = RunCoverage(orders.sim, orders.view)

    def covered(shown: int) -> list[str]:
        return [each.name for each in coverage.at(shown) if each.covered]

    end, start, again = covered(END), covered(0), covered(END)

    assert start == []
    assert end == again
    assert end
    assert {each.covered for each in coverage.at(END)} == {True, False}


def test_without_a_topology_nothing_could_be_covered(play: Play) -> None:
    assert "no topology tells" in play(tables(), "4").text


SERVING = """
topology: serving
sources: {orders: {count: 9, event: {type: order.placed}, sink: broker/default}}
brokers: {default: {}}
triggers: {price: {filter: {type: order.placed}, subscriber: pricing}}
ksvcs:
  pricing:
    template:
      metadata: {annotations: {autoscaling.knative.dev/max-scale: "2"}}
      spec: {containerConcurrency: 1}
services:
  pricing: {latency: 1s, pods: {start: 2s}}
"""


def test_a_service_on_knative_serving_shows_its_pods_and_what_waits_for_them(
    play: Play,
) -> None:
    sim = Simulation(Topology.parse(SERVING))
    sim.run("3500ms")
    serving = Run(sim)
    totals = Totals(serving.figures, len(sim.log))

    played = play(Tables(lambda: totals), "2", size=(120, 40))

    (row,) = [line for line in played.lines if "pricing" in line]
    assert "2 of 2" in row
    assert row.split()[2:5] == ["pricing", "9", "7"]
    assert "pods" not in play(tables(), "2", size=(120, 40)).text


def test_the_last_row_is_in_sight_where_the_terminal_is_low(play: Play) -> None:
    played = play(covering(), "4", "end", size=(80, 18))

    assert any(
        GLYPHS.here in line and "rules[0]: used" in line for line in played.lines
    )
