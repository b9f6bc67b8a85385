"""What records mean once their causes are known."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.view.intake import Codes
from simulator.tui.view.trace_view import TraceView
from tests.tui.view.runs import busy, orders, places, played, serials, view_of, words

REDIRECT = """
topology: redirect
brokers: {default: {delivery: {retry: 1}}}
triggers: {t: {subscriber: one}}
services:
  one: {responses: [{status: 307, headers: {location: 'http://two.default.svc.cluster.local/'}}]}
  two: {responses: [503, 202]}
"""
BAD_REPLY = """
topology: bad-reply
brokers: {default: {delivery: {deadLetterSink: graves}}}
channels: {c: {}}
subscriptions: {s: {channel: c, subscriber: one, reply: deaf, delivery: {deadLetterSink: graves, retry: 1}}}
services:
  one: {reply: {type: answer}}
  deaf: {responses: [500]}
  graves: {responses: [%s]}
"""


def test_a_log_and_a_recording_give_the_same_view() -> None:
    sim = Simulation(Topology.load("topologies/orders.yaml"))
    sim.run()
    live = view_of(sim)

    recorded = TraceView(list(sim.trace), live.diagram)

    assert recorded.columns.sense == live.columns.sense
    assert recorded.columns.event == live.columns.event
    assert places(recorded) == places(live)
    assert recorded.record(7) == live.record(7)
    assert recorded.frame(3.0) == live.frame(3.0)


def test_a_reply_begins_an_event_of_the_same_lineage() -> None:
    view = orders()
    reply = serials(view, Sense.REPLY)[0]

    assert view.columns.event[reply] != view.columns.event[reply - 1]
    assert view.trace_of(reply) == 0
    assert view.attributes(reply)["type"] == "shop.order.priced"
    assert view.columns.event[reply + 1] == view.columns.event[reply]


def test_a_failure_that_is_retried_is_settled_by_the_retry() -> None:
    view = orders()
    retry = serials(view, Sense.RETRY)[0]

    failed = view.columns.cause[retry]

    assert words(view, [failed]) == ["RETRIED"]
    assert view.columns.follow[failed] == retry
    assert view.columns.follow[view.columns.cause[failed]] == failed


def test_a_request_after_a_redirect_is_no_retry() -> None:
    view = played(REDIRECT, {"type": "a"})

    sorts = words(view, range(len(view)))

    assert sorts.count("ONWARD") == 2
    assert sorts.count("REQUEST_AGAIN") == 1
    totals = view.frame(view.timeline().end()).totals
    assert (totals.in_flight, totals.retries) == (0, 0)


@pytest.mark.parametrize("end", [200, 500])
def test_after_a_failed_reply_it_is_the_event_itself_that_is_dead(end: int) -> None:
    view = played(BAD_REPLY % end, {"type": "asked", "to": "channel/c"})
    dead = serials(view, Sense.DEAD)[0]

    number = view.columns.event[dead]

    assert view.attributes(dead)["type"] == "asked"
    assert "knativeerrorcode" in view.attributes(dead)
    assert view.columns.buried[number] == view.columns.event[0]
    assert view.frame(view.timeline().end()).totals.lost == int(end == 500)


def test_a_loss_after_a_failed_reply_is_that_of_the_event() -> None:
    topology = (BAD_REPLY % 200).replace("deadLetterSink: graves, retry: 1", "retry: 1")
    view = played(topology, {"type": "asked", "to": "channel/c"})
    lost = serials(view, Sense.LOST)[0]

    assert view.columns.event[lost] == view.columns.event[0]


def test_a_reply_that_cannot_be_sent_leaves_a_dead_letter_of_the_event() -> None:
    topology = """
topology: unsendable
channels: {c: {}}
subscriptions: {s: {channel: c, subscriber: one, reply: deaf, delivery: {deadLetterSink: graves}}}
services:
  one: {responses: [{status: 200, headers: {content-type: application/cloudevents+json}, body: '[]'}]}
  deaf: {}
  graves: {}
"""
    view = played(topology, {"type": "asked", "to": "channel/c"})

    assert len(serials(view, Sense.DROPPED)) == 1
    dead = serials(view, Sense.DEAD)[0]
    assert view.attributes(dead)["type"] == "asked"
    assert view.columns.buried[view.columns.event[dead]] == 0


def test_a_caller_that_hangs_up_ends_waits_and_requests() -> None:
    topology = """
topology: cut
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT10S}}}
triggers: {fails: {subscriber: bad}, hangs: {subscriber: slow}}
services: {bad: {responses: [503]}, slow: {latency: 1m}}
"""
    view = played(topology, {"type": "a", "timeout": "5s"}, until="20s")

    assert len(serials(view, Sense.CUT)) == len(serials(view, Sense.CUT_WAIT)) == 1
    totals = view.frame(view.timeline().end()).totals
    assert (totals.in_flight, totals.retries, totals.lost) == (0, 0, 2)


def test_records_that_are_gone_leave_a_gap() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: t\nsources: {s: {every: 10ms, count: 900, "
            "event: {type: a}, sink: one}}\nservices: {one: {}}"
        ),
        keep=500,
    )
    sim.run()

    view = view_of(sim)

    assert view.first > 0
    assert words(view, [0, view.first]) == ["GONE", words(view, [view.first])[0]]
    assert view.attributes(0) == {}
    assert view.columns.body(view.columns.event[0]) is None
    with pytest.raises(IndexError):
        view.record(0)
    assert view.frame(view.timeline().end()).shown == len(view)


def test_events_that_the_log_has_dropped_are_let_go() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: t\nsources: {s: {every: 10ms, count: 2000, "
            "event: {type: a}, sink: one}}\nservices: {one: {}}"
        ),
        keep=500,
    )
    view = view_of(sim)
    for second in range(1, 30):
        sim.run(f"{second}s")
        view.extend()

    assert view.first > 0
    assert view.columns.events[0] is None
    assert view.columns.events[-1] is not None
    assert view.attributes(0) == {}
    assert view.attributes(len(view) - 1)["type"] == "a"


def test_a_recording_may_begin_late() -> None:
    records = [busy().record(n) for n in range(1000, 1500)]

    view = TraceView(records, busy().diagram)

    assert (view.first, len(view)) == (1000, 1500)
    assert view.record(1000) == records[0]
    assert view.frame(view.timeline().end()).shown == 1500
    for serial in (3, 1500, -1):
        with pytest.raises(IndexError):
            view.record(serial)


def test_a_record_that_lost_its_cause_begins_a_lineage() -> None:
    records = [r._replace(cause=None) for r in map(orders().record, range(4))]

    view = TraceView(records, orders().diagram)

    assert [view.trace_of(n) for n in range(4)] == [0, 1, 2, 3]


def test_many_different_records_are_not_all_remembered() -> None:
    asked: list[str] = []

    def code(kind: str, said: str) -> int:
        asked.append(said)
        return 1

    codes = Codes(code, most=3)

    for number in (*range(10), 9):
        assert codes["responded", f"died {number}"] == 1

    assert len(codes) <= 3
    assert asked == [f"died {number}" for number in range(10)]
