"""Frames: what moves, glows and counts at a position."""

from __future__ import annotations

import pytest

from simulator.kernel import Kind
from simulator.story.meaning import Sense
from simulator.tui.diagram import Diagram
from simulator.tui.view.frame import Badge, Dot, Glow
from simulator.tui.view.timeline import HOP_S, Mode
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.runs import busy, orders, played, serials

CHECKOUT, BROKER, SHIP = "source/checkout", "broker/default", "trigger/ship"


def line(start: str, end: str) -> int:
    lines = orders().diagram.lines
    return next(n for n, x in enumerate(lines) if (x.start, x.end) == (start, end))


def test_a_dot_leaves_and_arrives() -> None:
    view = orders()
    arrival = view.timeline().position_of(0)

    way = (line(CHECKOUT, BROKER),)
    half = view.frame(arrival - HOP_S / 2)
    assert half.dots == (Dot(way, half.dots[0].fraction, "ok"),)
    assert half.dots[0].fraction == pytest.approx(0.5)
    assert half.shown == 0
    there = view.frame(arrival)
    assert there.dots[0].lines != way
    assert there.glows[way[0]] == Glow(1.0, "ok")
    assert there.flashes[BROKER].level == 1.0
    assert (there.counts[CHECKOUT], there.counts[BROKER]) == (1, 1)
    assert view.frame(arrival - HOP_S - 0.01).dots == ()


def test_a_glow_fades_in_screen_time() -> None:
    view = orders()
    at = view.timeline().position_of(0) + 0.2
    way = line(CHECKOUT, BROKER)

    assert view.frame(at).glows[way].level == pytest.approx(0.5)
    assert view.frame(at, rate=2).glows[way].level == pytest.approx(0.75)
    assert way not in view.frame(at + 0.25).glows


def test_without_motion_lines_keep_their_colour() -> None:
    view = orders()
    at = view.timeline().position_of(0) + 0.2

    frame = view.frame(at, motion=False)

    assert frame.dots == ()
    assert frame.glows[line(CHECKOUT, BROKER)] == Glow(1.0, "ok")


def test_in_true_time_the_whole_way_lights_up() -> None:
    view = orders()

    frame = view.frame(2.0, Mode.TRUE)

    assert frame.dots == ()
    assert frame.glows[line(CHECKOUT, BROKER)] == Glow(1.0, "ok")
    assert frame.glows[line(BROKER, "trigger/price")].level == 1.0
    assert line(BROKER, "trigger/price") not in view.frame(2.31, Mode.TRUE).glows


def test_a_dot_has_the_colour_of_its_end() -> None:
    view = orders()
    retried = view.columns.cause[serials(view, Sense.RETRIED)[0]]
    reply = serials(view, Sense.REPLY)[0]
    dead = serials(view, Sense.DEAD)[0]

    outcomes = {
        outcome
        for serial in (retried, reply, dead)
        for _, _, outcome in view.frame(view.timeline().position_of(serial) - 0.01).dots
    }
    assert outcomes == {"ok", "retry", "reply", "dead"}


def test_a_further_attempt_starts_at_the_trigger() -> None:
    view = orders()
    again = serials(view, Sense.REQUEST_AGAIN)[0]

    dots = view.frame(view.timeline().position_of(again) - 0.01).dots

    assert [dot.lines for dot in dots] == [(line(SHIP, "service/shipping"),)]


def test_a_retry_that_waits_is_the_badge_of_its_trigger() -> None:
    view = orders()
    retry = serials(view, Sense.RETRY)[0]

    frame = view.frame(view.timeline().position_of(retry))

    assert frame.badges == {SHIP: Badge("retry", "1")}
    assert frame.totals.retries == 1
    assert frame.totals.in_flight == 1
    assert view.frame(view.timeline().end()).badges == {}


def test_totals_are_those_of_the_run() -> None:
    view = orders()

    totals = view.frame(view.timeline().end()).totals

    assert totals == (8, 0, 0, 1, 0, 0)


