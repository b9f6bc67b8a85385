"""Where two accounts of one hop part."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from simulator.comparing.account import SENT
from simulator.duration import duration_text

if TYPE_CHECKING:
    from simulator.comparing.account import Account, Attempt
    from simulator.event import Event

STAMPS = frozenset({
    "knativearrivaltime", "knativebrokerttl", "knativekafkapartition",
    "knativekafkaoffset", "traceparent", "tracestate", "time",
})  # fmt: skip
"""Attributes that an implementation adds to all events, or takes away: not compared."""
EVENT = 1
"""The step at which the events of a hop differ; at 0, there is the hop only in one run."""
# Then for each attempt whether it is made, its answer, its instant; last of all the end.
_PER_ATTEMPT = 3
END = 1 << 40
"""The step at which a hop ends differently, or the real thing breaks differently."""


class Divergence(NamedTuple):
    """Where two accounts of a hop part.

    Args:
        step: How far the hop is the same: more is further.
        at_ns: The first instant at which that shows.
        one: What there is in the first run.
        other: What there is in the second.
    """

    step: int
    at_ns: int
    one: str
    other: str


def divergence(one: Account | None, other: Account | None) -> Divergence | None:
    """Find where two accounts of a hop part; None where they do not.

    Instants of answers are not compared: a service takes as long in both, and a hub
    that waits for its deliveries says so at these.
    """
    if one is None or other is None:
        there = one or other
        if there is None:
            return None
        none, told = f"no {there.what}", _begun(there)
        texts = (none, told) if one is None else (told, none)
        return Divergence(0, there.at_ns, *texts)
    changed = _attributes(one.event, other.event)
    if changed is not None:
        return Divergence(EVENT, min(one.at_ns, other.at_ns), *changed)
    pairs = zip_longest(one.attempts, other.attempts)
    for number, (a, b) in enumerate(pairs, 1):
        step = _step(a, b)
        if step < _PER_ATTEMPT:
            at_ns = min(
                account.end_ns if attempt is None else attempt.at_ns
                for account, attempt in ((one, a), (other, b))
            )
            return Divergence(
                number * _PER_ATTEMPT + step, at_ns,
                _tried(one, a, number), _tried(other, b, number),
            )  # fmt: skip
    if one.bug != other.bug:
        at_ns = min(one.end_ns, other.end_ns)
        return Divergence(END, at_ns, _ended(one), _ended(other))
    return ending(one, other)


def ending(one: Account | None, other: Account | None) -> Divergence | None:
    """Tell how a hop ends differently; None where it does not.

    One that there is in one run alone differs as a whole.
    """
    if one is None or other is None:
        return divergence(one, other)
    if one.end == other.end:
        return None
    at_ns = min(one.end_ns, other.end_ns)
    return Divergence(END, at_ns, _ended(one), _ended(other))


def _step(one: Attempt | None, other: Attempt | None) -> int:
    if one is None or other is None:
        return 0
    if one.answer != other.answer:
        return 1
    return 2 if one.at_ns != other.at_ns else _PER_ATTEMPT


def _begun(there: Account) -> str:
    if not there.attempts:
        return there.end
    return f"{there.what} at {duration_text(there.at_ns)}"


def _tried(account: Account, attempt: Attempt | None, number: int) -> str:
    if attempt is None:
        return f"no attempt {number}: {_ended(account)}"
    answer = attempt.answer or "no answer"
    if account.what == SENT and number == 1:
        return f"answered {answer}"
    return f"attempt {number} at {duration_text(attempt.at_ns)}: {answer}"


def _ended(account: Account) -> str:
    """Give the end; where the real thing breaks, the beginning of what that is."""
    return account.bug.partition(";")[0] or account.end


def _attributes(one: Event, other: Event) -> tuple[str, str] | None:
    """Tell what differs in the events, but for stamps; None for nothing."""
    if one is other:
        return None
    ours, theirs = _compared(one), _compared(other)
    if one.body != other.body:
        return "the data", "other data"
    if ours == theirs:
        return None
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return _listed(names, ours), _listed(names, theirs)


def _compared(event: Event) -> dict[str, str]:
    return {n: str(v) for n, v in event.attributes.items() if n not in STAMPS}


def _listed(names: list[str], values: dict[str, str]) -> str:
    parts = [
        f"{name} {values[name] or '(empty)'}" if name in values else f"no {name}"
        for name in names
    ]
    return ", ".join(parts)
