"""The story: hops take time one after the other, idle time is cut short."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.reel.mode import HOP_S, NS, Mode
from simulator.tui.reel.reel import Reel
from tests.tui.reel.runs import BUSY, FEW, busy, orders, played, reel_of, serials


def test_each_hop_takes_its_time_and_siblings_go_side_by_side() -> None:
    reel = played(FEW, {"type": "a"})

    places = [round(reel.position_of(n) / HOP_S, 6) for n in range(len(reel))]
    assert places == [1, 1, 2, 2, 2, 2, 2]
    assert reel.end() == reel.position_of(len(reel) - 1)


def test_events_sent_at_once_leave_side_by_side() -> None:
    topology = "topology: t\nservices: {one: {latency: 1s}}"
    reel = played(topology, {"to": "one", "type": "a"}, {"to": "one", "type": "b"})

    sent = serials(reel, Sense.SENT)
    assert [reel.position_of(n) for n in sent] == [HOP_S, HOP_S]


def test_a_short_gap_is_played_and_a_long_one_cut() -> None:
    reel = played(FEW, {"type": "a"}, {"type": "b", "after": "250s"})

    first, second = serials(reel, Sense.SENT)
    before = reel.position_of(second - 1)
    assert reel.position_of(first) == HOP_S
    assert reel.position_of(second) == pytest.approx(before + 1 + HOP_S)
    assert reel.skipped_at(before + 0.5) == 249 * NS
    assert reel.skipped_at(before + 1.4) == 249 * NS
    assert reel.skipped_at(before + 1.6) == 0
    assert reel.skipped_at(0.1) == 0


def test_the_clock_goes_on_in_a_gap_and_then_jumps() -> None:
    reel = played(FEW, {"type": "a"}, {"type": "b", "after": "250s"})
    before = reel.position_of(serials(reel, Sense.SENT)[1] - 1)

    assert reel.clock_at(before) == 0
    assert reel.clock_at(before + 0.4) == pytest.approx(0.4 * NS, abs=1)
    assert reel.clock_at(before + 1) == 250 * NS
    assert reel.clock_at(reel.end() + 9) == 250 * NS


def test_a_position_is_found_by_its_instant() -> None:
    reel = orders()

    for mode in Mode:
        for ns in (0, NS, 2 * NS, 2_300_000_000, 25 * NS):
            position = reel.position_at(ns, mode)
            assert reel.clock_at(position, mode) >= ns
            before = reel.clock_at(position - 1e-6, mode) if position else 0
            assert before <= ns
    assert reel.position_at(NS * 10**6) == reel.end()


def test_what_is_due_next_makes_the_time_line_longer() -> None:
    reel = played(FEW, {"type": "a"})
    end = reel.end()

    reel.expect(100 * NS)

    assert reel.end() == end + 1
    assert reel.clock_at(end + 0.5) == NS // 2
    assert reel.clock_at(end + 1) == 100 * NS
    assert reel.skipped_at(end + 0.5) == 99 * NS
    assert reel.skipped_at(end) == 0
    assert reel.end(Mode.TRUE) == 100
    reel.expect(None)
    assert reel.end() == end


def test_a_short_gap_before_what_is_due_skips_nothing() -> None:
    reel = played(FEW, {"type": "a"})

    reel.expect(NS // 2)

    assert reel.skipped_at(reel.end()) == 0
    assert reel.clock_at(reel.end()) == NS // 2


def test_true_time_is_virtual_time() -> None:
    reel = orders()

    places = [reel.position_of(n, Mode.TRUE) * NS for n in range(len(reel))]
    assert places == pytest.approx(list(reel.columns.at))
    assert reel.serial_at(2, Mode.TRUE) == sum(at <= 2 * NS for at in reel.columns.at)
    assert reel.skipped_at(3, Mode.TRUE) == 0
    assert reel.timeline(Mode.TRUE).instant_begin() == reel.columns.at[-1] / NS


def test_a_reel_without_records_has_no_time() -> None:
    reel = Reel([], orders().diagram)

    for mode in Mode:
        assert reel.end(mode) == 0
        assert reel.serial_at(1, mode) == 0
        assert reel.timeline(mode).instant_begin() == 0
        assert reel.frame(0, mode).shown == 0
    assert reel.histogram(3) == [(0, False, False)] * 3


def test_a_run_laid_out_as_it_goes_is_the_one_laid_out_in_the_end() -> None:
    sim = Simulation(Topology.parse(BUSY))
    growing = reel_of(sim)
    for ms in range(100, 4000, 300):
        sim.run(f"{ms}ms")
        growing.extend()
    sim.run()

    assert growing.extend() > 0
    assert growing.extend() == 0
    whole = reel_of(sim)
    assert growing.columns.story == whole.columns.story
    assert growing.columns.sense == whole.columns.sense
    assert growing.frame(5.0) == whole.frame(5.0)


def test_few_events_are_a_story_and_many_are_not() -> None:
    assert Reel([], orders().diagram).usual_mode() is Mode.STORY
    assert orders().usual_mode() is Mode.STORY
    assert busy().usual_mode() is Mode.TRUE
