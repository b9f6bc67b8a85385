"""The playhead of a live run: how far it drives the engine."""

from __future__ import annotations

import pytest

from simulator.story.meaning import Sense
from simulator.tui.player import MAX, State
from simulator.tui.view.columns import NS
from simulator.tui.view.timeline import HOP_S, Mode
from tests.tui.view.players import DT, Live, recording, rows_of, state
from tests.tui.view.runs import BUSY, FEW, serials


def test_the_engine_waits_until_the_playhead_has_come_through_the_gap() -> None:
    live = Live(FEW)
    live.sim.send(type="a", after="10s")
    live.tell()
    assert live.player.wants_ns is None

    live.player.play()
    frames = live.until(lambda: bool(live.asked))

    assert live.asked == [10 * NS]
    assert frames in (61, 62)
    assert live.player.view.timeline().skipped_at(1.0) == 9 * NS


def test_what_is_sent_in_a_gap_comes_before_what_is_due() -> None:
    live = Live(FEW)
    live.sim.send(type="later", after="10s")
    live.player.play()
    for _ in range(30):
        live.frame()

    now_ns = live.player.now_ns
    live.sim.arrive(now_ns)
    live.sim.send(type="now")
    live.until(lambda: len(live.player.view) > 0)

    view = live.player.view
    assert 0 < now_ns < NS
    assert view.attributes(0)["type"] == "now"
    assert view.timeline().position_of(0) == pytest.approx(now_ns / NS + HOP_S)
    live.until(lambda: state(live.player) is State.IDLE)
    assert len(serials(view, Sense.SENT)) == 2


def test_a_live_run_is_live_replayed_and_idle() -> None:
    live = Live(FEW)
    player = live.player
    assert state(player) is State.PAUSED
    player.play()
    assert state(player) is State.IDLE
    live.sim.send(type="a")
    live.sim.send(type="b", after="3s")
    live.tell()
    assert state(player) is State.LIVE

    live.until(lambda: state(player) is State.IDLE)

    assert player.position == player.edge
    player.home()
    assert state(player) is State.REPLAY
    live.until(lambda: state(player) is State.LIVE)
    assert player.position >= player.view.timeline().instant_begin()
    player.end()
    assert player.shown == len(player.view)


def test_dense_events_are_asked_for_as_time_passes() -> None:
    live = Live(BUSY, Mode.TRUE)
    live.player.play()

    for _ in range(120):
        live.frame()

    assert live.player.position == pytest.approx(2.0, abs=0.1)
    ahead = live.sim.now_ns / NS - live.player.position
    assert -0.1 < ahead <= 3 * DT


def test_time_that_a_slow_engine_took_is_not_made_up_for_in_one_leap() -> None:
    live = Live(BUSY, Mode.TRUE)
    live.player.play()
    live.frame()

    live.player.tick(60.0)

    wanted = live.player.wants_ns
    assert wanted is not None
    assert wanted <= live.sim.due_ns + NS // 4  # type: ignore[operator]


def test_without_bound_the_engine_goes_as_far_as_it_can() -> None:
    live = Live(BUSY)
    live.player.set_speed(MAX)
    live.player.play()

    live.until(lambda: state(live.player) is State.IDLE, most=4)

    assert live.sim.due_ns is None
    assert live.player.shown == len(live.player.view) > 4_096


def test_a_step_at_the_live_edge_asks_for_more() -> None:
    live = Live(FEW)
    live.sim.send(type="a")
    live.sim.send(type="b", after="5s")
    live.tell()
    rows = rows_of(live.player.view)

    assert live.player.step(1, rows) is None
    assert state(live.player) is State.STEP
    live.frame()
    assert live.player.cursor == 0
    assert live.player.wants_ns is None
    while live.player.step(1, rows) is not None:
        pass
    live.frame()
    assert live.player.now_ns == 5 * NS
    live.player.end()
    assert live.player.step(1, rows) is None
    assert live.player.wants_ns is None


def test_a_step_that_is_asked_for_is_forgotten_when_the_user_does_something_else() -> (
    None
):
    live = Live(FEW)
    live.sim.send(type="a")
    live.tell()
    live.player.step(1, rows_of(live.player.view))

    live.player.pause()

    assert live.player.wants_ns is None


def test_a_failed_engine_can_still_be_looked_at() -> None:
    live = Live(FEW)
    live.sim.send(type="a")
    live.player.play()
    live.frame()

    live.player.error = "the log is full"

    assert state(live.player) is State.ERROR
    assert live.player.wants_ns is None
    before = live.player.position
    live.player.tick(1.0)
    assert live.player.position == before
    live.player.end()
    assert live.player.shown == len(live.player.view)


def test_what_the_engine_holds_stops_the_playhead() -> None:
    live = Live(FEW)
    live.sim.send(type="a")
    live.player.play()

    live.player.stop_at_break()
    live.player.stop_at_break()

    assert state(live.player) is State.BREAK
    assert live.player.wants_ns is None


def test_a_fork_is_looked_at_like_what_it_was_made_from() -> None:
    first, second = recording(), recording()
    first.set_speed(8.0)
    first.use(Mode.TRUE)

    second.like(first)

    assert (second.speed, second.mode) == (8.0, Mode.TRUE)


def test_an_engine_that_goes_on_by_itself_is_not_left_behind() -> None:
    # Every second an event whose hops take longer than a second to be told.
    chain = "".join(
        f"  t{n}: {{filter: {{type: e{n}}}, subscriber: s{n}}}\n" for n in range(6)
    )
    replies = "".join(f"  s{n}: {{reply: {{type: e{n + 1}}}}}\n" for n in range(6))
    live = Live(
        "topology: chain\nbrokers: {default: {}}\n"
        "sources: {s: {every: 1s, event: {type: e0}, sink: broker/default}}\n"
        f"triggers:\n{chain}services:\n{replies}"
    )
    player, behind = live.player, []
    player.chases = True
    player.play()
    for second in range(1, 21):
        live.sim.run(f"{second}s")
        live.tell()
        behind.append(
            player.view.timeline().position_of(len(player.view) - 1) - player.position
        )
        for _ in range(60):
            player.tick(DT)

    # Each second 3 s of the story are told; at its own pace, it would be 40 s behind.
    assert max(behind) < 4
    assert state(player) is State.LIVE
