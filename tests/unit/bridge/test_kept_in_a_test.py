"""A recorded live run becomes a test that needs none of its services."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from simulator.bridge import serve
from simulator.cli import main
from tests.unit.bridge.sockets import Service, request, talk, topology

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulate

_SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 1, deadLetterSink: parking, timeout: PT0.4S}}}
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


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record three orders, of whose service the requests fail, close, and at last hang."""
    trace = tmp_path_factory.mktemp("recorded") / "run.jsonl"

    async def record() -> None:
        service = Service(_NO, _REPLY, b"", _OK, None)
        async with service.served():
            shop = _SHOP.replace("<url>", service.url)
            trace.with_name("shop.yaml").write_text(shop)
            async with serve(
                topology(shop), trace=str(trace), start="2026-01-01T00:00:00Z"
            ) as live:
                for number in range(3):
                    await talk(
                        live, request().replace(b"ce-id: 1", b"ce-id: %d" % number)
                    )

    asyncio.run(record())
    return trace


def test_it_holds_what_came_with_its_answers_and_their_time(
    recorded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = main(["trace", "test", str(recorded)])
    kept = capsys.readouterr()
    (tmp_path / "kept.yaml").write_text(kept.out)

    # then
    assert (code, kept.err) == (0, "")
    assert "- {status: 503, body: busy, delay: " in kept.out
    assert "server" not in kept.out
    assert "close: true" in kept.out
    assert kept.out.count("hang: true") == 2
    assert "deadLettered: pricing, route: trigger/price" in kept.out
    shop = str(recorded.with_name("shop.yaml"))
    assert main(["test", shop, str(tmp_path / "kept.yaml")]) == 0


def test_as_a_function_for_pytest_it_is_answered_from_the_recording(
    recorded: Path, capsys: pytest.CaptureFixture[str], simulate: Simulate
) -> None:
    # given
    shop = str(recorded.with_name("shop.yaml"))

    # when
    code = main(["trace", "test", str(recorded), "--to", "pytest", "--of", shop])
    kept = capsys.readouterr()
    names: dict[str, Any] = {}
    exec(kept.out, names)  # noqa: S102 - ours

    # then
    assert (code, kept.err) == (0, "")
    assert f"answers={str(recorded)!r})" in kept.out
    names["test_run"](simulate)


def test_a_function_for_pytest_names_the_recording_which_stdin_does_not(
    recorded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    shop = str(recorded.with_name("shop.yaml"))
    with recorded.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)

        # when
        code = main(["trace", "test", "-", "--to", "pytest", "--of", shop])

    # then
    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: --to pytest names the recording, whose services answer from it: give the "
        "file in the place of -\n"
    )


def test_the_page_of_a_recording_says_of_no_real_service_that_it_is_a_stub(
    recorded: Path, tmp_path: Path
) -> None:
    # given
    page = tmp_path / "run.html"

    # when
    code = main(["trace", "export", str(recorded), "--to", "html", "-o", str(page)])

    # then
    assert code == 0
    assert "Answered by real services: pricing.</p>" in page.read_text()
    assert "KN202" not in page.read_text()
