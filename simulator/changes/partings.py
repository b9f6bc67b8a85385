"""Where two versions part for one event: hop by hop, from what was sent on down."""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import DELIVERY, OPEN_ENDS, REPLY, SENT, unlike
from simulator.story.phrases import shortened, time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simulator.changes.version import Hop, Told
    from simulator.comparing.account import Account
    from simulator.event import Event

_GOOD = ("delivered", "taken")
_MOST_TIMES = 12
_WIDTH = 60
_MADE_UP = frozenset({"id"})
"""An id that an answer gives none is made of what came before it."""


class Sort(StrEnum):
    MISSED = "missed"
    REACHED = "reached"
    REROUTED = "rerouted"
    REDIRECTED = "redirected"
    ALTERED = "altered"
    ENDED = "ended"


_MATCHES: tuple[Callable[[Account], object], ...] = (
    lambda each: (each.what, each.node, each.target),
    lambda each: (each.what, each.target),
    lambda each: (each.what, each.node),
)
_MIRRORED = {Sort.MISSED: Sort.REACHED, Sort.REACHED: Sort.MISSED}


class Parting(NamedTuple):
    """How one hop differs; the same for all events for which that reads the same.

    Args:
        sort: *missed*: there is none any more. *reached*: there was none. *rerouted*: by
            another trigger to the same subscriber. *redirected*: by the same trigger to
            another. *altered*: another event. *ended*: attempts or end are others.
        what: ``sent``, ``delivery``, ``reply``, ``dead letter``, ``dropped reply``.
        nodes: The trigger or subscription, or the sender, before and after; empty for
            callers, and where there is no such hop.
        targets: Who is called.
        told: What differs, before and after; empty where that is who is called.
        follows: Where the difference is that it follows from; empty for from none.
    """

    sort: Sort
    what: str
    nodes: tuple[str, str]
    targets: tuple[str, str]
    told: tuple[str, str] = ("", "")
    follows: str = ""

    @property
    def alone(self) -> Parting:
        return self._replace(follows="")

    @property
    def mirrored(self) -> Parting:
        """What it is if the new version was the old one."""
        return Parting(
            _MIRRORED.get(self.sort, self.sort), self.what, self.nodes[::-1],
            self.targets[::-1], self.told[::-1], self.follows,
        )  # fmt: skip


class Parted(NamedTuple):
    parting: Parting
    old: Account | None
    new: Account | None


class _Matched(NamedTuple):
    """A hop of both versions, by its keys, and what those that follow from it inherit.

    Args:
        alone: Where those that one version has alone follow from; empty for from nowhere.
        both: Where differences of those follow from that both have.
    """

    old: int
    new: int
    alone: str = ""
    both: str = ""


def partings(old: Told, new: Told) -> Iterator[Parted]:
    """Tell how each hop differs, causes before what follows from them.

    Hops that follow from the same are matched by trigger and subscriber; then by
    subscriber, since a trigger may be called otherwise; then by trigger. What a run
    that was stopped may not have come to is no difference.
    """
    waiting = [_Matched(-1, -1)]
    while waiting:
        above = waiting.pop()
        left, right = old.under(above.old), new.under(above.new)
        further = []
        for one, other in _pairs(left, right):
            if one is not None and other is not None:
                found = list(_differences(one.account, other.account, above.both))
                if _is_cut(old, one) or _is_cut(new, other):
                    found = [each for each in found if each.sort is not Sort.ENDED]
                yield from (Parted(each, one.account, other.account) for each in found)
                refused = _refuses(old, one) or _refuses(new, other)
                further.append(_inheriting(one, other, found, refused=refused))
            elif one is not None and (right or not new.stopped):
                yield from _alone(old, one, above.alone, is_old=True)
            elif other is not None and (left or not old.stopped):
                yield from _alone(new, other, above.alone, is_old=False)
        waiting += reversed(further)


def _refuses(told: Told, hop: Hop) -> bool:
    """Whether a hub takes nothing; what else it answers follows from what comes after it."""
    return hop.account.end == "answered no" and not told.under(hop.key)


def _inheriting(
    one: Hop, other: Hop, found: Sequence[Parting], *, refused: bool
) -> _Matched:
    alone = both = ""
    for each in found:
        if each.sort in (Sort.REDIRECTED, Sort.ALTERED):
            alone = both = _named(each)
        is_hub = each.what in (SENT, REPLY)
        if each.sort is Sort.ENDED and (refused or not is_hub):
            alone = alone or _named(each)
    return _Matched(one.key, other.key, alone, both)


