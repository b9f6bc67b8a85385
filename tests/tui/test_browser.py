"""The UI in a real browser: keys work at once, and it asks nobody but this machine."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
import subprocess
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.test_web import HOST, MOST_S, aiohttp, answer, free_port, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = [
    pytest.mark.by_the_clock,
    pytest.mark.skipif(CHROMIUM is None, reason=f"needs one of {', '.join(NAMES)}"),
    pytest.mark.skipif(os.name == "nt", reason="is ended by a signal"),
]
# What is not on this machine has no address for it.
ALONE = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"


class Tab:
    """A tab, driven by the DevTools protocol.

    Args:
        connection: To the tab.

    Attributes:
        asked: All addresses that the page has asked for.
        drawn: All bytes that the UI has drawn.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._number = 0
        self.asked: list[str] = []
        self.drawn = b""

    async def do(self, method: str, **params: object) -> None:
        """Ask for something, without waiting for it."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        await self._connection.send_json(message)

    async def press(self, key: str) -> None:
        """Press a key that writes a character."""
        await self.do("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        await self.do("Input.dispatchKeyEvent", type="keyUp", key=key)

    async def read_until(self, text: bytes) -> None:
        """Read on until the UI has drawn a text."""
        begun = len(self.drawn)
        while text not in self.drawn[begun:]:
            message = json.loads((await self._connection.receive(MOST_S)).data)
            self._take(message.get("method"), message.get("params", {}))

    def _take(self, method: str | None, params: dict[str, Any]) -> None:
        if method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.asked.append(params["url"])
        elif method == "Network.webSocketFrameReceived":
            response = params["response"]
            if response["opcode"] == 2:
                self.drawn += base64.b64decode(response["payloadData"])


@asynccontextmanager
async def tab(folder: Path) -> AsyncIterator[Tab]:
    """Open a browser with one tab, until the block ends."""
    assert CHROMIUM is not None
    process = await asyncio.create_subprocess_exec(
        CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", ALONE,
        "--disable-dev-shm-usage", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", "--window-size=1200,800", "about:blank",
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    try:
        line = b""
        while b"DevTools listening on ws://" not in line:
            line = await asyncio.wait_for(process.stderr.readline(), MOST_S)
            assert line, "the browser ended"
        place = line.decode().split("ws://")[1].split("/")[0]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://{place}/json/list") as answered:
                pages = [e for e in await answered.json() if e["type"] == "page"]
            async with session.ws_connect(
                pages[0]["webSocketDebuggerUrl"], max_msg_size=0
            ) as connection:
                yield Tab(connection)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def test_keys_work_without_a_click_and_no_other_host_is_asked(tmp_path: Path) -> None:
    # given
    port = free_port()

    async def looked_at() -> list[str]:
        await answer(port)
        async with tab(tmp_path / "browser") as page:
            await page.do("Network.enable")
            await page.do("Page.navigate", url=f"http://{HOST}:{port}/")
            await page.read_until(b"PAUSED")
            # when
            await page.press(" ")
            # then
            await page.read_until(b"LIVE")
            return page.asked

    with served(tmp_path, port):
        asked = asyncio.run(asyncio.wait_for(looked_at(), 2 * MOST_S))

    own = (f"http://{HOST}:{port}/", f"ws://{HOST}:{port}/ws", "data:")
    assert [url for url in asked if not url.startswith(own)] == []
    assert all(any(url.startswith(each) for url in asked) for each in own[:2])
