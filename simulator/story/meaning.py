"""What each record means: the one table that flow, summary, event list and inspector read.

From a kind of record, whether it is a further attempt, and whether it went well, to a
`Sense`. Some senses show only in what comes before or after a record; whoever follows the
records finds those: `simulator.tui.view.columns`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from simulator.kernel.log import Kind
from simulator.statuses import SUCCESS
from simulator.value import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Pending(IntEnum):
    """What one record opens, and another one closes."""

    SENDER = 0
    REQUEST = 1
    RETRY = 2
    APPROVAL = 3
    HOLD = 4


class Effect(IntEnum):
    """What a record does to the run's picture; bits, of which a row has several."""

    NONE = 0
    TRAVELS = 1
    """It goes along lines."""
    BEGINS = 2
    """Its event is not the one of its cause."""
    SETTLES = 4
    """It settles its cause: an answer, a retry, a dead letter, a decision."""
    DEPENDS = 8
    """What it means depends on its cause."""
    LISTED = 16
    """It is of a kind that is looked for later: retries, dead letters, faults, waits."""
    TAKEN = 32
    """It is a success, of which nothing is to be said where it takes a reply."""
    MEDDLES = 64
    """Somebody, or a policy, acts on the run from outside."""


class Meaning(NamedTuple):
    """A row of the table.

    Args:
        outcome: Its colour: ``ok``, ``retry``, ``dead``, ``reply``, ``nomatch``,
            ``wait`` or ``fault``.
        symbol: One character that stands before a line of the flow.
        effect: What it does, bits of `Effect`.
        opens: What waits from here on.
        closes: What waits no longer.
        again: Only further attempts, or only first ones; None for both.
        well: Only if it went well, or only if not; None for both.
        quiet: Nobody is told who does not ask for all records.
        loud: It is told in bold.
    """

    kind: Kind | None
    word: str
    outcome: str = "ok"
    symbol: str = "·"
    effect: int = Effect.NONE
    opens: Pending | None = None
    closes: Pending | None = None
    again: bool | None = None
    well: bool | None = None
    quiet: bool = False
    loud: bool = False


class Sense(IntEnum):
    """What a record says, as a small number."""

    GONE = 0
    """The log has dropped it."""
    SENT = 1
    ACCEPTED = 2
    UNMATCHED = 3
    """Accepted, and no route wants it."""
    REFUSED = 4
    EXPIRED = 5
    REQUEST = 6
    REQUEST_AGAIN = 7
    """A further attempt, after a retry was scheduled."""
    REPLY = 8
    REPLY_AGAIN = 9
    DEAD = 10
    DEAD_AGAIN = 11
    PANICKED = 12
    PANICKED_AGAIN = 13
    DELIVERED = 14
    FAILED = 15
    RETRIED = 16
    """A failed answer that a retry follows."""
    ACKNOWLEDGED = 17
    """A reply or a dead letter was taken at once."""
    REDIRECTED = 18
    RETRY = 19
    DROPPED = 20
    LOST = 21
    CUT = 22
    CUT_WAIT = 23
    """The wait for a further attempt ends, as the caller has gone."""
    ANSWERED = 24
    ANSWERED_NO = 25
    """The sender is answered no 2xx."""
    BUG = 26
    WAITING = 27
    APPROVED = 28
    REJECTED = 29
    WITHDRAWN = 30
    """Nobody can decide any more."""
    FAULT_SET = 31
    FAULT_LIFTED = 32
    FAULT_HIT = 33
    HELD = 34
    RELEASED = 35
    DISCARDED = 36
    """A held request was thrown away."""
    RECONFIGURED = 37
    NOTE = 38
    """A kind that nobody knows."""
    ONWARD = 39
    """A request that follows a redirect."""
    DUPLICATE = 40
    STUCK = 41
    """It stays in a queue that nobody takes from."""
    CREATED = 42
    """The cluster makes an object by itself."""
    QUEUED = 43
    """The request waits for a pod."""
    SCALED = 44
    STARTED = 45
    """A pod is Ready."""
    LOGGED = 46
    """A program has written a line."""

    @property
    def row(self) -> Meaning:
        return MEANINGS[self]


