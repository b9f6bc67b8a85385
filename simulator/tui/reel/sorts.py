"""What a record means to the screen: its sort, finer than its kind.

This file alone knows the words of the trace. A kind that is not in the table is
shown as a note.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import NamedTuple

from simulator.statuses import SUCCESS


class Sort(IntEnum):
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
    BUG = 25
    WAITING = 26
    APPROVED = 27
    REJECTED = 28
    FAULT_SET = 29
    FAULT_LIFTED = 30
    FAULT_HIT = 31
    HELD = 32
    RELEASED = 33
    DISCARDED = 34
    """A held request was thrown away."""
    RECONFIGURED = 35
    NOTE = 36
    ONWARD = 37
    """A request that follows a redirect."""
    WITHDRAWN = 38
    """Nobody can decide any more."""


class Role(IntFlag):
    """What a record does to the picture."""

    NONE = 0
    HOP = 1
    """It travels along lines."""
    BEGINS = 2
    """Its event is not the one of its cause."""
    FOLLOWS = 4
    """It settles its cause: an answer, a retry, a dead letter, a decision."""
    CHECKED = 8
    """What it means depends on its cause."""
    LISTED = 16
    """It is of a kind that is looked for later: retries, dead letters, faults, waits."""
    TAKEN = 32
    """It is a success, of which nothing is to be said where it takes a reply."""


class Face(NamedTuple):
    """How a sort is shown.

    Args:
        word: A key of `Glyphs.outcomes`, but for what is only shown among all records.
        outcome: The colour: ``ok``, ``retry``, ``dead``, ``reply``, ``nomatch``,
            ``wait`` or ``fault``.
        row: Whether the event list shows it without being asked for all records.
        loud: Whether the word is written bold.
    """

    word: str
    outcome: str = "ok"
    row: bool = True
    loud: bool = False


_H, _B, _F, _C, _L = Role.HOP, Role.BEGINS, Role.FOLLOWS, Role.CHECKED, Role.LISTED

_SORTS: dict[Sort, tuple[Face, Role]] = {
    Sort.GONE: (Face("note", row=False), Role.NONE),
    Sort.SENT: (Face("sent"), _H | _B),
    Sort.ACCEPTED: (Face("accepted", row=False), Role.NONE),
    Sort.UNMATCHED: (Face("unmatched", "nomatch"), Role.NONE),
    Sort.REFUSED: (Face("refused", "dead"), _L),
    Sort.EXPIRED: (Face("expired", "dead"), _L),
    Sort.REQUEST: (Face("dispatched", row=False), _H),
    Sort.REQUEST_AGAIN: (Face("dispatched", "retry", row=False), _H),
    Sort.REPLY: (Face("replied", "reply"), _H | _B | _F),
    Sort.REPLY_AGAIN: (Face("replied", "reply", row=False), _H),
    Sort.DEAD: (Face("dead-letter", "dead", loud=True), _H | _B | _F | _C | _L),
    Sort.DEAD_AGAIN: (Face("dead-letter", "dead", row=False), _H),
    Sort.PANICKED: (Face("failed", "dead"), _H),
    Sort.PANICKED_AGAIN: (Face("failed", "dead", row=False), _H),
    Sort.DELIVERED: (Face("delivered"), _F | Role.TAKEN),
    Sort.FAILED: (Face("failed", "dead"), _F),
    Sort.RETRIED: (Face("failed", "retry", row=False), _F),
    Sort.ACKNOWLEDGED: (Face("delivered", row=False), _F),
    Sort.REDIRECTED: (Face("note"), _F | _C),
    Sort.RETRY: (Face("retry", "retry"), _F | _C | _L),
    Sort.DROPPED: (Face("dropped", "nomatch"), _B | _F),
    Sort.LOST: (Face("lost", "dead", loud=True), _F | _C | _L),
    Sort.CUT: (Face("lost", "dead"), _F | _C | _L),
    Sort.CUT_WAIT: (Face("lost", "dead"), _F | _C | _L),
    Sort.ANSWERED: (Face("answered", row=False), _F),
    Sort.BUG: (Face("note", "fault", loud=True), _C | _L),
    Sort.WAITING: (Face("waiting", "wait"), _L),
    Sort.APPROVED: (Face("approved"), _F | _L),
    Sort.REJECTED: (Face("rejected", "dead"), _F | _L),
    Sort.WITHDRAWN: (Face("rejected", "dead"), _F | _L),
    Sort.FAULT_SET: (Face("fault", "fault"), _L),
    Sort.FAULT_LIFTED: (Face("fault"), _L),
    Sort.FAULT_HIT: (Face("fault", "fault"), _L),
    Sort.HELD: (Face("held", "wait"), _L),
    Sort.RELEASED: (Face("held"), _F | _L),
    Sort.DISCARDED: (Face("dropped", "dead"), _F | _L),
    Sort.RECONFIGURED: (Face("input"), Role.NONE),
    Sort.NOTE: (Face("note"), Role.NONE),
    Sort.ONWARD: (Face("dispatched", row=False), _H),
}
FACES: dict[Sort, Face] = {sort: face for sort, (face, _) in _SORTS.items()}
ROLES: dict[Sort, Role] = {sort: role for sort, (_, role) in _SORTS.items()}

# The words of the trace, but for those where status or attempt tell more.
_KINDS = {
    "sent": Sort.SENT,
    "refused": Sort.REFUSED,
    "expired": Sort.EXPIRED,
    "redirected": Sort.REDIRECTED,
    "retry-scheduled": Sort.RETRY,
    "reply-dropped": Sort.DROPPED,
    "lost": Sort.LOST,
    "cut": Sort.CUT,
    "answered": Sort.ANSWERED,
    "upstream-bug": Sort.BUG,
    "waiting": Sort.WAITING,
    "approved": Sort.APPROVED,
    "rejected": Sort.REJECTED,
    "withdrawn": Sort.WITHDRAWN,
    "fault-set": Sort.FAULT_SET,
    "fault-lifted": Sort.FAULT_LIFTED,
    "fault-hit": Sort.FAULT_HIT,
    "held": Sort.HELD,
    "released": Sort.RELEASED,
    "dropped": Sort.DISCARDED,
    "reconfigured": Sort.RECONFIGURED,
}
_REQUESTS = {
    "dispatched": (Sort.REQUEST, Sort.REQUEST_AGAIN),
    "replied": (Sort.REPLY, Sort.REPLY_AGAIN),
    "dead-lettered": (Sort.DEAD, Sort.DEAD_AGAIN),
    "panicked": (Sort.PANICKED, Sort.PANICKED_AGAIN),
}
FIRST_TRY = {again: first for first, again in _REQUESTS.values()}
AGAIN = frozenset(FIRST_TRY)
REQUESTS = frozenset({*FIRST_TRY, *FIRST_TRY.values(), Sort.ONWARD})
ANSWERS = frozenset({Sort.DELIVERED, Sort.FAILED, Sort.RETRIED, Sort.ACKNOWLEDGED})
ENDED = frozenset({Sort.LOST, Sort.CUT, Sort.CUT_WAIT})
TROUBLE = frozenset(
    sort
    for sort, face in FACES.items()
    if face.row and (face.outcome in {"retry", "dead", "fault"} or face.loud)
)


def sort_of(kind: str, *, status: int, attempt: int, ok: bool) -> Sort:
    """Tell what a record means, as far as it tells that itself.

    Args:
        kind: The word in the trace.
        status: Of the record.
        attempt: 1 for the first.
        ok: Whether nothing beside the status says that an answer counts otherwise.
    """
    if kind == "accepted":
        return Sort.ACCEPTED if status else Sort.UNMATCHED
    if kind == "responded":
        return Sort.DELIVERED if ok and status in SUCCESS else Sort.FAILED
    if kind in _REQUESTS:
        return _REQUESTS[kind][attempt > 1]
    return _KINDS.get(kind, Sort.NOTE)
