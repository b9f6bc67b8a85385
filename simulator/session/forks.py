"""Makes another run that has done what a run has done, up to a point."""

from __future__ import annotations

from contextlib import suppress
from sys import maxsize
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from simulator.errors import UsageError
from simulator.session.drive import wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from simulator.session.journal import Input, Journal, Progress, Waiting


class Repeated(Protocol):
    @property
    def journal(self) -> Journal | None: ...


S = TypeVar("S", bound=Repeated)


class Fork(Generic[S]):
    """One fork that is being made; see `Simulation.fork`.

    It stands at the instant of the notice that wrote the record *before*. Inputs that
    were made later are left out; one that itself wrote the record is, too. The faults of a
    topology are put in force when a run is made, so their records are there even in the
    fork before record 0.

    Python functions that the topology names are loaded anew, and instances made of
    classes. Those given to `service` are the same functions and are called again, as is
    *then* of `post`: what they keep outside of the run goes on from where it is. What they
    call of the first simulation to send, to intervene, or to ask for the time and for
    what is set, waits or is held, means the fork while that is driven. What they read of
    records is still the first run's: `trace`, `log`, `received`, `lost` and the like.

    Raises:
        UsageError: There is no such record, or the run cannot be repeated.
    """

    def __init__(
        self, journal: Journal | None, before: int | None, afresh: Callable[[], S]
    ) -> None:
        if journal is None:
            raise UsageError(
                "fork: the run keeps no journal; make it with Simulation(…, journal=True)"
            )
        journal.check()
        self._journal = journal
        self._afresh = afresh
        self._inputs = tuple(journal.inputs)
        self._end = journal.progress()
        count = self._end.records
        if before is not None and not (
            isinstance(before, int) and 0 <= before <= count
        ):
            raise UsageError(
                f"fork: expected a record from 0 to {count}, found {before!r}"
            )
        self._before = count if before is None else before
        self._made: S | None = None

    def make(self) -> S:
        for waiting in self._steps():
            if waiting is not None:
                wait_for(waiting)
        return self._finished()

    async def make_async(self) -> S:
        from anyio.lowlevel import checkpoint  # anyio, only here

        for waiting in self._steps():
            await (checkpoint if waiting is None else waiting)()
        return self._finished()

    def _finished(self) -> S:
        assert self._made is not None, "all steps are done"
        return self._made

    def _steps(self) -> Iterator[Waiting | None]:
        """Make it; yields what is to be awaited before it goes on, None for a breath."""
        inputs, end = self._cut()
        in_between = end.records > self._before
        if in_between:
            # Which notice writes the record is known only when it has written it.
            _, probe = yield from self._repeated(inputs)
            yield from probe.driver.repeat(end, self._before)
            last = probe.progress().notices - 1
            end = end._replace(notices=last, now_ns=0, settled=False)
        fork, journal = yield from self._repeated(inputs)
        yield from journal.driver.repeat(end)
        if in_between:
            yield from journal.driver.look_ahead()
        journal.run.log.most = self._journal.run.log.most
        journal.run.failures.repeats = False
        self._made = fork

    def _cut(self) -> tuple[tuple[Input, ...], Progress]:
        """Give the inputs before the record, and where the run stood after them.

        That place lies behind the record, unless an input wrote it, or nobody yet.
        """
        for number, each in enumerate(self._inputs):
            if max(each.reached.records, each.records) > self._before:
                return self._inputs[:number], each.reached
        return self._inputs, self._end

    def _repeated(
        self, inputs: tuple[Input, ...]
    ) -> Generator[Waiting | None, None, tuple[S, Journal]]:
        simulation = self._afresh()
        journal = simulation.journal
        assert journal is not None, "its settings say so"
        journal.family = self._journal.family
        # What stopped the run does not stop its repetition.
        journal.run.log.most = maxsize
        journal.run.failures.repeats = True
        for each in inputs:
            yield from journal.driver.repeat(each.reached)
            with suppress(Exception):  # it failed when it was made, in the same way
                getattr(simulation, each.name)(*each.args, **each.kwargs)
        return simulation, journal
