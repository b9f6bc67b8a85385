"""A recorded live run becomes a test that needs none of its services."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.bridge import serve
from simulator.cli import main
from tests.unit.bridge.sockets import Service, request, talk, topology

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 1, deadLetterSink: parking, timeout: PT0.1S}}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  audit: {filter: {type: order.priced}, subscriber: parking}
services: {pricing: {url: "<url>"}, parking: {}}
"""
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_NO = b"HTTP/1.1 503 No\r\nServer: x\r\nContent-Length: 4\r\n\r\nbusy"
_REPLY = _OK.replace(
    b"Content-Length: 0",
    b"ce-specversion: 1.0\r\nce-id: 2\r\nce-source: /p\r\nce-type: order.priced\r\n"
    b"Content-Length: 0",
)


def test_it_holds_what_came_with_its_answers_and_their_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a service that fails, replies, closes, and at last hangs
    trace, shop = tmp_path / "run.jsonl", tmp_path / "shop.yaml"

    async def record() -> None:
        service = Service(_NO, _REPLY, b"", _OK, None)
        async with service.served():
            shop.write_text(_SHOP.replace("<url>", service.url))
            served = topology(_SHOP, url=service.url)
            async with serve(
                served, trace=str(trace), start="2026-01-01T00:00:00Z"
            ) as live:
                for number in range(3):
                    await talk(
                        live, request().replace(b"ce-id: 1", b"ce-id: %d" % number)
                    )

    asyncio.run(record())

    # when
    code = main(["trace", "test", str(trace)])
    kept = capsys.readouterr()
    (tmp_path / "kept.yaml").write_text(kept.out)

    # then
    assert (code, kept.err) == (0, "")
    assert "- {status: 503, body: busy, delay: " in kept.out
    assert "server" not in kept.out
    assert "close: true" in kept.out
    assert kept.out.count("hang: true") == 2
    assert "deadLettered: pricing, route: trigger/price" in kept.out
    assert main(["test", str(shop), str(tmp_path / "kept.yaml")]) == 0


def test_of_a_live_run_there_is_no_function_for_pytest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    trace = tmp_path / "run.jsonl"

    async def record() -> None:
        async with serve(topology(), trace=str(trace)) as live:
            await talk(live, request())

    asyncio.run(record())

    # when
    code = main(["trace", "test", str(trace), "--to", "pytest", "--of", "shop.yaml"])

    # then
    assert code == 2
    assert "the answers of real services are kept in YAML alone" in (
        capsys.readouterr().err
    )
