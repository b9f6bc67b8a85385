"""Loops end at the time to live: knative-runtime, TTL."""

from __future__ import annotations

import pytest

from tests.playbook import lines, play, simulation

BURYING = """
brokers: {default: {delivery: {deadLetterSink: dead}}}
triggers: {work: {subscriber: one}}
services: {one: {responses: [400]}, dead: {}}
"""


def test_a_trigger_that_replies_to_itself_is_called_max_ttl_times_and_the_refusal_travels_back() -> (
    None
):
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {loop: {subscriber: one}}
        services: {one: {reply: {type: t}}}
        """,
        max_ttl=3,
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/loop -> service/one",
        "0s responded a service/one -> trigger/loop 200",
        "0s replied a/t trigger/loop -> broker/default",
        "0s accepted a/t broker/default for 1",
        "0s dispatched a/t trigger/loop -> service/one",
        "0s responded a/t service/one -> trigger/loop 200",
        "0s replied a/t.2 trigger/loop -> broker/default",
        "0s accepted a/t.2 broker/default for 1",
        "0s dispatched a/t.2 trigger/loop -> service/one",
        "0s responded a/t.2 service/one -> trigger/loop 200",
        "0s replied a/t.3 trigger/loop -> broker/default",
        "0s expired a/t.3 -> broker/default 400 (knativebrokerttl is used up)",
        "0s responded a/t.3 broker/default -> trigger/loop 400",
        "0s lost a/t.2 trigger/loop -> broker/default 400 (no dead letter sink)",
        "0s responded a/t.2 broker/default -> trigger/loop 500",
        "0s lost a/t trigger/loop -> broker/default 500 (no dead letter sink)",
        "0s responded a/t broker/default -> trigger/loop 500",
        "0s lost a trigger/loop -> broker/default 500 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_with_a_dead_letter_sink_the_event_whose_reply_was_refused_lands_there() -> (
    None
):
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {loop: {subscriber: one}}
        services: {one: {reply: {type: t}}, dead: {}}
        """,
        max_ttl=2,
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/loop -> service/one",
        "0s responded a service/one -> trigger/loop 200",
        "0s replied a/t trigger/loop -> broker/default",
        "0s accepted a/t broker/default for 1",
        "0s dispatched a/t trigger/loop -> service/one",
        "0s responded a/t service/one -> trigger/loop 200",
        "0s replied a/t.2 trigger/loop -> broker/default",
        "0s expired a/t.2 -> broker/default 400 (knativebrokerttl is used up)",
        "0s responded a/t.2 broker/default -> trigger/loop 400",
        "0s dead-lettered a/t trigger/loop -> service/dead",
        "0s responded a/t service/dead -> trigger/loop 200",
        "0s responded a/t broker/default -> trigger/loop 202",
        "0s answered a broker/default 202",
    ]


def test_255_is_the_default_of_max_ttl() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {loop: {subscriber: one}}
        services: {one: {reply: {type: t}}}
        """
    )
    sent = sim.send(id="a", type="t")
    sim.run()

    assert len(sim.received("one")) == 255
    assert sent.status == 500


def test_with_retries_a_loop_explodes() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {retry: 2}}}
        triggers: {loop: {subscriber: one}}
        services: {one: {reply: {type: t}}}
        """,
        max_ttl=3,
    )
    sim.send(id="a", type="t")
    sim.run()

    assert len(sim.received("one")) == 1 + 3 + 9


@pytest.mark.parametrize(
    ("present", "goes_on"),
    [
        ("2", "1"),
        ("300", "299"),
        (5, "4"),
        ("abc", "255"),
        ("true", "255"),
        ("2.5", "1"),
        ("3e0", "2"),
        ("3000000000", "255"),
    ],
)
def test_a_ttl_that_is_present_is_decremented_and_one_that_is_no_number_reset(
    present: str | int, goes_on: str
) -> None:
    sim = simulation(BURYING)
    sim.send(id="a", type="t", attributes={"knativebrokerttl": present})
    sim.run()

    (letter,) = sim.dead_letters
    assert letter.attributes["knativebrokerttl"] == goes_on


@pytest.mark.parametrize("present", ["1", "0", "-1", ".5"])
def test_an_event_whose_ttl_is_used_up_is_refused_with_400(present: str) -> None:
    sim = simulation(BURYING)
    sim.send(id="a", type="t", attributes={"knativebrokerttl": present})
    sim.run()

    assert lines(sim) == [
        "0s sent a -> broker/default",
        "0s expired a -> broker/default 400 (knativebrokerttl is used up)",
        "0s answered a broker/default 400",
    ]


def test_a_subscriber_can_neither_see_nor_set_the_ttl() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers:
          ask: {filter: {type: t}, subscriber: one}
          told: {filter: {type: u}, subscriber: two}
        services:
          one: {reply: {type: u, knativebrokerttl: '99'}}
          two: {responses: [400]}
          dead: {}
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    (asked,), (letter,) = sim.received("one"), sim.dead_letters
    assert "knativebrokerttl" not in asked.attributes
    assert letter.attributes["knativebrokerttl"] == "254"
