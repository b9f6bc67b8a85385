"""Keys that move time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.player import MAX
from simulator.tui.screens.go_to import GoTo
from simulator.tui.view.timeline import Mode
from tests.tui.main.checks import does

if TYPE_CHECKING:
    from tests.tui.main.show import Show


@does("play.toggle")
def plays_and_pauses(show: Show, key: str) -> None:
    show.press(key)
    assert show.player.playing
    assert "Pause" in show.lines[-1]
    show.press(key)
    assert show.state == "PAUSED"


@does("play.step")
def steps_on(show: Show, key: str) -> None:
    show.press("home", key)
    assert show.state == "STEP"
    assert (
        show.main.selection.now.serial
        == show.player.cursor
        == show.main.listing.rows.serial(0)
    )


@does("play.back")
def steps_back(show: Show, key: str) -> None:
    show.press(key, key)
    assert show.main.selection.now.serial == show.main.listing.rows.serial(
        show.count - 1
    )
    assert "STEP" in show.lines[1]


@does("play.on")
def steps_on_in_the_lineage(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.press("home", key)
    first = show.main.selection.now.serial
    show.press(key)
    second = show.main.selection.now.serial
    assert first is not None
    assert second is not None
    assert first < second
    assert show.stage.view.trace_of(second) == show.stage.view.trace_of(0)


@does("play.before")
def steps_back_in_the_lineage(show: Show, key: str) -> None:
    last = max(
        s for s in range(len(show.stage.view)) if show.stage.view.trace_of(s) == 0
    )
    show.call(show.main.selection.choose_record, last)
    show.press(key)
    stepped = show.main.selection.now.serial
    assert stepped is not None
    assert stepped < last
    assert show.stage.view.trace_of(stepped) == 0


@does("play.quiet")
def runs_until_nothing_is_on_its_way(show: Show, key: str) -> None:
    show.press(key)
    assert show.player.playing
    show.until(lambda: show.state == "PAUSED")
    assert show.main.painter.frame.totals.in_flight == 0


@does("play.faster")
def plays_faster(show: Show, key: str) -> None:
    show.press(key)
    assert show.player.speed == 2
    assert "2×" in show.lines[1]  # noqa: RUF001 - so it is written
    show.press(*[key] * 10)
    assert show.player.speed == MAX


@does("play.slower")
def plays_slower(show: Show, key: str) -> None:
    show.press(key)
    assert show.player.speed == 0.5
    show.press(*[key] * 10)
    assert show.player.speed == 0.1


@does("play.normal")
def plays_at_normal_speed(show: Show, key: str) -> None:
    show.press("plus", "plus", key)
    assert show.player.speed == 1


@does("play.clock")
def changes_the_clock(show: Show, key: str) -> None:
    at_ns = show.player.now_ns
    show.press(key)
    assert show.player.mode == Mode.TRUE
    assert show.player.now_ns == at_ns
    assert "true time" in show.last_said
    show.press(key)
    assert show.player.mode == Mode.STORY
    assert "story time" in show.last_said


@does("play.start")
def goes_to_the_start(show: Show, key: str) -> None:
    show.press(key)
    assert show.player.shown == 0
    assert show.count == 0
    assert "00:00.000" in show.lines[1]


@does("play.live")
def goes_to_the_live_edge_and_follows(show: Show, key: str) -> None:
    show.press("2", "home", "1", "home", key)
    assert show.player.shown == len(show.stage.view)
    assert show.main.events.following


@does("play.goto")
def asks_where_to_go(show: Show, key: str) -> None:
    show.press(key)
    show.top(GoTo)
    show.write("7s")
    show.press("enter")
    assert show.player.now_ns == 7_000_000_000


@does("play.break")
def runs_to_the_next_breakpoint(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_node, "service/builder")
    show.press("x", key)
    show.until(lambda: show.state == "BREAK")
    assert show.stage.holds[0].target == "service/builder"


@does("play.bookmark", "play.next_bookmark")
def sets_bookmarks_and_goes_to_them(show: Show, key: str) -> None:
    show.press("B")
    here = show.player.shown
    show.press("home", "B")
    assert show.player.bookmarks == [0, here]
    show.press("apostrophe")
    assert show.player.shown == here
    show.press("apostrophe")
    assert show.player.shown == 0
    show.press("B")
    assert show.player.bookmarks == [here]


@does("play.fork")
def forks_here(show: Show, key: str) -> None:
    show.press("home", "full_stop", "full_stop")
    before = show.player.shown
    show.press(key)
    fork = show.stage.current
    assert fork.name == "fork 1"
    assert fork.forked_at == before
    assert fork.live
    assert "fork 1" in show.lines[0]
