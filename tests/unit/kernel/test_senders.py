"""Senders wait, hang up, or call a service themselves."""

from __future__ import annotations

from simulator.event import Event
from tests.playbook import answers, lines, simulation


def test_if_the_sender_hangs_up_the_subscriber_is_cut_and_no_dead_letter_is_sent() -> (
    None
):
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers:
          slow: {subscriber: one}
          waiting:
            subscriber: two
            delivery: {retry: 5, backoffPolicy: exponential, backoffDelay: PT10S}
        services: {one: {responses: [{hang: true}]}, two: {responses: [503]}, dead: {}}
        """
    )
    sent = sim.send(id="a", type="t", timeout="1s")
    sim.run()

    assert answers([sent]) == ["context deadline exceeded"]
    assert lines(sim) == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 2",
        "0s dispatched a trigger/slow -> service/one",
        "0s dispatched a trigger/waiting -> service/two",
        "0s responded a service/two -> trigger/waiting 503",
        "0s retry-scheduled a trigger/waiting -> service/two #2 503 after 10s",
        "1s cut a service/one (client gone)",
        "1s cut a service/two #2 (client gone)",
        "1s answered a broker/default (context deadline exceeded)",
    ]


def test_hanging_up_cancels_the_whole_tree_behind_the_request() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers:
          ask: {filter: {type: t}, subscriber: one}
          told: {filter: {type: u}, subscriber: two}
        services: {one: {reply: {type: u}}, two: {responses: [{delay: 1h}]}}
        """
    )
    sim.send(id="a", type="t", timeout="1s")
    sim.run()

    assert sim.now_ns == 1_000_000_000
    assert lines(sim)[-3:] == [
        "1s cut a/u broker/default (client gone)",
        "1s cut a/u service/two (client gone)",
        "1s answered a broker/default (context deadline exceeded)",
    ]


def test_with_async_hanging_up_changes_nothing() -> None:
    sim = simulation(
        """
        brokers:
          default: {annotations: {messaging.knative.dev/async-handler: 'true'}}
        triggers: {slow: {subscriber: one}}
        services: {one: {responses: [{delay: 5s}]}}
        """
    )
    sent = sim.send(id="a", type="t", timeout="1s")
    sim.run()

    assert (sent.status, sent.answered_ns) == (202, 0)
    assert lines(sim)[-1] == "5s responded a service/one -> trigger/slow 200"


def test_an_answer_in_time_leaves_the_timeout_without_effect() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {slow: {subscriber: one}}
        services: {one: {responses: [{delay: 1s}]}}
        """
    )
    sent = sim.send(id="a", type="t", timeout="2s")
    sim.run()

    assert (sent.status, sent.answered_ns, sent.error) == (202, 1_000_000_000, None)


def test_the_same_event_sent_twice_is_delivered_twice() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: one}}
        services: {one: {}}
        """
    )
    sim.send(id="a", type="t")
    sim.send(id="a", type="t")
    sim.run()

    assert [received.attributes["id"] for received in sim.received("one")] == ["a", "a"]


def test_concurrent_events_overtake_each_other() -> None:
    sim = simulation(
        """
        brokers: {default: {}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{delay: 5s}, {delay: 1s}]}}
        """
    )
    first = sim.send(id="a", type="t")
    second = sim.send(id="b", type="t", after="1s")
    sim.run()

    assert (first.answered_ns, second.answered_ns) == (5_000_000_000, 2_000_000_000)


def test_a_sender_may_call_a_service_itself() -> None:
    sim = simulation(
        "services: {one: {responses: [{status: 418, delay: 1s}, {reset: true}, 201]}}\n"
    )
    sent = [sim.send(id=name, type="t", to="one") for name in "abc"]
    sim.run()

    assert answers(sent) == [418, "reset", 201]
    assert lines(sim) == [
        "0s sent a -> service/one",
        "0s sent b -> service/one",
        "0s sent c -> service/one",
        "0s dispatched a -> service/one",
        "0s dispatched b -> service/one",
        "0s responded b service/one (reset)",
        "0s answered b service/one (reset)",
        "0s dispatched c -> service/one",
        "0s responded c service/one 201",
        "0s answered c service/one 201",
        "1s responded a service/one 418",
        "1s answered a service/one 418",
    ]


def test_a_sender_that_hangs_up_on_a_service_gets_no_answer() -> None:
    sim = simulation("services: {one: {responses: [{hang: true}]}}\n")
    sent = sim.send(id="a", type="t", to="one", timeout="1s")
    sim.run()

    assert answers([sent]) == ["context deadline exceeded"]
    assert lines(sim)[-2:] == [
        "1s cut a service/one (client gone)",
        "1s answered a service/one (context deadline exceeded)",
    ]


def test_a_service_that_never_answers_leaves_the_sender_waiting() -> None:
    sim = simulation("services: {one: {responses: [{hang: true}]}}\n")
    sent = sim.send(id="a", type="t", to="one")
    sim.run()

    assert answers([sent]) == [None]
    assert sent.answered_ns is None


def test_one_event_may_be_sent_to_several_addresses_and_again() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        channels: {c: {}}
        subscriptions: {keep: {channel: c, subscriber: two}}
        services: {one: {responses: [400]}, two: {}, dead: {}}
        """
    )
    event = Event({"specversion": "1.0", "id": "a", "source": "/s", "type": "t"})
    sent = [
        sim.send(event, to=to) for to in ("broker/default", "channel/c") for _ in "12"
    ]
    sim.run()

    assert answers(sent) == [202] * 4
    ttls = [letter.attributes["knativebrokerttl"] for letter in sim.dead_letters]
    assert ttls == ["255", "255"]
    assert [r.attributes for r in sim.received("two")] == [event.attributes] * 2


def test_a_service_that_is_called_directly_gets_what_was_sent() -> None:
    sim = simulation("services: {one: {}}\n")
    sim.send(id="a", type="t", to="one", data={"n": 1}, headers={"X-Own": "mine"})
    sim.post(
        "one", headers={"content-type": "text/csv", "ce-odd_name": "x"}, body=b"a,b"
    )
    sim.run()

    event, other = sim.received("one")
    assert event.headers == {
        "ce-specversion": "1.0",
        "ce-id": "a",
        "ce-source": "/kn-sim",
        "ce-type": "t",
        "content-type": "application/json",
        "x-own": "mine",
    }
    assert (other.attributes, other.body) == ({}, b"a,b")
    assert other.headers == {"content-type": "text/csv", "ce-odd_name": "x"}
