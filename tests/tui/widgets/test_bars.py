import pytest
from textual import events

from simulator.tui.view.frame import Totals
from simulator.tui.view.timeline import Slot
from simulator.tui.widgets.top_bar import ProblemStrip, TopBar
from simulator.tui.widgets.transport import Playing, TimeMark, Transport, bars_of
from tests.tui.widgets.pictures import colour_at
from tests.tui.widgets.stage import playing

pytestmark = pytest.mark.anyio

LIVE = Playing(
    state="LIVE",
    now_ns=83_450_000_000,
    end_ns=300_000_000_000,
    fraction=0.5,
    speed=4,
    mode="story",
)


def test_the_bar_with_most_records_is_full_and_trouble_is_the_gravest() -> None:
    slots = [
        Slot(8, False, False),
        Slot(0, False, False),
        Slot(2, True, False),
        Slot(2, True, True),
    ]

    assert bars_of(slots, 4, 1) == [(8, ""), (0, ""), (2, "retry"), (2, "dead")]
    assert bars_of(slots, 4, 2)[0] == (16, "")
    assert bars_of(slots, 8, 1)[:3] == [(8, ""), (8, ""), (0, "")]


def test_a_time_line_without_slots_is_flat() -> None:
    assert bars_of([], 2, 1) == [(0, ""), (0, "")]
    assert bars_of([], 0, 1) == []


async def test_the_transport_tells_state_clock_speed_and_mode_in_one_row() -> None:
    bar = Transport()
    async with playing(bar, 100, 3) as play:
        bar.playing = LIVE
        bar.slots = [Slot(1, False, False)] * 10

        (row,) = play.rows()

        assert row.startswith(" ▶ LIVE    01:23.450  4\u00d7    story time")
        assert row.endswith("█ 05:00")
        assert "┃" in row


async def test_a_narrow_transport_leaves_the_mode_out() -> None:
    bar = Transport()
    async with playing(bar, 70, 3) as play:
        bar.playing = LIVE.replace(state="REPLAY", speed=float("inf"))

        (row,) = play.rows()

        assert row.startswith(" ▶ REPLAY  01:23.450  max ")
        assert "story" not in row


async def test_a_tall_transport_has_marks_above_and_what_was_skipped_below() -> None:
    bar = Transport(classes="-tall")
    async with playing(bar, 100, 3) as play:
        bar.slots = [Slot(1, False, False), Slot(5, True, False), Slot(9, False, True)]
        bar.marks = [TimeMark(0.0, "bookmark"), TimeMark(1.0, "break")]
        bar.playing = LIVE.replace(skipped_ns=252 * 10**9, partial=True)

        upper, lower = play.rows()

        assert upper.count("▾") == 2
        assert lower.startswith("» 4m 12s skipped", 1)
        assert lower.endswith("05:00")
        assert "…" in lower


