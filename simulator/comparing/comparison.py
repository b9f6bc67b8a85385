"""Runs of the same topology and events under several profiles, side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import DEAD_LETTER, DELIVERY, REPLY, SENT
from simulator.comparing.divergence import END, EVENT, divergence, ending
from simulator.comparing.reasons import Reasons, bound

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.comparing.account import Account, Accounts
    from simulator.comparing.divergence import Divergence
    from simulator.comparing.reasons import Measure
    from simulator.comparing.trial import Played, Trial
    from simulator.event import Event
    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference


class Named(NamedTuple):
    """What tells an event from others for people."""

    type: str
    id: str
    source: str

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Parting(NamedTuple):
    """A hop of a route at which a run is other than the first one.

    Args:
        profile: Of the other run.
        key: Of the hop.
        where: How the runs part there.
        event: What it is about.
        what: ``delivery``, ``reply``, ``dead letter`` …
        follows: The route whose difference comes before it in the chain of causes;
            empty where this one is the first.
        reasons: The answers of the profiles that it is for.
        differing: How many hops of the route differ.
    """

    profile: Profile
    key: int
    where: Divergence
    event: Named
    what: str
    follows: str
    reasons: tuple[Difference, ...]
    differing: int


class Tally(NamedTuple):
    """What came of a route in one run.

    Args:
        deliveries: How many there were.
        attempts: At its subscriber.
        ends: How they ended -> how many did.
        replies: How many went to the reply address.
        dead_letters: How many went to the sink.
        last_ns: The instant of the last thing that happened; None where nothing did.
    """

    deliveries: int
    attempts: int
    ends: dict[str, int]
    replies: int
    dead_letters: int
    last_ns: int | None


class Row(NamedTuple):
    """A route, or what is sent.

    Args:
        node: Of the route; empty for what is sent by the caller.
        tallies: One for each run.
        partings: For each run that is other than the first, where it parts from that,
            and where a delivery first ends otherwise, if that has other reasons.
    """

    node: str
    tallies: tuple[Tally, ...]
    partings: tuple[Parting, ...]


class Comparison(NamedTuple):
    """Runs side by side.

    Args:
        played: The runs, the first of which the others are compared with.
        rows: Those that differ, what is sent first, then routes.
        alike: The routes that do not differ.
    """

    played: tuple[Played, ...]
    rows: tuple[Row, ...]
    alike: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        ends = {bool(each.stopped) for each in self.played}
        return not self.rows and len(ends) == 1


def compare(
    trial: Trial, profiles: Sequence[Profile], routes: Sequence[str]
) -> Comparison:
    """Run under each profile, and tell where the runs differ from the first one.

    Args:
        trial: What is run.
        profiles: Two or more.
        routes: Their nodes, in the order in which they are told of.

    Raises:
        SimulatorError: The topology or an input is refused.
    """
    played = tuple(trial.play(profile) for profile in profiles)
    found = [_partings(trial, played[0], other) for other in played[1:]]
    first = played[0].accounts
    senders = dict.fromkeys(
        each.node for run in played for each in run.accounts.values()
        if each.what == SENT
    )  # fmt: skip
    rows, alike = [], []
    for node in (*senders, *(route for route in routes if route not in senders)):
        partings = tuple(part for each in found for part in each.get(node, ()))
        if partings:
            tallies = tuple(_tally(run.accounts, node) for run in played)
            rows.append(Row(node, tallies, partings))
        elif node not in senders and any(a.node == node for a in first.values()):
            alike.append(node)
    return Comparison(played, tuple(rows), tuple(alike))


def _partings(trial: Trial, one: Played, other: Played) -> dict[str, list[Parting]]:
    """Find where each route differs first between two runs, and where it ends otherwise."""
    apart = dict(_apart(one.accounts, other.accounts))
    firsts: dict[str, int] = {}
    ends: dict[str, tuple[int, Divergence]] = {}
    counts: Counter[str] = Counter()
    for key in sorted(apart, key=lambda key: _place(key, apart[key], one, other)):
        hop = one.accounts.get(key) or other.accounts[key]
        counts[hop.node] += 1
        firsts.setdefault(hop.node, key)
        end = ending(one.accounts.get(key), other.accounts.get(key))
        if end is not None and hop.what == DELIVERY:
            ends.setdefault(hop.node, (key, end))
    most = min(bound((one.accounts, other.accounts), firsts.values()), trial.most)
    again = trial._replace(most=most)
    reasons = Reasons(
        one.profile, other.profile, one.accounts, lambda p: again.play(p).accounts
    )

    def parting(key: int, where: Divergence, measure: Measure) -> Parting:
        hop = one.accounts.get(key) or other.accounts[key]
        follows = _cause(hop, where, apart, one.accounts, other.accounts)
        why = () if follows else reasons.of(key, where, measure)
        return Parting(
            other.profile, key, where, _named(hop.event), hop.what, follows, why,
            counts[hop.node],
        )  # fmt: skip

    found: dict[str, list[Parting]] = {}
    for node, key in firsts.items():
        found[node] = [parting(key, apart[key], divergence)]
        if node in ends and apart[key].step < END:
            later = parting(*ends[node], ending)
            if later.reasons != found[node][0].reasons:
                found[node].append(later)
    return found


def _place(key: int, where: Divergence, one: Played, other: Played) -> tuple[int, bool]:
    """Give what hops are sorted by: what a hub answers comes after what it does."""
    hop = one.accounts.get(key) or other.accounts[key]
    return where.at_ns, hop.what in (SENT, REPLY) and bool(where.step)


def _apart(one: Accounts, other: Accounts) -> Iterator[tuple[int, Divergence]]:
    for key in dict.fromkeys((*one, *other)):
        where = divergence(one.get(key), other.get(key))
        if where is not None:
            yield key, where


def _named(event: Event) -> Named:
    return Named(event.type, event.id, event.source)


def _cause(
    hop: Account,
    where: Divergence,
    apart: dict[int, Divergence],
    one: Accounts,
    other: Accounts,
) -> str:
    """Give the route before this one in the chain of causes that differs before it.

    What a sender is answered follows from what comes after it, and is no cause.
    """
    parent = hop.parent
    while parent >= 0:
        above = one.get(parent) or other.get(parent)
        if above is None:
            return ""
        before = apart.get(parent)
        if before is not None and before.at_ns <= where.at_ns:
            # That a hub answers a reply otherwise follows, too; that it drops it does not.
            gone = above.what == REPLY and (before.step <= EVENT or before.step == END)
            tells = gone or above.what in (DELIVERY, DEAD_LETTER)
            if tells and above.node != hop.node:
                return above.node
        parent = above.parent
    return ""


def _tally(accounts: Accounts, node: str) -> Tally:
    own = [each for each in accounts.values() if each.node == node]
    deliveries = [each for each in own if each.what in (DELIVERY, SENT)]
    ends = Counter(each.end for each in deliveries)
    return Tally(
        deliveries=sum(bool(each.attempts) for each in deliveries),
        attempts=sum(len(each.attempts) for each in deliveries),
        ends=dict(sorted(ends.items())),
        replies=sum(each.what == REPLY for each in own),
        dead_letters=sum(each.what == DEAD_LETTER for each in own),
        last_ns=max((each.end_ns for each in own), default=None),
    )
