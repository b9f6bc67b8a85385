"""How a caller lets the time of a run go on: at once, by notices, or in slices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import UsageError
from simulator.session.arguments import wait_ns
from simulator.session.journal import driven_now
from simulator.session.running import Runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.duration import Duration
    from simulator.kernel import Log
    from simulator.session.engine import Engine
    from simulator.session.journal import Journal
    from simulator.session.run import Run


class Driven:
    """The part of a `Simulation` that is about time."""

    _run: Run
    _log: Log
    _begun: bool
    _watchers: list[Callable[[], None]]
    journal: Journal | None

    if TYPE_CHECKING:

        @property
        def _built(self) -> Engine: ...

    @property
    def now_ns(self) -> int:
        """Virtual time since the start, in nanoseconds."""
        return self._meant.now_ns

    @property
    def now(self) -> datetime:
        """Virtual time, to the microsecond."""
        return self._meant.now()

    def now_text(self) -> str:
        """Virtual time as RFC 3339 with nanoseconds."""
        return self._meant.now_text()

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
        self._runner().run(until)

    async def run_async(self, until: Duration | None = None) -> None:
        """Go on as `run` does, in an event loop of asyncio or trio.

        Handlers that wait for something real do so while virtual time stands still.
        """
        __tracebackhide__ = True
        await self._runner().run_async(until)

    def step(self) -> bool:
        """Carry out the next notice; False when nothing is due any more.

        Raises:
            AssertionError: As `run` does.
            UsageError: An async handler waits and an event loop runs already.
        """
        __tracebackhide__ = True
        return self._runner().step()

    @property
    def due_ns(self) -> int | None:
        """The instant of the next notice; now, when one is ready; None for none.

        In nanoseconds since the start. Sources that never end always have one. None,
        too, while a breakpoint holds a request: nothing comes before it is let go.
        """
        return self._driver().due_ns

    async def advance(
        self,
        until_ns: int | None = None,
        *,
        enough: Callable[[], bool] | None = None,
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
        return await self._runner().advance(until_ns, enough)

    def arrive(self, until_ns: int) -> None:
        """Let time pass to an instant, in ns since the start; nothing may be due before.

        Raises:
            UsageError: A notice is due by then, the instant is past, or a breakpoint
                holds a request.
        """
        self._runner().arrive(until_ns)

    def raise_limit(self, most: int) -> None:
        """Let a run that was stopped for its number of records go on.

        Args:
            most: Records after which it is stopped again; see `Simulation`.

        Raises:
            UsageError: It has come as far already.
        """
        log = self._log
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

    def watch(self, watcher: Callable[[], None]) -> None:
        """Be told whenever records may have been added, before any are dropped."""
        self._watchers.append(watcher)
        self._log.before_drop = self._tell_watchers

    def _tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher()

    @property
    def _meant(self) -> Run:
        """The run that is asked about: in a handler that a fork calls, the fork's."""
        own = self.journal
        driven = None if own is None else driven_now()
        if own is None or driven is None or driven.family is not own.family:
            return self._run
        return driven.run

    def _runner(self) -> Runner:
        self._begun = True
        return self._driver()

    def _driver(self) -> Runner:
        engine = self._built
        return Runner(
            engine.kernel,
            self._run,
            engine.endless,
            self._tell_watchers,
            self.journal,
        )
