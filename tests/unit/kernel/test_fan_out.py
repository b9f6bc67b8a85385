"""One event, every matching trigger: knative-runtime, "Shape of one delivery", Filters."""

from __future__ import annotations

from tests.playbook import play


def test_every_matching_trigger_gets_the_event_and_the_sender_waits_for_the_slowest() -> (
    None
):
    records = play(
        """
        brokers: {default: {}}
        triggers:
          quick: {filter: {type: t}, subscriber: one}
          slow: {subscriber: two}
          other: {filter: {type: u}, subscriber: three}
        services:
          one: {}
          two: {responses: [{status: 202, delay: 2s}]}
          three: {}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 2",
        "0s dispatched a trigger/quick -> service/one",
        "0s responded a service/one -> trigger/quick 200",
        "0s dispatched a trigger/slow -> service/two",
        "2s responded a service/two -> trigger/slow 202",
        "2s answered a broker/default 202",
    ]


def test_no_trigger_matches_is_202() -> None:
    records = play(
        """
        brokers: {default: {}}
        triggers: {other: {filter: {type: u}, subscriber: one}}
        services: {one: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 0",
        "0s answered a broker/default 202",
    ]


def test_a_broker_without_triggers_is_202() -> None:
    records = play(
        """
        brokers: {default: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 0",
        "0s answered a broker/default 202",
    ]


def test_one_failing_trigger_does_not_stop_the_others_and_makes_it_500() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers:
          bad: {subscriber: one}
          good: {subscriber: two}
        services: {one: {responses: [400]}, two: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 2",
        "0s dispatched a trigger/bad -> service/one",
        "0s dispatched a trigger/good -> service/two",
        "0s responded a service/two -> trigger/good 200",
        "0s responded a service/one -> trigger/bad 400",
        "0s lost a trigger/bad -> service/one 400 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_two_triggers_with_one_subscriber_are_two_requests() -> None:
    records = play(
        """
        brokers: {default: {}}
        triggers:
          first: {subscriber: one}
          second: {subscriber: one}
        services: {one: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 2",
        "0s dispatched a trigger/first -> service/one",
        "0s responded a service/one -> trigger/first 200",
        "0s dispatched a trigger/second -> service/one",
        "0s responded a service/one -> trigger/second 200",
        "0s answered a broker/default 202",
    ]


def test_a_panicking_filter_drops_the_connection_is_retried_and_dead_lettered() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, deadLetterSink: dead}}}
        triggers: {odd: {filters: [{cesql: 1 + 1}], subscriber: one}}
        services: {one: {}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s panicked a trigger/odd -> broker-filter",
        "0s responded a broker-filter -> trigger/odd (panic)",
        "0s retry-scheduled a trigger/odd -> broker-filter #2 500 after 0s",
        "0s panicked a trigger/odd -> broker-filter #2",
        "0s responded a broker-filter -> trigger/odd #2 (panic)",
        "0s dead-lettered a trigger/odd -> service/dead",
        "0s responded a service/dead -> trigger/odd 200",
        "0s answered a broker/default 202",
    ]


def test_async_answers_202_at_once_and_failures_are_only_logged() -> None:
    records = play(
        """
        brokers:
          default:
            annotations: {messaging.knative.dev/async-handler: 'true'}
            delivery: {}
        triggers: {slow: {subscriber: one}}
        services: {one: {responses: [{status: 500, delay: 1s}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/slow -> service/one",
        "0s answered a broker/default 202",
        "1s responded a service/one -> trigger/slow 500",
        "1s lost a trigger/slow -> service/one 500 (no dead letter sink)",
    ]


def test_a_subscriber_that_is_a_broker_is_waited_for_with_its_triggers() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}, other: {delivery: {}}}
        triggers:
          forward: {broker: default, subscriber: broker/other}
          work: {broker: other, subscriber: one}
        services: {one: {responses: [{status: 400, delay: 1s}]}}
        """,
        to="broker/default",
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/forward -> broker/other",
        "0s accepted a broker/other for 1",
        "0s dispatched a trigger/work -> service/one",
        "1s responded a service/one -> trigger/work 400",
        "1s lost a trigger/work -> service/one 400 (no dead letter sink)",
        "1s responded a broker/other -> trigger/forward 500",
        "1s lost a trigger/forward -> broker/other 500 (no dead letter sink)",
        "1s answered a broker/default 500",
    ]


def test_a_subscriber_may_be_a_channel() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {forward: {subscriber: channel/audit}}
        channels: {audit: {}}
        subscriptions: {keep: {channel: audit, subscriber: one}}
        services: {one: {}}
        """,
        to="broker/default",
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/forward -> channel/audit",
        "0s accepted a channel/audit for 1",
        "0s dispatched a subscription/keep -> service/one",
        "0s responded a service/one -> subscription/keep 200",
        "0s responded a channel/audit -> trigger/forward 202",
        "0s answered a broker/default 202",
    ]


def test_a_subscriber_may_be_a_sequence_whose_reply_goes_to_its_own_address() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {forward: {filter: {type: t}, subscriber: sequence/steps}}
        sequences: {steps: {steps: [one], reply: two}}
        services: {one: {reply: {type: u}}, two: {}}
        """,
        to="broker/default",
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/forward -> channel/steps-kn-sequence-0",
        "0s accepted a channel/steps-kn-sequence-0 for 1",
        "0s dispatched a subscription/steps-kn-sequence-0 -> service/one",
        "0s responded a service/one -> subscription/steps-kn-sequence-0 200",
        "0s replied a/u subscription/steps-kn-sequence-0 -> service/two",
        "0s responded a/u service/two -> subscription/steps-kn-sequence-0 200",
        "0s responded a channel/steps-kn-sequence-0 -> trigger/forward 202",
        "0s answered a broker/default 202",
    ]


def test_the_fan_out_gives_up_after_15_minutes_without_a_result() -> None:
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {stuck: {subscriber: one}}
        services: {one: {responses: [{hang: true}]}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/stuck -> service/one",
        "15m cut a service/one (client gone)",
        "15m answered a broker/default 500",
    ]


def test_each_result_of_the_fan_out_starts_the_15_minutes_anew() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers:
          slow: {subscriber: one}
          stuck: {subscriber: two}
        services:
          one: {responses: [{delay: 10m}]}
          two: {responses: [{hang: true}]}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 2",
        "0s dispatched a trigger/slow -> service/one",
        "0s dispatched a trigger/stuck -> service/two",
        "10m responded a service/one -> trigger/slow 200",
        "25m cut a service/two (client gone)",
        "25m answered a broker/default 500",
    ]
