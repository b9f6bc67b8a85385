"""The story: hops take time one after the other, idle time is cut short."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.view.columns import NS
from simulator.tui.view.timeline import HOP_S, Mode
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.runs import BUSY, FEW, orders, places, played, serials, view_of


def test_each_hop_takes_its_time_and_siblings_go_side_by_side() -> None:
    view = played(FEW, {"type": "a"})

    places = [
        round(view.timeline().position_of(n) / HOP_S, 6) for n in range(len(view))
    ]
    assert places == [1, 1, 2, 2, 2, 2, 2]
    assert view.timeline().end() == view.timeline().position_of(len(view) - 1)


def test_events_sent_at_once_leave_side_by_side() -> None:
    topology = "topology: t\nservices: {one: {latency: 1s}}"
    view = played(topology, {"to": "one", "type": "a"}, {"to": "one", "type": "b"})

    sent = serials(view, Sense.SENT)
    assert [view.timeline().position_of(n) for n in sent] == [HOP_S, HOP_S]


def test_a_short_gap_is_played_and_a_long_one_cut() -> None:
    view = played(FEW, {"type": "a"}, {"type": "b", "after": "250s"})

    first, second = serials(view, Sense.SENT)
    before = view.timeline().position_of(second - 1)
    assert view.timeline().position_of(first) == HOP_S
    assert view.timeline().position_of(second) == pytest.approx(before + 1 + HOP_S)
    assert view.timeline().skipped_at(before + 0.5) == 249 * NS
    assert view.timeline().skipped_at(before + 1.4) == 249 * NS
    assert view.timeline().skipped_at(before + 1.6) == 0
    assert view.timeline().skipped_at(0.1) == 0


def test_the_clock_goes_on_in_a_gap_and_then_jumps() -> None:
    view = played(FEW, {"type": "a"}, {"type": "b", "after": "250s"})
    before = view.timeline().position_of(serials(view, Sense.SENT)[1] - 1)

    assert view.timeline().clock_at(before) == 0
    assert view.timeline().clock_at(before + 0.4) == pytest.approx(0.4 * NS, abs=1)
    assert view.timeline().clock_at(before + 1) == 250 * NS
    assert view.timeline().clock_at(view.timeline().end() + 9) == 250 * NS


def test_a_position_is_found_by_its_instant() -> None:
    view = orders()

    for mode in Mode:
        for ns in (0, NS, 2 * NS, 2_300_000_000, 25 * NS):
            position = view.timeline(mode).position_at(ns)
            assert view.timeline(mode).clock_at(position) >= ns
            before = view.timeline(mode).clock_at(position - 1e-6) if position else 0
            assert before <= ns
    assert view.timeline().position_at(NS * 10**6) == view.timeline().end()


def test_what_is_due_next_makes_the_time_line_longer() -> None:
    view = played(FEW, {"type": "a"})
    end = view.timeline().end()

    view.columns.due_ns = 100 * NS

    assert view.timeline().end() == end + 1
    assert view.timeline().clock_at(end + 0.5) == NS // 2
    assert view.timeline().clock_at(end + 1) == 100 * NS
    assert view.timeline().skipped_at(end + 0.5) == 99 * NS
    assert view.timeline().skipped_at(end) == 0
    assert view.timeline(Mode.TRUE).end() == 100
    view.columns.due_ns = None
    assert view.timeline().end() == end


def test_a_short_gap_before_what_is_due_skips_nothing() -> None:
    view = played(FEW, {"type": "a"})

    view.columns.due_ns = NS // 2

    assert view.timeline().skipped_at(view.timeline().end()) == 0
    assert view.timeline().clock_at(view.timeline().end()) == NS // 2


def test_true_time_is_virtual_time() -> None:
    view = orders()

    places = [view.timeline(Mode.TRUE).position_of(n) * NS for n in range(len(view))]
    assert places == pytest.approx(list(view.columns.at))
    assert view.timeline(Mode.TRUE).shown_at(2) == sum(
        at <= 2 * NS for at in view.columns.at
    )
    assert view.timeline(Mode.TRUE).skipped_at(3) == 0
    assert view.timeline(Mode.TRUE).instant_begin() == view.columns.at[-1] / NS


def test_a_trace_view_without_records_has_no_time() -> None:
    view = TraceView([], orders().diagram)

    for mode in Mode:
        assert view.timeline(mode).end() == 0
        assert view.timeline(mode).shown_at(1) == 0
        assert view.timeline(mode).instant_begin() == 0
        assert view.frame(0, mode).shown == 0
    assert view.histogram(3) == [(0, False, False)] * 3


def test_a_run_laid_out_as_it_goes_is_the_one_laid_out_in_the_end() -> None:
    sim = Simulation(Topology.parse(BUSY))
    growing = view_of(sim)
    for ms in range(100, 4000, 300):
        sim.run(f"{ms}ms")
        growing.extend()
    sim.run()

    assert growing.extend() > 0
    assert growing.extend() == 0
    whole = view_of(sim)
    assert places(growing) == places(whole)
    assert growing.columns.sense == whole.columns.sense
    assert growing.frame(5.0) == whole.frame(5.0)
