"""Triggers, services and flows as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.inspect.totals import Totals
from simulator.tui.screens.tables import Tables
from tests.tui.inspect.runs import run

if TYPE_CHECKING:
    from tests.tui.screens.host import Play

END = 64


def tables(shown: int = END) -> Tables:
    return Tables(lambda: Totals(run("orders").figures, shown), every_s=0)


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
    again = play(tables(), "2", *["s"] * 7, size=(120, 40))

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
    assert "tables · 3" in before.text


def test_enter_on_a_flow_gives_its_first_record(play: Play) -> None:
    assert isinstance(play(tables(), "3", "enter").result, int)


def test_the_least_terminal_shows_names_and_numbers(play: Play) -> None:
    played = play(tables(), "2", size=(60, 18))

    assert "shipping" in played.text
    assert "received" in played.text
