"""One run of what is compared, under one profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import OPEN_ENDS, SENT, accounts_of
from simulator.errors import RunStoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.comparing.account import Account, Accounts, Keys
    from simulator.profiles import Profile
    from simulator.session import Simulation

    Make = Callable[[Profile, int], Simulation]
    """Makes a run that has been sent everything, of at most so many records."""


# Records that a run may make beside those up to the hop that is looked at.
_SLACK = 1_000
# How long after a hop's end it is looked at what an answer changes.
_BEYOND_NS = 60 * 10**9


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

    def lacks(self, account: Account | None, at_ns: int) -> bool:
        """Whether a hop may be other than it is at an instant, as the run was stopped."""
        if not self.stopped or at_ns < self.now_ns:
            return False
        return account is None or account.end in OPEN_ENDS

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

    def up_to(self, accounts: Iterable[Account]) -> Trial:
        """Give the same, to run no longer than it takes to come to these hops' ends."""
        last, end_ns = 0, 0
        for each in accounts:
            last, end_ns = max(last, each.serial), max(end_ns, each.end_ns)
        until_ns = end_ns if self.until_ns is None else min(end_ns, self.until_ns)
        return self._replace(until_ns=until_ns, most=min(2 * last + _SLACK, self.most))

    def well_beyond(self, ends_ns: Iterable[int]) -> Trial:
        """Give the same, to run no longer than is worth it to see what comes after hops."""
        until_ns = 2 * max(ends_ns) + _BEYOND_NS
        if self.until_ns is not None and until_ns > self.until_ns:
            return self
        return self._replace(until_ns=until_ns)

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
