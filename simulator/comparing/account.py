"""What came of each hop of a run, under keys that the runs of one comparison share.

A key is the chain of causes: which event was handed over, by which route, to whom, and
how often that has happened there before. Positions and instants have no part in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    """One request of a hop.

    Args:
        at_ns: When it was made.
        answer: ``503``, ``timed out``; empty while there is none.
        answered_ns: When that came; None while it has not.
    """

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
        event: As it was handed over first.
        attempts: In order; a redirected one is followed by that at its new address.
        end: ``delivered``, ``dead-lettered``, ``lost`` …
        end_ns: The instant of its newest record.
        bug: In which way the real thing breaks here; empty where it does not.
        serial: Of its first record.
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
        """When it begins."""
        return self.attempts[0].at_ns if self.attempts else self.end_ns


class Keys:
    """Gives the same number to the same chain of causes, in whichever run."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, *chain: object) -> int:
        """Give the key of a chain."""
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
    """Tell how a hop has ended by its last answer."""
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