_T, _B, _S = Effect.TRAVELS, Effect.BEGINS, Effect.SETTLES
_D, _L, _M = Effect.DEPENDS, Effect.LISTED, Effect.MEDDLES
_REQUEST, _RETRY = Pending.REQUEST, Pending.RETRY
_APPROVAL, _HOLD = Pending.APPROVAL, Pending.HOLD
_FIRST: dict[str, Any] = {"opens": _REQUEST, "again": False}
_AGAIN: dict[str, Any] = {
    "opens": _REQUEST, "closes": _RETRY, "again": True, "quiet": True,
}  # fmt: skip
_ENDS = _S | _L | _M

# fmt: off
MEANINGS: dict[Sense, Meaning] = {
    Sense.GONE: Meaning(None, "note", quiet=True),
    Sense.SENT: Meaning(Kind.SENT, "sent", "ok", "▸", _T | _B, Pending.SENDER),
    Sense.ACCEPTED: Meaning(Kind.ACCEPTED, "accepted", well=True, quiet=True),
    Sense.UNMATCHED: Meaning(Kind.ACCEPTED, "unmatched", "nomatch", well=False),
    Sense.REFUSED: Meaning(Kind.REFUSED, "refused", "dead", "✗", _L),
    Sense.EXPIRED: Meaning(Kind.EXPIRED, "expired", "dead", "✗", _L),
    Sense.REQUEST: Meaning(Kind.DISPATCHED, "dispatched", "ok", "·", _T, **_FIRST, quiet=True),
    Sense.REQUEST_AGAIN: Meaning(Kind.DISPATCHED, "dispatched", "retry", "·", _T, **_AGAIN),
    Sense.REPLY: Meaning(Kind.REPLIED, "replied", "reply", "◂", _T | _B | _S, **_FIRST),
    Sense.REPLY_AGAIN: Meaning(Kind.REPLIED, "replied", "reply", "◂", _T, **_AGAIN),
    Sense.DEAD: Meaning(Kind.DEAD_LETTERED, "dead-letter", "dead", "·", _T | _B | _S | _D | _L, **_FIRST, loud=True),
    Sense.DEAD_AGAIN: Meaning(Kind.DEAD_LETTERED, "dead-letter", "dead", "·", _T, **_AGAIN),
    Sense.PANICKED: Meaning(Kind.PANICKED, "failed", "dead", "·", _T, **_FIRST),
    Sense.PANICKED_AGAIN: Meaning(Kind.PANICKED, "failed", "dead", "·", _T, **_AGAIN),
    Sense.DELIVERED: Meaning(Kind.RESPONDED, "delivered", "ok", "✓", _S | Effect.TAKEN, closes=_REQUEST, well=True),
    Sense.FAILED: Meaning(Kind.RESPONDED, "failed", "dead", "✗", _S, closes=_REQUEST, well=False),
    Sense.RETRIED: Meaning(None, "failed", "retry", "↻", _S, closes=_REQUEST, quiet=True),
    Sense.ACKNOWLEDGED: Meaning(None, "delivered", "ok", "✓", _S, closes=_REQUEST, quiet=True),
    Sense.REDIRECTED: Meaning(Kind.REDIRECTED, "note", "ok", "▸", _S | _D, closes=_REQUEST),
    Sense.RETRY: Meaning(Kind.RETRY_SCHEDULED, "retry", "retry", "·", _S | _D | _L, _RETRY),
    Sense.DROPPED: Meaning(Kind.REPLY_DROPPED, "dropped", "nomatch", "·", _B | _S),
    Sense.LOST: Meaning(Kind.LOST, "lost", "dead", "✗", _S | _D | _L, loud=True),
    Sense.CUT: Meaning(Kind.CUT, "lost", "dead", "✗", _S | _D | _L, closes=_REQUEST),
    Sense.CUT_WAIT: Meaning(None, "lost", "dead", "✗", _S | _D | _L, closes=_RETRY),
    Sense.ANSWERED: Meaning(Kind.ANSWERED, "answered", "ok", "✓", _S, closes=Pending.SENDER, well=True, quiet=True),
    Sense.ANSWERED_NO: Meaning(Kind.ANSWERED, "answered", "ok", "✗", _S, closes=Pending.SENDER, well=False, quiet=True),
    Sense.BUG: Meaning(Kind.UPSTREAM_BUG, "note", "fault", "·", _D | _L, loud=True),
    Sense.WAITING: Meaning(Kind.WAITING, "waiting", "wait", "◐", _L | _M, _APPROVAL),
    Sense.APPROVED: Meaning(Kind.APPROVED, "approved", "ok", "✓", _ENDS, closes=_APPROVAL),
    Sense.REJECTED: Meaning(Kind.REJECTED, "rejected", "dead", "✗", _ENDS, closes=_APPROVAL),
    Sense.WITHDRAWN: Meaning(Kind.WITHDRAWN, "rejected", "dead", "✗", _ENDS, closes=_APPROVAL),
    Sense.FAULT_SET: Meaning(Kind.FAULT_SET, "fault", "fault", "!", _L | _M),
    Sense.FAULT_LIFTED: Meaning(Kind.FAULT_LIFTED, "fault", "ok", "!", _L | _M),
    Sense.FAULT_HIT: Meaning(Kind.FAULT_HIT, "fault", "fault", "·", _L | _M),
    Sense.HELD: Meaning(Kind.HELD, "held", "wait", "·", _L | _M, _HOLD),
    Sense.RELEASED: Meaning(Kind.RELEASED, "held", "ok", "·", _ENDS, closes=_HOLD),
    Sense.DISCARDED: Meaning(Kind.DROPPED, "dropped", "dead", "·", _ENDS, closes=_HOLD),
    Sense.RECONFIGURED: Meaning(Kind.RECONFIGURED, "input"),
    Sense.NOTE: Meaning(None, "note"),
    Sense.ONWARD: Meaning(None, "dispatched", "ok", "·", _T, _REQUEST, quiet=True),
    Sense.DUPLICATE: Meaning(Kind.DUPLICATE, "dropped", "nomatch", "·", _L),
    Sense.STUCK: Meaning(Kind.STUCK, "stuck", "dead", "✗", _D | _L, loud=True),
    Sense.CREATED: Meaning(Kind.CREATED, "created", "ok", "·", _L),
    Sense.QUEUED: Meaning(Kind.QUEUED, "queued", "wait", "·", _L | _M),
    Sense.SCALED: Meaning(Kind.SCALED, "scaled", "ok", "·", _L | _M),
    Sense.STARTED: Meaning(Kind.STARTED, "started", "ok", "·", _L | _M),
    Sense.LOGGED: Meaning(Kind.LOGGED, "note", "ok", "│"),
}
# fmt: on


