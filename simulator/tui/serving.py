"""The UI as a web page: one process of it for each browser, all ended before the server is."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual_serve.server import Server

if TYPE_CHECKING:
    from asyncio import SubprocessTransport

    from aiohttp.web import Application, Request, WebSocketResponse

if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _EventLoop
else:
    from asyncio import SelectorEventLoop as _EventLoop

# Holds a page of our own: that of textual-serve asks Google for a font, and no key works
# before it is clicked into.
_PAGE = Path(__file__).parent / "web"
# How long a UI may take to end.
_PATIENCE_S = 5.0


def serve(command: str, *, host: str, port: int, title: str) -> None:
    """Serve what a command shows, until SIGINT or SIGTERM.

    Args:
        command: Runs the UI; a line for the shell.
        host: The address to listen on.
        port: Likewise.
        title: Of the page.
    """
    server = _Server(command, host=host, port=port, title=title, templates_path=_PAGE)
    with closing(_Loop()) as loop:
        asyncio.set_event_loop(loop)  # the server takes what is set
        try:
            server.serve()
        finally:
            asyncio.set_event_loop(None)


class _Server(Server):
    """Hangs up on browsers when it is to end; otherwise it would wait for them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._browsers: list[asyncio.Task[Any]] = []

    async def handle_websocket(self, request: Request) -> WebSocketResponse:
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._browsers.append(task)
        try:
            return await super().handle_websocket(request)
        finally:
            self._browsers.remove(task)

    async def on_shutdown(self, app: Application) -> None:
        for task in self._browsers:
            task.cancel()


class _Loop(_EventLoop):
    """Sees the processes that it has started end before it closes.

    The server is done with a UI when its output ends. The process ends a moment later,
    and asyncio complains of one that outlives its event loop.
    """

    def __init__(self) -> None:
        super().__init__()
        self._started: list[tuple[SubprocessTransport, Process]] = []

    async def subprocess_shell(self, *args: Any, **kwargs: Any) -> Any:
        transport, protocol = await super().subprocess_shell(*args, **kwargs)
        running = [each for each in self._started if each[1].returncode is None]
        process = Process(transport, protocol, self)
        self._started = [*running, (transport, process)]
        return transport, protocol

    def close(self) -> None:
        if not self.is_closed():
            self.run_until_complete(self._see_the_end())
        super().close()

    async def _see_the_end(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                for _, process in self._started:
                    await process.wait()
        for transport, _ in self._started:
            transport.close()  # kills the process, should it still run
        await asyncio.sleep(0)  # closing is done in the next turn