def _named(parting: Parting) -> str:
    them = parting.nodes if any(parting.nodes) else parting.targets
    return " / ".join(sorted({*them}))


def _pairs(
    old: Sequence[Hop], new: Sequence[Hop]
) -> Iterator[tuple[Hop | None, Hop | None]]:
    left: Sequence[Hop] = old
    right: Sequence[Hop] = new
    for by in _MATCHES:
        there: dict[object, deque[Hop]] = {}
        for each in right:
            there.setdefault(by(each.account), deque()).append(each)
        alone = []
        for each in left:
            if others := there.get(by(each.account)):
                yield each, others.popleft()
            else:
                alone.append(each)
        left = alone
        kept = {each.key for others in there.values() for each in others}
        right = [each for each in right if each.key in kept]
    yield from ((each, None) for each in left)
    yield from ((None, each) for each in right)


def _alone(told: Told, top: Hop, cause: str, *, is_old: bool) -> Iterator[Parted]:
    """Tell of a hop that there is in one version, and of all that follows from it."""
    waiting = [(top, cause)]
    while waiting:
        hop, follows = waiting.pop()
        each = hop.account
        nodes, targets = (each.node, ""), (each.target, "")
        parting = Parting(Sort.MISSED, each.what, nodes, targets, follows=follows)
        if is_old:
            yield Parted(parting, each, None)
        else:
            yield Parted(parting.mirrored, None, each)
        below = told.under(hop.key)
        waiting += [(a, each.node or each.target) for a in reversed(below)]


def _is_cut(told: Told, hop: Hop) -> bool:
    """Whether a hop was not over when its run was stopped."""
    return told.stopped and hop.account.end in OPEN_ENDS


def _differences(one: Account, other: Account, cause: str) -> Iterator[Parting]:
    nodes, targets = (one.node, other.node), (one.target, other.target)
    if one.node != other.node and one.what == DELIVERY:  # its replies go with it
        yield Parting(Sort.REROUTED, one.what, nodes, targets)
    if one.target != other.target:
        yield Parting(Sort.REDIRECTED, one.what, nodes, targets, follows=cause)
    changed = unlike(one.event, other.event, _MADE_UP)
    if changed is not None:
        if one.event.body != other.event.body:
            changed = _data(one.event), _data(other.event)
        yield Parting(Sort.ALTERED, one.what, nodes, targets, changed, follows=cause)
    if _course(one) != _course(other):
        told = _told(one), _told(other)
        if told[0] == told[1]:  # it is when the attempts are made
            told = _instants(one), _instants(other)
        yield Parting(Sort.ENDED, one.what, nodes, targets, told)


def _course(account: Account) -> tuple[object, ...]:
    """Give what is compared; which 2xx a delivery ends with makes no difference."""
    answers = [each.answer for each in account.attempts]
    if account.end in _GOOD and answers:
        answers[-1] = ""
    instants = [each.at_ns - account.at_ns for each in account.attempts]
    return account.end, account.bug, tuple(answers), tuple(instants)


def _told(account: Account) -> str:
    """Tell how a hop ends: ``dead-lettered after 4 attempts in 14s (503)``."""
    attempts, end = account.attempts, account.bug.partition(";")[0] or account.end
    answers = list(dict.fromkeys(each.answer or "no answer" for each in attempts))
    if account.what == SENT and attempts:
        return answers[-1]
    if account.end in _GOOD:
        answers = answers[:-1]
    count, lasts = len(attempts), account.end_ns - account.at_ns
    tries = f" after {count} attempts" if count > 1 else ""
    took = f" in {time_text(lasts)}" if count > 1 and lasts else ""
    said = f" ({', '.join(answers)})" if answers else ""
    return f"{end}{tries}{took}{said}"


def _instants(account: Account) -> str:
    begun = account.at_ns
    times = [time_text(each.at_ns - begun) for each in account.attempts]
    more = ", …" if len(times) > _MOST_TIMES else ""
    return f"attempts at {', '.join(times[:_MOST_TIMES])}{more}"


def _data(event: Event) -> str:
    body = (event.body or b"").decode(errors="replace")
    return shortened(f"data {body}" if body else "no data", _WIDTH)
