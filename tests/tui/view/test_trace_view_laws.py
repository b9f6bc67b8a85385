"""Laws of the view, over runs made at random."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.story.meaning import REQUESTS, Sense
from simulator.tui.view.columns import NS, Fold
from simulator.tui.view.timeline import HOP_S, Mode
from simulator.tui.view.trace_view import TraceView
from tests.properties.test_run_laws import Play, plays, run
from tests.tui.view.runs import busy, places, view_of

_REQUESTS = ("dispatched", "replied", "dead-lettered", "panicked")

parts = st.floats(0, 1)
modes = st.sampled_from(list(Mode))


@settings(max_examples=25)
@given(plays())
def test_time_lines_never_go_back_and_hops_come_after_their_causes(play: Play) -> None:
    view = view_of(run(play)[0])
    columns, story = view.columns, places(view)

    for mode in Mode:
        ordered = [view.timeline(mode).position_of(n) for n in range(len(view))]
        assert ordered == sorted(ordered)
    for serial in range(len(view)):
        cause = columns.cause[serial]
        if Sense(columns.sense[serial]) in REQUESTS and view.shape(serial).lines:
            assert story[serial] >= story[cause] + HOP_S - 1e-9
        if serial:
            gap = (columns.at[serial] - columns.at[serial - 1]) / NS
            step = story[serial] - story[serial - 1]
            assert step >= min(gap, 1) - 1e-9


@settings(max_examples=25)
@given(plays(), parts)
def test_totals_are_those_that_counting_gives(play: Play, part: float) -> None:
    sim, _ = run(play)
    view = view_of(sim)

    for position in (view.timeline().end() * part, view.timeline().end()):
        totals = view.frame(position).totals
        assert min(totals) >= 0
    settled = {
        r.cause for r in sim.trace if r.kind in ("responded", "redirected", "cut")
    }
    requests = [r for r in sim.trace if r.kind in _REQUESTS]
    assert totals.in_flight == sum(r.serial not in settled for r in requests)
    assert totals.retries == 0
    assert totals.lost == len(sim.lost)
    assert totals.dead == sum(
        r.kind == "dead-lettered"
        and r.attempt == 1
        and sim.trace[r.cause or 0].kind != "redirected"
        for r in requests
    )


@settings(max_examples=15)
@given(plays(), st.lists(parts, min_size=1, max_size=4), modes)
def test_a_recording_and_any_way_to_a_position_give_the_same_frame(
    play: Play, way: list[float], mode: Mode
) -> None:
    sim, _ = run(play)
    view, recorded = view_of(sim), TraceView(list(sim.trace), view_of(sim).diagram)

    for part in way:
        frame = view.frame(view.timeline(mode).end() * part, mode)

    assert recorded.frame(recorded.timeline(mode).end() * way[-1], mode) == frame


@settings(max_examples=40)
@given(st.lists(parts, min_size=1, max_size=5), modes, st.sampled_from([0.25, 1, 64]))
def test_in_a_long_run_too(way: list[float], mode: Mode, rate: float) -> None:
    view, end = busy(), busy().timeline(mode).end()
    for part in way:
        frame = view.frame(end * part, mode, rate=rate)

    fresh = TraceView([], view.diagram)
    fresh.columns, fresh.fold = view.columns, Fold(view.columns)
    fresh.fold.keep_up()

    assert view.frame(end * way[-1], mode, rate=rate) == frame
    assert _tally(fresh.fold, frame.shown) == _tally(view.fold, frame.shown)


@settings(max_examples=40)
@given(st.lists(parts, min_size=1, max_size=6))
def test_keyframes_count_what_counting_all_gives(way: list[float]) -> None:
    view = busy()
    shapes = view.columns.shape

    for part in way:
        shown = round(len(view) * part)
        counts, last = _tally(view.fold, shown)
        assert counts == dict(Counter(shapes[:shown]))
        assert last == {code: n for n, code in enumerate(shapes[:shown])}


def _tally(fold: Fold, shown: int) -> tuple[dict[int, int], dict[int, int]]:
    tally = fold.at(shown)
    counts = {code: n for code, n in enumerate(tally.counts) if n}
    return counts, {code: n for code, n in enumerate(tally.last) if n >= 0}


@settings(max_examples=25)
@given(parts)
def test_a_histogram_counts_every_record_once(part: float) -> None:
    slots = 1 + round(200 * part)

    for mode in Mode:
        found = busy().histogram(slots, mode)
        assert len(found) == slots
        assert sum(slot.records for slot in found) == len(busy())
