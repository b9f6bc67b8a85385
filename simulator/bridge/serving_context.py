"""A served run as a context: of an event loop that is there, or of a thread with its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from simulator.errors import UsageError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from simulator.bridge.live import Live
    from simulator.session.options import Given

    Ready = tuple[Live, asyncio.AbstractEventLoop, asyncio.Event]


class Serving:
    """What `serve` gives: entered with ``async with``, or with ``with`` in a plain program.

    With ``with`` it is served in a thread of its own; ask the run once its senders are
    answered.

    Args:
        served: The run, served while it is entered.
    """

    def __init__(self, served: AbstractAsyncContextManager[Live]) -> None:
        self._served = served
        self._ready: Future[Ready] = Future()
        self._thread: Thread | None = None

    async def __aenter__(self) -> Live:
        return await self._served.__aenter__()

    async def __aexit__(self, *raised: object) -> bool | None:
        return await self._served.__aexit__(*raised)  # type: ignore[arg-type]  # as they came

    def __enter__(self) -> Live:
        with suppress(RuntimeError):  # no event loop runs here
            asyncio.get_running_loop()
            raise UsageError("an event loop runs already: async with serve(…)")
        self._thread = Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        return self._ready.result()[0]

    def __exit__(self, *_: object) -> None:
        _live, loop, stop = self._ready.result()
        loop.call_soon_threadsafe(stop.set)
        assert self._thread is not None, "it was entered"
        self._thread.join()

    async def _serve(self) -> None:
        stop = asyncio.Event()
        try:
            live = await self._served.__aenter__()
        except BaseException as error:  # noqa: BLE001 - raised where it is entered
            self._ready.set_exception(error)
            return
        self._ready.set_result((live, asyncio.get_running_loop(), stop))
        await stop.wait()
        await self._served.__aexit__(None, None, None)


class LiveBroker(Protocol):
    """The type of the pytest fixture `live_broker`."""

    def __call__(self, topology: Given, /, **options: Any) -> Serving:
        """Serve a topology; see the fixture."""
        ...
