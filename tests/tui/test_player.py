"""The playhead: how it moves through what has happened."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.tui.player import MAX, SPEEDS, State
from simulator.tui.view.columns import NS
from simulator.tui.view.timeline import Mode
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.players import DT, recording, rows_of, state
from tests.tui.view.runs import busy, orders


def test_a_recording_is_played_to_its_end() -> None:
    player = recording()
    assert state(player) is State.PAUSED

    player.play()
    player.tick(1.0)

    assert (player.position, player.state) == (1.0, State.REPLAY)
    player.tick(1000.0)
    assert (player.position, player.state) == (player.edge, State.END)
    assert player.wants_ns is None
    player.toggle()
    assert (player.position, player.state) == (0.0, State.REPLAY)
    player.toggle()
    assert state(player) is State.PAUSED
    player.tick(1.0)
    assert player.position == 0.0


def test_speed_is_screen_time_to_time_line() -> None:
    player = recording()
    player.play()
    for speed, rate in ((0.25, 0.25), (4.0, 4.0), (MAX, 64)):
        before = player.position
        player.set_speed(speed)
        assert player.rate == rate
        assert player.position == before
        player.tick(0.1)
        assert player.position == min(player.edge, before + 0.1 * speed)


def test_speeds_go_up_and_down_the_ladder() -> None:
    player = recording()
    for _ in range(20):
        player.faster()
    assert player.speed == MAX
    for speed in SPEEDS[-2::-1]:
        player.slower()
        assert player.speed == speed
    player.slower()
    assert player.speed == SPEEDS[0]


def test_seeking_stays_on_the_time_line() -> None:
    player = recording()

    for wanted, got in ((-3.0, 0.0), (2.5, 2.5), (1e9, player.edge)):
        player.seek(wanted)
        assert player.position == got
    player.home()
    assert player.position == 0
    player.end()
    assert player.shown == len(player.view)


def test_places_are_gone_to_by_text() -> None:
    player = recording()

    player.go_to("#6")
    assert (player.cursor, player.shown) == (6, 8)
    player.go_to("50%")
    assert player.position == player.edge / 2
    player.go_to("4")
    assert (player.now_ns, player.shown) == (4 * NS, 20)
    player.go_to("+1s")
    assert player.now_ns == 5 * NS
    player.go_to("#99999")
    assert player.cursor == 63
    with pytest.raises(UsageError, match="expected a time"):
        player.go_to("noon")


def test_an_empty_recording_has_nowhere_to_go() -> None:
    player = recording(TraceView([], orders().diagram))

    player.seek_serial(5)
    player.end()
    player.next_mark()
    player.play()

    assert (player.position, player.state) == (0.0, State.END)
    assert player.step(1, rows_of(player.view)) is None


def test_bookmarks_are_gone_to_in_turn() -> None:
    player = recording()
    for serial in (30, 6):
        player.seek_serial(serial)
        player.mark()
    player.home()
    player.mark()

    visited = []
    for _ in range(4):
        player.next_mark()
        visited.append(player.shown)

    assert visited[2] == 0
    assert visited[0] == visited[3] < visited[1]
    player.mark()
    assert len(player.bookmarks) == 2


def test_another_time_line_shows_the_same() -> None:
    player = recording()
    for serial in (0, 13, 40):
        player.seek_serial(serial)
        now, shown = player.now_ns, player.shown
        player.use(Mode.TRUE)
        assert player.now_ns == now
        assert player.shown >= shown
        player.use(Mode.STORY)
        player.use(Mode.STORY)
        assert player.shown >= shown
    player.seek(0.5)
    player.use(Mode.TRUE)
    assert player.position == pytest.approx(0.5)
    player.use(Mode.STORY)
    assert player.position == pytest.approx(0.5)


def test_steps_go_from_row_to_row() -> None:
    player, rows = recording(), rows_of(orders())

    forth = [player.step(1, rows) for _ in range(5)]

    assert forth == [0, 4, 5, 6, 10]
    assert state(player) is State.STEP
    assert player.position == orders().timeline().position_of(10)
    assert [player.step(-1, rows) for _ in range(5)] == [6, 5, 4, 0, None]
    player.play()
    assert state(player) is State.REPLAY


def test_steps_pass_over_what_the_filter_hides() -> None:
    player, rows = recording(), rows_of(orders(), "is:retry|dead")

    assert [player.step(1, rows) for _ in range(4)] == [12, 15, 60, None]


def test_a_step_back_undoes_a_step_forth() -> None:
    player, rows = recording(), rows_of(orders())
    player.seek(1.5)

    player.step(1, rows)
    player.step(-1, rows)

    assert (player.position, player.cursor) == (1.5, None)


def test_steps_within_a_lineage_leave_other_events_out() -> None:
    player = recording()
    player.seek_serial(20)

    forth = [player.step_lineage(1, 20) for _ in range(4)]
    back = [player.step_lineage(-1, 33) for _ in range(5)]

    assert forth == [24, 25, 26, 29]
    assert back == [26, 25, 24, 20, None]
    player.end()
    assert player.step_lineage(1, 20) is None


def test_a_run_without_breaks_goes_to_the_end_and_no_further() -> None:
    player = recording()

    player.run_to_break()
    assert player.rate == 64
    player.tick(DT)

    assert state(player) is State.END
    assert player.rate == 1


def test_a_turn_ends_when_nothing_is_on_its_way() -> None:
    player = recording()

    player.run_until_quiet()
    player.tick(100.0)

    assert state(player) is State.PAUSED
    assert player.shown == 20
    player.run_until_quiet()
    player.tick(100.0)
    assert player.shown == 34


def test_a_turn_without_end_ends_with_the_recording() -> None:
    records = [orders().record(n) for n in range(4)]
    player = recording(TraceView(records, orders().diagram))

    player.run_until_quiet()
    player.tick(100.0)

    assert (player.state, player.position) == (State.PAUSED, player.edge)


def test_a_turn_of_a_long_run_ends_too() -> None:
    player = recording(busy())
    player.seek(1.0)

    player.run_until_quiet()
    player.set_speed(MAX)
    player.tick(DT)

    assert state(player) is State.PAUSED
    totals = busy().frame(player.position).totals
    assert (totals.in_flight, totals.retries) == (0, 0)
