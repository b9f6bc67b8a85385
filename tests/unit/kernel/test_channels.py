"""Channels, sequences, parallels: knative-runtime, Replies, Channel."""

from __future__ import annotations

import pytest

from tests.playbook import play, simulation


def test_a_plain_channel_ignores_a_body_that_is_no_event() -> None:
    records = play(
        """
        channels: {c: {}}
        subscriptions: {work: {channel: c, subscriber: one, reply: two, delivery: {retry: 1}}}
        services: {one: {responses: [{body: hello}]}, two: {}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 200",
        "0s answered a channel/c 202",
    ]


UNREADABLE = """
    channels: {c: {}}
    subscriptions: {work: {channel: c, subscriber: one, reply: two, delivery: {retry: 1}}}
    services:
      one: {responses: [{headers: {content-type: application/cloudevents+json}, body: '{'}]}
      two: {}
      dead: {}
    """


def test_behind_a_plain_channel_a_malformed_structured_reply_fails_unsent() -> None:
    assert play(UNREADABLE) == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 200",
        "0s reply-dropped a service/one -> subscription/work 200 (the body is no JSON object)",
        "0s lost a subscription/work -> service/two -1 (no dead letter sink)",
        "0s answered a channel/c 500",
    ]


def test_its_dead_letter_names_the_reply_address_and_no_status() -> None:
    sim = simulation(UNREADABLE.replace("{retry: 1}", "{deadLetterSink: dead}"))
    sent = sim.send(id="a", type="t")
    sim.run()

    (dead,) = sim.received("dead")
    assert sent.status == 202
    assert {n: v for n, v in dead.attributes.items() if "error" in n} == {
        "knativeerrordest": "http://two.default.svc.cluster.local",
        "knativeerrorcode": "-1",
        "knativeerrordata": "",
    }


@pytest.mark.parametrize("header", ["ce-my-ext: x", "ce-time: today"])
@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("two", (202, 1, 0)),
        ("channel/d", (500, 0, 1)),
    ],
    ids=["service", "channel"],
)
def test_a_plain_channel_hands_a_binary_reply_on_as_it_stands(
    header: str, reply: str, found: tuple[int, int, int]
) -> None:
    sim = simulation(
        f"""
        channels: {{c: {{}}, d: {{}}}}
        subscriptions: {{work: {{channel: c, subscriber: one, reply: {reply}}}}}
        services:
          one:
            responses:
              - headers: {{ce-specversion: '1.0', ce-id: r, ce-source: /s, ce-type: u, {header}}}
          two: {{}}
        """
    )
    sent = sim.send(id="a", type="t", to="channel/c")
    sim.run()

    assert (sent.status, len(sim.received("two")), len(sim.refused)) == found
    name, _, value = header.removeprefix("ce-").partition(": ")
    assert all(r.attributes[name] == value for r in sim.received("two"))


def test_an_event_without_a_reply_address_is_dropped() -> None:
    records = play(
        """
        channels: {c: {}}
        subscriptions: {work: {channel: c, subscriber: one}}
        services: {one: {reply: {type: u}}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 200",
        "0s reply-dropped a/u service/one -> subscription/work 200 (no reply address)",
        "0s answered a channel/c 202",
    ]


def test_a_reply_goes_to_the_reply_address() -> None:
    records = play(
        """
        channels: {c: {}}
        subscriptions: {work: {channel: c, subscriber: one, reply: two}}
        services: {one: {reply: {type: u}}, two: {reply: {type: v}}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 200",
        "0s replied a/u subscription/work -> service/two",
        "0s responded a/u service/two -> subscription/work 200",
        "0s answered a channel/c 202",
    ]


def test_without_subscriptions_a_channel_answers_202() -> None:
    records = play(
        """
        channels: {c: {}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 0",
        "0s answered a channel/c 202",
    ]


def test_ttl_plays_no_part_on_plain_channels() -> None:
    records = play(
        """
        channels: {c: {delivery: {timeout: PT1S}}}
        subscriptions: {work: {channel: c, subscriber: one, reply: broker/default}}
        brokers: {default: {delivery: {}}}
        triggers: {keep: {subscriber: two}}
        services: {one: {reply: {type: u}}, two: {}}
        """,
        to="channel/c",
        max_ttl=1,
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 200",
        "0s replied a/u subscription/work -> broker/default",
        "0s accepted a/u broker/default for 1",
        "0s dispatched a/u trigger/keep -> service/two",
        "0s responded a/u service/two -> trigger/keep 200",
        "0s responded a/u broker/default -> subscription/work 202",
        "0s answered a channel/c 202",
    ]


def test_a_step_without_a_reply_ends_the_sequence() -> None:
    records = play(
        """
        sequences: {s: {steps: [one, two], reply: three}}
        services: {one: {}, two: {reply: {type: v}}, three: {}}
        """,
        to="sequence/s",
    )

    assert records == [
        "0s sent a -> channel/s-kn-sequence-0",
        "0s accepted a channel/s-kn-sequence-0 for 1",
        "0s dispatched a subscription/s-kn-sequence-0 -> service/one",
        "0s responded a service/one -> subscription/s-kn-sequence-0 200",
        "0s answered a channel/s-kn-sequence-0 202",
    ]


def test_each_step_of_a_sequence_gets_the_reply_of_the_one_before() -> None:
    records = play(
        """
        sequences: {s: {steps: [one, two], reply: three}}
        services: {one: {reply: {type: u}}, two: {reply: {type: v}}, three: {}}
        """,
        to="sequence/s",
    )

    assert records == [
        "0s sent a -> channel/s-kn-sequence-0",
        "0s accepted a channel/s-kn-sequence-0 for 1",
        "0s dispatched a subscription/s-kn-sequence-0 -> service/one",
        "0s responded a service/one -> subscription/s-kn-sequence-0 200",
        "0s replied a/u subscription/s-kn-sequence-0 -> channel/s-kn-sequence-1",
        "0s accepted a/u channel/s-kn-sequence-1 for 1",
        "0s dispatched a/u subscription/s-kn-sequence-1 -> service/two",
        "0s responded a/u service/two -> subscription/s-kn-sequence-1 200",
        "0s replied a/u/v subscription/s-kn-sequence-1 -> service/three",
        "0s responded a/u/v service/three -> subscription/s-kn-sequence-1 200",
        "0s responded a/u channel/s-kn-sequence-1 -> subscription/s-kn-sequence-0 202",
        "0s answered a channel/s-kn-sequence-0 202",
    ]


def test_in_a_parallel_a_filters_reply_goes_on_and_no_reply_stops_the_branch() -> None:
    records = play(
        """
        parallels:
          p:
            branches:
              - {filter: yes-please, subscriber: one}
              - {filter: no-thanks, subscriber: two}
            reply: three
        services: {yes-please: {reply: {type: u}}, no-thanks: {}, one: {reply: {type: v}}, two: {}, three: {}}
        """,
        to="parallel/p",
    )

    assert records == [
        "0s sent a -> channel/p-kn-parallel",
        "0s accepted a channel/p-kn-parallel for 2",
        "0s dispatched a subscription/p-kn-parallel-filter-0 -> service/yes-please",
        "0s dispatched a subscription/p-kn-parallel-filter-1 -> service/no-thanks",
        "0s responded a service/no-thanks -> subscription/p-kn-parallel-filter-1 200",
        "0s responded a service/yes-please -> subscription/p-kn-parallel-filter-0 200",
        "0s replied a/u subscription/p-kn-parallel-filter-0 -> channel/p-kn-parallel-0",
        "0s accepted a/u channel/p-kn-parallel-0 for 1",
        "0s dispatched a/u subscription/p-kn-parallel-0 -> service/one",
        "0s responded a/u service/one -> subscription/p-kn-parallel-0 200",
        "0s replied a/u/v subscription/p-kn-parallel-0 -> service/three",
        "0s responded a/u/v service/three -> subscription/p-kn-parallel-0 200",
        "0s responded a/u channel/p-kn-parallel-0 -> subscription/p-kn-parallel-filter-0 202",
        "0s answered a channel/p-kn-parallel 202",
    ]


def test_a_branchs_own_reply_beats_the_parallels() -> None:
    records = play(
        """
        parallels:
          p:
            branches: [{subscriber: one, reply: mine}]
            reply: three
        services: {one: {reply: {type: v}}, mine: {}, three: {}}
        """,
        to="parallel/p",
    )

    assert records == [
        "0s sent a -> channel/p-kn-parallel",
        "0s accepted a channel/p-kn-parallel for 1",
        "0s dispatched a subscription/p-kn-parallel-filter-0 -> channel/p-kn-parallel-0",
        "0s accepted a channel/p-kn-parallel-0 for 1",
        "0s dispatched a subscription/p-kn-parallel-0 -> service/one",
        "0s responded a service/one -> subscription/p-kn-parallel-0 200",
        "0s replied a/v subscription/p-kn-parallel-0 -> service/mine",
        "0s responded a/v service/mine -> subscription/p-kn-parallel-0 200",
        "0s responded a channel/p-kn-parallel-0 -> subscription/p-kn-parallel-filter-0 202",
        "0s answered a channel/p-kn-parallel 202",
    ]
