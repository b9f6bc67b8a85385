"""One run of what is compared, under one profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import SENT, accounts_of
from simulator.errors import RunStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.comparing.account import Accounts, Keys
    from simulator.profiles import Profile
    from simulator.session import Simulation

    Make = Callable[[Profile, int], Simulation]
    """Makes a run that has been sent everything, of at most so many records."""


class Played(NamedTuple):
    """A run that is over.

    Args:
        profile: What all brokers were played by.
        accounts: What came of each hop.
        records: How many there are.
        now_ns: The virtual time at its end.
        stopped: Why it was stopped; empty where it came to its end.
    """

    profile: Profile
    accounts: Accounts
    records: int
    now_ns: int
    stopped: str

    @property
    def answered_ns(self) -> int | None:
        """How long the sender was kept waiting that waited longest; None for no sender."""
        waits = [
            attempt.answered_ns - attempt.at_ns
            for account in self.accounts.values()
            if account.what == SENT
            for attempt in account.attempts
            if attempt.answered_ns is not None
        ]
        return max(waits, default=None)


class Trial(NamedTuple):
    """What is run under each profile.

    Args:
        make: Makes a run.
        until_ns: How long it goes on; None for until nothing is due.
        most: Records, at most.
        keys: Those that all runs share.
    """

    make: Make
    until_ns: int | None
    most: int
    keys: Keys

    def play(self, profile: Profile) -> Played:
        """Run to the end."""
        sim = self.make(profile, self.most)
        stopped = ""
        try:
            sim.run(None if self.until_ns is None else f"{self.until_ns}ns")
        except RunStoppedError as error:
            stopped = str(error)
        accounts = accounts_of(sim.trace, self.keys)
        return Played(profile, accounts, len(sim.trace), sim.now_ns, stopped)
