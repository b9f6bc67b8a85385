"""Going through time: texts, bookmarks, clocks, steps under a filter, the time line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.actions.panes import show_figures
from simulator.tui.player import MAX
from simulator.tui.screens.go_to import GoTo
from simulator.tui.widgets.transport import Transport
from tests.tui.main.show import DT
from tests.tui.main.theatre import PIPELINE, opened

if TYPE_CHECKING:
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre

_NS = 1_000_000_000


@pytest.mark.parametrize(
    ("text", "at_s"), [("0:07", 7), ("4s", 4), ("-500ms", 10.584), ("#0", 3)]
)
def test_a_text_says_where_to_go(show: Show, text: str, at_s: float) -> None:
    show.press("g")
    show.write(text)
    show.press("enter")

    assert show.screen is show.main
    assert show.player.now_ns / _NS == pytest.approx(at_s, abs=0.01)


def test_a_share_of_the_time_line_is_gone_to(show: Show) -> None:
    show.press("g")
    show.write("50%")
    show.press("enter")

    assert show.player.position == pytest.approx(show.player.edge / 2)


def test_a_record_that_is_gone_to_is_selected(show: Show) -> None:
    show.press("g")
    show.write("#20")
    show.press("enter")

    assert show.main.selection.now.serial == 20


def test_what_is_no_place_is_told_and_asked_again(show: Show) -> None:
    show.press("g")
    show.write("soon")
    show.press("enter")

    show.top(GoTo)
    assert "expected a time such as 1:03" in show.text.replace("\n", " ")


def test_steps_go_over_the_rows_of_the_filter(show: Show) -> None:
    show.write("/is:retry")
    show.press("enter", "home", "1", "home")

    show.press("full_stop", "full_stop")

    serial = show.main.selection.now.serial
    assert serial is not None
    assert serial == show.main.listing.rows.serial(1)


def test_a_step_at_the_live_edge_runs_on_to_the_next_row(show: Show) -> None:
    records = len(show.stage.view)

    show.press("full_stop")
    show.until(lambda: len(show.stage.view) > records)

    assert show.state == "STEP"


def test_a_step_back_and_on_again_shows_the_same(show: Show) -> None:
    before = show.main.painter.frame.totals

    show.press("comma", "comma", "full_stop", "full_stop")

    assert show.main.painter.frame.totals == before


def test_at_full_speed_it_runs_to_the_end(theatre: Theatre) -> None:
    show = theatre.show(opened(PIPELINE))
    show.press(*["plus"] * 10, "space")
    assert show.player.speed == MAX

    show.until(lambda: len(show.stage.view) > 1_000)

    assert "max" in show.lines[1]


def test_a_click_on_the_time_line_goes_there(show: Show) -> None:
    show.call(show.main.widgets.transport.post_message, Transport.SeekRequested(0.5))
    assert show.player.position == pytest.approx(show.player.edge / 2)

    show.call(show.main.widgets.transport.post_message, Transport.StepRequested(-1))

    assert show.state == "STEP"


def test_bookmarks_are_seen_on_the_time_line(theatre: Theatre, show: Show) -> None:
    show.resize(160, 45)
    show.call(show.player.seek, show.player.edge / 2)
    show.press("B", "home")
    show.frames(0.1)

    assert "▾" in show.lines[1]


def test_what_did_not_match_is_seen_on_its_way(theatre: Theatre) -> None:
    show = theatre.show(opened(PIPELINE))
    show.press("m", "space")

    show.until(
        lambda: any(d.outcome == "nomatch" for d in show.main.painter.frame.dots)
    )

    show.press("s")
    show.frames(0.5)
    assert not any(d.outcome == "nomatch" for d in show.main.painter.frame.dots)


def test_what_the_screen_costs_is_told_in_the_palette(show: Show) -> None:
    show.call(show_figures, show.main)

    assert "records" in show.text
    assert "picture" in show.text


def test_at_full_speed_a_key_is_seen_to_before_the_frame_ends(show: Show) -> None:
    show.player.set_speed(MAX)
    show.player.play()

    async def pressed_as_a_frame_begins() -> str:
        show.theatre._post("2")
        await show.theatre.frame(DT)
        return show.main.panes.name

    assert show.run(pressed_as_a_frame_begins()) == "events"
    assert show.player.playing
