"""Runs of the same topology and events under several profiles, side by side."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import (
    DEAD_LETTER,
    DELIVERY,
    END,
    EVENT,
    REPLY,
    SENT,
    divergence,
    ending,
)
from simulator.comparing.known import known
from simulator.comparing.trial import Reasons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.comparing.account import Account, Accounts, Divergence
    from simulator.comparing.trial import Measure, Played, Trial
    from simulator.event import Event
    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference


class Named(NamedTuple):
    type: str
    id: str
    source: str

    def __str__(self) -> str:
        return f"{self.type} {self.id}"


class Parting(NamedTuple):
    """A hop of a route at which a run is other than the first one.

    Args:
        what: ``delivery``, ``reply``, ``dead letter`` …
        follows: The route whose difference comes before it in the chain of causes;
            empty where this one is the first.
        reasons: The answers of the profiles that it is for.
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
        ends: How deliveries ended -> how many did.
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
        partings: For each run that is other than the first, where it parts from that,
            and where a delivery first ends otherwise, if that has other reasons.
    """

    node: str
    tallies: tuple[Tally, ...]
    partings: tuple[Parting, ...]


class Comparison(NamedTuple):
    """Runs side by side.

    Args:
        rows: Those that differ, what is sent first, then routes.
        alike: The routes that do not differ.
    """

    played: tuple[Played, ...]
    rows: tuple[Row, ...]
    alike: tuple[str, ...]

    @property
    def same(self) -> bool:
        ends = {bool(each.stopped) for each in self.played}
        return not self.rows and len(ends) == 1


def compare(
    trial: Trial,
    profiles: Sequence[Profile],
    routes: Sequence[str],
    *,
    thorough: bool = False,
) -> Comparison:
    """Run under each profile, and tell where the runs differ from the first one.

    Args:
        profiles: Two or more.
        routes: Their nodes, in the order in which they are told of.
        thorough: Try all answers in search of a rule, also those that are not known to
            matter to these routes, where one that is has been found.

    Raises:
        SimulatorError: The topology or an input is refused.
    """
    played = tuple(trial.play(profile) for profile in profiles)
    sim = trial.make(profiles[0], trial.most)
    found = []
    for other in played[1:]:
        listed = known(sim.wiring, sim.service_spec, [other.profile])
        likely = frozenset(each.difference.code for each in listed)
        reasons = Reasons(
            profiles[0], other.profile, played[0].accounts,
            likely=None if thorough else likely,
        )  # fmt: skip
        found.append(_partings(trial, played[0], other, reasons))
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


class _Point(NamedTuple):
    node: str
    key: int
    where: Divergence
    measure: Measure
    follows: str


def _partings(
    trial: Trial, one: Played, other: Played, reasons: Reasons
) -> dict[str, list[Parting]]:
    """Find where each route differs first between two runs, and where it ends otherwise."""
    apart = dict(_apart(one, other))
    points: dict[tuple[str, Measure], _Point] = {}
    counts: Counter[str] = Counter()
    for key in sorted(apart, key=lambda key: _place(key, apart[key], one, other)):
        a, b = one.accounts.get(key), other.accounts.get(key)
        hop = a or other.accounts[key]
        counts[hop.node] += 1
        delivered = a is not None and b is not None and hop.what == DELIVERY
        ends = ending(a, b) if delivered else None
        for measure, where in ((divergence, apart[key]), (ending, ends)):
            if where is not None and (hop.node, measure) not in points:
                cause = _cause(hop, apart[key], apart, one.accounts, other.accounts)
                point = _Point(hop.node, key, where, measure, cause)
                points[hop.node, measure] = point
    looked = [point.key for point in points.values() if not point.follows]
    longest = trial.up_to(
        run.accounts[key] for run in (one, other) for key in looked
        if key in run.accounts
    )  # fmt: skip
    # An end may come later than in either run, with one answer changed.
    endless = longest._replace(until_ns=trial.until_ns)
    found: dict[str, list[Parting]] = {}
    for point in sorted(points.values(), key=lambda point: point.measure is ending):
        before = found.setdefault(point.node, [])
        if before and before[0].where.step >= END:
            continue
        hop = one.accounts.get(point.key) or other.accounts[point.key]
        why: tuple[Difference, ...] = ()
        if not point.follows:
            most = endless if point.measure is ending else longest
            least = (
                most
                if most is endless
                else longest.well_beyond(
                    run.accounts[point.key].end_ns
                    for run in (one, other)
                    if point.key in run.accounts
                )
            )
            why = reasons.of(point.key, point.where, (least, most), point.measure)
        if not before or why != before[0].reasons:
            before.append(
                Parting(
                    other.profile, point.key, point.where, _named(hop.event), hop.what,
                    point.follows, why, counts[point.node],
                )
            )  # fmt: skip
    return found


def _place(key: int, where: Divergence, one: Played, other: Played) -> tuple[int, bool]:
    """Give what hops are sorted by: what a hub answers comes after what it does."""
    hop = one.accounts.get(key) or other.accounts[key]
    return where.at_ns, hop.what in (SENT, REPLY) and bool(where.step)


def _apart(one: Played, other: Played) -> Iterator[tuple[int, Divergence]]:
    """Give the hops that differ, but for those that a run was stopped before."""
    for key in dict.fromkeys((*one.accounts, *other.accounts)):
        a, b = one.accounts.get(key), other.accounts.get(key)
        where = divergence(a, b)
        if where is None or one.lacks(a, where.at_ns) or other.lacks(b, where.at_ns):
            continue
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
