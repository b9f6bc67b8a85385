"""What each hop adds, removes, changes: knative-runtime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.event.text import STRUCTURED
from tests.playbook import simulation

if TYPE_CHECKING:
    from simulator import Received, Simulation

SENT = {
    "X-Request-Id": "r1",
    "Retry-After": "3",
    "Knative-Extra": "k",
    "X-B3-SpanId": "s",
    "traceparent": "00-a-b-01",
    "tracestate": "v=1",
    "baggage": "x=y",
    "Authorization": "secret",
    "Cookie": "c",
    "Accept": "*/*",
    "Prefer": "wait",
    "Kn-Namespace": "evil",
}
PASSED = {
    "x-request-id": "r1",
    "retry-after": "3",
    "knative-extra": "k",
    "x-b3-spanid": "s",
    "traceparent": "00-a-b-01",
    "tracestate": "v=1",
    "baggage": "x=y",
}


def others(received: Received) -> dict[str, str]:
    return {n: v for n, v in received.headers.items() if not n.startswith("ce-")}


def run(topology: str, *, to: str = "", **headers: str) -> Simulation:
    sim = simulation(topology)
    sim.send(id="a", type="t", to=to, headers=headers)
    sim.run()
    return sim


REPLYING = """
brokers: {default: {delivery: {deadLetterSink: dead}}}
triggers:
  ask: {filter: {type: t}, subscriber: one}
  told: {filter: {type: u}, subscriber: two}
services:
  one:
    responses:
      - headers: {x-request-id: r2, knative-more: m, cookie: c, traceparent: other}
        reply: {type: u}
  two: {responses: [400]}
  dead: {}
"""


def test_the_subscriber_sees_what_is_passed_on_and_prefer_and_its_namespace() -> None:
    sim = run(REPLYING, **SENT)

    (received,) = sim.received("one")
    assert others(received) == {**PASSED, "prefer": "reply", "kn-namespace": "default"}


def test_the_responses_headers_replace_the_requests_but_not_its_trace_context() -> None:
    sim = run(REPLYING, **SENT)

    (received,) = sim.received("two")
    assert others(received) == {
        "x-request-id": "r2",
        "knative-more": "m",
        "traceparent": "00-a-b-01",
        "tracestate": "v=1",
        "baggage": "x=y",
        "prefer": "reply",
        "kn-namespace": "default",
    }


def test_a_dead_letter_has_no_prefer() -> None:
    sim = run(REPLYING, **SENT)

    (letter,) = sim.received("dead")
    assert others(letter) == {
        "x-request-id": "r2",
        "knative-more": "m",
        "traceparent": "00-a-b-01",
        "tracestate": "v=1",
        "baggage": "x=y",
        "kn-namespace": "default",
    }


def test_the_dead_letter_of_a_failed_reply_has_the_replys_headers() -> None:
    sim = run(
        """
        channels: {c: {}}
        subscriptions:
          work: {channel: c, subscriber: one, reply: two, delivery: {deadLetterSink: dead}}
        services:
          one: {responses: [{headers: {x-request-id: r2}, reply: {type: u}}]}
          two: {responses: [400]}
          dead: {}
        """,
        **SENT,
    )

    (letter,) = sim.received("dead")
    assert others(letter) == {
        "x-request-id": "r2",
        "traceparent": "00-a-b-01",
        "tracestate": "v=1",
        "baggage": "x=y",
        "kn-namespace": "default",
    }


def test_none_is_made_up() -> None:
    sim = run(REPLYING)

    (received,) = sim.received("one")
    assert others(received) == {"prefer": "reply", "kn-namespace": "default"}


def test_the_subscriber_sees_the_arrival_time_and_no_ttl() -> None:
    sim = simulation(REPLYING, start="2026-03-01T00:00:00.5Z")
    sim.send(
        id="a",
        type="t",
        after="1s",
        attributes={"knativearrivaltime": "noon", "knativebrokerttl": 9},
    )
    sim.run()

    (received,) = sim.received("one")
    assert received.attributes == {
        "specversion": "1.0",
        "id": "a",
        "source": "/kn-sim",
        "type": "t",
        "knativearrivaltime": "2026-03-01T00:00:01.5Z",
    }


def test_users_see_the_event_as_the_subscriber_received_it() -> None:
    sim = run(REPLYING)

    (received,) = sim.received("one")
    assert received.event.get_id() == "a"
    assert received.event.get_attributes() == received.attributes


def test_a_plain_channel_adds_and_removes_nothing() -> None:
    sim = simulation(
        """
        channels: {c: {}}
        subscriptions: {ask: {channel: c, subscriber: one, reply: two}}
        services: {one: {reply: {type: u}}, two: {}}
        """
    )
    sim.send(
        id="a", type="t", attributes={"knativebrokerttl": 7, "knativearrivaltime": "x"}
    )
    sim.run()

    (first,), (second,) = sim.received("one"), sim.received("two")
    assert first.attributes["knativebrokerttl"] == "7"
    assert first.attributes["knativearrivaltime"] == "x"
    assert others(first) == {"prefer": "reply", "kn-namespace": "default"}
    assert second.attributes == {
        "specversion": "1.0",
        "id": "a/u",
        "source": "/one",
        "type": "u",
    }
    assert others(second) == {"kn-namespace": "default"}


def test_the_subscriber_sees_the_triggers_namespace() -> None:
    sim = run(
        """
        namespace: team
        brokers: {default: {}}
        triggers: {work: {subscriber: one}}
        services: {one: {}}
        """,
        to="broker/team/default",
    )

    (received,) = sim.received()
    assert received.headers["kn-namespace"] == "team"


FORMATS = """
brokers: {default: {delivery: {format: json, deadLetterSink: dead}}}
triggers:
  structured: {subscriber: one, delivery: {format: json}}
  binary: {subscriber: two, delivery: {format: binary}}
  inherited: {subscriber: three}
services: {one: {responses: [400]}, two: {}, three: {}, dead: {}}
"""


def test_delivery_format_json_delivers_structured_and_white_space_is_removed() -> None:
    sim = simulation(FORMATS)
    sim.post(
        "broker/default",
        headers={
            "ce-specversion": "1.0",
            "ce-id": "a",
            "ce-source": "/s",
            "ce-type": "t",
            "ce-zeta": "5",
            "content-type": "application/json",
        },
        body=b'{ "n" : 1.0 }',
    )
    sim.run()

    (received,) = sim.received("one")
    assert received.headers == {
        "content-type": STRUCTURED,
        "prefer": "reply",
        "kn-namespace": "default",
    }
    assert received.body == (
        b'{"specversion":"1.0","id":"a","source":"/s","type":"t",'
        b'"datacontenttype":"application/json","data":{"n":1.0},'
        b'"knativearrivaltime":"2026-01-01T00:00:00Z","zeta":"5"}'
    )


@pytest.mark.parametrize("service", ["two", "three", "dead"])
def test_binary_is_what_happens_anyway_and_the_brokers_own_format_is_ignored(
    service: str,
) -> None:
    sim = run(FORMATS)

    (received,) = sim.received(service)
    assert received.headers["ce-id"] == "a"
    assert received.request.mode == "binary"
