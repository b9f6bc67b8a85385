"""Another run like this one up to some point, to see what would have been."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from simulator.errors import UsageError
from simulator.session.running import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from simulator.session.blueprint import Blueprint
    from simulator.session.journal import Journal
    from simulator.session.repeating import Repetition
    from simulator.subscribers.played import Played


class Forkable:
    """The part of a `Simulation` that is about forks."""

    journal: Journal | None
    _given: dict[str, Played]
    _options: Mapping[str, Any]
    _origin: Blueprint

    def fork(self, before: int | None = None) -> Self:
        """Make another, independent run that has done what this one has, up to a point.

        All is repeated from the start: the same topology, seed and settings, and the
        inputs (what `send`, `post` and the like were called with). The fork stands
        where this run stood before it carried out the notice that wrote the record
        *before*, at that notice's instant. So its records are equal to this one's, byte
        by byte, and are all of those before *before*, except the ones that this same
        notice wrote. Inputs that were made later are left out; one that itself wrote
        the record is, too. It takes the time of a run to that point, twice when
        *before* is given.

        Python functions that the topology names are loaded anew, and instances made
        of classes. Those given to `service` are the same functions and are called
        again, as is *then* of `post`: what they keep outside of the run goes on from
        where it is. What they call of this simulation to send, to intervene, or to ask
        for the time and for what is set, waits or is held, means the fork while that is
        driven. What they read of records is still this run's: `trace`, `log`,
        `received`, `lost` and the like.

        The faults of a topology are put in force when a run is made, so their records
        are there even in the fork before record 0.

        Args:
            before: The serial of a record; None, or the number of records, for where
                this run stands now, exactly.

        Raises:
            UsageError: The run keeps no journal, or has no such record; a handler
                calls; or an async one waits and an event loop runs already.
        """
        repetition = self._repetition(before)
        for waiting in repetition.steps():
            if waiting is not None:
                wait_for(waiting)
        return cast("Self", repetition.made)

    async def fork_async(self, before: int | None = None) -> Self:
        """Make a fork as `fork` does, in an event loop of asyncio or trio.

        Other tasks have their turn while it is made.
        """
        from anyio.lowlevel import checkpoint  # anyio, only here

        repetition = self._repetition(before)
        for waiting in repetition.steps():
            await (checkpoint if waiting is None else waiting)()
        return cast("Self", repetition.made)

    def _repetition(self, before: int | None) -> Repetition:
        if self.journal is None:
            raise UsageError(
                "fork: the run keeps no journal; make it with Simulation(…, journal=True)"
            )
        from simulator.session.repeating import Repetition  # only forks pay

        return Repetition(self.journal, before, self._afresh)

    def _afresh(self) -> tuple[Self, Journal]:
        """Make a run of the same settings to which nothing has happened."""
        made = cast("Any", type(self))  # the whole Simulation; this is a part of it
        fork = made(self._origin, **self._options)
        for name, played in self._given.items():
            fork.service(name, played.function, errors=played.errors or None)
        assert self.journal is not None, "only such runs are forked"
        assert fork.journal is not None, "the options say so"
        fork.journal.family = self.journal.family
        return fork, fork.journal
