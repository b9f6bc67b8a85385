"""Lets a run go on: at once, step by step, or in an event loop where handlers wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import LONGEST_NS, Duration
from simulator.errors import RunStoppedError, UsageError
from simulator.kernel import EndOfTimeError
from simulator.session.arguments import expect_callable, expect_whole, wait_ns
from simulator.session.drive import Drive, wait_for
from simulator.session.journal import Journal, driven_now
from simulator.story.circles import CirclingError, why_so_many

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.kernel import Kernel
    from simulator.session.deployment import Deployment
    from simulator.session.journal import Progress, Waiting
    from simulator.session.run import Run


class Driver:
    def __init__(self, deployment: Deployment, run: Run, *, journal: bool) -> None:
        self._deployment = deployment
        self._run = run
        self.journal = Journal(run, self) if journal else None

    @property
    def meant(self) -> Run:
        """The run that is asked about: in a handler that a fork calls, the fork's."""
        own = self.journal
        driven = None if own is None else driven_now()
        if own is None or driven is None or driven.family is not own.family:
            return self._run
        return driven.run

    def now_text(self) -> str:
        """Virtual time as RFC 3339 with nanoseconds."""
        return self.meant.now_text()

    @property
    def kernel(self) -> Kernel:
        return self._deployment.engine.kernel

    def _begin(self) -> Kernel:
        self._run.begun = True
        return self.kernel

    def run(self, until: Duration | None = None) -> None:
        """Go on until nothing is due any more, or until an instant, inclusive.

        Args:
            until: Time since the start: ISO 8601 or ``1h``, seconds, or a timedelta.

        Raises:
            AssertionError: One has failed in a handler, or it has ended the test; the
                run can go on. See `Simulation.service`.
            UsageError: There is no end, as sources send for ever or events go in a
                circle; a handler calls; or an async one waits in a running event loop.
        """
        __tracebackhide__ = True
        kernel, run = self._begin(), self._run
        until_ns = self._until(until)
        if run.is_halted():
            return
        run.circles.ends = until is not None
        with self._driving():
            kernel.drain()
            while not run.has_pending and kernel.advance(until_ns):
                kernel.drain()
        if run.is_halted():
            return
        if run.has_pending:
            self._wait_for_run(until)
        else:
            kernel.arrive(until_ns)

    def _wait_for_run(self, until: Duration | None) -> None:
        __tracebackhide__ = True
        failures = self._run.failures
        before = failures.raised
        try:
            wait_for(self.run_async, until)
        except BaseException:
            if failures.raised == before:
                raise
        failed = failures.last_raised
        if failed is not None and failures.raised > before:
            raise failed.exception.with_traceback(failed.traceback)

    async def run_async(self, until: Duration | None = None) -> None:
        """Go on as `run` does, in an event loop of asyncio or trio.

        Handlers that wait for something real do so while virtual time stands still.
        """
        __tracebackhide__ = True
        kernel, pending = self._begin(), self._run.pending
        until_ns = self._until(until)
        if self._run.is_halted():
            return
        self._run.circles.ends = until is not None
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
        """Carry out the next notice; False when nothing is due any more.

        Handlers go on when nothing else is due in their instant, as in `run`: the
        same notices follow each other, however a run is driven.

        Raises:
            AssertionError: As `run` does.
            UsageError: An async handler waits and an event loop runs already.
        """
        __tracebackhide__ = True
        kernel, run = self._begin(), self._run
        if run.is_halted():
            return False
        run.circles.ends = True
        with self._driving():
            if run.has_pending and kernel.is_idle and self._awake():
                wait_for(run.pending.settle)
            return kernel.step()
        return False  # a breakpoint holds a request

    @property
    def due_ns(self) -> int | None:
        """The instant of the next notice; None for none, and while a request is held."""
        kernel = self.kernel
        if self._run.is_halted():
            return None
        if self._run.has_pending and self._run.pending.awake:
            return kernel.now
        return kernel.due_ns

    async def advance(
        self, until_ns: int | None = None, *, enough: Callable[[], bool] | None = None
    ) -> bool:
        """Carry out notices, instant by instant, for as long as a caller has time.

        For a program with an event loop of its own, such as a user interface: it may
        say how long it lets the run have the loop. Handlers that wait are waited for.
        Virtual time ends at the last notice that was carried out; see `arrive`. A call
        that is cancelled while a handler waits leaves that handler unanswered.

        Args:
            until_ns: The last instant, inclusive, in ns since the start; None for all.
            enough: Is asked after each instant, and within one after some 500
                records, whether to return. It may only look.

        Returns:
            Whether any notice is left, due at whatever instant; none counts while a
            breakpoint holds a request.

        Raises:
            AssertionError: As `run` does.
            UsageError: Neither bound is given and sources send for ever; the log is
                full (`raise_limit` lets the run go on); or a handler calls.
        """
        __tracebackhide__ = True
        kernel = self._begin()
        if until_ns is not None:
            expect_whole(until_ns, "until_ns", "nanoseconds since the start", least=0)
        if enough is not None:
            expect_callable(enough, "enough", "a function that says whether to return")
        if enough is None and until_ns is None:
            self._until(None)
        if not self._run.is_halted():
            self._run.circles.ends = True
            with self._driving():
                await self._slice(kernel, until_ns, enough)
        return self.due_ns is not None

    async def _slice(
        self, kernel: Kernel, until_ns: int | None, enough: Callable[[], bool] | None
    ) -> None:
        run = self._run
        drain, go_on = kernel.drain_some, kernel.advance
        before = kernel.notices
        while True:
            if drain():  # the log was packed
                if enough is not None and enough():
                    return
                continue
            if self._awake():
                await run.pending.settle()
                continue
            if (
                enough is not None
                and kernel.notices != before
                and enough()
                and kernel.due_ns != kernel.now
            ):
                return
            if not go_on(until_ns):
                return

    def repeat(
        self, reached: Progress, records: int | None = None
    ) -> Iterator[Waiting | None]:
        kernel, run, most = self._begin(), self._run, reached.notices
        with self._driving():
            while True:
                paused = kernel.drain_to(most, records)
                if records is not None and len(run.log) > records:
                    return
                if kernel.notices >= most:
                    break
                if paused:
                    yield None
                elif self._awake():
                    yield run.pending.settle
                elif not kernel.advance(None):
                    break  # this run is another, and has ended before
            if reached.settled and kernel.is_idle and self._awake():
                yield run.pending.settle
            due_ns = kernel.due_ns
            if due_ns is not None and kernel.now < due_ns <= reached.now_ns:
                kernel.advance(None)
            kernel.arrive(reached.now_ns)

    def look_ahead(self) -> Iterator[Waiting]:
        """Go on to the instant of the next notice, but not beyond."""
        kernel = self._begin()
        with self._driving():
            while kernel.is_idle and self._awake():
                yield self._run.pending.settle
            if kernel.due_ns != kernel.now:
                kernel.advance(None)

    def _awake(self) -> bool:
        """Tell whether a handler goes on, now that nothing else is due."""
        run = self._run
        if not run.has_pending:
            return False
        run.pending.abandon()
        return run.pending.awake

    def arrive(self, until_ns: int) -> None:
        """Let time pass to an instant, in ns since the start; nothing may be due before.

        Raises:
            UsageError: A notice is due by then, the instant is past, or a breakpoint
                holds a request.
        """
        kernel = self._begin()
        if not isinstance(until_ns, int):
            raise UsageError(f"arrive: expected nanoseconds, found {until_ns!r}")
        if self._run.is_halted():
            raise UsageError("arrive: time stands still while a request is held")
        due_ns, now_ns = self.due_ns, kernel.now
        if until_ns < now_ns:
            raise UsageError(f"arrive: {until_ns} ns are past, it is {now_ns} ns")
        if until_ns > LONGEST_NS:
            raise UsageError(f"arrive: {until_ns} ns are more than 292 years")
        if due_ns is not None and due_ns <= until_ns:
            raise UsageError(
                f"arrive: a notice is due at {due_ns} ns; advance({until_ns}) first"
            )
        with self._driving():
            kernel.arrive(until_ns)

    def raise_limit(self, most: int) -> None:
        """Let a run that was stopped for its number of records go on.

        Args:
            most: Records after which it is stopped again; see `Simulation`.

        Raises:
            UsageError: It has come as far already.
        """
        log = self._run.log
        least = len(log) if log.keep is None else log.most
        if not isinstance(most, int) or most <= least:
            raise UsageError(
                f"raise_limit: expected more than {least} records, found {most!r}"
            )
        log.most = most

    async def sleep(self, duration: Duration) -> None:
        """Sleep in virtual time, in an async handler; ``500ms``, ISO 8601, or seconds.

        Raises:
            UsageError: It is no duration; or called outside a handler, or in a task
                that it started.
        """
        ns = wait_ns(duration, "sleep")
        if self._run.kernel is None:
            raise UsageError("sim.sleep() belongs into a handler, and nothing runs yet")
        await self._run.pending.sleep(ns)

    def _driving(self) -> Drive:
        """Drive the kernel, and tell of what it did, however that ends."""
        return Drive(self._run, self.journal, self._stopped)

    def _until(self, until: Duration | None) -> int | None:
        if until is not None:
            return wait_ns(until, "until")
        endless = self._deployment.engine.endless
        if endless:
            names = ", ".join(endless)
            raise UsageError(
                f"{names} would send for ever; say how long to run: run(until='PT1H')"
            )
        return None

    def _stopped(self, error: Exception) -> UsageError:
        if isinstance(error, EndOfTimeError):
            return UsageError(
                f"stopped at {self._run.now_text()}: what is due next is later than a "
                "run may last, 292 years; run(until=…) ends it before"
            )
        log = self._run.log
        told = f"stopped after {len(log)} records at {self._run.now_text()}"
        if isinstance(error, CirclingError):
            return RunStoppedError(f"{told}: {error}")
        return RunStoppedError(
            f"{told}{why_so_many(log)}; Simulation(most=…) sets the limit"
        )
