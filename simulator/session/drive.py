"""One stretch of driving a run, whoever drives it and however it ends."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.kernel import EndOfTimeError, RunawayError
from simulator.session.brake import HaltedError
from simulator.session.journal import set_driven
from simulator.story.circles import CirclingError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from simulator.session.journal import Journal
    from simulator.session.run import Run


class Drive:
    """One stretch of driving; no generator, since some runs are shorter than one.

    Args:
        stopped: Makes the error in place of one of the kernel that ends it.

    Raises:
        UsageError: The run is driven already, the log is full, time is at its end, or a
            choice was none.
    """

    __slots__ = ("_before", "_journal", "_run", "_stopped")

    def __init__(
        self,
        run: Run,
        journal: Journal | None,
        stopped: Callable[[Exception], UsageError],
    ) -> None:
        self._run = run
        self._journal = journal
        self._stopped = stopped
        self._before: Journal | None = None

    def __enter__(self) -> None:
        run = self._run
        if run.going_on:
            raise UsageError(
                "the run is going on already: a handler sends, and what it sent "
                "goes on its way once it has answered"
            )
        if run.chooser.failed is not None:
            raise run.chooser.failed
        run.going_on = True
        if self._journal is not None:
            self._before = set_driven(self._journal)

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        __tracebackhide__ = True
        journal = self._journal
        try:
            if error is None or isinstance(error, HaltedError):
                self._raise_failed()
            if isinstance(error, RunawayError | EndOfTimeError | CirclingError):
                raise self._stopped(error) from None
            if isinstance(error, HaltedError):
                return True  # a breakpoint holds a request; what is due stays due
            if journal is not None and not (
                error is None or isinstance(error, UsageError)
            ):
                journal.broken = type(error).__name__
            return False
        finally:
            self._run.going_on = False
            if journal is not None:
                set_driven(self._before)
            self._run.tell_watchers()

    def _raise_failed(self) -> None:
        __tracebackhide__ = True
        failed = self._run.failed()
        if failed is None:
            return
        context = failed.__context__
        try:
            raise failed
        finally:
            failed.__context__ = context  # not what stopped the run


def wait_for(step: Callable[..., Awaitable[Any]], *arguments: object) -> None:
    """Run what waits in an event loop of its own; UsageError if one runs here already."""
    __tracebackhide__ = True
    import anyio  # only when a handler waits

    with suppress(RuntimeError):  # no event loop runs here
        anyio.get_cancelled_exc_class()
        raise UsageError(
            "a handler waits, and an event loop runs already: await sim.run_async() instead"
        )
    anyio.run(step, *arguments)
