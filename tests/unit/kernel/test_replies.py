"""What counts as a reply and where it goes: knative-runtime, Replies."""

from __future__ import annotations

import pytest

from tests.playbook import play, simulation


def test_a_reply_goes_to_all_triggers_of_the_broker() -> None:
    records = play(
        """
        brokers: {default: {}}
        triggers:
          ask: {filter: {type: t}, subscriber: one}
          told: {filter: {type: u}, subscriber: two}
        services: {one: {reply: {type: u}}, two: {}}
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
        "0s responded a/u service/two -> trigger/told 200",
        "0s responded a/u broker/default -> trigger/ask 202",
        "0s answered a broker/default 202",
    ]


def test_an_event_with_an_error_status_is_no_reply() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {ask: {subscriber: one}}
        services: {one: {responses: [{status: 400, reply: {type: u}}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 400",
        "0s lost a trigger/ask -> service/one 400 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_a_content_type_without_a_body_is_still_empty() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {ask: {subscriber: one}}
        services: {one: {responses: [{headers: {content-type: text/plain}}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_behind_a_broker_2xx_with_a_body_that_is_no_event_is_retried_then_dead_lettered() -> (
    None
):
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, deadLetterSink: dead}}}
        triggers: {ask: {subscriber: one}}
        services: {one: {responses: [{body: hello}]}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200 (the body is no event, so the broker filter answers 502)",
        "0s retry-scheduled a trigger/ask -> service/one #2 502 after 0s",
        "0s dispatched a trigger/ask -> service/one #2",
        "0s responded a service/one -> trigger/ask #2 200 (the body is no event, so the broker filter answers 502)",
        "0s dead-lettered a trigger/ask -> service/dead",
        "0s responded a service/dead -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_a_reply_with_a_parse_error_is_retried_then_dead_lettered() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, deadLetterSink: dead}}}
        triggers: {ask: {subscriber: one}}
        services:
          one: {responses: [{headers: {content-type: application/cloudevents+json}, body: '{'}]}
          dead: {}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200 (the body is no JSON object, so the broker filter answers 502)",
        "0s retry-scheduled a trigger/ask -> service/one #2 502 after 0s",
        "0s dispatched a trigger/ask -> service/one #2",
        "0s responded a service/one -> trigger/ask #2 200 (the body is no JSON object, so the broker filter answers 502)",
        "0s dead-lettered a trigger/ask -> service/dead",
        "0s responded a service/dead -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_an_unknown_specversion_with_an_empty_body_is_no_reply() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {ask: {subscriber: one}}
        services: {one: {responses: [{headers: {ce-specversion: '2.0', ce-id: x}}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_a_reply_that_is_invalid_is_refused_by_the_ingress_and_the_original_is_dead_lettered() -> (
    None
):
    records = play(
        """
        brokers: {default: {delivery: {retry: 1, deadLetterSink: dead}}}
        triggers: {ask: {subscriber: one}}
        services:
          one:
            responses:
              - headers: {ce-specversion: '1.0', ce-id: r, ce-source: /s}
          dead: {}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 200",
        "0s replied r trigger/ask -> broker/default",
        "0s refused r -> broker/default 400 (type: MUST be a non-empty string)",
        "0s responded r broker/default -> trigger/ask 400",
        "0s dead-lettered a trigger/ask -> service/dead",
        "0s responded a service/dead -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_a_reply_whose_data_claims_to_be_an_event_is_refused_by_the_ingress() -> None:
    event = "specversion: '1.0', id: r, source: /s, type: r"
    content = "datacontenttype: application/cloudevents+json, data: {k: 1}"

    records = play(
        f"""
        brokers: {{default: {{delivery: {{retry: 1, deadLetterSink: dead}}}}}}
        triggers: {{ask: {{subscriber: one}}}}
        services:
          one: {{reply: {{{event}, {content}, mode: structured}}}}
          dead: {{}}
        """
    )

    assert records[4:] == [
        "0s replied r trigger/ask -> broker/default",
        "0s refused r -> broker/default 400 (specversion is missing)",
        "0s responded r broker/default -> trigger/ask 400",
        "0s dead-lettered a trigger/ask -> service/dead",
        "0s responded a service/dead -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


def test_posting_the_reply_is_retried_and_the_subscriber_is_not_called_again() -> None:
    records = play(
        """
        channels: {c: {delivery: {}}}
        subscriptions:
          ask: {channel: c, subscriber: one, reply: two, delivery: {retry: 2, deadLetterSink: dead}}
        services: {one: {reply: {type: u}}, two: {responses: [503]}, dead: {}}
        """
    )

    assert records == [
        "0s sent a -> channel/c",
        "0s accepted a channel/c for 1",
        "0s dispatched a subscription/ask -> service/one",
        "0s responded a service/one -> subscription/ask 200",
        "0s replied a/u subscription/ask -> service/two",
        "0s responded a/u service/two -> subscription/ask 503",
        "0s retry-scheduled a/u subscription/ask -> service/two #2 503 after 0s",
        "0s replied a/u subscription/ask -> service/two #2",
        "0s responded a/u service/two -> subscription/ask #2 503",
        "0s retry-scheduled a/u subscription/ask -> service/two #3 503 after 0s",
        "0s replied a/u subscription/ask -> service/two #3",
        "0s responded a/u service/two -> subscription/ask #3 503",
        "0s dead-lettered a subscription/ask -> service/dead",
        "0s responded a service/dead -> subscription/ask 200",
        "0s answered a channel/c 202",
    ]


def test_a_failure_of_the_replys_own_triggers_multiplies_with_its_retries() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 1}}}
        triggers:
          ask: {filter: {type: t}, subscriber: one}
          told: {filter: {type: u}, subscriber: two}
        services: {one: {reply: {type: u}}, two: {responses: [503]}}
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
        "0s responded a/u service/two -> trigger/told 503",
        "0s retry-scheduled a/u trigger/told -> service/two #2 503 after 0s",
        "0s dispatched a/u trigger/told -> service/two #2",
        "0s responded a/u service/two -> trigger/told #2 503",
        "0s lost a/u trigger/told -> service/two 503 (no dead letter sink)",
        "0s responded a/u broker/default -> trigger/ask 500",
        "0s retry-scheduled a/u trigger/ask -> broker/default #2 500 after 0s",
        "0s replied a/u trigger/ask -> broker/default #2",
        "0s accepted a/u broker/default for 1",
        "0s dispatched a/u trigger/told -> service/two",
        "0s responded a/u service/two -> trigger/told 503",
        "0s retry-scheduled a/u trigger/told -> service/two #2 503 after 0s",
        "0s dispatched a/u trigger/told -> service/two #2",
        "0s responded a/u service/two -> trigger/told #2 503",
        "0s lost a/u trigger/told -> service/two 503 (no dead letter sink)",
        "0s responded a/u broker/default -> trigger/ask #2 500",
        "0s lost a trigger/ask -> broker/default 500 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_a_dead_letter_sinks_reply_is_ignored() -> None:
    records = play(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {ask: {subscriber: one}}
        services: {one: {responses: [400]}, dead: {reply: {type: u}}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/ask -> service/one",
        "0s responded a service/one -> trigger/ask 400",
        "0s dead-lettered a trigger/ask -> service/dead",
        "0s responded a service/dead -> trigger/ask 200",
        "0s answered a broker/default 202",
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "{status: 204, echo: {set: {type: u}}}",
        "{status: 204, headers: {ce-specversion: '1.0', ce-id: r, ce-source: /s, ce-type: u}, body: b}",
    ],
    ids=["echo", "script"],
)
def test_a_reply_with_204_has_no_body(answer: str) -> None:
    sim = simulation(
        f"""
        brokers: {{default: {{delivery: {{}}}}}}
        triggers:
          ask: {{filter: {{type: t}}, subscriber: one}}
          told: {{filter: {{type: u}}, subscriber: two}}
        services: {{one: {{responses: [{answer}]}}, two: {{}}}}
        """
    )
    sent = sim.send(id="a", type="t", data={"n": 1})
    sim.run()

    (told,) = sim.received("two")
    assert (sent.status, told.body) == (202, b"")
