"""What a broker of class RabbitMQBroker does that others do not."""

from __future__ import annotations

import re

import pytest

from simulator import Simulation, Topology
from simulator.wiring import Severity
from tests.unit.profiles.topologies import LADDER, errors, kinds, run, times

ONE = "http://one.default.svc.cluster.local"


@pytest.mark.parametrize("status", [300, 400, 422])
def test_an_answer_that_is_neither_retried_nor_a_success_settles_all_the_same(
    status: int,
) -> None:
    sim = run("rabbitmq", f"responses: [{status}]")

    assert (times(sim), errors(sim), sim.lost) == ([0], [], [])


@pytest.mark.parametrize(
    ("delivery", "at"),
    [
        ("deadLetterSink: dead", [0, 0.1, 0.3, 0.7, 1.5, 3.1]),
        ("", [0, 0.1, 0.3, 0.7, 1.5, 3.1]),
        ("retry: 2", [0, 0.1, 0.3]),
        ("retry: 2, backoffPolicy: linear, backoffDelay: PT1S", [0, 1, 3]),
        ("retry: 2, backoffDelay: PT1S", [0, 2, 6]),
        (None, [0]),
    ],
)
def test_what_a_delivery_does_not_say_is_five_retries_and_50_ms(
    delivery: str | None, at: list[float]
) -> None:
    assert times(run("rabbitmq", "responses: [503]", delivery)) == pytest.approx(at)


def test_a_retry_holds_up_what_comes_behind_it() -> None:
    one = "rules: [{match: {id: '1'}, responses: [503]}], responses: [200]"

    sim = run("rabbitmq", one, events="123")

    ids = [received.attributes["id"] for received in sim.received("one")]
    assert (ids, times(sim)) == (["1", "1", "1", "2", "3"], [0, 1, 3, 3, 3])


def test_parallelism_is_the_number_of_workers() -> None:
    annotation = "annotations: {rabbitmq.eventing.knative.dev/parallelism: '3'}"

    sim = run("rabbitmq", "latency: 1s", events="12345", trigger=annotation)

    assert times(sim) == [0, 0, 0, 1, 1]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0", "expected 1 <= 0 <= 1000: rabbitmq.eventing.knative.dev/parallelism"),
        (
            "1001",
            "expected 1 <= 1001 <= 1000: rabbitmq.eventing.knative.dev/parallelism",
        ),
        (
            "many",
            (
                "Failed to parse valid int from parallelismAnnotation: annotations, "
                "metadata, rabbitmq.eventing.knative.dev/parallelism; strconv.Atoi: "
                'parsing "many": invalid syntax'
            ),
        ),
    ],
)
def test_a_trigger_with_another_parallelism_is_refused(written: str, said: str) -> None:
    annotation = (
        f"annotations: {{rabbitmq.eventing.knative.dev/parallelism: '{written}'}}"
    )

    sim = run("rabbitmq", trigger=annotation)

    assert times(sim) == []
    [told] = [each for each in sim.findings if each.code == "annotation"]
    assert (told.severity, told.message) == (Severity.FAULT, said)


def test_nobody_who_answers_is_code_minus_1() -> None:
    sim = run("rabbitmq", "unreachable: true")

    assert errors(sim) == [{"dest": ONE, "code": "-1"}]


def test_a_dead_letter_waits_in_a_queue_of_its_own() -> None:
    one = "rules: [{match: {id: '1'}, responses: [503]}], responses: [200]"
    delivery = "retry: 0, deadLetterSink: dead"

    sim = run("rabbitmq", one, delivery, events="12", dead="latency: 9s")

    assert (times(sim), times(sim, "dead")) == ([0, 0], [0])


def test_the_reply_of_a_dead_letter_sink_is_routed() -> None:
    sim = run("rabbitmq", "responses: [503]", dead="reply: {type: re}")

    assert times(sim, "two") == [3]


def test_a_dispatcher_that_dies_leaves_its_events_in_the_queue() -> None:
    delivery = "retry: 1, backoffPolicy: linear, backoffDelay: PT0.05S"

    sim = run("rabbitmq", "responses: [503]", delivery, events="12")

    told = kinds(sim, "upstream-bug", "stuck", "lost")
    assert told == ["upstream-bug trigger/a", "stuck trigger/a", "stuck trigger/a"]
    assert len(sim.lost) == 2


