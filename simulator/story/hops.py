"""Requests paired with their answers, as records come, and joined to hops.

A hop is an event handed over to an address (sent, replied, dead-lettered), or its
delivery by a trigger or subscription, all attempts in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.log import Kind
from simulator.story.meaning import Pending, row_of
from simulator.trace.record import ATTEMPTS, HANDED_OVER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.event import Event
    from simulator.trace.record import Record

DELIVERIES = (Kind.DISPATCHED, Kind.PANICKED)
REQUESTS = (Kind.SENT, *ATTEMPTS)
DOORS = (Kind.ACCEPTED, Kind.REFUSED, Kind.EXPIRED)
"""What a hub says to a request, at its door."""
_BAD_ENDS = (Kind.LOST, Kind.STUCK, Kind.CUT, Kind.REFUSED, Kind.EXPIRED)


class Exchange:
    """One request, with what is known of it so far.

    Attributes:
        answer: With what it was answered, or sent on; None so far.
        door: Of a hub that took it, or did not; None so far.
        hits: Injected faults that hit it.
        waits: Whether a service holds it, or has held it, until somebody decides.
        held: Whether a breakpoint holds it.
    """

    __slots__ = ("answer", "door", "held", "hits", "request", "waits")

    def __init__(self, request: Record) -> None:
        self.request = request
        self.answer: Record | None = None
        self.door: Record | None = None
        self.hits: list[Record] = []
        self.waits = False
        self.held = False

    @property
    def is_refused(self) -> bool:
        return self.door is not None and self.door.kind is not Kind.ACCEPTED

    @property
    def standing(self) -> str:
        if self.waits:
            return "waits for an approval"
        return "held at a breakpoint" if self.held else "no answer yet"

    @property
    def word(self) -> str:
        if self.waits:
            return "waiting"
        return "held" if self.held else "under way"


class Exchanges:
    """Pairs what belongs together, record by record; forgets what is settled.

    Attributes:
        open: Requests without an answer, senders' among them, by serial.
        retries: Retries that are to follow, by serial.
        approvals: Requests that nobody has decided about, by serial of the record.
    """

    __slots__ = ("_holds", "approvals", "open", "retries")

    def __init__(self) -> None:
        self.open: dict[int, Exchange] = {}
        self.retries: dict[int, Record] = {}
        self.approvals: dict[int, Record] = {}
        self._holds: dict[int, Exchange] = {}

    def add(self, record: Record) -> Exchange | None:
        """Take the next record; give the request that it is about, if that is open."""
        kind, serial = record.kind, record.serial
        cause = -1 if record.cause is None else record.cause
        if kind in REQUESTS:
            self.retries.pop(cause, None)
            exchange = self.open[serial] = Exchange(record)
            return exchange
        row = row_of(kind)
        if row.closes is Pending.REQUEST or row.closes is Pending.SENDER:
            return self._end(record, cause)
        if row.closes is Pending.HOLD:
            held = self._holds.pop(cause, None)
            if held is not None:
                held.held = False
            return held
        if row.closes is Pending.APPROVAL:
            self.approvals.pop(cause, None)
            return None
        return self._note(record, self.open.get(cause))

    def _end(self, record: Record, cause: int) -> Exchange | None:
        ended = self.open.pop(cause, None)
        if record.kind is Kind.CUT:
            self.retries.pop(cause, None)
        elif ended is not None:
            ended.answer = record
        return ended

    def _note(self, record: Record, about: Exchange | None) -> Exchange | None:
        match record.kind:
            case Kind.RETRY_SCHEDULED:
                self.retries[record.serial] = record
            case Kind.WAITING:
                self.approvals[record.serial] = record
                if about is not None:
                    about.waits = True
            case Kind.HELD if about is not None:
                about.held = True
                self._holds[record.serial] = about
            case Kind.FAULT_HIT if about is not None:
                about.hits.append(record)
            case kind if kind in DOORS and about is not None:
                about.door = record
        return about


class Hop:
    """One hop, in the making until its lineage is read.

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
        self.attempts: list[Exchange] = []
        self.children: list[Hop] = []
        self.waiting: Record | None = None
        self.end: Record | None = None
        if parent is not None:
            parent.children.append(self)

    def add(self, record: Record, about: Exchange | None) -> None:
        self.records.append(record)
        kind = record.kind
        if kind in REQUESTS and about is not None:
            self.attempts.append(about)
            self.waiting = None
        elif kind is Kind.RETRY_SCHEDULED:
            self.waiting = record
        elif kind in _BAD_ENDS and self.end is None:
            self.end = record

    @property
    def event(self) -> Event:
        return self.first.event

    @property
    def is_delivery(self) -> bool:
        return self.first.kind in DELIVERIES

    @property
    def answer(self) -> Record | None:
        answers = (each.answer for each in reversed(self.attempts))
        return next((answer for answer in answers if answer is not None), None)

    @property
    def accepted(self) -> Record | None:
        taken = (r for r in self.records if r.kind is Kind.ACCEPTED)
        return next(taken, None)

    @property
    def end_ns(self) -> int:
        return self.records[-1].at_ns

    @property
    def word(self) -> str:
        if self.end is not None:
            return row_of(self.end.kind).word
        kind = self.first.kind
        if self.waiting is not None and not self._given_up:
            return "retry"
        if kind in HANDED_OVER or kind is Kind.REPLY_DROPPED:
            return row_of(kind).word
        if not self.attempts:
            return "note"
        last = self.attempts[-1]
        if last.answer is None:
            return last.word
        return "delivered" if last.answer.ok else "failed"

    @property
    def _given_up(self) -> bool:
        return any(c.first.kind is Kind.DEAD_LETTERED for c in self.children)

    @property
    def tries(self) -> int:
        """How many attempts were made; a redirected request is no further one."""
        return self.attempts[-1].request.attempt if self.attempts else 0

    def same_event(self, other: Hop) -> bool:
        one, two = self.event, other.event
        return (one.id, one.source) == (two.id, two.source)

    def ancestors(self) -> Iterator[Hop]:
        hop = self.parent
        while hop is not None:
            yield hop
            hop = hop.parent


class Family:
    """All hops of one lineage.

    Attributes:
        roots: The hops that nothing here caused, in order.
        of: Serial of each record -> its hop.
    """

    __slots__ = ("_exchanges", "of", "roots")

    def __init__(self, records: Iterable[Record]) -> None:
        self.roots: list[Hop] = []
        self.of: dict[int, Hop] = {}
        self._exchanges = Exchanges()
        for record in records:
            self._add(record)

    def _add(self, record: Record) -> None:
        cause = -1 if record.cause is None else record.cause
        hop = self.of.get(cause)
        if hop is None or _begins(record, hop):
            parent, hop = hop, Hop(record, hop)
            if parent is None:
                self.roots.append(hop)
        hop.add(record, self._exchanges.add(record))
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
    kind = record.kind
    if kind in (Kind.SENT, Kind.REPLY_DROPPED):
        return True
    if kind not in REQUESTS or record.attempt > 1:
        return False
    last = cause.records[-1].kind
    return last is not Kind.REDIRECTED or cause.first.kind is not kind
