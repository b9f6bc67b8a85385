"""Makes a run that has done what another one has, up to a point."""

from __future__ import annotations

from contextlib import suppress
from sys import maxsize
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from simulator.session.journal import Input, Journal, Place, Waiting

    Afresh = Callable[[], tuple[Any, Journal]]


class Repetition:
    """One fork that is being made.

    Args:
        journal: Of the run that is repeated.
        before: The record before which the fork is to stand; None for none.
        afresh: Makes a simulation to which nothing has happened, and its journal.

    Attributes:
        made: The fork, once all steps are done.

    Raises:
        UsageError: There is no such record, or the run cannot be repeated.
    """

    def __init__(self, journal: Journal, before: int | None, afresh: Afresh) -> None:
        journal.check()
        self._log = journal.run.log
        self._afresh = afresh
        self._inputs = tuple(journal.inputs)
        self._end = journal.place()
        count = self._end.records
        if before is not None and not (
            isinstance(before, int) and 0 <= before <= count
        ):
            raise UsageError(
                f"fork: expected a record from 0 to {count}, found {before!r}"
            )
        self._before = count if before is None else before
        self.made: object = None

    def steps(self) -> Iterator[Waiting | None]:
        """Make it; yields what is to be awaited before it goes on, None for a breath."""
        inputs, end = self._cut()
        in_between = end.records > self._before
        if in_between:
            # Which notice writes the record is known only when it has written it.
            _, probe = yield from self._repeated(inputs)
            yield from probe.runner().repeat(end, self._before)
            last = probe.place().notices - 1
            end = end._replace(notices=last, now_ns=0, settled=False)
        fork, journal = yield from self._repeated(inputs)
        yield from journal.runner().repeat(end)
        if in_between:
            yield from journal.runner().look_ahead()
        journal.run.log.most = self._log.most
        journal.run.failures.repeats = False
        self.made = fork

    def _cut(self) -> tuple[tuple[Input, ...], Place]:
        """Give the inputs before the record, and where the run stood after them.

        That place lies behind the record, unless an input wrote it, or nobody yet.
        """
        for number, each in enumerate(self._inputs):
            if max(each.place.records, each.records) > self._before:
                return self._inputs[:number], each.place
        return self._inputs, self._end

    def _repeated(
        self, inputs: tuple[Input, ...]
    ) -> Generator[Waiting | None, None, tuple[Any, Journal]]:
        """Make a run and repeat inputs, each where it was made."""
        simulation, journal = self._afresh()
        # What stopped the run does not stop its repetition.
        journal.run.log.most = maxsize
        journal.run.failures.repeats = True
        for each in inputs:
            yield from journal.runner().repeat(each.place)
            with suppress(Exception):  # it failed when it was made, in the same way
                getattr(simulation, each.name)(*each.args, **each.kwargs)
        return simulation, journal
