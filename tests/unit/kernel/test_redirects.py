"""Redirects are followed as Go's client does: knative-runtime, Retries (redirects)."""

from __future__ import annotations

import pytest

from tests.playbook import lines, play, simulation


def test_301_is_followed_and_the_final_answer_counts() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services:
          one: {responses: [{status: 301, headers: {location: 'http://two.default.svc.cluster.local/x'}}]}
          two: {responses: [404]}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s redirected a service/one -> service/two 301 (http://two.default.svc.cluster.local/x)",
        "0s dispatched a trigger/work -> service/two",
        "0s responded a service/two -> trigger/work 404",
        "0s lost a trigger/work -> service/one 404 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_3xx_without_location_fails_and_is_not_retried() -> None:
    records = play(
        """
        brokers: {default: {delivery: {retry: 3}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [307]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s responded a service/one -> trigger/work 307",
        "0s lost a trigger/work -> service/one 307 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_a_redirect_to_an_unknown_host_is_a_transport_error() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{status: 302, headers: {location: 'http://nowhere.x/'}}]}}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s redirected a service/one -> nowhere.x 302 (http://nowhere.x/)",
        "0s dispatched a trigger/work -> nowhere.x",
        "0s responded a nowhere.x -> trigger/work (no such host)",
        "0s lost a trigger/work -> service/one 500 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_a_redirect_into_a_broker_is_a_get_and_405() -> None:
    records = play(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services:
          one:
            responses:
              - status: 303
                headers: {location: http://broker-ingress.knative-eventing.svc.cluster.local/default/default}
        """
    )

    assert records == [
        "0s sent a -> broker/default",
        "0s accepted a broker/default for 1",
        "0s dispatched a trigger/work -> service/one",
        "0s redirected a service/one -> broker/default 303 (http://broker-ingress.knative-eventing.svc.cluster.local/default/default)",
        "0s dispatched a trigger/work -> broker/default",
        "0s responded a broker/default -> trigger/work 405",
        "0s lost a trigger/work -> service/one 405 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [
        (301, "GET", b""),
        (302, "GET", b""),
        (303, "GET", b""),
        (307, "POST", b'{"n":1}'),
        (308, "POST", b'{"n":1}'),
    ],
)
def test_301_302_and_303_go_on_with_get_and_307_and_308_with_the_post_again(
    status: int, method: str, body: bytes
) -> None:
    sim = simulation(
        f"""
        brokers: {{default: {{delivery: {{}}}}}}
        triggers: {{work: {{subscriber: one}}}}
        services:
          one: {{responses: [{{status: {status}, headers: {{location: '/next?q=1'}}}}, 200]}}
        """
    )
    sent = sim.send(id="a", type="t", data={"n": 1})
    sim.run()

    first, second = sim.received("one")
    assert sent.status == 202
    assert (first.request.method, first.body) == ("POST", b'{"n":1}')
    assert (second.request.method, second.body) == (method, body)
    assert second.request.target.path == "/next?q=1"
    assert second.headers["ce-id"] == "a"
    assert second.headers["content-type"] == "application/json"


def test_a_get_stays_a_get() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services:
          one:
            responses:
              - {status: 302, headers: {location: /a}}
              - {status: 307, headers: {location: /b}}
              - 200
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    assert [r.request.method for r in sim.received()] == ["POST", "GET", "GET"]


def test_what_tells_of_the_body_stays_without_it() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{status: 302, headers: {location: /a}}, 200]}}
        """
    )
    sim.send(id="a", type="t", data={"n": 1})
    sim.run()

    _, got = sim.received("one")
    assert (got.body, got.attributes["id"]) == (b"", "a")
    assert got.headers["content-type"] == "application/json"
    assert got.event.get_data() is None


@pytest.mark.parametrize("location", ["/%zz", "ftp://one/", "http://a b/"])
def test_a_redirect_to_what_is_no_address_fails_as_a_connection_does(
    location: str,
) -> None:
    sim = simulation(
        f"""
        brokers: {{default: {{delivery: {{}}}}}}
        triggers: {{work: {{subscriber: one}}}}
        services:
          one: {{responses: [{{status: 302, headers: {{location: '{location}'}}}}, 200]}}
        """
    )
    sent = sim.send(type="t")
    sim.run()

    assert (sent.status, len(sim.received())) == (500, 1)


def test_a_loop_of_redirects_ends_after_ten_requests_and_is_a_transport_error() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {}}}
        triggers: {work: {subscriber: one}}
        services: {one: {responses: [{status: 307, headers: {location: /again}}]}}
        """
    )
    sim.send(id="a", type="t")
    sim.run()

    assert len(sim.received("one")) == 10
    assert lines(sim)[-3:] == [
        "0s responded a service/one -> trigger/work (too many redirects)",
        "0s lost a trigger/work -> service/one 500 (no dead letter sink)",
        "0s answered a broker/default 500",
    ]


def test_the_timeout_covers_all_redirects_of_one_request() -> None:
    sim = simulation(
        """
        brokers: {default: {delivery: {timeout: PT1S}}}
        triggers: {work: {subscriber: one}}
        services:
          one:
            responses:
              - {status: 307, delay: 0.6s, headers: {location: /again}}
              - {delay: 0.6s}
        """
    )
    sent = sim.send(id="a", type="t")
    sim.run()

    assert (sent.status, sent.answered_ns) == (500, 1_000_000_000)
