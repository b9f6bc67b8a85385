"""Lets a run go on: at once, step by step, or in an event loop where handlers wait."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulator.duration import EXPECTED, duration_ns
from simulator.errors import UsageError
from simulator.kernel import Kind, RunawayError
from simulator.kernel.brake import HaltedError
from simulator.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from simulator.kernel import Kernel
    from simulator.session.run import Run

# A circle shows in the newest records.
_LOOKED_AT = 50_000
_BUSIEST = 3


class Runner:
    """The driver of one kernel.

    Args:
        kernel: What is driven.
        run: The services' side of the same run, with the handlers that wait.
        endless: The nodes of the sources that never end.
        settled: Is called whenever records may have been added.
    """

    def __init__(
        self,
        kernel: Kernel,
        run: Run,
        endless: tuple[str, ...],
        settled: Callable[[], None],
    ) -> None:
        self._kernel = kernel
        self._run = run
        self._endless = endless
        self._settled = settled

    def run(self, until: str | None) -> None:
        """Go on until nothing is due, or until an instant; see `Simulation.run`."""
        kernel, run = self._kernel, self._run
        until_ns = self._until(until)
        if run.is_halted():
            return
        with self._driving():
            kernel.drain()
            while not run.has_pending and kernel.advance(until_ns):
                kernel.drain()
        if run.is_halted():
            return
        if run.has_pending:
            _wait_for(self.run_async, until)
        else:
            kernel.arrive(until_ns)

    async def run_async(self, until: str | None) -> None:
        """Go on in an event loop; see `Simulation.run_async`."""
        kernel, pending = self._kernel, self._run.pending
        until_ns = self._until(until)
        if self._run.is_halted():
            return
        with self._driving():
            while True:
                kernel.drain()
                pending.abandon()
                if pending.awake:
                    await pending.settle()
                elif not kernel.advance(until_ns):
                    break
        if not self._run.is_halted():
            kernel.arrive(until_ns)

    def step(self) -> bool:
        """Carry out the next notice; False when nothing is due any more."""
        run = self._run
        if run.is_halted():
            return False
        with self._driving():
            if run.has_pending:
                run.pending.abandon()
                if run.pending.awake:
                    _wait_for(run.pending.settle)
            return self._kernel.step()

    @contextmanager
    def _driving(self) -> Iterator[None]:
        """Drive the kernel, and tell of what it did, however that ends.

        Raises:
            UsageError: It is driven already, or the log is full.
        """
        run = self._run
        if run.going_on:
            raise UsageError(
                "the run is going on already: a handler sends, and what it sent "
                "goes on its way once it has answered"
            )
        run.going_on = True
        try:
            yield
        except HaltedError:
            pass  # a breakpoint holds a request; what is due stays due
        except RunawayError:
            raise self._runaway() from None
        finally:
            run.going_on = False
            self._settled()

    def _until(self, until: str | None) -> int | None:
        if until is not None:
            return wait_ns(until, "until")
        if self._endless:
            names = ", ".join(self._endless)
            raise UsageError(
                f"{names} would send for ever; say how long to run: run(until='PT1H')"
            )
        return None

    def _runaway(self) -> UsageError:
        log = self._run.log
        counts: dict[str, int] = {}
        for record in Trace.of(log)[-_LOOKED_AT:]:
            if record.source and record.kind in (Kind.REPLIED, Kind.SENT):
                counts[record.source] = counts.get(record.source, 0) + 1
        busiest = sorted(counts, key=lambda node: -counts[node])[:_BUSIEST]
        circle = f"; most come through {', '.join(busiest)}" if busiest else ""
        return UsageError(
            f"stopped after {len(log)} records at {self._run.now_text()}: events go in a "
            f"circle, or retries multiply{circle}; Simulation(most=…) sets the limit"
        )


def wait_ns(text: str, name: str) -> int:
    """Read a duration that an argument of the API gives.

    Raises:
        UsageError: It is none.
    """
    if not isinstance(text, str):
        raise UsageError(f"{name}: expected {EXPECTED}, found {text!r}")
    try:
        return duration_ns(text)
    except ValueError as error:
        raise UsageError(f"{name}: {error}") from None


def _wait_for(step: Callable[..., Awaitable[Any]], *arguments: object) -> None:
    """Run something that waits to its end, in an event loop of its own.

    Raises:
        UsageError: An event loop runs here already.
    """
    import anyio  # only when a handler waits

    try:
        anyio.get_cancelled_exc_class()
    except RuntimeError:  # no event loop runs here
        anyio.run(step, *arguments)
    else:
        raise UsageError(
            "a handler waits, and an event loop runs already: await sim.run_async() instead"
        )
