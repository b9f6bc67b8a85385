"""When a delivery is tried again: knative-runtime, Retries."""

from __future__ import annotations

from tests.playbook import play


def test_exponential_waits_d_2d_4d() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 3, backoffPolicy: exponential, backoffDelay: PT1S}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503]}}
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
        "1s retry-scheduled a trigger/work -> service/one #3 503 after 2s",
        "3s dispatched a trigger/work -> service/one #3",
        "3s responded a service/one -> trigger/work #3 503",
        "3s retry-scheduled a trigger/work -> service/one #4 503 after 4s",
        "7s dispatched a trigger/work -> service/one #4",
        "7s responded a service/one -> trigger/work #4 503",
        "7s lost a trigger/work -> service/one 503 (no dead letter sink)",
        "7s answered a broker/default 500",
    ]


def test_linear_waits_0_d_2d() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 3, backoffPolicy: linear, backoffDelay: PT1S}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 503",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 0s",
        "0s dispatched a trigger/work -> service/one #2",
        "0s responded a service/one -> trigger/work #2 503",
        "0s retry-scheduled a trigger/work -> service/one #3 503 after 1s",
        "1s dispatched a trigger/work -> service/one #3",
        "1s responded a service/one -> trigger/work #3 503",
        "1s retry-scheduled a trigger/work -> service/one #4 503 after 2s",
        "3s dispatched a trigger/work -> service/one #4",
        "3s responded a service/one -> trigger/work #4 503",
        "3s lost a trigger/work -> service/one 503 (no dead letter sink)",
        "3s answered a broker/default 500",
    ]


def test_with_only_a_policy_retries_come_at_once() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, backoffPolicy: exponential}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503, 200]}}
        """,
        defaults=False,
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 503",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 0s",
        "0s dispatched a trigger/work -> service/one #2",
        "0s responded a service/one -> trigger/work #2 200",
        "0s answered a broker/default 202",
    ]


def test_a_success_ends_the_retries() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 5}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [503, {reset: true}, 204]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 503",
        "0s retry-scheduled a trigger/work -> service/one #2 503 after 0s",
        "0s dispatched a trigger/work -> service/one #2",
        "0s responded a service/one -> trigger/work #2 (reset)",
        "0s retry-scheduled a trigger/work -> service/one #3 500 after 0s",
        "0s dispatched a trigger/work -> service/one #3",
        "0s responded a service/one -> trigger/work #3 204",
        "0s answered a broker/default 202",
    ]


def test_a_triggers_own_delivery_replaces_the_brokers_but_for_the_sink() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 5, deadLetterSink: dead}}}
        triggers: {work: {subscriber: one, delivery: {}}}
        services: {one: {responses: [503]}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 503",
        "0s dead-lettered a trigger/work -> service/dead",
        "0s responded a service/dead -> trigger/work 200",
        "0s answered a broker/default 202",
    ]


def test_channels_have_no_default_delivery() -> None:
    records = play(
        """
        channels: {c: {}}
        subscriptions: {work: {channel: c, subscriber: one}}
        services: {one: {responses: [503]}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/work -> service/one",
        "0s responded a service/one -> subscription/work 503",
        "0s lost a subscription/work -> service/one 503 (no dead letter sink)",
        "0s answered a channel/c 500",
    ]
