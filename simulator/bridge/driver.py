"""Who owns a live run and its time: all that comes from outside goes through one inbox."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.session import Simulation

    Pace = Literal["wall", "max"]

_NS = 1_000_000_000
_SLICE_S = 0.02  # after which sockets have their turn


class LiveDriver:
    """Drives a simulation by the clock on the wall, or as fast as it goes.

    By the clock, virtual time is what has passed since the start. At pace ``max`` it jumps
    to what is due next, but stands still while a real service has a request.
    """

    def __init__(self, simulation: Simulation, pace: Pace) -> None:
        self._sim = simulation
        self._pace = pace
        self._inbox: deque[Callable[[], None]] = deque()
        self._after: list[Callable[[], None]] = []
        self._wake = asyncio.Event()
        self._stopping = False
        self._began_ns = 0
        self.open_requests: Callable[[], bool] = bool
        """Whether a real service has a request just now."""

    def put(self, entry: Callable[[], None]) -> None:
        """Have something done to the run, after what was put in before."""
        self._inbox.append(entry)
        self._wake.set()

    def after(self, entry: Callable[[], None]) -> None:
        """Have something done once what has happened to the run stands in its trace."""
        self._after.append(entry)

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Drive, until somebody stops it; UsageError where it went in a circle."""
        sim = self._sim
        self._began_ns = time.monotonic_ns() - sim.now_ns
        while True:
            self._wake.clear()
            await self._go_on(self._meant_ns())
            if self._inbox:
                entries, self._inbox = self._inbox, deque()
                for entry in entries:
                    entry()
                await self._go_on(sim.now_ns)
            if self._inbox:
                continue
            if self._stopping:
                return
            await self._rest()

    def _meant_ns(self) -> int:
        now_ns = self._sim.now_ns
        if self._pace == "wall":
            return max(now_ns, time.monotonic_ns() - self._began_ns)
        due_ns = self._sim.due_ns
        return now_ns if due_ns is None or self.open_requests() else due_ns

    async def _go_on(self, until_ns: int) -> None:
        """Carry out what is due by an instant, and let it come."""
        sim = self._sim
        while True:
            await sim.advance(until_ns, enough=_slice())
            after, self._after = self._after, []
            for entry in after:
                entry()
            due_ns = sim.due_ns
            if due_ns is None or due_ns > until_ns:
                break
            await asyncio.sleep(0)
        if until_ns > sim.now_ns and not sim.held:
            sim.arrive(until_ns)

    async def _rest(self) -> None:
        due_ns = self._sim.due_ns
        if due_ns is None or (self._pace == "max" and self.open_requests()):
            await self._wake.wait()
            return
        if self._pace == "max":
            await asyncio.sleep(0)
            return
        left_s = (due_ns + self._began_ns - time.monotonic_ns()) / _NS
        timer = asyncio.get_running_loop().call_later(max(left_s, 0), self._wake.set)
        await self._wake.wait()
        timer.cancel()


def _slice() -> Callable[[], bool]:
    """Give what tells that a slice of time, which begins now, is over."""
    end_s = time.perf_counter() + _SLICE_S
    return lambda: time.perf_counter() >= end_s