def test_a_line_with_too_many_travellers_has_no_dots() -> None:
    view = busy()

    frame = view.frame(2.0, Mode.TRUE)
    calm = view.frame(2.0, Mode.TRUE, rate=0.25)

    assert frame.busy[0] == 100
    assert calm.busy == {}


def test_on_a_busy_line_only_what_is_rare_has_dots() -> None:
    view = busy()
    again = serials(view, Sense.REQUEST_AGAIN)[-1]
    at = view.timeline().position_of(again) - 0.01

    frame = view.frame(at, rate=64)

    assert frame.busy
    assert all(not set(d.lines) & set(frame.busy) or d.outcome for d in frame.dots)
    assert any(d.lines == view.shape(again).lines for d in frame.dots)


def test_at_most_three_dots_are_on_a_line() -> None:
    topology = """
topology: many
channels: {c: {}}
subscriptions: {s: {channel: c, subscriber: one}}
services: {one: {latency: {uniform: [0ms, 200ms]}, reply: {type: b}}, two: {}}
"""
    sends = [{"type": "a", "to": "channel/c", "after": f"{n}ms"} for n in range(300)]
    view = played(topology, *sends)

    for step in range(200):
        frame = view.frame(view.timeline().end() * step / 200)
        on_line = [line for dot in frame.dots for line in dot.lines]
        assert all(on_line.count(line) <= 3 for line in on_line)


def test_rare_dots_are_found_among_very_many() -> None:
    sent = orders().record(0)
    dead = orders().record(60)._replace(cause=None, at_ns=sent.at_ns)
    many = [sent] * 3_100 + [dead] * 70
    view = TraceView(
        [r._replace(serial=n) for n, r in enumerate(many)], orders().diagram
    )

    dots = view.frame(1.1).dots

    assert [dot.outcome for dot in dots] == ["ok", "dead"]


def test_the_bars_of_a_sparkline_stand_still() -> None:
    view = busy()

    first = view.frame(3.2, Mode.TRUE).rates["source/shop"]
    later = view.frame(3.7, Mode.TRUE).rates["source/shop"]

    assert first[:7] == later[:7] == (0, 0, 0, 0, 100, 100, 100)
    assert later[7] - first[7] == 50


def test_another_diagram_changes_the_lines_but_not_the_counts() -> None:
    records = [orders().record(n) for n in range(64)]
    view = TraceView(records, orders().diagram)
    before = view.frame(2.0)

    view.shapes.redraw(Diagram.of(view.diagram.boxes[:2], ()))

    after = view.frame(2.0)
    assert after.glows == {}
    assert after.totals == before.totals
    assert set(after.counts) == {box.name for box in orders().diagram.boxes[:2]}


def test_a_direct_call_travels_once() -> None:
    topology = """
topology: direct
sources: {s: {at: 0s, event: {type: a}, sink: one}}
services: {one: {}}
"""
    view = played(topology)

    assert view.timeline().end() == HOP_S
    assert view.frame(HOP_S / 2).dots == (Dot((0,), 0.5, "ok"),)
    assert view.frame(HOP_S).counts == {"source/s": 1, "service/one": 1}


def test_a_filter_that_panics_is_seen_at_its_trigger() -> None:
    panicked = orders().record(2)._replace(kind=Kind.PANICKED, target="broker-filter")
    view = TraceView([*map(orders().record, range(2)), panicked], orders().diagram)

    frame = view.frame(view.timeline().end())

    assert frame.flashes["trigger/price"].outcome == "dead"
    assert frame.counts["trigger/price"] == 1


def test_an_event_that_nobody_wants_is_seen() -> None:
    topology = """
topology: odd
brokers: {default: {}}
triggers: {t: {filter: {type: z}, subscriber: one}}
services: {one: {}}
"""
    view = played(topology, {"type": "a"})

    assert view.frame(view.timeline().end()).flashes[BROKER].outcome == "nomatch"


def test_the_histogram_tells_where_trouble_is() -> None:
    view = orders()

    slots = view.histogram(8)

    assert sum(slot.records for slot in slots) == len(view)
    assert [n for n, slot in enumerate(slots) if slot.has_retry] == [1, 2]
    assert [n for n, slot in enumerate(slots) if slot.has_dead] == [7]
