"""What a client may do to a connection, over a raw socket: nothing is lost, and nobody hangs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from simulator.bridge import serve
from tests.unit.bridge.sockets import (
    EVENT,
    PATH,
    SHOP,
    Service,
    request,
    status,
    talk,
    topology,
)

if TYPE_CHECKING:
    from simulator.trace import Record

_UPGRADE = (
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
)
_CHUNKED = (
    f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{EVENT}Transfer-Encoding: chunked\r\n"
)
_CLOSE = "Connection: close\r\n"
_TOPOLOGIES = Path(__file__).parents[3] / "topologies"


def _kept(sent: bytes) -> bytes:
    return sent.replace(_CLOSE.encode(), b"")


def _taken(*sent: bytes, ends: bool = False) -> tuple[list[int], list[Record]]:
    """Send bytes over one connection; give the statuses, and what stands in the trace."""

    async def asked() -> tuple[list[int], list[Record]]:
        async with serve(topology()) as live:
            reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
            for each in sent:
                writer.write(each)
                await writer.drain()
                await asyncio.sleep(0.02)  # so that each comes for itself
            if ends:
                writer.write_eof()
            async with asyncio.timeout(5):
                answers = (await reader.read()).split(b"HTTP/1.1 ")[1:]
            writer.close()
            return [int(each[:3]) for each in answers], list(live.simulation.trace)

    return asyncio.run(asked())


@pytest.mark.parametrize("at", [0, 1, 2], ids=["whole", "amid the body", "chunked"])
def test_the_body_of_a_request_that_asks_for_an_upgrade_arrives(at: int) -> None:
    # given what the HttpClient of Java sends to a server of which it knows nothing
    sent = _kept(request(headers=EVENT + _UPGRADE, body=b'{"a": 1}'))
    parts = [[sent], [sent[:-4], sent[-4:]], [
        f"{_CHUNKED}{_UPGRADE}\r\n".encode(), b'8\r\n{"a": 1}\r\n0\r\n\r\n',
    ]][at]  # fmt: skip

    # when a second one follows over the same connection
    statuses, trace = _taken(*parts, request())

    # then
    posted = [each.event for each in trace if each.kind == "accepted"]
    assert statuses == [202, 202]
    assert [each.data for each in posted] == [{"a": 1}, {}]


def test_a_trailer_is_no_attribute_of_an_event() -> None:
    # given
    body = "2\r\n{}\r\n0\r\nce-late: 1\r\nhost: elsewhere\r\n\r\n"

    # when
    statuses, trace = _taken(f"{_CHUNKED}{_CLOSE}\r\n{body}".encode())

    # then
    (event,) = [each.event for each in trace if each.kind == "accepted"]
    assert statuses == [202]
    assert event is not None
    assert "late" not in event.attributes


@pytest.mark.parametrize(
    "around", ["2;{0}\r\n{{}}\r\n0\r\n\r\n", "2\r\n{{}}\r\n0\r\na: {0}\r\n\r\n"]
)
def test_what_stands_around_chunks_has_a_bound(around: str) -> None:
    # given
    body = around.format("x" * (2 << 20))

    # when
    statuses, trace = _taken(f"{_CHUNKED}\r\n{body}".encode())

    # then
    assert statuses == [500]
    why = "more than 1 MiB around the chunks of its body"
    assert [each.detail for each in trace if each.detail] == [why]


def test_of_a_length_beside_chunks_the_chunks_count() -> None:
    # given
    sent = f"{_CHUNKED}Content-Length: 9\r\n{_CLOSE}\r\n2\r\n{{}}\r\n0\r\n\r\n"

    # when
    statuses, _ = _taken(sent.encode())

    # then
    assert statuses == [202]


def test_a_version_that_is_not_spoken_is_refused_as_go_does() -> None:
    # given

    # when
    statuses, _ = _taken(request().replace(b"HTTP/1.1", b"HTTP/2.0"))

    # then
    assert statuses == [505]


@pytest.mark.parametrize(
    ("cut", "expected", "why"),
    [
        (-1, 500, "its body ended early"),
        (40, 400, "its head ended early"),
    ],
)
def test_a_request_that_ends_early_is_answered_and_stands_in_the_trace(
    cut: int, expected: int, why: str
) -> None:
    # given

    # when
    statuses, trace = _taken(request()[:cut], ends=True)

    # then
    assert statuses == [expected]
    assert [(r.status, r.detail) for r in trace if r.detail] == [(expected, why)]


def test_requests_before_the_end_of_what_a_client_sends_are_all_answered() -> None:
    # given

    # when
    statuses, _ = _taken(_kept(request()) * 3, ends=True)

    # then
    assert statuses == [202] * 3


def test_requests_before_one_that_cannot_be_read_are_all_answered() -> None:
    # given

    # when
    statuses, trace = _taken(_kept(request()) * 3 + b"no HTTP\r\n\r\n")

    # then
    assert statuses == [202] * 3
    assert "no HTTP" in [each.detail for each in trace]


def test_of_a_client_that_reads_no_answer_no_more_requests_are_read() -> None:
    # given a service whose answer fills what the system keeps for a connection
    async def asked() -> tuple[int, int]:
        long = b"x" * (8 << 20)
        service = Service(
            b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(long) + long
        )
        async with service.served():
            text = SHOP.replace("pricing: {}", f"pricing: {{url: '{service.url}'}}")
            async with serve(topology(text)) as live:
                reader, writer = await asyncio.open_connection("127.0.0.1", live.port)
                get = request("/hosts/pricing.default.svc.cluster.local/", method="GET")

                # when
                writer.write(_kept(get) * 4 + get)
                await asyncio.sleep(0.3)
                unread = len(service.got)
                async with asyncio.timeout(5):
                    answers = await reader.read()
                writer.close()
                return unread, answers.count(b"HTTP/1.1 200 OK")

    # then
    assert asyncio.run(asked()) == (1, 5)


@pytest.mark.parametrize(
    ("file", "path", "name"),
    [
        *(("orders", PATH, n) for n in ("type", "id", "source", "subject", "ext")),
        ("kafka", PATH, "partitionkey"),
        ("transforms", PATH, "id"),
    ],
)
def test_an_attribute_that_is_no_utf_8_ends_no_server(
    file: str, path: str, name: str
) -> None:
    # given
    own = EVENT.replace(f"ce-{name}: ", "a: ")
    wrong = request(path, f"{own}ce-{name}: /a\udcff\r\n")

    async def asked() -> list[int]:
        async with serve(_TOPOLOGIES / f"{file}.yaml", pace="max") as live:
            # when
            return [status(await talk(live, each)) for each in (wrong, request(path))]

    # then
    assert asyncio.run(asked()) == [202, 202]


def test_half_of_a_surrogate_pair_in_an_attribute_is_replaced_as_sdk_go_does() -> None:
    # given
    members = (
        '"specversion": "1.0", "id": "a\\ud800b", "source": "/\\udfff", "type": "t"'
    )
    kind = "content-type: application/cloudevents+json\r\n"

    # when
    statuses, trace = _taken(request(headers=kind, body=f"{{{members}}}".encode()))

    # then
    (event,) = [each.event for each in trace if each.kind == "accepted"]
    assert statuses == [202]
    assert (event.attributes["id"], event.attributes["source"]) == (
        "a\N{REPLACEMENT CHARACTER}b",
        "/%EF%BF%BD",
    )


@pytest.mark.parametrize("depth", [900, 960, 980, 100_000])
def test_data_that_is_nested_deeply_ends_no_server(depth: int) -> None:
    # given a service that reads its data
    deep = b"[" * depth + b"]" * depth
    shop = SHOP.replace(
        "pricing: {}", 'pricing: {reply: {jsonata: \'{"type": "b", "data": data}\'}}'
    )

    async def asked() -> list[int]:
        async with serve(topology(shop), max_ttl=2) as live:
            # when
            await talk(live, request(body=deep))
            return [status(await talk(live, request()))]

    # then
    assert asyncio.run(asked()) == [202]
