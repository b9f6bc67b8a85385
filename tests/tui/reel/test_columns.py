"""What records mean once their causes are known."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.story.meaning import Sense
from simulator.tui.reel.intake import LogCodes, RecordCodes
from simulator.tui.reel.reel import Reel
from simulator.tui.reel.shape import Shapes
from tests.tui.reel.runs import busy, orders, played, reel_of, serials, words

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


def test_a_log_and_a_recording_give_the_same_reel() -> None:
    sim = Simulation(Topology.load("topologies/orders.yaml"))
    sim.run()
    live = reel_of(sim)

    recorded = Reel(list(sim.trace), live.diagram)

    assert recorded.columns.sense == live.columns.sense
    assert recorded.columns.event == live.columns.event
    assert recorded.columns.story == live.columns.story
    assert recorded.record(7) == live.record(7)
    assert recorded.frame(3.0) == live.frame(3.0)


def test_a_reply_begins_an_event_of_the_same_lineage() -> None:
    reel = orders()
    reply = serials(reel, Sense.REPLY)[0]

    assert reel.columns.event[reply] != reel.columns.event[reply - 1]
    assert reel.trace_of(reply) == 0
    assert reel.attributes(reply)["type"] == "shop.order.priced"
    assert reel.columns.event[reply + 1] == reel.columns.event[reply]


def test_a_failure_that_is_retried_is_settled_by_the_retry() -> None:
    reel = orders()
    retry = serials(reel, Sense.RETRY)[0]

    failed = reel.columns.cause[retry]

    assert words(reel, [failed]) == ["RETRIED"]
    assert reel.columns.follow[failed] == retry
    assert reel.columns.follow[reel.columns.cause[failed]] == failed


def test_a_request_after_a_redirect_is_no_retry() -> None:
    reel = played(REDIRECT, {"type": "a"})

    sorts = words(reel, range(len(reel)))

    assert sorts.count("ONWARD") == 2
    assert sorts.count("REQUEST_AGAIN") == 1
    totals = reel.frame(reel.end()).totals
    assert (totals.in_flight, totals.retries) == (0, 0)


@pytest.mark.parametrize("end", [200, 500])
def test_after_a_failed_reply_it_is_the_event_itself_that_is_dead(end: int) -> None:
    reel = played(BAD_REPLY % end, {"type": "asked", "to": "channel/c"})
    dead = serials(reel, Sense.DEAD)[0]

    number = reel.columns.event[dead]

    assert reel.attributes(dead)["type"] == "asked"
    assert "knativeerrorcode" in reel.attributes(dead)
    assert reel.columns.buried[number] == reel.columns.event[0]
    assert reel.frame(reel.end()).totals.lost == int(end == 500)


def test_a_loss_after_a_failed_reply_is_that_of_the_event() -> None:
    topology = (BAD_REPLY % 200).replace("deadLetterSink: graves, retry: 1", "retry: 1")
    reel = played(topology, {"type": "asked", "to": "channel/c"})
    lost = serials(reel, Sense.LOST)[0]

    assert reel.columns.event[lost] == reel.columns.event[0]


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
    reel = played(topology, {"type": "asked", "to": "channel/c"})

    assert len(serials(reel, Sense.DROPPED)) == 1
    dead = serials(reel, Sense.DEAD)[0]
    assert reel.attributes(dead)["type"] == "asked"
    assert reel.columns.buried[reel.columns.event[dead]] == 0


def test_a_caller_that_hangs_up_ends_waits_and_requests() -> None:
    topology = """
topology: cut
brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT10S}}}
triggers: {fails: {subscriber: bad}, hangs: {subscriber: slow}}
services: {bad: {responses: [503]}, slow: {latency: 1m}}
"""
    reel = played(topology, {"type": "a", "timeout": "5s"}, until="20s")

    assert len(serials(reel, Sense.CUT)) == len(serials(reel, Sense.CUT_WAIT)) == 1
    totals = reel.frame(reel.end()).totals
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

    reel = reel_of(sim)

    assert reel.first > 0
    assert words(reel, [0, reel.first]) == ["GONE", words(reel, [reel.first])[0]]
    assert reel.attributes(0) == {}
    assert reel.columns.body(reel.columns.event[0]) is None
    with pytest.raises(IndexError):
        reel.record(0)
    assert reel.frame(reel.end()).shown == len(reel)


def test_events_that_the_log_has_dropped_are_let_go() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: t\nsources: {s: {every: 10ms, count: 2000, "
            "event: {type: a}, sink: one}}\nservices: {one: {}}"
        ),
        keep=500,
    )
    reel = reel_of(sim)
    for second in range(1, 30):
        sim.run(f"{second}s")
        reel.extend()

    assert reel.first > 0
    assert reel.columns.events[0] is None
    assert reel.columns.events[-1] is not None
    assert reel.attributes(0) == {}
    assert reel.attributes(len(reel) - 1)["type"] == "a"


def test_a_recording_may_begin_late() -> None:
    records = [busy().record(n) for n in range(1000, 1500)]

    reel = Reel(records, busy().diagram)

    assert (reel.first, len(reel)) == (1000, 1500)
    assert reel.record(1000) == records[0]
    assert reel.frame(reel.end()).shown == 1500
    for serial in (3, 1500, -1):
        with pytest.raises(IndexError):
            reel.record(serial)


def test_a_record_that_lost_its_cause_begins_a_lineage() -> None:
    records = [r._replace(cause=None) for r in map(orders().record, range(4))]

    reel = Reel(records, orders().diagram)

    assert [reel.trace_of(n) for n in range(4)] == [0, 1, 2, 3]


def test_many_different_records_are_not_all_remembered() -> None:
    shapes = Shapes(orders().diagram)
    codes = RecordCodes(shapes, most=3)

    for number in range(10):
        assert codes["responded", "a", "b", 1, 500, f"died {number}"] == 1

    assert len(codes) <= 3
    assert len(shapes) == 2


def test_cells_of_the_log_are_not_all_remembered_either() -> None:
    shapes = Shapes(orders().diagram)
    codes = LogCodes(shapes, most=3)

    for number in range(10):
        assert codes["responded", "a", "b", 1, (500, f"died {number}")] == 1

    assert len(codes) <= 3
    assert len(shapes) == 2
