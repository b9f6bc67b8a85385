"""Real services behind a live run: what they see, and what becomes of what they answer."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

import pytest

from simulator.bridge import serve
from simulator.errors import TopologyError
from simulator.kernel import Kind
from simulator.session.replaying import Replay
from simulator.trace import Trace
from tests.unit.bridge.sockets import PATH, Service, request, status, talk, topology

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from simulator.bridge import Live

_SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 0, deadLetterSink: parking, timeout: <timeout>}}}
triggers:
  price: {filter: {type: order.placed}, subscriber: {ref: {kind: Service, apiVersion: v1, name: pricing}, uri: /in?a=1}}
services: {pricing: {url: "<url>"}, parking: {}}
"""
_REPLY = (
    b"HTTP/1.1 200 OK\r\nce-specversion: 1.0\r\nce-id: 2\r\nce-source: /pricing\r\n"
    b"ce-type: order.priced\r\nContent-Length: 2\r\n\r\n{}"
)


def _with(
    service: Service,
    act: Callable[[Live], Awaitable[Any]],
    *,
    timeout: str = "PT5S",
    **options: Any,
) -> Any:
    """Serve a shop whose pricing service is a real one, and do something with it."""

    async def run() -> Any:
        async with service.served():
            shop = topology(_SHOP, url=service.url, timeout=timeout)
            async with serve(shop, **options) as live:
                return await act(live)

    return asyncio.run(run())


def _ends(live: Live) -> list[tuple[int, object]]:
    """Give how each request to a service has ended."""
    found = live.simulation.trace.select(kind=Kind.RESPONDED)
    return [(end.status, end.detail) for end in found]


def _service(*answers: bytes | None) -> Service:
    return Service(*answers)


def test_a_service_sees_the_request_that_knative_makes() -> None:
    # given
    service = _service()

    async def send(live: Live) -> bytes:
        return await talk(live, request(body=b'{"a": 1}'))

    # when
    answer = _with(service, send, start="2026-01-01T00:00:00Z", pace="max")

    # then
    assert status(answer) == 202
    (got,) = service.got
    lines = got.decode().split("\r\n")
    assert lines[0] == "POST /in?a=1 HTTP/1.1"
    assert sorted(lines[1:-2]) == sorted((
        f"Host: {service.url.removeprefix('http://')}",
        "User-Agent: Go-http-client/1.1",
        "Accept-Encoding: gzip",
        "Ce-Specversion: 1.0", "Ce-Id: 1", "Ce-Source: /shop", "Ce-Type: order.placed",
        "Ce-Knativearrivaltime: 2026-01-01T00:00:00Z",
        "Content-Type: application/json", "Content-Length: 8",
        "Kn-Namespace: default", "Prefer: reply",
    ))  # fmt: skip
    assert lines[-1] == '{"a": 1}'


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", (503, None)),
        (b"", (0, "closed")),
        (b"this is no HTTP\r\nContent-Length: 0\r\n\r\n", (0, "closed")),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", (0, "closed")),
        (b"HTTP/1.1 307 Go\r\nLocation: http://x.example/\r\nContent-Length: 0\r\n\r\n", (0, "no such host")),
        (b"HTTP/1.1 307 Go\r\nLocation: http://x.example/\xff?\xff\r\nContent-Length: 0\r\n\r\n", (0, "no such host")),
        (b"HTTP/1.1 400 No\r\nX: " + b"x" * 9_000 + b"\r\nContent-Length: 0\r\n\r\n", (400, None)),
        (b"HTTP/1.1 400 No\r\n" + b"X: x\r\n" * 400 + b"Content-Length: 0\r\n\r\n", (400, None)),
    ],
)  # fmt: skip
def test_whatever_a_service_does_its_delivery_ends(
    answer: bytes, outcome: tuple[int, str | None]
) -> None:
    # given
    service = _service(answer)

    async def send(live: Live) -> Any:
        sent = await talk(live, request())
        return status(sent), _ends(live)[-2]

    # when
    answered, ends = _with(service, send)

    # then
    assert answered == 202, "the dead letter sink took it"
    assert ends == outcome


def test_a_redirect_to_the_service_itself_is_followed_there() -> None:
    # given
    async def run() -> list[bytes]:
        service = Service()
        async with service.served():
            there = f"HTTP/1.1 307 Go\r\nLocation: {service.url}/b\r\nContent-Length: 0\r\n\r\n"
            service._answers = (there.encode(), *service._answers)
            shop = topology(_SHOP, url=service.url, timeout="PT5S")
            async with serve(shop) as live:
                # when
                await talk(live, request())
        return [each.partition(b" HTTP")[0] for each in service.got]

    # then
    assert asyncio.run(run()) == [b"POST /in?a=1", b"POST /b"]


