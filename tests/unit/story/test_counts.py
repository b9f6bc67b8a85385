import base64

import pytest

from simulator import Simulation, Topology
from simulator.event import Event
from simulator.story.counts import Counts, cause_of_death
from simulator.story.hops import Exchanges
from simulator.trace import Kind, Record
from tests.unit.story.test_flow import record


def dead(data: bytes, **more: str) -> Event:
    return Event(
        {
            "id": "1",
            "source": "/s",
            "type": "t",
            "knativeerrorcode": "500",
            "knativeerrordest": "http://y",
            "knativeerrordata": base64.b64encode(data).decode(),
            **more,
        }
    )


def tallied(*records: Record, exchanges: Exchanges | None = None) -> Counts:
    exchanges = exchanges or Exchanges()
    counts = Counts(exchanges, ["service/y"], frozenset({"broker/b"}))
    for each in records:
        counts.add(each, exchanges.add(each))
    return counts


def test_the_cause_of_a_dead_letter_is_read_from_its_attributes() -> None:
    names = {"http://y": "service/y"}

    assert cause_of_death(dead(b"no\nmoney"), names) == "500 from service/y: no money"
    assert cause_of_death(dead(b""), names) == "500 from service/y"
    assert cause_of_death(dead(b"\x00\x01"), {}) == "500 from http://y"
    assert cause_of_death(dead(b"", knativeerrordata="a€cd"), {}) == "500 from http://y"
    assert cause_of_death(Event({"id": "1"}), {}) == "no report (the failure left none)"


def test_an_error_text_that_was_cut_short_is_read_as_far_as_it_goes() -> None:
    cut = base64.b64encode(b"card declined").decode()[:-3]

    assert (
        cause_of_death(dead(b"", knativeerrordata=cut), {})
        == "500 from http://y: card declined"[:-1]
    )


def test_a_dead_letter_that_its_sink_refuses_is_none() -> None:
    counts = tallied(
        record(0, Kind.DEAD_LETTERED, "trigger/x", "service/y"),
        record(1, Kind.RESPONDED, "service/y", "trigger/x", cause=0, status=503),
    )

    assert counts.dead_letters.total == 0
    assert counts.services["service/y"].failed == 1


def test_of_requests_that_ended_nothing_is_kept() -> None:
    exchanges = Exchanges()

    counts = tallied(
        record(0, Kind.SENT, "", "broker/b"),
        record(1, Kind.REFUSED, "", "broker/b", cause=0, status=400),
        record(2, Kind.ANSWERED, "broker/b", "", cause=0, status=400),
        record(3, Kind.REPLIED, "trigger/x", "broker/b"),
        record(4, Kind.EXPIRED, "", "broker/b", cause=3, status=400),
        record(5, Kind.RESPONDED, "broker/b", "trigger/x", cause=3, status=400),
        record(6, Kind.DEAD_LETTERED, "trigger/x", "service/y"),
        record(7, Kind.CUT, "service/y", "", cause=6),
        exchanges=exchanges,
    )

    assert not exchanges.open
    assert (counts.refused.total, counts.expired.total, counts.lost.total) == (1, 1, 1)
    assert not counts.failed_senders.found


def test_a_cut_delivery_is_lost_and_its_retry_no_longer_due() -> None:
    counts = tallied(
        record(0, Kind.RETRY_SCHEDULED, "trigger/x", "service/y", attempt=2),
        record(1, Kind.CUT, "service/y", "", cause=0),
    )

    assert (counts.lost.total, counts.retries_due) == (1, 0)
    assert counts.says_no


def test_a_refused_event_counts_once_though_its_sender_is_told() -> None:
    counts = tallied(
        record(0, Kind.SENT, "", "broker/b"),
        record(1, Kind.REFUSED, "", "broker/b", cause=0, status=400, detail="no id"),
        record(2, Kind.ANSWERED, "broker/b", "", cause=0, status=400),
    )

    assert (counts.refused.total, counts.failed_senders.total) == (1, 0)


def test_a_reply_counts_for_the_service_that_made_it() -> None:
    counts = tallied(
        record(0, Kind.DISPATCHED, "trigger/x", "service/y"),
        record(1, Kind.RESPONDED, "service/y", "trigger/x", cause=0, status=200),
        record(2, Kind.REPLY_DROPPED, "service/y", "trigger/x", cause=1),
    )

    assert counts.services["service/y"].to_json() == {
        "received": 1,
        "ok": 1,
        "failed": 0,
        "retried": 0,
        "replied": 1,
    }


def test_nobody_replies_where_nothing_was_answered() -> None:
    counts = tallied(record(0, Kind.REPLIED, "trigger/x", "broker/b"))

    assert counts.origins == {"trigger/x": 1}
    assert counts.services["service/y"].replied == 0


@pytest.mark.parametrize(
    "said",
    [
        "{latency: 5s, count: 1}",
        "{latency: 5s, count: 1}, {at: service/y, status: 503, count: 1}",
        "{status: 503, count: 1}",
        "{timeout: true, count: 1}",
        "{outage: true, count: 1}",
        "{latency: 10ms}, {at: service/y, outage: true, count: 1}",
        "{latency: 10ms, duplicate: false}",
    ],
)
def test_as_received_counts_what_the_service_received(said: str) -> None:
    sim = Simulation(
        Topology.parse(f"""
topology: t
brokers: {{default: {{delivery: {{retry: 1, timeout: PT1S}}}}}}
triggers: {{g: {{subscriber: "y"}}}}
services: {{"y": {{}}}}
faults: [{said.replace("{", "{at: service/y, ", 1)}]
""")
    )
    sim.send(type="a")
    sim.run()

    counts = tallied(*sim.trace)

    assert counts.services["service/y"].received == len(sim.received())