def test_an_event_that_comes_to_a_dead_dispatcher_is_stuck_too() -> None:
    delivery = "retry: 1, backoffPolicy: linear, backoffDelay: PT0S"
    sim = run("rabbitmq", "responses: [503]", delivery)

    sent = sim.send(id="2", type="t")
    sim.run()

    assert sent.status == 202
    assert kinds(sim, "stuck") == ["stuck trigger/a"] * 2


def test_without_any_dead_letter_exchange_what_is_under_way_comes_again() -> None:
    one = "rules: [{match: {id: '1'}, responses: [{status: 503, delay: 1s}]}], responses: [{delay: 2s}]"
    annotation = "annotations: {rabbitmq.eventing.knative.dev/parallelism: '2'}"

    sim = run("rabbitmq", one, None, events="12", trigger=annotation)

    ids = [received.attributes["id"] for received in sim.received("one")]
    assert (ids, times(sim)) == (["1", "2", "2"], [0, 0, 3])
    assert kinds(sim, "upstream-bug", "lost") == [
        "upstream-bug trigger/a",
        "lost trigger/a",
    ]


def reply(headers: str) -> str:
    return f"responses: [{{status: 200, headers: {{{headers}}}, body: x}}]"


def test_a_reply_without_id_is_given_one() -> None:
    headers = "ce-specversion: '1.0', ce-type: re, ce-source: /s"

    sim = run("rabbitmq", reply(headers))

    (received,) = sim.received("two")
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", received.event.id)


@pytest.mark.parametrize(
    ("headers", "dead"),
    [
        (
            "ce-specversion: '1.0', ce-id: x, ce-source: /s",
            [{"dest": ONE, "code": "200"}],
        ),
        ("ce-specversion: '9', ce-id: x, ce-source: /s, ce-type: re", []),
        ("content-type: application/json", []),
    ],
)
def test_a_broken_reply_is_dead_lettered_and_what_cannot_be_read_dropped(
    headers: str, dead: list[dict[str, str]]
) -> None:
    sim = run("rabbitmq", reply(headers))

    assert (times(sim), errors(sim)) == ([0], dead)


def test_a_number_of_a_structured_event_equals_no_text() -> None:
    sim = run("rabbitmq", trigger="filter: {num: '5'}", events="")
    url = sim.wiring.addresses["broker/default"]
    headers = {"content-type": "application/cloudevents+json"}
    event = b'{"specversion":"1.0","id":"s","source":"/s","type":"t","num":5}'

    sim.post(url, headers=headers, body=event)
    sim.post(url, headers=headers, body=event.replace(b"5}", b'"5"}'))
    sim.run()

    assert len(sim.received("one")) == 1


def test_filters_do_not_count_and_check_says_so() -> None:
    sim = run("rabbitmq", trigger="filters: [{exact: {type: never}}]")

    assert times(sim) == [0]
    assert "filter-ignored" in [finding.code for finding in sim.findings]


@pytest.mark.parametrize(
    "filter_", ["{datacontenttype: application/json}", "{subject: ''}"]
)
def test_a_content_type_and_an_empty_value_never_match(filter_: str) -> None:
    sim = run("rabbitmq", trigger=f"filter: {filter_}")

    assert times(sim) == []
    assert "hopeless-filter" in [finding.code for finding in sim.findings]


def test_each_broker_has_an_ingress_that_knows_one_path() -> None:
    sim = Simulation(
        Topology.parse(
            "topology: x\nbrokers: {default: {annotations: "
            "{eventing.knative.dev/broker.class: RabbitMQBroker}}}"
        )
    )
    host = "http://default-broker-ingress.default.svc.cluster.local"
    headers = {f"ce-{n}": v for n, v in EVENT.items()}

    statuses = [sim.post(f"{host}{path}", headers=headers) for path in PATHS]
    sim.run()

    assert [sent.status for sent in statuses] == [202, 404, 404]


EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
PATHS = ("/", "/?a=1", "/default/default")


def test_the_same_settings_hold_for_a_dead_letter_as_for_the_event() -> None:
    sim = run("rabbitmq", "responses: [503]", LADDER, dead="responses: [503]")

    assert times(sim, "dead") == [3, 4, 6]
