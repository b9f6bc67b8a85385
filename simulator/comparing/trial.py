"""One run under one profile, and those of its answers without which a hop would be as elsewhere.

Found by trying: what runs is played again by the second profile, but with one of its
answers taken from the first. Where the hop is then as in the first run, up to where the
two parted and beyond it, that answer is a reason. Where no answer alone is one, the
smallest set is looked for of which none can be left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import OPEN_ENDS, REPLY, SENT, accounts_of, divergence
from simulator.errors import RunStoppedError
from simulator.profiles.differences import DIFFERENCES
from simulator.profiles.profile import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from simulator.comparing.account import Account, Accounts, Divergence, Keys
    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference
    from simulator.session import Simulation

    Make = Callable[[Profile, int], Simulation]
    """Makes a run that has been sent everything, of at most so many records."""
    Answers = tuple[Difference, ...]
    Measure = Callable[[Account | None, Account | None], Divergence | None]
    """Tells where two accounts of a hop part; of several ways, the one that matters."""

# Records that a run may make beside those up to the hop that is looked at.
_SLACK = 1_000
# How long after a hop's end it is looked at what an answer changes.
_BEYOND_NS = 60 * 10**9


class Played(NamedTuple):
    """A run that is over.

    Args:
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
        until_ns: How long it goes on; None for until nothing is due.
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
        sim = self.make(profile, self.most)
        stopped = ""
        try:
            sim.run(None if self.until_ns is None else f"{self.until_ns}ns")
        except RunStoppedError as error:
            stopped = str(error)
        accounts = accounts_of(sim.trace, self.keys)
        return Played(profile, accounts, len(sim.trace), sim.now_ns, stopped)


_ANSWERED = "sender-answered"
# Rules that matter whatever a topology says.
_ALWAYS = (_ANSWERED, "stamps", "filtered-when", "authentication")
# Sets that are tried for one hop, once no single answer is the reason.
_MOST_SETS = 60


class Reasons:
    """Looks for the reasons why a second run is other than the first.

    Args:
        accounts: Of the first.
        likely: Codes of the answers that are known to matter, which are tried first and,
            if one of them is a reason, alone; None for no such knowledge.
    """

    def __init__(
        self,
        one: Profile,
        other: Profile,
        accounts: Accounts,
        likely: Collection[str] | None = None,
    ) -> None:
        self._one, self._other = one, other
        self._accounts = accounts
        # What was played again, how long it was, and what came of it.
        self._tried: dict[tuple[str, ...], tuple[int | None, Accounts]] = {}
        self._candidates = tuple(d for d in DIFFERENCES if d.tells(one, other))
        likely = () if likely is None else (*likely, *_ALWAYS)
        self._likely = tuple(d for d in self._candidates if d.code in likely)
        self._measure: Measure = divergence
        self._trials: tuple[Trial, ...] = ()

    def of(
        self, key: int, where: Divergence, trials: tuple[Trial, Trial], measure: Measure
    ) -> Answers:
        """Give the reasons of one hop; none where the profiles answer alike.

        Of several answers each of which undoes the difference, those count that make it
        by themselves, too; when a sender is answered is none, unless it is what differs.

        Args:
            where: How the second run parts from the first there.
            trials: What is played again: as long as it takes for this hop, and for all
                that are looked at.
        """
        self._measure, self._trials = measure, trials
        singles = self._singles(self._likely, key, where)
        if not singles:
            singles = self._singles(self._candidates, key, where)
        answered = tuple(each for each in self._candidates if each.code == _ANSWERED)
        hop = self._accounts.get(key)
        of_hub = hop is not None and hop.what in (SENT, REPLY)
        asked = of_hub and answered and (not singles or answered[0] in singles)
        if asked and self._makes(answered[0], key, where):
            return answered
        if not singles and self._undo(self._candidates, key, where):
            return self._smallest(key, where)
        if len(singles) > 1:
            makers = tuple(each for each in singles if self._makes(each, key, where))
            singles = makers or tuple(each for each in singles if each not in answered)
        return singles

    def _singles(self, answers: Answers, key: int, where: Divergence) -> Answers:
        return tuple(each for each in answers if self._undo((each,), key, where))

    def _undo(self, taken: Answers, key: int, where: Divergence) -> bool:
        """Whether a hop is as in the first run if these answers are taken from there."""
        found = self._from_first(self._other, self._one, taken, key)
        return found is None or found.step > where.step

    def _makes(self, taken: Difference, key: int, where: Divergence) -> bool:
        """Whether the first run parts in this way, if it takes this answer alone."""
        found = self._from_first(self._one, self._other, (taken,), key)
        return found is not None and found.step == where.step

    def _from_first(
        self, profile: Profile, from_: Profile, taken: Answers, key: int
    ) -> Divergence | None:
        """Tell how a hop of a run differs from that of the first, some answers changed."""
        trial, longest = self._trials
        tried = (profile.name, *(each.code for each in taken))
        until_ns, accounts = self._tried.get(tried, (-1, {}))
        if until_ns is not None and (
            trial.until_ns is None or until_ns < trial.until_ns
        ):
            if until_ns >= 0:
                trial = longest
            for each in taken:
                profile = each.taken(profile, from_)
            accounts = trial.play(possible(profile)).accounts
            self._tried[tried] = (trial.until_ns, accounts)
        return self._measure(self._accounts.get(key), accounts.get(key))

    def _smallest(self, key: int, where: Divergence) -> Answers:
        """Leave answers out while the hop stays as in the first run, halves first."""
        kept, size = self._candidates, len(self._candidates) // 2
        left = _MOST_SETS
        while size and left:
            for start in range(0, len(kept), size):
                fewer = (*kept[:start], *kept[start + size :])
                left -= 1
                if fewer and self._undo(fewer, key, where):
                    kept = fewer
                    break
                if not left:
                    break
            else:
                size //= 2
        return kept


def possible(profile: Profile) -> Profile:
    """Give a profile that can be: whose answers go together.

    An exchange that compares headers cannot look at filters, and where the sender waits
    there is no queue that could break.
    """
    filtering, hazards = profile.filtering, profile.hazards
    if filtering.dialects and filtering.reading is Reading.HEADERS_EXCHANGE:
        profile = profile.replace(filtering=filtering.replace(reading=Reading.KNATIVE))
    if profile.door.waits_ns is None:
        return profile
    gone = {
        name: None
        for name in ("no_backoff", "no_delay", "no_exchange")
        if (each := getattr(hazards, name)) is not None
        and (each.process or each.stalls)
    }
    return profile.replace(hazards=hazards.replace(**gone)) if gone else profile
