"""What Knative's ingress answers, over a raw socket; see knative-runtime, Ingress."""

from __future__ import annotations

import asyncio

import pytest

from simulator.bridge import serve
from tests.unit.bridge.sockets import EVENT, PATH, SHOP, request, status, talk, topology

_CLUSTER = "broker-ingress.knative-eventing.svc.cluster.local"
_KAFKA = "kafka-broker-ingress.knative-eventing.svc.cluster.local"
_AUDIT = "audit-kn-channel.default.svc.cluster.local"
_BATCH = "content-type: application/cloudevents-batch+json\r\n"
_STRUCTURED = "content-type: application/cloudevents+json\r\n"


def _answers(*requests: bytes, text: str = SHOP, **options: object) -> list[bytes]:
    async def ask() -> list[bytes]:
        async with serve(topology(text), **options) as live:  # type: ignore[arg-type]
            return [await talk(live, each) for each in requests]

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (request(), 202),
        (request(PATH + "/"), 202),
        (request(body=b""), 202),
        (request(headers=EVENT + "Expect:\r\n"), 202),
        (request(headers=_STRUCTURED, body=b'{"specversion":"1.0","id":"1","source":"s","type":"t"}'), 202),
        (request(headers=_BATCH, body=b"[]"), 400),
        (request(headers=""), 400),
        (request("/default/nothing"), 404),
        (request("/%64efault/default"), 404),
        (request(PATH + "?q=1"), 404),
        (request(PATH + "#a"), 404),
        (request("/"), 404),
        (request("/default"), 400),
        (request("//default/default"), 400),
        (request("/x/../default/default"), 400),
        (request("/default/nothing", headers=""), 400),  # the event comes before the broker
        *((request(method=method), 405) for method in ("GET", "PUT", "PATCH", "DELETE")),
        (request(method="OPTIONS"), 200),
        (request(host=_CLUSTER), 202),
        (request(host=f"{_CLUSTER}:80"), 202),
        (request(host="broker-ingress.knative-eventing"), 202),
        (request(f"http://{_CLUSTER}{PATH}", host="elsewhere"), 202),
        (request("/", host=_AUDIT), 202),
        (request("/channels/default/audit"), 202),
        (request("/channels/default/nothing"), 400),
        (request("/x", host=_AUDIT), 400),
        (request(f"/hosts/{_AUDIT}/"), 202),
        (request(host="nothing.default.svc.cluster.local"), 502),
        (request(host="example.com"), 502),
        (request("example.com:443", method="CONNECT"), 502),
        (request("*", method="OPTIONS"), 200),
        (request("*"), 400),
        (request("/default/other"), 202),  # Kafka's, by the path
        (request("/default/other", host=_KAFKA), 202),
        (request("/default/other?q=1", host=_KAFKA), 202),
        (request("/default/other", host=_KAFKA, method="OPTIONS"), 405),
        (request("/", host="pricing.default.svc.cluster.local", method="GET"), 200),
    ],
    ids=lambda each: each if isinstance(each, int) else each.decode().replace("Connection: close", "").replace(EVENT, "")[:90],
)  # fmt: skip
def test_each_request_is_answered_as_knative_does(sent: bytes, expected: int) -> None:
    # given a topology with a broker of each of two implementations, and a channel

    # when
    (answer,) = _answers(sent)

    # then
    assert status(answer) == expected


def test_an_answer_says_what_gos_server_and_the_ingress_say() -> None:
    # given

    # when
    plain, options, head = _answers(
        request(), request(method="OPTIONS"), request(method="HEAD")
    )

    # then
    lines = plain.decode().split("\r\n")
    assert [line for line in lines if not line.startswith("Date: ")] == [
        "HTTP/1.1 202 Accepted", "Allow: POST, OPTIONS", "Content-Length: 0",
        "Connection: close", "", "",
    ]  # fmt: skip
    assert b"\r\nWebhook-Allowed-Origin: *\r\nWebhook-Allowed-Rate: *\r\n" in options
    assert head.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert b"Content-Length" not in head


def test_of_a_header_that_is_repeated_the_first_counts_and_its_bytes_go_through() -> (
    None
):
    # given
    headers = EVENT + "ce-subject: Ü%C3 \udcff\r\nce-subject: b\r\n"

    async def subject() -> str:
        async with serve(topology()) as live:
            # when
            await talk(live, request(headers=headers))
            return live.simulation.received("pricing")[0].headers["ce-subject"]

    # then
    assert asyncio.run(subject()) == "Ü%C3 \udcff"


def test_a_client_that_waits_for_100_continue_is_told_to_go_on() -> None:
    # given
    sent = request(headers=EVENT + "Expect: 100-continue\r\n")
    refused = request(headers=EVENT + "Expect: 100-continue\r\n", host="example.com")

    # when
    answer, no = _answers(sent, refused)

    # then
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n")
    assert no.startswith(b"HTTP/1.1 502 Bad Gateway\r\n")


def test_an_upgrade_to_h2c_is_ignored_and_h2_itself_fails() -> None:
    # given
    upgrade = (
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
    )

    # when
    answer, prior = _answers(
        request(headers=EVENT + upgrade), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    )

    # then
    assert status(answer) == 202
    assert status(prior) in (0, 400)