async def test_trouble_colours_its_slot_and_what_is_ahead_is_dimmed() -> None:
    bar = Transport()
    async with playing(bar, 100, 3) as play:
        bar.playing = LIVE
        width = bar.bar_width
        bar.slots = [Slot(1, False, True)] * width

        strip = bar.render_line(0)

        left = 100 - width - 7
        dead = bar.palette.outcomes["dead"]
        assert colour_at(strip, left) == dead
        assert colour_at(strip, left + width - 1) != dead
        assert colour_at(strip, left + width // 2) == bar.palette.accent
        assert play.rows()


async def test_a_click_and_a_drag_seek_and_the_wheel_steps() -> None:
    bar = Transport()
    async with playing(bar, 100, 3) as play:
        bar.playing = LIVE
        left = 100 - bar.bar_width - 7

        await play.pilot.mouse_down(bar, offset=(left, 0))
        await play.pilot.hover(bar, offset=(left + bar.bar_width - 1, 0))
        await play.pilot.mouse_up(bar, offset=(left + bar.bar_width - 1, 0))
        await play.pilot.hover(bar, offset=(left, 0))
        await play.click(2, 0)
        for turn in (events.MouseScrollDown, events.MouseScrollUp):
            await play.pilot._post_mouse_events([turn], bar, (5, 0))
        await play.settle()

        sought = [one.fraction for one in play.heard(Transport.SeekRequested)]
        assert sought == [0.0, 1.0]
        assert [one.by for one in play.heard(Transport.StepRequested)] == [1, -1]


async def test_the_top_bar_has_words_where_there_is_room() -> None:
    bar = TopBar()
    async with playing(bar, 120, 2) as play:
        bar.file, bar.changed, bar.branch = "shop.yaml", True, "fork 2"
        bar.totals = Totals(events=1204, in_flight=7, retries=3, dead=1, approvals=2)

        (row,) = play.rows()

        assert row.startswith(" ◆ kn-sim  shop.yaml *  → fork 2")
        assert row.endswith(
            "● 1,204 events   ⇄  7 in flight   ↻  3 retries due   ✗  1 dead   "
            "◐  2 approvals"
        )


async def test_the_top_bar_counts_one_of_a_thing_as_one() -> None:
    bar = TopBar()
    async with playing(bar, 130, 2) as play:
        bar.totals = Totals(events=1, retries=1, approvals=1)

        (row,) = play.rows()

        assert "●  1 event   " in row
        assert "↻  1 retry due   " in row
        assert row.endswith("◐  1 approval")


async def test_a_narrow_top_bar_cuts_the_file_in_its_middle() -> None:
    bar = TopBar()
    async with playing(bar, 60, 2) as play:
        bar.file = "a-very-long-name-of-a-topology.yaml"
        bar.totals = Totals(events=123_456, lost=2)

        (row,) = play.rows()

        assert row.startswith(" ◆ kn-sim  a-very-lon….yaml")
        assert row.endswith("● 123k  ⇄  0  ↻  0  ✗  2  ◐  0")


async def test_a_top_bar_without_room_leaves_out_whole_counters() -> None:
    bar = TopBar()
    async with playing(bar, 20, 2) as play:
        bar.file = "shop.yaml"
        bar.totals = Totals(events=14, approvals=1)

        assert play.rows()[0].strip() == "↻  0  ✗  0  ◐  1"


@pytest.mark.parametrize(
    ("dead", "lost", "word"),
    [(1, 0, "1 dead"), (0, 2, "2 lost"), (1, 2, "3 dead or lost")],
)
async def test_what_is_lost_is_no_dead_letter(dead: int, lost: int, word: str) -> None:
    bar = TopBar()
    async with playing(bar, 130, 2) as play:
        bar.totals = Totals(dead=dead, lost=lost)

        assert f"{word}   ◐" in play.rows()[0]


async def test_a_click_on_a_counter_asks_for_its_events() -> None:
    bar = TopBar()
    async with playing(bar, 120, 2) as play:
        bar.totals = Totals(retries=3)
        row = play.rows()[0]

        for glyph in "●⇄↻✗◐":
            await play.click(row.index(glyph), 0)

        pressed = [one.filter for one in play.heard(TopBar.ChipPressed)]
        assert pressed == ["", "is:retry", "is:dead", "is:wait"]


async def test_a_problem_takes_the_rows_that_it_needs_three_at_most() -> None:
    strip = ProblemStrip()
    async with playing(strip, 50, 5) as play:
        strip.text = "one two " * 8
        await play.settle()
        two = strip.size.height
        strip.text = "one two " * 40
        await play.settle()

        assert two == 2
        assert strip.size.height == 3
        assert play.rows()[2].rstrip().endswith("…")


async def test_a_problem_is_told_in_a_line_that_opens_them_all() -> None:
    strip = ProblemStrip()
    async with playing(strip, 50, 3) as play:
        hidden = strip.display
        strip.text = "shop.yaml:14 unknown broker"
        await play.settle()

        await play.click(5, 0)
        strip.focus()
        await play.press("enter")
        focused = play.rows()[0]
        play.pilot.app.set_focus(None)
        await play.settle()

        assert not hidden
        assert focused.startswith(" ✗ shop.yaml:14 unknown broker")
        assert focused.endswith("p lists all")
        assert strip.text in play.rows()[0]
        assert len(play.heard(ProblemStrip.Opened)) == 2
        strip.text = ""
        assert not strip.display
