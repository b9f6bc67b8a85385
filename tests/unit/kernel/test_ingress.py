"""What senders are answered: knative-runtime, Ingress, Channel, Filter service."""

from __future__ import annotations

import json

import pytest

from tests.playbook import lines, simulation

INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local"
FILTER = "http://broker-filter.knative-eventing.svc.cluster.local"
WORK = f"{FILTER}/triggers/default/ship/uid-trigger-default-ship"
CHANNEL = "http://c-kn-channel.default.svc.cluster.local"
DISPATCHER = "http://imc-dispatcher.knative-eventing.svc.cluster.local"
INNER = "http://default-kne-trigger-kn-channel.default.svc.cluster.local"
EVENT = {"ce-specversion": "1.0", "ce-id": "a", "ce-source": "/s", "ce-type": "t"}
TOPOLOGY = """
brokers: {default: {delivery: {}}}
triggers: {ship: {filter: {type: t}, subscriber: one}}
channels: {c: {}}
subscriptions: {keep: {channel: c, subscriber: one}}
services: {one: {}, down: {unreachable: true}}
"""


def answer(
    url: str,
    method: str = "POST",
    headers: dict[str, str] = EVENT,
    body: bytes = b"",
    topology: str = TOPOLOGY,
) -> int | str | None:
    sim = simulation(topology)
    sent = sim.post(url, method=method, headers=headers, body=body)
    sim.run()
    return sent.error if sent.status is None else sent.status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{INGRESS}/default/default", 202),
        (f"{INGRESS}/default/default/", 202),
        (f"{INGRESS}/default/default?q=1", 404),
        (f"{INGRESS}/default/none", 404),
        (f"{INGRESS}/none/default", 404),
        (f"{INGRESS}/", 404),
        (INGRESS, 404),
        (f"{INGRESS}/default", 400),
        (f"{INGRESS}/default/default/more", 400),
    ],
)
def test_the_ingress_knows_brokers_by_two_segments(url: str, status: int) -> None:
    assert answer(url) == status


@pytest.mark.parametrize(
    ("method", "status"),
    [("OPTIONS", 200), ("GET", 405), ("PUT", 405), ("DELETE", 405), ("post", 202)],
)
@pytest.mark.parametrize("url", [f"{INGRESS}/default/default", CHANNEL])
def test_other_methods_than_post_and_options_are_405(
    url: str, method: str, status: int
) -> None:
    assert answer(url, method) == status


def test_the_order_of_the_checks_is_method_path_event_broker() -> None:
    assert answer(f"{INGRESS}/default", "GET", {}) == 405
    assert answer(f"{INGRESS}/default", headers={}) == 400
    assert answer(f"{INGRESS}/", headers={}) == 404
    assert answer(f"{INGRESS}/default/none", headers={}) == 400
    assert answer(f"{INGRESS}/default/none", headers={**EVENT, "ce-id": ""}) == 400


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"{}"),
        ({**EVENT, "ce-specversion": "2.0"}, b""),
        ({**EVENT, "ce-type": ""}, b""),
        ({**EVENT, "ce-time": "noon"}, b""),
        ({**EVENT, "content-type": "a/b/c"}, b""),
        ({"content-type": "application/cloudevents+json"}, b"{"),
        ({"content-type": "application/cloudevents-batch+json"}, b"[]"),
    ],
    ids=["none", "version", "invalid", "time", "media type", "JSON", "batch"],
)
@pytest.mark.parametrize("url", [f"{INGRESS}/default/default", CHANNEL])
def test_no_event_or_an_invalid_one_is_400(
    url: str, headers: dict[str, str], body: bytes
) -> None:
    assert answer(url, headers=headers, body=body) == 400


@pytest.mark.parametrize(
    ("response", "status"), [("200", 202), ("299", 202), ("400", 500), ("418", 500)]
)
def test_a_failure_behind_the_channel_is_500_never_the_subscribers_own_code(
    response: str, status: int
) -> None:
    topology = TOPOLOGY.replace("one: {}", f"one: {{responses: [{response}]}}")

    assert answer(f"{INGRESS}/default/default", topology=topology) == status


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (CHANNEL, 202),
        (f"{CHANNEL}/", 202),
        (f"{CHANNEL}/?q=1", 202),
        (f"{CHANNEL}/x", 400),
        (f"{CHANNEL}/default/c/x", 400),
        (f"{CHANNEL}/default/c", 202),
        (f"{DISPATCHER}/default/c/", 202),
        (f"{CHANNEL}/default/none", 500),
        (DISPATCHER, 500),
    ],
)
def test_a_channel_is_known_by_its_host_or_its_path(url: str, status: int) -> None:
    assert answer(url) == status


@pytest.mark.parametrize(
    ("host", "status"),
    [("c-kn-channel.default.svc.cluster.local", 202), ("none.default", 500)],
)
def test_the_host_header_names_the_channel(host: str, status: int) -> None:
    assert answer(DISPATCHER, headers={**EVENT, "Host": host}) == status


def test_the_host_header_is_nothing_to_the_ingress() -> None:
    found = answer(f"{INGRESS}/default/default", headers={**EVENT, "host": "none"})

    assert found == 202


def test_no_such_channel_comes_before_the_method() -> None:
    assert answer(f"{CHANNEL}/default/none", "OPTIONS") == 500


def test_a_refused_event_is_recorded_with_all_that_is_wrong() -> None:
    sim = simulation(TOPOLOGY)
    sim.post("broker/default", headers={**EVENT, "ce-source": "", "ce-subject": "x"})
    sim.run()

    assert lines(sim) == [
        "0s sent a -> broker/default",
        "0s refused a -> broker/default 400 (source: MUST be a non-empty string)",
        "0s answered a broker/default 400",
    ]


