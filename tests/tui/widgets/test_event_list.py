from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual import events

from simulator.tui.widgets.event_list import EventList
from tests.tui.widgets.pictures import Records
from tests.tui.widgets.stage import Play, playing

if TYPE_CHECKING:
    from simulator.tui.view.rows import Row

pytestmark = pytest.mark.anyio


def serials(play: Play, kind: type[EventList.RecordPicked]) -> list[int]:
    return [message.serial for message in play.heard(kind)]


async def test_a_list_follows_the_newest_row() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(100)), 0)

        listing.show(7)

        assert listing.cursor == 6
        assert listing.subtitle == "7 following"
        assert play.rows()[-1].startswith("▌01:02.741")


async def test_moving_the_cursor_stops_following_and_end_follows_again() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(100)), 50)

        await play.press("up", "k", "down")
        listing.show(60)
        stopped = (listing.cursor, listing.subtitle)
        await play.press("end")

        assert stopped == (48, "60 ▼ 11 newer · end follows")
        assert listing.cursor == 59
        assert serials(play, EventList.RecordPicked) == [48, 47, 48, 59]
        assert len(play.heard(EventList.Moved)) == 6


async def test_the_cursor_is_where_it_was_after_a_filter_that_hid_all() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(100)), 50)
        await play.press("up")

        listing.set_rows(Records(()), 50)
        listing.set_rows(Records(()), 50)
        listing.set_rows(Records(range(100)), 50)

        assert listing.cursor == 48


async def test_pages_and_home_move_the_cursor_far() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(100)), 50)

        await play.press("pageup")
        up = listing.cursor
        await play.press("home")
        first = listing.cursor
        await play.press("pagedown", "j")

        assert (up, first, listing.cursor) == (45, 0, 5)


async def test_the_row_at_the_end_is_the_newest_without_newer_ones() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(9)), 9)

        await play.press("down")

        assert listing.subtitle == "9 · end follows"


async def test_enter_goes_to_the_time_of_the_row() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(9)), 9)

        await play.press("up", "enter")

        assert serials(play, EventList.GoTo) == [7]


async def test_a_click_picks_a_row_and_a_double_click_goes_there() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(3)), 3)

        await play.click(5, 1)
        await play.click(5, 4)
        await play.click(5, 0, times=2)

        assert serials(play, EventList.RecordPicked) == [1, 0, 0]
        assert serials(play, EventList.GoTo) == [0]


async def test_the_wheel_scrolls_and_leaves_the_cursor_where_it_is() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(100)), 50)

        await play.pilot._post_mouse_events([events.MouseScrollUp], listing, (5, 1))
        await play.settle()
        listing.show(80)

        assert listing.cursor == 49
        assert play.rows()[0].startswith("▎01:05.369")
        await play.pilot._post_mouse_events([events.MouseScrollDown], listing, (5, 1))
        await play.settle()
        assert "▌" in play.rows()[-1]


async def test_a_click_on_the_scroll_bar_goes_to_that_part() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(100)), 100)

        await play.click(89, 0)

        assert play.rows()[0].startswith("▎01:02.303")
        assert not listing.following


async def test_the_column_of_times_does_not_get_narrower() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(100_000)), 50_000)
        listing.show(3)

        assert play.rows()[0].startswith("▎  01:02.303")


async def test_other_rows_keep_the_cursor_near_its_record() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.focus()
        listing.set_rows(Records(range(100)), 50)
        await play.press("up", "up")

        listing.set_rows(Records(range(0, 100, 5)), 50)

        assert listing.cursor_serial == 45
        listing.set_rows(Records([]), 50)
        assert listing.cursor_serial is None


class Alike(Records):
    """Rows of types that nothing but their beginnings tells apart."""

    def row(self, index: int) -> Row:
        row = super().row(index)
        place = ("eu", "us")[row.serial % 2]
        return row._replace(type=f"{place}.warehouse.order.placed.v1")


async def test_a_type_is_cut_as_before_when_rows_are_set_anew() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Alike(range(100)), 4)
        before = play.rows()

        listing.set_rows(Alike(range(1, 100, 2)), 4)  # without what came first

        assert [before[1], before[3]] == play.rows()[:2]


async def test_a_record_can_be_gone_to_without_a_word() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        assert not listing.go_to(3)
        listing.set_rows(Records(range(0, 100, 2)), 50)

        found = [listing.go_to(48), listing.following, listing.go_to(6)]

        assert found == [True, True, True]
        assert listing.cursor_serial == 6
        assert not listing.go_to(7)
        assert not listing.go_to(90)
        assert play.heard(EventList.RecordPicked) == []


async def test_a_list_without_rows_says_why() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        before = play.rows()[1]
        listing.set_rows(Records([]), 0)
        listing.empty = "no event matches is:dead - esc clears it (327 hidden)"
        await play.press("down", "end", "enter")

        assert before == "  nothing yet"
        assert play.rows()[1] == (
            "  no event matches is:dead - esc clears it (327 hidden)"
        )
        assert listing.subtitle == ""


async def test_a_ticker_of_four_rows_shows_the_last_four() -> None:
    listing = EventList()
    async with playing(listing, 60, 4) as play:
        listing.set_trace(2)
        listing.set_rows(Records(range(12)), 12)

        rows = play.rows()

        assert len(rows) == 4
        assert rows[-1].startswith("▌01:03.106")


async def test_another_theme_paints_the_rows_anew() -> None:
    listing = EventList()
    async with playing(listing, 90, 5) as play:
        listing.set_rows(Records(range(3)), 3)
        dark = listing.render_line(0)

        play.pilot.app.theme = "kn-sim-light"
        await play.settle()

        assert listing.render_line(0).text == dark.text
        assert listing.render_line(0) != dark
