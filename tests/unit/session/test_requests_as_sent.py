"""A request that somebody posts to a service is seen there as it was sent."""

import orjson
import pytest

from simulator import Received, Simulation
from simulator.kernel import Role
from tests.unit.session.hubs import one_service

STRUCTURED = "application/cloudevents+json"


def only(sim: Simulation) -> Received:
    sim.run()
    (received,) = sim.received("s")
    return received


def test_a_get_keeps_its_method_and_headers() -> None:
    sim = one_service()

    sent = sim.post("service/s", method="get", headers={"X-Mine": "1"})
    seen = only(sim)

    assert seen.request.method == "GET"
    assert seen.request.mode == "none"
    assert seen.headers == {"x-mine": "1"}
    assert seen.body == b""
    assert seen.role is Role.DIRECT
    assert sent.status == 200


def test_a_structured_event_stays_structured() -> None:
    sim = one_service()
    body = orjson.dumps(
        {"specversion": "1.0", "id": "i", "source": "/s", "type": "a", "data": {"b": 1}}
    )
    content_type = f"{STRUCTURED}; charset=utf-8"

    sim.post("service/s", headers={"Content-Type": content_type}, body=body)
    seen = only(sim)

    assert seen.request.mode == "structured"
    assert seen.headers == {"content-type": content_type}
    assert seen.body == body
    assert seen.event.get_id() == "i"


def test_a_binary_event_is_one_by_its_headers() -> None:
    sim = one_service()
    headers = {
        "ce-specversion": "1.0", "ce-id": "i", "ce-source": "/s", "ce-type": "a",
        "x-mine": "1",
    }  # fmt: skip

    sim.post("service/s", headers=headers, body=b"text")
    seen = only(sim)

    assert seen.request.mode == "binary"
    assert seen.headers == headers
    assert seen.body == b"text"
    assert seen.attributes["type"] == "a"


@pytest.mark.parametrize("headers", [{}, {"content-type": STRUCTURED}])
def test_what_is_no_event_reaches_a_service_all_the_same(
    headers: dict[str, str],
) -> None:
    sim = one_service()

    sent = sim.post("service/s", headers=headers, body=b"no event")
    seen = only(sim)

    assert seen.attributes == {}
    assert (seen.headers, seen.body) == (headers, b"no event")
    assert sent.status == 200


def test_the_headers_are_a_copy() -> None:
    sim = one_service()
    sim.post("service/s", headers={"x-mine": "1"})
    seen = only(sim)

    seen.headers["x-mine"] = "2"

    assert seen.headers == {"x-mine": "1"}
