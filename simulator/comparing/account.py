"""What came of each hop of a run, under keys that runs of one comparison share; where two part.

A key is the chain of causes: which event was handed over, by which route, to whom, and
how often that has happened there before. Positions and instants have no part in it.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from simulator.duration import duration_text
from simulator.kernel import Kind
from simulator.story import phrases
from simulator.story.hops import Family

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.event import Event
    from simulator.story.hops import Exchange, Hop
    from simulator.trace import Record

SENT, DELIVERY, REPLY, DEAD_LETTER, DROPPED = (
    "sent", "delivery", "reply", "dead letter", "dropped reply",
)  # fmt: skip
_WHAT = {
    Kind.SENT: SENT,
    Kind.DISPATCHED: DELIVERY,
    Kind.PANICKED: DELIVERY,
    Kind.REPLIED: REPLY,
    Kind.DEAD_LETTERED: DEAD_LETTER,
    Kind.REPLY_DROPPED: DROPPED,
}
OPEN_ENDS = ("retry due", "no answer")
"""How a hop stands that is not over."""
_WORDS = {Kind.LOST: "lost", Kind.STUCK: "stuck", Kind.CUT: "cut off",
          Kind.REFUSED: "refused", Kind.EXPIRED: "expired"}  # fmt: skip


class Attempt(NamedTuple):
    """One request of a hop; answered ``503``, ``timed out``, empty while it has not been."""

    at_ns: int
    answer: str
    answered_ns: int | None


class Account(NamedTuple):
    """What came of a hop.

    Args:
        parent: The key of the hop that it follows from; -1 for none.
        what: ``sent``, ``delivery``, ``reply``, ``dead letter``, ``dropped reply``.
        node: The route whose it is; of what is sent, the sender, empty for the caller.
        target: Who is asked.
        attempts: In order; a redirected one is followed by that at its new address.
        end: ``delivered``, ``dead-lettered``, ``lost`` …
        bug: In which way the real thing breaks here; empty where it does not.
    """

    parent: int
    what: str
    node: str
    target: str
    event: Event
    attempts: tuple[Attempt, ...]
    end: str
    end_ns: int
    bug: str
    serial: int

    @property
    def at_ns(self) -> int:
        return self.attempts[0].at_ns if self.attempts else self.end_ns


class Keys:
    """Gives the same number to the same chain of causes, in whichever run."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, *chain: object) -> int:
        return self._known.setdefault(chain, len(self._known))


Accounts = dict[int, Account]


def accounts_of(records: Iterable[Record], keys: Keys) -> Accounts:
    """Tell what came of each hop of a run, in the order in which they began."""
    found: Accounts = {}
    key_of: dict[Hop, int] = {}
    times: dict[tuple[object, ...], int] = {}
    stuck: list[tuple[int, Record]] = []
    family = Family(records)
    hops = sorted(dict.fromkeys(family.of.values()), key=lambda hop: hop.first.serial)
    for hop in hops:
        what = _WHAT.get(hop.first.kind)
        if what is None:
            continue
        parent = key_of.get(hop.parent, -1) if hop.parent is not None else -1
        first = hop.first
        chain = (parent, what, first.source, first.target)
        times[chain] = times.get(chain, -1) + 1
        key = key_of[hop] = keys.of(*chain, times[chain])
        found[key] = _account(hop, what, parent)
        stuck += [(key, record) for record in hop.records if record.kind is Kind.STUCK]
    for parent, record in stuck:
        _add_stuck(parent, record, keys, found)
    return found


def _account(hop: Hop, what: str, parent: int) -> Account:
    first = hop.first
    attempts = [_attempt(each) for each in hop.attempts]
    if not attempts:
        attempts = [Attempt(first.at_ns, "", None)]
    bugs = [str(r.detail) for r in hop.records if r.kind is Kind.UPSTREAM_BUG]
    return Account(
        parent, what, first.source, first.target, first.event, tuple(attempts),
        _end(hop, what), hop.end_ns, "; ".join(bugs), first.serial,
    )  # fmt: skip


def _attempt(exchange: Exchange) -> Attempt:
    answer = exchange.answer
    if answer is None:
        return Attempt(exchange.request.at_ns, "", None)
    return Attempt(exchange.request.at_ns, phrases.answer(answer), answer.at_ns)


def _end(hop: Hop, what: str) -> str:
    if any(record.kind is Kind.DUPLICATE for record in hop.records):
        return "dropped as a duplicate"
    if any(child.first.kind is Kind.DEAD_LETTERED for child in hop.children):
        return "dead-lettered"
    # What stays in a queue was taken all the same.
    if hop.end is not None and not (what == SENT and hop.end.kind is Kind.STUCK):
        return _WORDS[hop.end.kind]
    return "retry due" if hop.waiting is not None else _answered(hop, what)


def _answered(hop: Hop, what: str) -> str:
    answer = hop.answer
    if answer is None:
        return "dropped" if what == DROPPED else "no answer"
    if what in (SENT, REPLY):
        return "taken" if answer.ok else "answered no"
    return "delivered" if answer.ok else "counts as delivered"


def _add_stuck(parent: int, stuck: Record, keys: Keys, found: Accounts) -> None:
    """Tell of a delivery that stays in a queue, begun or not."""
    key = keys.of(parent, DELIVERY, stuck.source, stuck.target, 0)
    begun = found.get(key)
    if begun is not None:
        found[key] = begun._replace(end="stuck", end_ns=stuck.at_ns)
        return
    found[key] = Account(
        parent, DELIVERY, stuck.source, stuck.target, stuck.event, (), "stuck",
        stuck.at_ns, "", stuck.serial,
    )  # fmt: skip


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
    changed = unlike(one.event, other.event)
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


def unlike(
    one: Event, other: Event, but: frozenset[str] = frozenset()
) -> tuple[str, str] | None:
    """Tell what differs in two events, but for stamps and some names; None for nothing."""
    if one is other:
        return None
    ours, theirs = _compared(one, but), _compared(other, but)
    if one.body != other.body:
        return "the data", "other data"
    if ours == theirs:
        return None
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return _listed(names, ours), _listed(names, theirs)


def _compared(event: Event, but: frozenset[str]) -> dict[str, str]:
    left_out = STAMPS | but
    return {n: str(v) for n, v in event.attributes.items() if n not in left_out}


def _listed(names: list[str], values: dict[str, str]) -> str:
    parts = [
        f"{name} {values[name] or '(empty)'}" if name in values else f"no {name}"
        for name in names
    ]
    return ", ".join(parts)
