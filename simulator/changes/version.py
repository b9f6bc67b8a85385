"""One version of a topology, ready to be sent one event after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.comparing.account import Account, Keys, accounts_of
from simulator.errors import RunStoppedError, UnknownAddressError
from simulator.session import Simulation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.event import Event
    from simulator.session.blueprint import Blueprint

_ENDLESS = "5m"
_MOST_RECORDS = 2_000


class Sending(NamedTuple):
    """One event, on its way in; *authorization* is the header of its source, if any."""

    to: str
    event: Event
    authorization: str | None = None


class Failing(NamedTuple):
    """A service that fails.

    Args:
        how: As `Simulation.fault` takes it: ``{"status": 503, "count": 1}``.
        text: ``service/shipping answering 503``.
    """

    node: str
    how: Mapping[str, Any]
    text: str


class Hop(NamedTuple):
    key: int
    account: Account


class Told(NamedTuple):
    """What came of one event.

    Args:
        below: The hops that follow from each, by its key; under -1 those that follow from
            none.
        stopped: The run made too many records, and was stopped.
    """

    below: Mapping[int, Sequence[Hop]]
    stopped: bool = False

    def under(self, key: int) -> Sequence[Hop]:
        return self.below.get(key, ())


NOTHING = Told({})


class Version:
    """A topology as it is on one side, and how it is run: *sounding* with its sources.

    Args:
        until: How long each run goes on; None for until nothing is due.
        **options: Of each run, as for `Simulation`.
    """

    def __init__(
        self,
        blueprint: Blueprint,
        *,
        until: str | None = None,
        account: str | None = None,
        **options: Any,
    ) -> None:
        self.sounding = blueprint
        self.silent = blueprint.silent()
        self._until = until
        self._account = account
        self._options = options

    def simulate(
        self, *, sounding: bool = False, most: int = _MOST_RECORDS
    ) -> Simulation:
        return Simulation(
            self.sounding if sounding else self.silent,
            most=most,
            raise_assertions=False,
            **self._options,
        )

    def told(self, sending: Sending | None, failing: Sequence[Failing] = ()) -> Told:
        """Send one event, or none, to a run of its own, and tell what comes of it."""
        if sending is None:
            return NOTHING
        sim = self.simulate()
        for fails in failing:
            try:
                sim.fault(fails.node, **fails.how)
            except UnknownAddressError:  # it is in the other version alone
                continue
        token = sending.authorization
        headers = None if token is None else {"Authorization": token}
        account = self._account if token is None else None
        sim.send(sending.event, to=sending.to, headers=headers, as_=account)
        stopped = False
        try:
            sim.run(self._until or (_ENDLESS if sim.endless else None))
        except RunStoppedError:
            stopped = True
        below: dict[int, list[Hop]] = {}
        for key, each in accounts_of(sim.trace, Keys()).items():
            below.setdefault(each.parent, []).append(Hop(key, each))
        return Told(below, stopped)