def test_what_is_too_long_is_refused_and_stands_in_the_trace() -> None:
    # given
    async def refused() -> tuple[list[int], object]:
        async with serve(topology(), max_body=10) as live:
            # when
            answers = [
                await talk(live, request(body=b"x" * 11)),
                await talk(
                    live,
                    request(headers=EVENT + "Transfer-Encoding: chunked\r\n", body=b"")
                    .replace(b"Content-Length: 0\r\n", b"")
                    + b"b\r\n" + b"x" * 11 + b"\r\n0\r\n\r\n",
                ),
                await talk(live, request(headers=f"a: {'x' * (1 << 20)}\r\n" * 2)),
            ]  # fmt: skip
            found = [(r.status, r.detail) for r in live.simulation.trace if r.detail]
            return [status(each) for each in answers], found

    statuses, found = asyncio.run(refused())

    # then
    assert statuses == [413, 413, 431]
    assert found == [
        *[(413, "a body of more than 10 bytes")] * 2,
        (431, "headers of more than 1 MiB"),
    ]


@pytest.mark.parametrize(
    ("sent", "expected", "why"),
    [
        (b"POST /default/default HTTP/1.1\r\nHost: localhost\r\n", 0, "its head took more than 0.25 s"),
        (request().replace(b"Content-Length: 2", b"Content-Length: 5"), 500, "its body took more than 0.25 s"),
        (b"no HTTP\r\n\r\n", 400, "no HTTP"),
        (request(headers=EVENT + "Host: localhost\r\n"), 400, "too many Host headers"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_become_whole_is_ended_and_stands_in_the_trace(
    sent: bytes, expected: int, why: str
) -> None:
    # given a server that is less patient than Knative's 10 s
    async def ended() -> tuple[bytes, list[object]]:
        async with serve(topology(), read_timeout_s=0.25) as live:
            # when
            answer = await talk(live, sent)
            return answer, [r.detail for r in live.simulation.trace if r.detail]

    answer, found = asyncio.run(ended())

    # then
    assert (status(answer), found) == (expected, [why])


@pytest.mark.parametrize(
    ("sent", "line", "body"),
    [
        (b"no HTTP\r\n\r\n", "400 Bad Request", "400 Bad Request"),
        (
            b"POST /default/default HTTP/1.1\r\n\r\n",
            "400 Bad Request: missing required Host header",
            "400 Bad Request: missing required Host header",
        ),
        (
            request(host="a{b"),
            "400 Bad Request: malformed Host header",
            "400 Bad Request: malformed Host header",
        ),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
            "501 Not Implemented",
            "Unsupported transfer encoding",
        ),
    ],
)
def test_what_gos_server_cannot_read_is_answered_in_its_words_alone(
    sent: bytes, line: str, body: str
) -> None:
    # given

    # when
    (answer,) = _answers(sent)

    # then
    assert answer.decode() == (
        f"HTTP/1.1 {line}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Connection: close\r\n\r\n{body}"
    )


@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_a_client_that_expects_anything_else_is_told_that_it_will_not_be(
    method: str,
) -> None:
    # given
    sent = request("*", EVENT + "Expect: more\r\n", method=method)

    # when
    (answer,) = _answers(sent)

    # then
    assert answer.startswith(
        b"HTTP/1.1 417 Expectation Failed\r\nConnection: close\r\nDate: "
    )


def test_a_client_without_a_body_waits_for_nothing() -> None:
    # given
    sent = request(headers=EVENT + "Expect: 100-continue\r\n", body=b"")

    # when
    (answer,) = _answers(sent)

    # then
    assert answer.startswith(b"HTTP/1.1 202 Accepted\r\n")


def test_requests_that_are_sent_at_once_are_answered_in_order() -> None:
    # given
    first = request().replace(b"Connection: close\r\n", b"")
    second = request("/default").replace(b"Connection: close\r\n", b"")

    # when
    (answer,) = _answers(first + second + request())

    # then
    assert [status(b"HTTP/1.1" + each) for each in answer.split(b"HTTP/1.1")[1:]] == [
        202, 400, 202,
    ]  # fmt: skip


def test_a_host_that_nothing_has_is_told_the_nearest() -> None:
    # given

    # when
    (answer,) = _answers(request(host="broker-ingres.knative-eventing.svc"))

    # then
    assert f"the nearest is {_CLUSTER}\n".encode() in answer


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/hosts/a[.b/", 502),
        ("http://[/x", 400),
        ("http://localhost:x/default/default", 400),
        ("/hosts/a.b/%zz", 400),  # Go reads the URL before anybody looks for the host
        ("/default/%zz", 400),
    ],
)
def test_what_is_no_url_is_refused_and_the_server_goes_on(
    path: str, expected: int
) -> None:
    # given
    too_long = request(path, body=b"x" * 11)

    # when
    wrong, long, right = _answers(request(path), too_long, request(), max_body=10)

    # then
    assert [status(wrong), status(right)] == [expected, 202]
    assert status(long) == 413
