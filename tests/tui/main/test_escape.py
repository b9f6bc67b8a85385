"""Esc undoes one thing after the other; lists follow or do not; focus stays in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.check_panes import focused
from tests.tui.main.theatre import NARROW, PIPELINE, opened, played
from tests.tui.main.topologies import TWO_NAMESPACES

if TYPE_CHECKING:
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def follows(show: Show) -> bool:
    """Tell whether the list follows the newest row; asked anew each time."""
    return show.main.events.following


def chosen(show: Show) -> bool:
    """Tell whether something is selected; asked anew each time."""
    return not show.main.selection.now.is_none


def test_esc_undoes_the_nearest_thing_first(show: Show) -> None:
    show.press("slash")
    show.write("is:retry")
    show.press("enter", "up", "M", "n")
    show.top(SendEvent)

    show.press("escape")
    assert show.screen is show.main
    assert show.main.has_class("-maximised-events")
    show.press("escape")
    assert not show.main.has_class("-maximised-events")
    assert show.main.listing.text == "is:retry"
    show.press("escape")
    assert not show.main.listing.text
    assert chosen(show)
    show.press("escape")
    assert not chosen(show)

    show.press("escape")

    assert show.inspector.title == "overview"


def test_esc_opens_a_namespace_that_was_closed(theatre: Theatre, write: Write) -> None:
    show = theatre.show(opened(write(TWO_NAMESPACES)))
    show.press("right", "c")
    assert show.main.graph.wish.expanded

    show.press("escape", "escape")

    assert not show.main.graph.wish.expanded
    assert not show.main.graph.wish.collapsed


def test_esc_leads_back_to_the_graph_where_one_pane_is_seen(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)
    show.press("3")
    assert focused(show) == "inspector"

    show.press("escape")

    assert focused(show) == "graph"


def test_a_cursor_move_stops_following_and_end_follows_again(show: Show) -> None:
    assert follows(show)

    show.press("2", "up")
    show.frames(0.1)
    assert not follows(show)
    assert "1 newer · end follows" in show.text
    show.press("up")
    show.frames(0.1)
    assert "2 newer · end follows" in show.text
    show.player.play()
    show.until(lambda: len(show.stage.view) > 75)
    assert show.main.events.cursor < show.count - 2

    show.press("end")

    assert follows(show)
    assert show.main.events.cursor == show.count - 1


def test_playing_follows_and_pausing_leaves_the_cursor(show: Show) -> None:
    show.press("2", "up", "space")
    show.until(lambda: len(show.stage.view) > 75)
    assert follows(show)
    assert show.main.events.cursor == show.count - 1

    show.press("up", "space")

    assert show.state == "PAUSED"
    assert show.main.events.cursor == show.count - 2


def test_a_selection_stays_where_other_rows_are_shown(show: Show) -> None:
    show.press("2", "up", "up")
    before = show.main.selection.now

    show.press("V", "v", "v", "V")

    assert show.main.selection.now == before
    assert show.main.events.cursor_serial == before.serial
