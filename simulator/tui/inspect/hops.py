"""The records of one lineage, joined to hops: who handed which event to whom, how it went.

A hop is an event handed over to an address (sent, replied, dead-lettered), or its
delivery by a trigger or subscription, all attempts in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.event import Event
    from simulator.trace import Record

HANDED_OVER = (Kind.SENT, Kind.REPLIED, Kind.DEAD_LETTERED)
DELIVERIES = (Kind.DISPATCHED, Kind.PANICKED)
REQUESTS = (*HANDED_OVER, *DELIVERIES)
_ANSWERS = (Kind.RESPONDED, Kind.ANSWERED, Kind.REDIRECTED)
_FAULT_HIT, _WAITING = "fault-hit", "waiting"
_HELD, _LET_GO = "held", ("released", "dropped")
_BAD_ENDS = (Kind.LOST, Kind.CUT, Kind.REFUSED, Kind.EXPIRED)
_ENDS = {
    Kind.LOST: "lost",
    Kind.CUT: "lost",
    Kind.REFUSED: "refused",
    Kind.EXPIRED: "expired",
}
_HANDED = {
    Kind.SENT: "sent",
    Kind.REPLIED: "replied",
    Kind.DEAD_LETTERED: "dead-letter",
    Kind.REPLY_DROPPED: "dropped",
}


class Attempt(NamedTuple):
    """One request and its answer; None as long as there is none."""

    request: Record
    answer: Record | None


class Hop:
    """One hop, in the making until its lineage is read.

    Args:
        first: The record that begins it.
        parent: The hop that it follows from; None for what nobody caused.

    Attributes:
        records: All its records in order.
        attempts: Its requests with their answers.
        children: What follows from it, in order.
        waiting: The retry that is due next, while it is.
        end: The record that says that it came to a bad end; None where none does.
    """

    __slots__ = (
        "attempts", "children", "end", "first", "parent", "records", "waiting",
    )  # fmt: skip

    def __init__(self, first: Record, parent: Hop | None) -> None:
        self.first = first
        self.parent = parent
        self.records: list[Record] = []
        self.attempts: list[Attempt] = []
        self.children: list[Hop] = []
        self.waiting: Record | None = None
        self.end: Record | None = None
        if parent is not None:
            parent.children.append(self)
        self.add(first)

    def add(self, record: Record) -> None:
        """Take a further record of this hop."""
        self.records.append(record)
        kind = record.kind
        if kind in REQUESTS:
            self.attempts.append(Attempt(record, None))
            self.waiting = None
        elif kind in _ANSWERS:
            self._answer(record)
        elif kind is Kind.RETRY_SCHEDULED:
            self.waiting = record
        elif kind in _BAD_ENDS and self.end is None:
            self.end = record

    def _answer(self, record: Record) -> None:
        for at in range(len(self.attempts) - 1, -1, -1):
            request, _ = self.attempts[at]
            if request.serial == record.cause:
                self.attempts[at] = Attempt(request, record)
                return

    @property
    def event(self) -> Event:
        """The event, as it was when the hop began."""
        return self.first.event

    @property
    def is_delivery(self) -> bool:
        """Whether a trigger or subscription delivers it."""
        return self.first.kind in DELIVERIES

    @property
    def answer(self) -> Record | None:
        """The newest answer."""
        return next((a for _, a in reversed(self.attempts) if a is not None), None)

    @property
    def accepted(self) -> Record | None:
        """The record with which a broker or channel took the event here."""
        taken = (r for r in self.records if r.kind is Kind.ACCEPTED)
        return next(taken, None)

    @property
    def end_ns(self) -> int:
        """The instant of its newest record."""
        return self.records[-1].at_ns

    @property
    def word(self) -> str:
        """How it stands, as the event list says it."""
        if self.end is not None:
            return _ENDS[self.end.kind]
        kind = self.first.kind
        if self.waiting is not None and not self._given_up:
            return "retry"
        if kind in _HANDED:
            return _HANDED[kind]
        if not self.attempts:
            return "note"
        request, answer = self.attempts[-1]
        if answer is None:
            return "held" if self.standing(request).startswith("held") else "waiting"
        return "delivered" if answer.ok else "failed"

    @property
    def _given_up(self) -> bool:
        return any(c.first.kind is Kind.DEAD_LETTERED for c in self.children)

    @property
    def tries(self) -> int:
        """How many attempts were made; a redirected request is no further one."""
        return self.attempts[-1].request.attempt if self.attempts else 0

    def faults(self, request: Record) -> list[str]:
        """List the injected faults that hit a request."""
        return [
            str(record.detail)
            for record in self.records
            if str(record.kind) == _FAULT_HIT and record.cause == request.serial
        ]

    def standing(self, request: Record) -> str:
        """Say what a request that has no answer waits for."""
        kinds = [str(r.kind) for r in self.records if r.cause == request.serial]
        if _WAITING in kinds:
            return "waits for an approval"
        if _HELD in kinds and not set(kinds) & set(_LET_GO):
            return "held at a breakpoint"
        return "no answer yet"

    def same_event(self, other: Hop) -> bool:
        """Whether both are about one event."""
        one, two = self.event, other.event
        return (one.id, one.source) == (two.id, two.source)

    def ancestors(self) -> Iterator[Hop]:
        """Give the hops that it follows from, the nearest first."""
        hop = self.parent
        while hop is not None:
            yield hop
            hop = hop.parent


class Family:
    """All hops of one lineage.

    Args:
        records: Of the lineage, in order; what comes later may be left out.

    Attributes:
        roots: The hops that nothing here caused, in order.
        of: Serial of each record -> its hop.
    """

    __slots__ = ("of", "roots")

    def __init__(self, records: Iterable[Record]) -> None:
        self.roots: list[Hop] = []
        self.of: dict[int, Hop] = {}
        for record in records:
            self._add(record)

    def _add(self, record: Record) -> None:
        cause = -1 if record.cause is None else record.cause
        hop = self.of.get(cause)
        if hop is not None and not _begins(record, hop):
            hop.add(record)
        else:
            parent, hop = hop, Hop(record, hop)
            if parent is None:
                self.roots.append(hop)
        self.of[record.serial] = hop

    def walk(self) -> Iterator[tuple[int, Hop]]:
        """Give all hops with their level, parents before children.

        Deliveries stand one level below the event; a reply stands on the level of the
        delivery that it answers, so that long chains stay on the screen.
        """
        pending = [(0, hop) for hop in reversed(self.roots)]
        while pending:
            level, hop = pending.pop()
            yield level, hop
            for child in reversed(hop.children):
                same = hop.is_delivery and child.first.kind is Kind.REPLIED
                pending.append((level if same else level + 1, child))

    def bearer(self, hop: Hop) -> Hop:
        """Find the hop that handed over the event of a hop: where its story begins."""
        found = hop
        while True:
            before = _before(found)
            if before is None or not before.same_event(hop):
                return found
            found = before

    def parent(self, hop: Hop) -> Hop | None:
        """Find the hop with the event that this hop's event answers, if there is one."""
        return self.bearer(hop).parent

    def about(self, hop: Hop) -> list[tuple[int, Hop]]:
        """List all hops of a hop's event with their level, from where it begins."""
        bearer = self.bearer(hop)
        found: list[tuple[int, Hop]] = []
        pending = [(0, bearer)]
        while pending:
            level, each = pending.pop()
            found.append((level, each))
            pending += [
                (level + 1, child)
                for child in reversed(_with_burials(each))
                if child.same_event(hop)
            ]
        return found


def _before(hop: Hop) -> Hop | None:
    """Give the hop that handed the event on; a failed reply stands between, perhaps."""
    parent = hop.parent
    between = (
        parent is not None
        and hop.first.kind is Kind.DEAD_LETTERED
        and parent.first.kind is Kind.REPLIED
        and not parent.same_event(hop)
    )
    return parent.parent if parent is not None and between else parent


def _with_burials(hop: Hop) -> list[Hop]:
    """Give what follows, and the dead letters that failed replies of it caused."""
    replies = [c for c in hop.children if c.first.kind is Kind.REPLIED]
    burials = [c for reply in replies for c in reply.children if _before(c) is hop]
    return [*hop.children, *(c for c in burials if c.parent is not hop)]


def _begins(record: Record, cause: Hop) -> bool:
    """Whether a record begins a hop of its own."""
    kind = record.kind
    if kind in (Kind.SENT, Kind.REPLY_DROPPED):
        return True
    if kind not in REQUESTS or record.attempt > 1:
        return False
    last = cause.records[-1].kind
    return last is not Kind.REDIRECTED or cause.first.kind is not kind
