"""What a dead letter says of the failure: knative-runtime, Dead letters."""

from __future__ import annotations

import base64

import pytest

from tests.playbook import simulation

ERROR = "knativeerror"
URL = "http://one.default.svc.cluster.local/path"


def error_attributes(answer: str, delivery: str = "") -> dict[str, str]:
    sim = simulation(
        f"""
        brokers: {{default: {{delivery: {{{delivery} deadLetterSink: dead}}}}}}
        triggers: {{work: {{subscriber: {{uri: '{URL}'}}}}}}
        services: {{one: {{responses: {answer}}}, dead: {{}}}}
        """
    )
    sim.send(id="a", type="t")
    sim.run()
    (letter,) = sim.dead_letters
    return {n: v for n, v in letter.attributes.items() if n.startswith(ERROR)}


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_errordest_is_the_subscribers_url_with_its_path_and_errordata_the_body() -> (
    None
):
    assert error_attributes("[{status: 400, body: wrong}]") == {
        "knativeerrordest": URL,
        "knativeerrorcode": "400",
        "knativeerrordata": b64("wrong"),
    }


def test_errordata_is_empty_for_an_empty_body() -> None:
    assert error_attributes("[401]")["knativeerrordata"] == ""


def test_errorcode_and_errordata_are_of_the_last_response() -> None:
    found = error_attributes(
        "[{status: 500, body: first}, {status: 503, body: last}]", "retry: 1,"
    )

    assert found["knativeerrorcode"] == "503"
    assert found["knativeerrordata"] == b64("last")


@pytest.mark.parametrize(
    ("fault", "text"),
    [("reset", "connection reset by peer"), ("close", "EOF")],
)
def test_a_transport_error_is_code_500_and_gos_text(fault: str, text: str) -> None:
    found = error_attributes(f"[{{{fault}: true}}]")

    data = base64.b64decode(found["knativeerrordata"]).decode()
    assert found["knativeerrorcode"] == "500"
    assert data.startswith(f'dispatch error: Post "{URL}": ')
    assert data.endswith(text)


@pytest.mark.parametrize(
    ("answer", "delivery"),
    [
        ("[{hang: true}]", "timeout: PT1S,"),
        ("[{body: hello}]", ""),
        ("[{headers: {content-type: application/cloudevents+json}, body: x}]", ""),
        ("[304]", ""),
    ],
    ids=["timeout", "non-event", "unparsable reply", "304"],
)
def test_without_the_filters_report_there_are_no_error_attributes_at_all(
    answer: str, delivery: str
) -> None:
    assert error_attributes(answer, delivery) == {}


def test_a_panic_in_the_filter_leaves_no_error_attributes() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {odd: {filters: [{cesql: 1 + 1}], subscriber: one}}
        services: {one: {}, dead: {}}
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    (letter,) = sim.dead_letters
    assert letter.attributes == {
        "specversion": "1.0",
        "id": "a",
        "source": "/kn-sim",
        "type": "t",
        "knativearrivaltime": "2026-01-01T00:00:00Z",
        "knativebrokerttl": "255",
    }


def test_a_plain_channel_sets_them_also_for_a_timeout() -> None:
    sim = simulation(
        """
        channels: {c: {}}
        subscriptions:
          work: {channel: c, subscriber: one, delivery: {timeout: PT1S, deadLetterSink: dead}}
        services: {one: {responses: [{hang: true}]}, dead: {}}
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    (letter,) = sim.dead_letters
    data = base64.b64decode(letter.attributes["knativeerrordata"]).decode()
    assert data == (
        'dispatch error: Post "http://one.default.svc.cluster.local": context '
        "deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    )
    assert "knativebrokerttl" not in letter.attributes


def test_errordata_is_cut_at_1024_characters_of_base64() -> None:
    found = error_attributes(f"[{{status: 400, body: {'x' * 2000}}}]")

    assert found["knativeerrordata"] == b64("x" * 2000)[:1024]


def test_a_failed_reply_names_the_reply_address() -> None:
    sim = simulation(
        """
        channels: {c: {}}
        subscriptions:
          ask: {channel: c, subscriber: one, reply: two, delivery: {deadLetterSink: dead}}
        services: {one: {reply: {type: u}}, two: {responses: [422]}, dead: {}}
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    (letter,) = sim.dead_letters
    assert letter.attributes["id"] == "a"
    assert letter.attributes["knativeerrordest"] == (
        "http://two.default.svc.cluster.local"
    )
    assert letter.attributes["knativeerrorcode"] == "422"


def test_through_a_broker_of_dead_letters_the_attributes_reach_its_subscribers() -> (
    None
):
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: broker/dead}}, dead: {delivery: {}}}
        triggers:
          work: {broker: default, subscriber: one}
          bury: {broker: dead, subscriber: two}
        services: {one: {responses: [400]}, two: {}}
        """
    )
    sim.send(id="a", type="t", to="broker/default")
    sim.run()

    (received,) = sim.received("two")
    assert received.attributes["knativeerrorcode"] == "400"


def test_a_second_dead_lettering_keeps_the_first_attributes() -> None:
    sim = simulation(
        """
        brokers:
          default: {delivery: {deadLetterSink: broker/dead}}
          dead: {delivery: {deadLetterSink: last}}
        triggers:
          work: {broker: default, subscriber: one}
          bury: {broker: dead, subscriber: two}
        services: {one: {responses: [400]}, two: {responses: [401]}, last: {}}
        """
    )
    sim.send(id="a", type="t", to="broker/default")
    sim.run()

    (received,) = sim.received("last")
    assert received.attributes["knativeerrorcode"] == "400"
    assert received.attributes["knativebrokerttl"] == "254"
