"""The UI as a web page: a process of it for each browser, or one that they share."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp_jinja2
from aiohttp.web import Application, HTTPForbidden, Request, WebSocketResponse
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

if TYPE_CHECKING:
    from asyncio import SubprocessTransport


if sys.platform == "win32":
    from asyncio import ProactorEventLoop as _EventLoop
else:
    from asyncio import SelectorEventLoop as _EventLoop

# Holds a page of our own: that of textual-serve asks Google for a font, and no key works
# before it is clicked into.
_PAGE = Path(__file__).parent / "web"
# How long a UI may take to end.
_PATIENCE_S = 5.0
_HEARTBEAT_S = 15.0
# What a browser may leave unread, in pieces that are drawn: some seconds.
_MOST_UNREAD = 500
# The last that it says before it draws; source: textual.drivers.web_driver.
_BEGUN = b"\x1b[?2004h"
_SIZE = (120, 40)  # until a browser says
# What a browser on this machine may call it by; anything else is a name that somebody
# has made lead here.
_OURS = ("127.0.0.1", "localhost")


def serve(command: str, *, host: str, port: int, title: str, shared: bool) -> None:
    """Serve what a command for the shell shows, until SIGINT or SIGTERM.

    Args:
        title: Of the page.
        shared: Whether one UI, which runs from now on, is shown by the browser that came
            last; otherwise each has its own.
    """
    kind = _SharedServer if shared else _Server
    server = kind(command, host=host, port=port, title=title, templates_path=_PAGE)
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
        """Show the UI to its own page; any page of the web could ask for it."""
        origin = request.headers.get("Origin", f"http://{request.host}")
        if request.url.host not in _OURS or origin != f"http://{request.host}":
            raise HTTPForbidden(text=f"only the page of {self.public_url} shows the UI")
        task = asyncio.current_task()
        assert task is not None, "a handler runs in a task"
        self._browsers.append(task)
        try:
            return await self._show(request)
        finally:
            self._browsers.remove(task)

    async def _show(self, request: Request) -> WebSocketResponse:
        return await super().handle_websocket(request)

    async def on_startup(self, app: Application) -> None:
        self.console.print(f"serving the UI at {self.public_url}; ctrl+c ends it")

    async def on_shutdown(self, app: Application) -> None:
        for task in self._browsers:
            task.cancel()


class _Ui(AppService):
    """Is over when its process is, whose port is free then, whatever it said before."""

    async def run(self) -> None:
        hang_up = self.remote_close
        self.remote_close = self._go_on
        await super().run()
        await hang_up()

    async def _go_on(self) -> None:
        pass


class _SharedServer(_Server):
    """Shows one UI, which goes on when no browser looks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ui: _Ui | None = None
        self._said = b""
        self._draws = asyncio.Event()
        self._shown: _Browser | None = None

    async def _make_app(self) -> Application:
        app = await super()._make_app()
        aiohttp_jinja2.get_env(app).globals["shared"] = True
        return app

    async def on_startup(self, app: Application) -> None:
        await super().on_startup(app)
        await self._begin(*_SIZE)

    async def on_shutdown(self, app: Application) -> None:
        await super().on_shutdown(app)
        if self._ui is not None:
            await self._ui.stop()

    async def _begin(self, width: int, height: int) -> _Ui:
        self._said = b""
        self._draws.clear()
        self._ui = _Ui(
            self.command,
            write_bytes=self._write,
            write_str=self._tell,
            close=self._over,
            download_manager=self.download_manager,
        )
        await self._ui.start(width, height)
        return self._ui

    async def _show(self, request: Request) -> WebSocketResponse:
        """Let this browser have the UI, and take it from the one before."""
        socket = WebSocketResponse(heartbeat=_HEARTBEAT_S)
        await socket.prepare(request)
        asked = request.query
        size = to_int(asked.get("width", ""), 80), to_int(asked.get("height", ""), 24)
        self._hang_up()
        self._shown = browser = _Browser(socket)
        ui = self._ui
        if ui is None:
            ui = await self._begin(*size)
        else:
            await self._draws.wait()  # before it does, it takes no other size
            browser.put(self._said)
            await ui.set_terminal_size(*size)
            await ui.focus()  # upon which it draws everything
        try:
            await self._process_messages(socket, ui)
        finally:
            browser.hang_up()
            if self._shown is browser:
                self._shown = None
        return socket

    async def _write(self, data: bytes) -> None:
        if _BEGUN in self._said:
            self._draws.set()
        else:
            self._said += data
        if self._shown is not None and not self._shown.put(data):
            self._hang_up()

    async def _tell(self, text: str) -> None:
        if self._shown is not None:
            await self._shown.socket.send_str(text)

    async def _over(self) -> None:
        self._ui = None
        self._draws.set()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._shown is not None:
            self._shown.hang_up()
            self._shown = None


class _Browser:
    """Takes what a UI draws without ever letting it wait."""

    def __init__(self, socket: WebSocketResponse) -> None:
        self.socket = socket
        self._drawn: asyncio.Queue[bytes | None] = asyncio.Queue(_MOST_UNREAD)
        self._sending = asyncio.create_task(self._send())

    def put(self, data: bytes) -> bool:
        """Take something; tell whether it reads what there is."""
        with suppress(asyncio.QueueFull):
            self._drawn.put_nowait(data)
            return True
        return False

    def hang_up(self) -> None:
        """Be done with it, whether it reads or not."""
        while self._drawn.full():
            self._drawn.get_nowait()
        self._drawn.put_nowait(None)

    async def _send(self) -> None:
        with suppress(ConnectionError):
            while (data := await self._drawn.get()) is not None:
                await self.socket.send_bytes(data)
        await self.socket.close()


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
