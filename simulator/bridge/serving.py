"""`serve`: a live run for a test, or any program; in its event loop, or a thread of its own."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Future
from contextlib import asynccontextmanager, nullcontext, suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from simulator.bridge.http_server import READ_TIMEOUT_S
from simulator.bridge.live import HOST, KEPT, MOST_BODY, PATIENCE_S, Live, LiveSettings
from simulator.bridge.programs import Programs
from simulator.bridge.recorded import adding, recorded
from simulator.errors import UsageError
from simulator.event.text import instant_text
from simulator.session import Simulation
from simulator.session.blueprint import Blueprint, BlueprintOptions
from simulator.topology import Topology
from simulator.trace.files import create_trace
from simulator.trace.writing import TraceWriter

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Collection
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from simulator.bridge.driver import Pace
    from simulator.session.options import Given

    Ready = tuple[Live, asyncio.AbstractEventLoop, asyncio.Event]


def today() -> str:
    """Give the instant that it is, as the start of a run."""
    return instant_text(time.time_ns())


def serve(
    topology: Topology | str | os.PathLike[str],
    *,
    port: int = 0,
    bind: str = HOST,
    pace: Pace = "wall",
    patience_s: float = PATIENCE_S,
    max_body: int = MOST_BODY,
    allow_hosts: Collection[str] = (),
    read_timeout_s: float = READ_TIMEOUT_S,
    trace: str | os.PathLike[str] | None = None,
    run: bool = False,
    answers: str | os.PathLike[str] | None = None,
    answers_mode: str = "replay",
    **options: Any,
) -> Serving:
    """Serve a topology on this machine; real services answer for themselves.

    ``async with serve("shop.yaml") as live:`` in an event loop of asyncio; ``with`` in a
    plain program, where it is served in a thread of its own.

    Args:
        topology: What runs, or its file or folder.
        port: 0 for any that is free; `Live.url` has it.
        bind: An address of this machine.
        pace: ``wall``, or ``max``: time jumps to what is due, but stands still while a
            real service has a request; no `timeout` of a delivery ends those.
        patience_s: How long such a request may take at pace ``max``.
        max_body: How many bytes a body may have.
        allow_hosts: Hosts of real services that are not this machine.
        read_timeout_s: How long a request may take to come in; 10, as in Knative.
        trace: A file for all records, and all that came from outside.
        run: Start the programs that the topology names with `run`, and end them.
        answers: A recording, which answers for real services as they have once.
        answers_mode: What is asked that it does not answer: ``replay``: the run ends with
            an error; ``new``: the service, and it is added; ``pass``: the service, always.
        **options: As for `Simulation`, such as `redact`; it starts today, and keeps 200,000 records.

    Returns:
        What gives a `Live` when it is entered; then a SimulatorError is raised if the
        topology or an option is refused, or the port is taken.
    """
    settings = LiveSettings(
        port, bind, pace, patience_s, max_body, allow_hosts, read_timeout_s
    )
    options["answers"] = answers, answers_mode
    return Serving(_served(topology, settings, trace, options, run=run))


@asynccontextmanager
async def _served(
    topology: Topology | str | os.PathLike[str],
    settings: LiveSettings,
    trace: str | os.PathLike[str] | None,
    options: dict[str, Any],
    *,
    run: bool,
) -> AsyncIterator[Live]:
    if not isinstance(topology, Topology):
        topology = Topology.load(topology)
    own = {n: options.pop(n) for n in BlueprintOptions._fields if n in options}
    blueprint = Blueprint(topology, **own)
    if settings.pace == "wall" and blueprint.prepared.spec.start_ns is None:
        options.setdefault("start", today())
    options.setdefault("keep", KEPT)
    kept = recorded(*options.pop("answers"), handlers=options.get("handlers", ()))
    simulation = Simulation(
        blueprint, live=True, journal=trace is not None, answers=kept, **options
    )
    programs = Programs() if run else None
    live = Live(blueprint, simulation, settings, programs)
    with (
        live.bind(),  # first: who is refused shall not overwrite a recording
        adding(simulation, kept),
        nullcontext() if trace is None else create_trace(str(trace)) as file,
    ):
        if file is not None:
            writer = TraceWriter(file, simulation.recording)
            simulation.watch(lambda: writer.write(simulation.log))
        async with live:
            await live.start_programs()
            try:
                yield live
            finally:
                live.check()
        if file is not None:
            writer.finish()


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
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # that of trio, say
            raise UsageError(
                "async with serve(…) needs an event loop of asyncio; with serve(…) brings one"
            ) from None
        return await self._served.__aenter__()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        return await self._served.__aexit__(kind, error, trace)

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
        except BaseException as error:  # noqa: BLE001 - `__enter__` raises it; else that waits for ever
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