@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS"])
@pytest.mark.parametrize("headers", [EVENT, {}])
@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://nowhere.default.svc.cluster.local", "no such host"),
        ("http://none-kn-channel.default.svc.cluster.local", "no such host"),
        ("http://down.default.svc.cluster.local", "refused"),
    ],
)
def test_without_a_connection_nothing_is_checked_and_there_is_no_status(
    url: str, error: str, headers: dict[str, str], method: str
) -> None:
    assert answer(url, method, headers) == error


# -- the filter service and the broker's channel, which are not meant for users


@pytest.mark.parametrize(
    ("url", "more", "status"),
    [
        (WORK, {}, 400),
        (WORK, {"ce-knativebrokerttl": "5"}, 200),
        (WORK, {"ce-knativebrokerttl": "5", "ce-type": "u"}, 200),
        (f"{FILTER}/triggers/default/ship/wrong", {"ce-knativebrokerttl": "5"}, 400),
        (f"{FILTER}/triggers/default/none/x", {"ce-knativebrokerttl": "5"}, 404),
        (f"{FILTER}/triggers/none/ship/x", {"ce-knativebrokerttl": "5"}, 404),
        (f"{FILTER}/odd", {"ce-knativebrokerttl": "5"}, 400),
    ],
    ids=["no TTL", "match", "no match", "uid", "trigger", "namespace", "path"],
)
def test_the_filter_service_answers(
    url: str, more: dict[str, str], status: int
) -> None:
    assert answer(url, headers={**EVENT, **more}) == status


def test_only_a_matching_event_gets_through_the_filter_and_without_its_ttl() -> None:
    sim = simulation(TOPOLOGY)
    for type_ in ("t", "u"):
        headers = {**EVENT, "ce-type": type_, "ce-knativebrokerttl": "5"}
        sim.post(WORK, headers=headers)
    sim.run()

    assert [r.attributes for r in sim.received("one")] == [
        {"specversion": "1.0", "id": "a", "source": "/s", "type": "t"}
    ]


def test_the_filter_service_passes_the_subscribers_status_on_and_tries_once() -> None:
    topology = TOPOLOGY.replace("one: {}", "one: {responses: [503]}").replace(
        "delivery: {}", "delivery: {retry: 3}"
    )
    sim = simulation(topology)
    sent = sim.post(WORK, headers={**EVENT, "ce-knativebrokerttl": "5"})
    sim.run()

    assert (sent.status, len(sim.received("one"))) == (503, 1)


def test_a_panicking_filter_drops_the_senders_connection() -> None:
    topology = TOPOLOGY.replace("filter: {type: t}", "filters: [{cesql: 1 + 1}]")

    found = answer(
        WORK, headers={**EVENT, "ce-knativebrokerttl": "5"}, topology=topology
    )

    assert found == "EOF"


@pytest.mark.parametrize(
    ("url", "more", "status"),
    [
        (INNER, {"ce-knativebrokerttl": "3"}, 202),
        (INNER, {}, 500),
        (f"{INNER}/x", {"ce-knativebrokerttl": "3"}, 400),
    ],
    ids=["with TTL", "around the ingress", "path"],
)
def test_the_brokers_channel_answers(
    url: str, more: dict[str, str], status: int
) -> None:
    assert answer(url, headers={**EVENT, **more}) == status


def test_around_the_ingress_the_ttl_is_not_counted_down() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {deadLetterSink: dead}}}
        triggers: {ship: {subscriber: one}}
        services: {one: {responses: [400]}, dead: {}}
        """
    )
    sim.post(INNER, headers={**EVENT, "ce-knativebrokerttl": "3"})
    sim.run()

    (letter,) = sim.dead_letters
    assert letter.attributes["knativebrokerttl"] == "3"


def test_the_brokers_channel_without_triggers_takes_an_event_without_ttl() -> None:
    assert answer(INNER, topology="brokers: {default: {}}\n") == 202


@pytest.mark.parametrize(
    ("url", "id_", "status"),
    [
        (f"{INGRESS}/default/default", "a", 500),
        (f"{INGRESS}/default/default", "", 400),
        (CHANNEL, "a", 202),
    ],
)
def test_what_the_ingress_hands_on_looking_structured_its_channel_refuses(
    url: str, id_: str, status: int
) -> None:
    structured = {"content-type": "application/cloudevents+json"}
    event = {"specversion": "1.0", "id": id_, "source": "/s", "type": "t"}
    content = {"datacontenttype": "application/cloudevents+json", "data": {"k": 1}}
    body = json.dumps(event | content).encode()

    assert answer(url, headers=structured, body=body) == status


@pytest.mark.parametrize(
    ("content_type", "status", "why"),
    [
        (
            "application/vnd.x+json",
            400,
            "data: is no string, and Knative does not take application/vnd.x+json for JSON",
        ),
        (
            "application/cloudevents+json",
            500,
            "the channel behind the ingress takes its data for an event",
        ),
    ],
)
def test_a_refused_request_is_recorded_with_the_reason(
    content_type: str, status: int, why: str
) -> None:
    event = {"specversion": "1.0", "id": "a", "source": "/s", "type": "t"}
    content = {"datacontenttype": content_type, "data": {"k": 1}}
    sim = simulation(TOPOLOGY)
    sim.post(
        "broker/default",
        headers={"content-type": "application/cloudevents+json"},
        body=json.dumps(event | content).encode(),
    )
    sim.run()

    assert any(line.endswith(f"{status} ({why})") for line in lines(sim))
