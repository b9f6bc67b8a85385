"""What changes for events when files take the place of others, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.changes.partings import Parting, Sort, partings
from simulator.changes.times import changed_settings, timings
from simulator.comparing.account import DEAD_LETTER, DELIVERY, SENT
from simulator.filters import Verdict
from simulator.timetable import idle_routes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.changes.partings import Parted
    from simulator.changes.probes import Probe
    from simulator.changes.times import Timing
    from simulator.changes.version import Failing, Told, Version
    from simulator.comparing.account import Account
    from simulator.wiring import Hub, Wiring

    Scenario = tuple[Failing, ...]
_ORDER = [Sort.MISSED, Sort.REDIRECTED, Sort.REACHED, Sort.REROUTED, Sort.ENDED, Sort.ALTERED]  # fmt: skip


class Example(NamedTuple):
    """One event for which something changes.

    Args:
        name: Of what was sent.
        event: That of the hop, ``order.shipped event-1``; empty if it is what was sent.
        reason: Why it does; empty for no more than what follows from the rest.
    """

    name: str
    event: str
    reason: str


class Group(NamedTuple):
    parting: Parting
    events: int
    example: Example


class Outcome(NamedTuple):
    """What changes while some services fail: only what does not change without that."""

    failing: Scenario
    groups: tuple[Group, ...]


class Behaviour(NamedTuple):
    """All that changes, and how many events of sources, given and made ones were sent.

    Args:
        outcomes: With nothing failing; then with what was asked for.
        notes: What was not compared, a sentence each.
    """

    sources: int
    given: int
    made: int
    outcomes: tuple[Outcome, ...]
    timings: tuple[Timing, ...]
    notes: tuple[str, ...] = ()

    @property
    def sent(self) -> int:
        return self.sources + self.given + self.made

    @property
    def same(self) -> bool:
        return not self.timings and not any(each.groups for each in self.outcomes)


def compare(
    old: Version,
    new: Version,
    probes: Sequence[Probe],
    scenarios: Sequence[Scenario] = (),
    watch: Callable[[int], None] = lambda _: None,
) -> Behaviour:
    """Send each event to both versions, also with each of *scenarios* failing."""
    outcomes: list[Outcome] = []
    usual: frozenset[Parting] = frozenset()
    notes = _Notes()
    done = 0
    for failing in ((), *scenarios):
        found: dict[Parting, list[tuple[Probe, Parted]]] = {}
        for probe in probes:
            before, after = old.told(probe.old, failing), new.told(probe.new, failing)
            if not failing:
                notes.look(probe, before, after)
            seen: set[Parting] = set()
            for each in partings(before, after):
                if each.parting in seen or each.parting.alone in usual:
                    continue
                seen.add(each.parting)
                found.setdefault(each.parting, []).append((probe, each))
            done += 1
            watch(done)
        groups = [_group(old, new, parting, cases) for parting, cases in found.items()]
        groups.sort(key=_place)
        if not failing:
            usual = frozenset(each.alone for each in found)
        outcomes.append(Outcome(tuple(failing), tuple(groups)))
    times = tuple(timings(old.silent.book(()), new.silent.book(())))
    sources, made = sum(bool(p.source) for p in probes), sum(p.made for p in probes)
    given = len(probes) - sources - made
    return Behaviour(sources, given, made, tuple(outcomes), times, notes.told)


def _group(
    old: Version, new: Version, parting: Parting, cases: Sequence[tuple[Probe, Parted]]
) -> Group:
    probe, parted = min(cases, key=lambda case: case[0].size)
    hop = parted.new or parted.old
    assert hop is not None, "a parting is of a hop"
    sent = probe.old or probe.new
    type_ = hop.event.attributes.get("type", "")  # a request may be no event
    same = sent is not None and type_ in ("", sent.event.type)
    event = "" if same else f"{type_} {hop.event.attributes.get('id', '')}"
    shown = Example(probe.name, event, reason(old, new, probe, parted))
    return Group(parting, len(cases), shown)


def _place(group: Group) -> tuple[bool, int]:
    """Give what groups are sorted by: causes first, and what is lost first of these."""
    return bool(group.parting.follows), _ORDER.index(group.parting.sort)


class _Notes:
    def __init__(self) -> None:
        self._stopped = 0
        self._refused: dict[tuple[str, str], int] = {}

    def look(self, probe: Probe, before: Told, after: Told) -> None:
        self._stopped += before.stopped or after.stopped
        if probe.old is None or probe.new is None:
            return
        answers = [
            {(each.account.target, each.account.attempts[-1].answer) for each in told.under(-1)
             if each.account.what == SENT and each.account.end == "answered no"}
            for told in (before, after)
        ]  # fmt: skip
        for each in sorted(answers[0] & answers[1]):
            self._refused[each] = self._refused.get(each, 0) + 1

    @property
    def told(self) -> tuple[str, ...]:
        notes = [
            f"{target} answers {answer} in both versions to {count:,} of these events"
            for (target, answer), count in self._refused.items()
        ]
        if self._stopped:
            go = " goes" if self._stopped == 1 else "s go"
            notes.append(
                f"{self._stopped:,} event{go} round so long that the run was stopped: "
                "what it did not come to is not compared"
            )
        return tuple(notes)


_GONE, _NEW = "is gone", "is new"


def reason(old: Version, new: Version, probe: Probe, parted: Parted) -> str:
    """Tell why a hop differs; empty where what is told says all there is."""
    parting = parted.parting
    if parting.follows:
        return f"follows from {parting.follows}"
    if parting.sort is Sort.MISSED and parted.old is not None:
        return _absent(new, old, parted.old, probe, _GONE)
    if parting.sort is Sort.REACHED and parted.new is not None:
        return _absent(old, new, parted.new, probe, _NEW)
    if parting.sort is Sort.ENDED and parting.nodes[0] == parting.nodes[1]:
        wirings = old.silent.wiring, new.silent.wiring
        return ", ".join(changed_settings(*wirings, parting.nodes[0]))
    return ""


def _absent(
    version: Version, other: Version, there: Account, probe: Probe, gone: str
) -> str:
    node, wiring = there.node, version.silent.wiring
    if there.what == SENT:
        return f"{probe.source or there.target} {gone}"
    hub = _hub_of(wiring, node)
    if hub is None:
        idle = [each.reason for each in idle_routes(wiring) if each.node == node]
        side = "now" if gone == _GONE else "before"
        return f"{node} is not Ready {side}: {idle[0]}" if idle else f"{node} {gone}"
    if there.what == DEAD_LETTER and _sink(hub, node) is None:
        return f"{node} has no dead letter sink"
    own = _hub_of(other.silent.wiring, node)
    if there.what == DELIVERY and own is not None:
        return _not_taken(version, there, hub, own, gone)
    return ""


def _hub_of(wiring: Wiring, node: str) -> Hub | None:
    return next((h for h in wiring.hubs if any(r.node == node for r in h.routes)), None)


def _sink(hub: Hub, node: str) -> str | None:
    return next(r.dead_letter for r in hub.routes if r.node == node)


def _not_taken(version: Version, there: Account, hub: Hub, own: Hub, gone: str) -> str:
    if hub.node != own.node:
        took, when = ("takes", "now") if gone == _GONE else ("took", "before")
        return f"{there.node} {took} from {hub.node} {when}"
    why = version.simulate().why(there.event, there.node)
    if why.verdict is Verdict.PANIC:
        return f"the filter of {there.node} panics"
    if why.matches:
        return ""
    misses = why.explanation.nearest_miss
    return "; ".join(each.text for each in misses) or f"no event can match {there.node}"
