"""A live run until somebody stops it, for a program that has no event loop of its own."""

from __future__ import annotations

import asyncio
import gc
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from simulator.errors import SimulatorError
from simulator.manifests.files import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.bridge.live import Live
    from simulator.session.prepared import Changes
    from simulator.topology import Topology

_LOOK_S = 0.5
_COLLECTED = (50_000, 20, 50)
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no hang-up


class Told(Protocol):
    def began(self, live: Live) -> None:
        """Hear that it is served."""

    def changed(self, changes: Changes, resources: int) -> None:
        """Hear of a change that was taken over, and of how many resources there are."""

    def refused(self, error: SimulatorError | OSError) -> None:
        """Hear why a change was not."""


def host(
    live: Live, told: Told, watched: Sequence[str], load: Callable[[], Topology]
) -> SimulatorError | None:
    """Serve a live run until SIGINT or SIGTERM; give the reason where it ends before.

    Args:
        watched: Files and folders whose change is a new topology; none for no reload.
        load: Reads them; may raise.

    Raises:
        SimulatorError: It cannot begin.
    """
    collect_seldom()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_host(live, told, watched, load))


def collect_seldom() -> None:
    """Let the garbage collector look at what is made from now on, and at that seldom.

    A request leaves nothing behind that goes in a circle, and the records that are kept,
    which it would look at again and again, hold no garbage. For a process that only serves.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)
    gc.enable()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # there is none for Windows
        return None
    return uvloop.new_event_loop


async def _host(
    live: Live, told: Told, watched: Sequence[str], load: Callable[[], Topology]
) -> SimulatorError | None:
    stop = asyncio.Event()
    there = (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name))
    for number in there:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
            # Windows has no such handlers, and a thread that is not the first has none.
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
    watch = Watch(watched) if watched else None
    async with live:
        told.began(live)
        stopped = asyncio.create_task(stop.wait())
        over = asyncio.create_task(live.until_over())
        reloading = asyncio.create_task(_go_on(live, told, watch, load))
        tasks = (stopped, over, reloading)
        await asyncio.wait((stopped, over), return_when=asyncio.FIRST_COMPLETED)
        error = over.exception() if over.done() else None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if error is not None and not isinstance(error, SimulatorError):
        raise error
    return error


async def _go_on(
    live: Live, told: Told, watch: Watch | None, load: Callable[[], Topology]
) -> None:
    """Start the programs, and take changes of the files over, as they come."""
    await live.start_programs()
    while watch is not None:
        await asyncio.sleep(_LOOK_S)
        if not watch.changed():
            continue
        try:
            topology = load()
            changes = await live.reload(topology)
        except (SimulatorError, OSError) as error:
            told.refused(error)
        else:
            told.changed(changes, len(topology))
