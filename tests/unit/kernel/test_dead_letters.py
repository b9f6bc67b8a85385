"""What becomes of an event that cannot be delivered: knative-runtime, Dead letters."""

from __future__ import annotations

from tests.playbook import play


def test_a_dead_letter_is_sent_with_the_retries_of_the_delivery_itself() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: PT1S, deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503]}, dead: {responses: [500, 200]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 503",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 1s",
        "1s dispatched a trigger/work -> service/one #2",
        "1s responded a service/one -> trigger/work #2 503",
        "1s dead-lettered a trigger/work -> service/dead",
        "1s responded a service/dead -> trigger/work 500",
        "1s retry-scheduled a trigger/work -> service/dead #2 500 after 1s",
        "2s dead-lettered a trigger/work -> service/dead #2",
        "2s responded a service/dead -> trigger/work #2 200",
        "2s answered a broker/default 202",
    ]


def test_if_the_sink_fails_too_the_event_is_lost_and_it_is_500() -> None:
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [400]}, dead: {responses: [400]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 400",
        "0s dead-lettered a trigger/work -> service/dead",
        "0s responded a service/dead -> trigger/work 400",
        "0s lost a trigger/work -> service/dead 400 (the dead letter sink failed)",
        "0s answered a broker/default 500",
    ]


def test_a_dead_letter_sink_that_is_a_broker_takes_the_event_as_any_other() -> None:
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: broker/dead}}, dead: {delivery: {}}}
        triggers:
          work: {broker: default, subscriber: one}
          bury: {broker: dead, subscriber: two}
        services: {one: {responses: [400]}, two: {}}
        """,
        to="broker/default",
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 400",
        "0s dead-lettered a trigger/work -> broker/dead",
        "0s accepted a broker/dead for 1",
        "0s dispatched a trigger/bury -> service/two",
        "0s responded a service/two -> trigger/bury 200",
        "0s responded a broker/dead -> trigger/work 202",
        "0s answered a broker/default 202",
    ]


def test_an_error_body_over_768_bytes_is_told_as_the_upstream_bug() -> None:
    records = play(
        f"""
        brokers: {{default: {{delivery: {{deadLetterSink: dead}}}}}}
        triggers: {{work: {{subscriber: one}}}}
        services: {{one: {{responses: [{{status: 400, body: {"x" * 769}}}]}}, dead: {{}}}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 400",
        "0s upstream-bug a trigger/work -> service/one 400 (an error body over 768 bytes crashes the imc-dispatcher of Knative 8cf4c4b67 (knative-extensions/eventing-natss issue 434); the run goes on with the body cut)",
        "0s dead-lettered a trigger/work -> service/dead",
        "0s responded a service/dead -> trigger/work 200",
        "0s answered a broker/default 202",
    ]


def test_an_error_body_of_768_bytes_is_harmless() -> None:
    records = play(
        f"""
        brokers: {{default: {{delivery: {{deadLetterSink: dead}}}}}}
        triggers: {{work: {{subscriber: one}}}}
        services: {{one: {{responses: [{{status: 400, body: {"x" * 768}}}]}}, dead: {{}}}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 400",
        "0s dead-lettered a trigger/work -> service/dead",
        "0s responded a service/dead -> trigger/work 200",
        "0s answered a broker/default 202",
    ]


def test_an_unreachable_sink_is_a_failure_like_any_other() -> None:
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        services: {one: {unreachable: true}, dead: {unreachable: true}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work (refused)",
        "0s dead-lettered a trigger/work -> service/dead",
        "0s responded a service/dead -> trigger/work (refused)",
        "0s lost a trigger/work -> service/dead 500 (the dead letter sink failed)",
        "0s answered a broker/default 500",
    ]