def _keys(row: Meaning) -> Iterator[tuple[Kind, bool, bool]]:
    for again in (False, True):
        for well in (False, True):
            fits = row.again in (None, again) and row.well in (None, well)
            if row.kind is not None and fits:
                yield row.kind, again, well


TABLE: dict[tuple[str, bool, bool], Sense] = {
    key: sense for sense, row in MEANINGS.items() for key in _keys(row)
}
"""Kind of record, whether it is a further attempt, whether it went well -> its sense."""


def sense_of(kind: str, *, status: int, attempt: int, ok: bool) -> Sense:
    """Tell what a record means, as far as it tells that itself.

    *ok*: nothing beside the status says that an answer counts otherwise.
    """
    if kind == "accepted":
        well = status > 0
    else:
        well = status in SUCCESS and (ok or kind == "answered")
    return TABLE.get((kind, attempt > 1, well), Sense.NOTE)


def row_of(kind: str) -> Meaning:
    """Give what all records of a kind have in common, by the row of one that failed."""
    return TABLE.get((kind, False, False), Sense.NOTE).row


REQUESTS = frozenset(s for s, row in MEANINGS.items() if row.opens is _REQUEST)
AGAIN = frozenset(sense for sense, row in MEANINGS.items() if row.again)
ANSWERS = frozenset({Sense.DELIVERED, Sense.FAILED, Sense.RETRIED, Sense.ACKNOWLEDGED})
LOSSES = frozenset({Sense.LOST, Sense.STUCK, Sense.CUT, Sense.CUT_WAIT})
TROUBLE = frozenset(
    sense
    for sense, row in MEANINGS.items()
    if not row.quiet and (row.loud or row.outcome in {"retry", "dead", "fault"})
)