def test_a_service_that_nobody_runs_refuses() -> None:
    # given
    service = _service()
    service.url = "http://127.0.0.1:1"

    async def run() -> Any:
        shop = topology(_SHOP, url=service.url, timeout="PT5S")
        async with serve(shop) as live:
            # when
            sent = await talk(live, request())
            return status(sent), *_ends(live)

    # then
    assert asyncio.run(run()) == (202, (0, "refused"), (200, None))


def test_a_service_that_takes_too_long_is_cut_off() -> None:
    # given
    service = _service(None)

    async def send(live: Live) -> int:
        answer = await talk(live, request())
        await asyncio.wait_for(service.left.wait(), 2)
        return status(answer)

    # when
    answered = _with(service, send, timeout="PT0.1S")

    # then
    assert answered == 202, "the dead letter sink took it"


def test_at_pace_max_patience_ends_what_no_timeout_does() -> None:
    # given
    service = _service(None)

    async def send(live: Live) -> Any:
        answer = await talk(live, request())
        return status(answer), *_ends(live)

    # when
    answered = _with(service, send, pace="max", patience_s=0.05)

    # then
    assert answered == (202, (0, "timeout"), (200, None))


def test_when_a_sender_hangs_up_all_below_it_ends() -> None:
    # given
    service = _service(None)

    async def send(live: Live) -> list[str]:
        _, writer = await asyncio.open_connection("127.0.0.1", live.port)
        writer.write(request())
        await asyncio.wait_for(service.asked.wait(), 2)
        # when
        writer.close()
        await asyncio.wait_for(service.left.wait(), 2)
        records = live.simulation.trace
        return [f"{r.kind} {r.source} {r.detail}" for r in records][-2:]

    # then
    assert _with(service, send) == [
        "cut service/pricing client gone", "answered broker/default context canceled",
    ]  # fmt: skip


def test_what_went_on_is_had_again_from_the_trace_alone(tmp_path: Path) -> None:
    # given
    service = _service(
        _REPLY, b"", b"HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n\xff\xfe"
    )
    file = tmp_path / "run.jsonl"

    async def send(live: Live) -> list[str]:
        for _ in range(3):
            await talk(live, request())
        await talk(live, request(PATH + "?q", headers="Cookie: secret\r\n"))
        live.log("service/pricing", "a line")
        return [str(record) for record in live.simulation.trace]

    # when
    records = _with(service, send, trace=str(file))

    # then
    replay = Replay(Trace.read(str(file)), "run.jsonl")
    again, why = replay.again()
    assert why == ""
    assert [str(record) for record in again.trace][: len(records)] == records
    assert "secret" not in file.read_text()
    assert [str(r.detail) for r in again.trace.select(kind=Kind.LOGGED)] == ["a line"]


def test_a_trace_that_was_cut_off_anywhere_is_had_again(tmp_path: Path) -> None:
    # given
    service = _service(_REPLY)
    file = tmp_path / "run.jsonl"

    async def send(live: Live) -> None:
        for _ in range(2):
            await talk(live, request())

    _with(service, send, trace=str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) * 2 // 3])

    # when
    replay = Replay(Trace.read(str(file)), "run.jsonl")

    # then
    assert replay.again()[1] == ""


def test_a_changed_topology_takes_over_and_a_faulty_one_does_not() -> None:
    # given
    async def run() -> Any:
        old, new = Service(), Service()
        async with old.served(), new.served():
            shop = topology(_SHOP, url=old.url, timeout="PT5S")
            async with serve(shop) as live:
                # when
                changes = await live.reload(
                    topology(_SHOP, url=new.url, timeout="PT5S")
                )
                with pytest.raises(TopologyError) as refused:
                    await live.reload(
                        topology(_SHOP, url="http://example.com", timeout="PT5S")
                    )
                await talk(live, request())
                return str(changes), str(refused.value), len(old.got), len(new.got)

    changes, refused, *got = asyncio.run(run())

    # then
    assert "shop" in changes
    assert "example.com is not this machine; --allow-host example.com lets" in refused
    assert got == [0, 1]


def test_a_request_leaves_nothing_for_the_garbage_collector_to_find() -> None:
    # given
    service = _service(_REPLY)

    async def send(live: Live) -> int:
        sent = request().replace(b"Connection: close\r\n", b"")
        reader, writer = await asyncio.open_connection("127.0.0.1", live.port)

        async def post() -> None:
            writer.write(sent)
            await reader.readuntil(b"\r\n\r\n")

        await post()
        gc.collect()
        # when
        found = []
        for _ in range(3):  # in one, it may find what tests before have left
            for _ in range(20):
                await post()
            found.append(gc.collect())
        writer.close()
        return min(found)

    # then
    assert _with(service, send, timeout="PT5S") < 20
