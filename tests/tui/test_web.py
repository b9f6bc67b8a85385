"""The UI in a browser: served to this machine only, and ended cleanly."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.main.theatre import PIPELINE
from tests.unit.bridge.sockets import SHOP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

pytest.importorskip("textual_serve", reason="needs kn-sim[web]")
aiohttp = pytest.importorskip("aiohttp", reason="comes with textual-serve")

HOST = "127.0.0.1"
MOST_S = 30
TCP = Path("/proc/net/tcp")
LISTENS = "0A"
NORMAL = 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(
    folder: Path, port: int, *words: str, file: str = PIPELINE
) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the UI until the block ends."""
    environment = {**os.environ, "HOME": str(folder), "XDG_STATE_HOME": str(folder)}
    process = subprocess.Popen(  # noqa: S603 - our own words
        [
            sys.executable, "-m", "simulator", "ui", file,
            "--web", "--port", str(port), *words,
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


async def answer(port: int) -> tuple[int, str]:
    """Give the status of the page and its text, as soon as it is served."""
    end = time.monotonic() + MOST_S
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://{HOST}:{port}/") as page:
                    return page.status, await page.text()
            except aiohttp.ClientConnectorError:
                assert time.monotonic() < end, "it never answers"
                await asyncio.sleep(0.05)


@asynccontextmanager
async def browser(port: int) -> AsyncIterator[Any]:
    """Open the page, until the block ends."""
    url = f"ws://{HOST}:{port}/ws?width=100&height=30"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(url) as connection,
    ):
        yield connection


async def drawn_first(connection: Any, text: bytes = b"pipeline.yaml") -> bytes:
    """Give what the UI draws first, up to a text."""
    seen = b""
    while text not in seen:
        message = await connection.receive(timeout=MOST_S)
        assert message.type in {aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT}
        if message.type is aiohttp.WSMsgType.BINARY:
            seen += message.data
    return seen


async def first_frame(port: int) -> bytes:
    """Open the page, give what the UI draws first, and close the page."""
    async with browser(port) as connection:
        return await drawn_first(connection)


async def end_of(connection: Any) -> int | None:
    """Read on until the server hangs up; give the code that it says."""
    async for _ in connection:
        pass
    code: int | None = connection.close_code
    return code


def listeners(port: int) -> set[str]:
    """Give the addresses on which something listens at a port, as Linux writes them."""
    rows = [line.split() for line in TCP.read_text().splitlines()[1:]]
    rows += [
        line.split() for line in Path("/proc/net/tcp6").read_text().splitlines()[1:]
    ]
    places = [row[1].split(":") for row in rows if row[3] == LISTENS]
    return {address for address, at in places if int(at, 16) == port}


@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_a_browser_gets_a_page_and_a_first_frame(tmp_path: Path) -> None:
    port = free_port()

    with served(tmp_path, port) as process:
        status, page = asyncio.run(answer(port))
        frame = asyncio.run(first_frame(port))

        assert status == 200
        assert "kn-sim" in page
        assert b"default" in frame
        if TCP.exists():
            assert listeners(port) == {"0100007F"}  # 127.0.0.1

        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=MOST_S)
        assert process.returncode == 0
        assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_an_open_page_is_hung_up_on_when_the_server_is_ended(tmp_path: Path) -> None:
    port = free_port()

    async def ended_while_open() -> int | None:
        async with browser(port) as connection:
            await drawn_first(connection)
            process.send_signal(signal.SIGINT)
            return await end_of(connection)

    with served(tmp_path, port) as process:
        asyncio.run(answer(port))
        code = asyncio.run(ended_while_open())
        _, told = process.communicate(timeout=MOST_S)

        assert (code, process.returncode) == (NORMAL, 0)
        assert b"Traceback" not in told


@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_the_page_names_no_host_and_all_that_it_names_is_there(tmp_path: Path) -> None:
    port = free_port()

    async def statuses(paths: list[str]) -> AsyncIterator[int]:
        async with aiohttp.ClientSession(f"http://{HOST}:{port}") as session:
            for path in paths:
                async with session.get(path) as answered:
                    yield answered.status

    async def found(page: str) -> list[int]:
        paths = re.findall(r"""["'(](/static/[^"')]+)""", page)
        return [status async for status in statuses(paths)]

    with served(tmp_path, port):
        _, page = asyncio.run(answer(port))
        named = asyncio.run(found(page))

    assert re.findall(r"(?:https?:|wss?:|[\"'(])//([^/\"']+)", page) == [
        f"{HOST}:{port}"
    ]
    assert named == [200] * 4
    assert "default-src 'self'" in page


@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_a_page_from_elsewhere_gets_no_ui(tmp_path: Path) -> None:
    port = free_port()
    elsewhere: list[dict[str, str]] = [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "null"},
        {"Host": "elsewhere.example", "Origin": "http://elsewhere.example"},
    ]

    async def refused() -> AsyncIterator[tuple[int, str]]:
        url = f"http://{HOST}:{port}/ws?width=100&height=30"
        async with aiohttp.ClientSession() as session:
            for headers in elsewhere:
                async with session.get(url, headers=headers) as answered:
                    yield answered.status, await answered.text()

    async def answers() -> list[tuple[int, str]]:
        return [each async for each in refused()]

    with served(tmp_path, port):
        asyncio.run(answer(port))
        given = asyncio.run(answers())

    assert given == [(403, f"only the page of http://{HOST}:{port} shows the UI")] * 3


@pytest.mark.by_the_clock
@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_a_broker_serves_on_whatever_tab_shows_it_or_none(tmp_path: Path) -> None:
    # given
    port, broker = free_port(), free_port()
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)

    async def sent(number: int) -> int:
        async with aiohttp.ClientSession() as session:
            url, headers = f"http://{HOST}:{broker}/default/default", event(number)
            while True:
                try:
                    async with session.post(url, headers=headers) as answered:
                        return int(answered.status)
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)

    async def statuses() -> list[int]:
        found = [await sent(1)]
        async with browser(port) as first:
            await drawn_first(first, b"order.1")
            # when
            async with browser(port) as second:
                await drawn_first(second, b"order.1")
                assert await end_of(first) is not None
                found.append(await sent(2))
                await drawn_first(second, b"order.2")
        return [*found, await sent(3)]

    words = ("--serve", "--serve-port", str(broker))
    with served(tmp_path, port, *words, file=str(file)) as process:
        # then
        assert asyncio.run(asyncio.wait_for(statuses(), MOST_S)) == [202, 202, 202]
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=MOST_S)
        assert (process.returncode, told) == (0, b"")


def event(number: int) -> dict[str, str]:
    """Give the headers of an event in binary mode."""
    return {
        "ce-specversion": "1.0",
        "ce-id": str(number),
        "ce-source": "/shop",
        "ce-type": f"order.{number}",
    }


@pytest.mark.by_the_clock
@pytest.mark.skipif(os.name == "nt", reason="is ended by a signal")
def test_a_page_says_why_the_ui_cannot_begin_any_more(tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)

    async def said() -> bytes:
        async with browser(port) as connection:
            return await drawn_first(connection, b"mended")

    with served(tmp_path, port, file=str(file)):
        asyncio.run(answer(port))
        file.write_text("topology: [")
        drawn = asyncio.run(said())

    assert b"kn-sim: " in drawn
