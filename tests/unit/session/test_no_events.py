"""A described 2xx that is no event is told before anything runs."""

import pytest

from simulator import Simulation, Topology

JSON = "body: '{}', headers: {Content-Type: application/json}"
EVENT = 'ce-specversion: "1.0", ce-type: x, ce-id: "1", ce-source: /s'
BROKER = """
topology: t
brokers: {hub: {}}
triggers: {t: {broker: hub, filter: {type: a}, subscriber: fn}}
services: {fn: {%s}}
"""
CHANNEL = """
topology: t
channels: {hub: {}}
subscriptions: {s: {channel: hub, subscriber: fn}}
services: {fn: {responses: [{status: 200, body: x}]}}
"""


def told(text: str) -> list[str]:
    found = Simulation(Topology.parse(text)).findings
    return [each.message for each in found if each.code == "reply-is-no-event"]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ("responses: [{status: 200, " + JSON + "}]", "the body is no event"),
        ("responses: [503, {status: 202, body: ok}]", "the body is no event"),
        ("rules: [{match: {type: a}, responses: [{body: ok}]}]", "the body is no event"),
        (
            "responses: [{body: '[1]', headers: {content-type: application/cloudevents+json}}]",
            "",
        ),
        (
            'responses: [{headers: {ce-specversion: "1.0", ce-type: x}}]',
            "its event is refused with 400: id: MUST be a non-empty string",
        ),
    ],
)  # fmt: skip
def test_a_success_that_a_broker_takes_for_a_failure_is_told(
    answers: str, why: str
) -> None:
    (message,) = told(BROKER % answers)

    assert message.startswith(("it answers 200, but ", "it answers 202, but "))
    assert why in message
    assert message.endswith("for trigger/t that is a failure, which is tried again")


@pytest.mark.parametrize(
    "answers",
    [
        "responses: [200]",
        "responses: [{status: 200, headers: {x-y: z}}]",
        "responses: [{status: 500, body: no}]",
        "responses: [{status: 204, body: '1'}]",
        "responses: [{body: '1', headers: {" + EVENT + "}}]",
        "reply: {type: b}",
    ],
)
def test_a_success_that_says_nothing_or_is_an_event_is_not(answers: str) -> None:
    assert told(BROKER % answers) == []


def test_a_channel_drops_a_body_that_is_no_event() -> None:
    assert told(CHANNEL) == []
