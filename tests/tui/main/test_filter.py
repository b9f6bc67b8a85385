"""The line for a filter: what it hides, what is wrong with it, how it goes on; finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.widgets import Input

from simulator.tui.screens.send_event import SendEvent
from simulator.tui.widgets.top_bar import TopBar
from tests.tui.main.check_events import is_at
from tests.tui.main.check_panes import focused
from tests.tui.main.theatre import NARROW, PIPELINE, WIDE, opened, played
from tests.tui.main.topologies import NO_SOURCES

if TYPE_CHECKING:
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def test_rows_are_hidden_while_one_types(show: Show) -> None:
    rows = show.count

    show.write("/is:retry")

    assert 0 < show.count < rows
    assert "events  is:retry" in show.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("is:retri", "expected a known word"),
        ("is:retry|dead foo:x", "'foo'"),
        ("typ:x", "'typ'"),
        ("ms>fast", "expected a number as in ms>500"),
    ],
)
def test_what_is_wrong_with_a_filter_is_told_below_it(
    theatre: Theatre, typed: str, told: str
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    rows = show.count
    show.press("slash")

    show.write(typed)
    show.press("enter")

    at = next(at for at, line in enumerate(show.lines) if typed in line)
    assert told in show.lines[at + 1]
    assert show.main.filter_bar.display
    assert show.count == rows


def test_a_filter_that_is_not_whole_yet_leaves_the_one_before_in_force(
    show: Show,
) -> None:
    show.write("/is:retry")
    show.press("enter")
    retried = show.count

    show.write("/|dead foo:x")

    assert show.count == retried
    assert show.main.listing.text == "is:retry"
    show.press(*["backspace"] * len(" foo:x"))
    assert show.main.listing.text == "is:retry|dead"


def test_a_chip_takes_the_line_away_in_which_one_types(show: Show) -> None:
    show.write("/is:retri")

    show.call(show.main.post_message, TopBar.ChipPressed("is:retry"))

    assert not show.main.filter_bar.display
    assert show.main.listing.text == "is:retry"


def test_what_may_stand_in_a_filter_is_listed_whole(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)

    show.write("/kind:x")

    listed = " ".join(show.text.split())
    assert "(there are: sent, accepted," in listed
    assert "reconfigured, logged)" in listed


def test_a_filter_is_completed_with_the_right_arrow(show: Show) -> None:
    show.write("/type:artif")
    show.frames(0.05)

    show.press("right")

    assert show.main.filter_bar.query_one(Input).value == "type:artifact.published"
    assert show.main.listing.text == "type:artifact.published"


def test_a_filter_that_hides_all_says_so(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    show.write("/is:expired")
    show.press("enter")

    assert "no event matches is:expired – esc clears it" in show.text  # noqa: RUF001 - so it is written
    assert "hidden)" in show.text


def test_esc_in_the_line_clears_the_filter(show: Show) -> None:
    rows = show.count
    show.write("/is:retry")

    show.press("escape")

    assert not show.main.filter_bar.display
    assert show.count == rows
    assert focused(show) == "events"


def test_a_line_out_of_which_all_was_taken_stays_open(show: Show) -> None:
    rows = show.count
    show.write("/is:expired")

    show.press("ctrl+u")
    emptied = show.count
    show.write("is:retry")

    assert emptied == rows
    assert show.main.filter_bar.query_one(Input).value == "is:retry"
    assert 0 < show.count < rows


def test_single_letters_are_text_while_one_types(show: Show) -> None:
    show.write("/nqfap?")

    assert show.screen is show.main
    assert show.main.filter_bar.query_one(Input).value == "nqfap?"
    assert isinstance(show.main.focused, Input)


def test_the_filter_is_edited_when_it_is_opened_again(show: Show) -> None:
    show.write("/is:retry")
    show.press("enter")

    show.write("/|dead")
    show.press("enter")

    assert show.main.listing.text == "is:retry|dead"


def test_where_one_pane_is_seen_the_list_comes_with_the_line(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)

    show.write("/is:retry")

    assert show.main.panes.name == "events"
    assert "is:retry" in show.text


def test_boxes_without_a_hit_are_dimmed(show: Show) -> None:
    show.write("/to:builder")
    show.press("enter")

    lit = show.main.graph.told.lit
    assert lit is not None
    assert "service/builder" in lit
    assert "service/archive" not in lit


def test_what_nothing_has_come_to_is_lit_until_something_comes(
    theatre: Theatre,
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    scene = show.main.graph.scene
    assert scene is not None
    assert scene.frame is not None

    show.write("/is:never")
    show.press("enter")

    triggers = [name for name in scene.picture.drawing.places if "trigger/" in name]
    lit = {name for name in triggers if not scene.faint(name)}
    assert lit == {name for name in triggers if not scene.frame.counts.get(name)}
    assert set(triggers) - lit
    assert "lit in the graph" in show.text
    show.press("escape")
    assert not any(map(scene.faint, triggers))


def test_a_chip_of_the_top_bar_filters(show: Show) -> None:
    show.call(show.main.post_message, TopBar.ChipPressed("is:retry"))

    assert show.main.listing.text == "is:retry"


def test_a_find_hides_nothing_and_n_goes_on(show: Show) -> None:
    rows = show.count
    show.press("2", "home")
    show.write("//builder")
    show.press("enter")
    assert show.count == rows
    assert "Next hit" in show.lines[-1]

    show.press("n", "n")

    assert show.screen is show.main
    assert show.last_said == "no further hit of /builder"


def test_a_find_at_the_newest_row_begins_at_the_top(show: Show) -> None:
    assert show.main.events.following

    show.write("//builder")
    show.press("enter")

    serial = show.main.selection.now.serial
    assert serial is not None
    assert is_at(show, serial, "service/builder")


def test_a_find_without_any_hit_says_so(show: Show) -> None:
    show.write("//nobody")
    show.press("enter")

    assert show.main.selection.now.is_none
    assert show.last_said == "no further hit of /nobody"


def test_n_sends_again_when_the_find_is_over(show: Show) -> None:
    show.write("//builder")
    show.press("enter", "escape")

    show.press("n")

    show.top(SendEvent)


def test_a_capital_n_without_a_find_says_how_to_begin_one(show: Show) -> None:
    show.press("N")

    assert show.last_said == "there is no find: / then /text finds"


def test_without_sources_the_list_says_how_to_send(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(NO_SOURCES)))

    assert "No sources. n sends an event." in show.text


def test_where_no_source_leads_anywhere_the_list_says_who_tells_why(
    theatre: Theatre, write: Write
) -> None:
    sources = "sources: {shop: {every: 1s, event: {type: a.b}, sink: broker/defualt}}\n"
    show = theatre.show(opened(write(NO_SOURCES + sources)))

    assert "No source leads anywhere: p says why." in show.text


def test_before_anything_has_happened_the_list_says_how_to_play(
    theatre: Theatre,
) -> None:
    show = theatre.show(opened(PIPELINE))

    assert "nothing yet – press space to play" in show.text  # noqa: RUF001 - so it is written
