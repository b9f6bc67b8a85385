"""How long one request may take: knative-runtime, Retries (timeout)."""

from __future__ import annotations

from tests.playbook import play


def test_at_the_timeout_the_connection_is_cut_and_it_is_retried() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 2, timeout: PT1S, deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{delay: 2s}, {hang: true}, {delay: 0.9s}]}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "1s responded a service/one -> trigger/work (timeout)",
        "1s retry-scheduled a trigger/work -> service/one #2 500 after 0s",
        "1s dispatched a trigger/work -> service/one #2",
        "2s responded a service/one -> trigger/work #2 (timeout)",
        "2s retry-scheduled a trigger/work -> service/one #3 500 after 0s",
        "2s dispatched a trigger/work -> service/one #3",
        "2.9s responded a service/one -> trigger/work #3 200",
        "2.9s answered a broker/default 202",
    ]


def test_an_answer_at_the_very_timeout_comes_too_late() -> None:
    records = play(
        """
        brokers: {default: {delivery: {timeout: PT1S}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{delay: 1s}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "1s responded a service/one -> trigger/work (timeout)",
        "1s lost a trigger/work -> service/one 500 (no dead letter sink)",
        "1s answered a broker/default 500",
    ]


def test_a_timeout_bounds_the_reply_and_the_tree_behind_it() -> None:
    records = play(
        """
        brokers: {default: {delivery: {timeout: PT1S, deadLetterSink: dead}}}
        triggers:
          ask: {filter: {type: t}, subscriber: one}
          told: {filter: {type: u}, subscriber: two, delivery: {}}
        services:
          one: {reply: {type: u}}
          two: {responses: [{delay: 5s}]}
          dead: {}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200",
        "0s replied a/u trigger/ask -> broker/default",
        "0s accepted a/u broker/default for 1",
        "0s dispatched a/u trigger/told -> service/two",
        "1s cut a/u service/two (client gone)",
        "1s responded a/u broker/default -> trigger/ask (timeout)",
        "1s dead-lettered a trigger/ask -> service/dead",
        "1s responded a service/dead -> trigger/ask 200",
        "1s answered a broker/default 202",
    ]


def test_a_timeout_bounds_the_dead_letter() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, timeout: PT1S, deadLetterSink: dead}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [400]}, dead: {responses: [{hang: true}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 400",
        "0s dead-lettered a trigger/work -> service/dead",
        "1s responded a service/dead -> trigger/work (timeout)",
        "1s retry-scheduled a trigger/work -> service/dead #2 500 after 0s",
        "1s dead-lettered a trigger/work -> service/dead #2",
        "2s responded a service/dead -> trigger/work #2 (timeout)",
        "2s lost a trigger/work -> service/dead 500 (the dead letter sink failed)",
        "2s answered a broker/default 500",
    ]


def test_a_services_latency_counts_like_a_delay() -> None:
    records = play(
        """
        brokers: {default: {delivery: {timeout: PT1S}}}
        triggers: {work: {subscriber: one}}
        services: {one: {latency: 0.5s, responses: [{delay: 0.4s}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "900ms responded a service/one -> trigger/work 200",
        "900ms answered a broker/default 202",
    ]
