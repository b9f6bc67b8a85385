"""The records of a run in the order in which things happened, packed flat."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from enum import StrEnum
from itertools import compress, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

WIDTH: Final = 8
# Records that are packed at once.
_CHUNK: Final = 512
# Records of one instant that each record without a cause allows beyond `most`. What goes
# in a circle has few of those: each of its records has a cause.
_FROM_OUTSIDE: Final = 1_000


class Kind(StrEnum):
    """What a record says; the words of the trace.

    ===============  ==========================================================
    sent             a new event is posted to an address
    accepted         a hub takes the event; status is the number of routes that match
    refused          a receiver answers a sender, a reply or a dead letter with 4xx
    expired          refused, because the time to live is used up
    dispatched       one attempt: the request goes to a subscriber or sink
    panicked         the filter handler panics on this event; the connection drops
    responded        the answer to it; status 0 where the connection failed
    redirected       the request follows a redirect
    retry-scheduled  a further attempt follows after a wait
    replied          the subscriber's event is posted to the reply address
    reply-dropped    the subscriber's event has nowhere to go
    dead-lettered    the event goes to the dead letter sink
    lost             the delivery failed in the end and nothing took the event
    cut              the caller has gone: the request or the wait ends here
    answered         the sender has its answer
    duplicate        the hub has taken an event with this id just before: it drops this one
    created          the cluster makes an object by itself; the detail names it
    stuck            the event stays in a queue: the process that takes from it is dead
    upstream-bug     the real thing breaks here; the detail says what that comes to
    fault-set        somebody injects a fault, or switches it on; the event holds all of it
    fault-lifted     the fault is removed, or switched off
    fault-hit        a fault hits this request; the detail says which
    waiting          a service holds the request until somebody, or its policy, decides
    approved         it is approved; the detail says by what, unless by hand
    rejected         it is rejected, likewise
    withdrawn        nobody can decide any more: the caller has gone, or the deadline is past
    held             a breakpoint holds the request before it is carried out
    released         it goes on, perhaps with another event
    dropped          its connection is dropped in its place
    queued           the request waits for a pod; the detail says why
    scaled           there are to be more pods, or fewer: status is how many; detail says why
    started          a pod is Ready; status is how many are
    reconfigured     another topology runs from here on; detail is what changed
    logged           a program that plays a service or source has written a line: the detail
    ===============  ==========================================================
    """

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    DISPATCHED = "dispatched"
    PANICKED = "panicked"
    RESPONDED = "responded"
    REDIRECTED = "redirected"
    RETRY_SCHEDULED = "retry-scheduled"
    REPLIED = "replied"
    REPLY_DROPPED = "reply-dropped"
    DEAD_LETTERED = "dead-lettered"
    LOST = "lost"
    CUT = "cut"
    ANSWERED = "answered"
    DUPLICATE = "duplicate"
    CREATED = "created"
    STUCK = "stuck"
    UPSTREAM_BUG = "upstream-bug"
    FAULT_SET = "fault-set"
    FAULT_LIFTED = "fault-lifted"
    FAULT_HIT = "fault-hit"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HELD = "held"
    RELEASED = "released"
    DROPPED = "dropped"
    QUEUED = "queued"
    SCALED = "scaled"
    STARTED = "started"
    RECONFIGURED = "reconfigured"
    LOGGED = "logged"

    __hash__ = str.__hash__  # that of an enum is a function in Python


class RunawayError(Exception):
    """A run has made more records than it may: most likely events go in a circle."""


Row = tuple[int, int, int, Kind, Any, Any, Any, int, Any]


class Settled(Protocol):
    """What became of an event in the step it was sent in: one entry for its records."""

    def count(self, statuses: Sequence[int]) -> int:
        """Count the records that an entry with these statuses stands for."""

    def records(self, entry: Sequence[Any], epoch_ns: int) -> list[Any]:
        """Write the records out, eight cells for each.

        Args:
            entry: Instant, how far back the cause is, None, event, sender's node,
                target, this, and the statuses of those who were asked so far, that of
                the sender last.
            epoch_ns: The start of the run, nanoseconds since 1970.
        """


SETTLED_KINDS = frozenset(
    {Kind.SENT, Kind.ACCEPTED, Kind.DISPATCHED, Kind.RESPONDED, Kind.ANSWERED}
)
"""The records that an entry may stand for."""


class Log:
    """Where the kernel writes: eight cells of a list for each record.

    The cells: instant in ns, how many records back its cause is (0 for none), kind,
    event or envelope, from, to (nodes, or what has a `node`), attempt, and the status
    or a pair (status, detail). Small numbers and shared objects only: a record costs
    64 bytes. Where an event settles in the step it was sent in, one entry stands for all
    of its records, its kind None; see `Settled`. It is written out for who looks. What
    is written is packed into tuples of exact size as it grows.

    Args:
        keep: About how many of the newest records are kept; None keeps all.
        most: Records after which a run that keeps all of them is stopped; one that
            does not, when so many are of one instant, and 1,000 more for each of these
            that has no cause: what is sent from outside, or by a source, comes to an end.

    Attributes:
        cells: What is not packed yet. The list stays the same, so that its methods
            may be bound.
        base: With the rows in `cells` added, the serial of the next record: it carries
            what entries are worth beyond one record.
        bound: Cells at which `roll` is to be called; an entry takes off what it is
            worth beyond one record.
        entry: Where in `cells` the entry is that somebody still adds to; -1 for none.
        epoch_ns: The start of the run, nanoseconds since 1970.
        rolls: How often it was packed.
        before_drop: Is called before the oldest records go.
        followed: Is called with how many records were packed, when each has a cause.
    """

    __slots__ = (
        "_causeless",
        "_instant",
        "_packed",
        "_seen",
        "_since",
        "_start",
        "base",
        "before_drop",
        "bound",
        "cells",
        "entry",
        "epoch_ns",
        "first",
        "followed",
        "keep",
        "most",
        "rolls",
    )

    def __init__(self, *, keep: int | None = None, most: int) -> None:
        self.cells: list[Any] = []
        self.base = 0
        self.first = 0
        self.keep = keep
        self.most = most
        self.entry = -1
        self.epoch_ns = 0
        self.rolls = 0
        self.bound = self._room
        self.before_drop: Callable[[], None] | None = None
        self.followed: Callable[[int], None] | None = None
        self._start = 0  # the serial of the first record in `cells`
        self._packed: deque[tuple[int, tuple[Any, ...]]] = deque()
        # The chunk that was looked into last, and what it is written out.
        self._seen: tuple[Sequence[Any], Sequence[Any]] = ((), ())
        self._instant = -1
        self._since = 0
        self._causeless = 0

    @property
    def _room(self) -> int:
        bound = self.most if self.keep is None else self.keep
        return min(_CHUNK, max(1, bound)) * WIDTH

    def __len__(self) -> int:
        """Count all records of the run, those dropped included."""
        return self.base + len(self.cells) // WIDTH

    def write_out(self) -> None:
        """Put the records in the place of the entry that somebody still adds to."""
        cells, at = self.cells, self.entry
        entry = cells[at : at + WIDTH]
        records = entry[6].records(entry, self.epoch_ns)
        self.base -= len(records) // WIDTH - 1
        cells[at : at + WIDTH] = records
        self.entry = -1

    def roll(self) -> None:
        """Pack what was written, and drop the oldest beyond `keep`.

        Raises:
            RunawayError: There are too many; see `most`.
        """
        cells = self.cells
        packed: tuple[Any, ...] = tuple(cells)
        self._packed.append((self._start, packed))
        self.base += len(packed) // WIDTH
        self._start = self.base
        self.rolls += 1
        cells.clear()
        self.bound = self._room
        if self.followed is not None and 0 not in packed[1::WIDTH]:
            self.followed(len(packed) // WIDTH)
        if self.keep is None:
            if self.base >= self.most:
                raise RunawayError
            return
        self._count_instant(packed)
        if self.base - self._since >= self.most + _FROM_OUTSIDE * self._causeless:
            raise RunawayError
        while len(self._packed) > 1 and self.base - self._packed[1][0] >= self.keep:
            if self.before_drop is not None:
                self.before_drop()
            self._packed.popleft()
            self.first = self._packed[0][0]

    def _count_instant(self, packed: tuple[Any, ...]) -> None:
        """Count on with what was packed just now."""
        newest, begin = packed[-WIDTH], 0
        if newest != self._instant:
            begin = bisect_left(packed[::WIDTH], newest) * WIDTH
            self._since = self.base - _count(packed, begin)
            self._instant, self._causeless = newest, 0
        self._causeless += packed[begin + 1 :: WIDTH].count(0)

    def rows(
        self, start: int = 0, kinds: Collection[Kind] | None = None
    ) -> Iterator[Row]:
        """Give the records that are there at the call, from a serial on, as they lie.

        Args:
            start: The first serial.
            kinds: Only of these; None for all.
        """
        for serial, packed in self._chunks(start):
            if kinds is not None and _lacks(packed, kinds):
                continue
            cells, first = self._written_out(packed), max(0, start - serial)
            numbers: Iterable[int] = range(first, len(cells) // WIDTH)
            if kinds is not None:
                there = cells[first * WIDTH + 2 :: WIDTH]
                numbers = compress(numbers, map(kinds.__contains__, there))
            for number in numbers:
                at = number * WIDTH
                yield (serial + number, *cells[at : at + WIDTH])

    def count(self, kinds: Collection[Kind]) -> int:
        """Count the records of these kinds that are there."""
        found = 0
        for cells in (*(packed for _, packed in self._packed), self.cells):
            there = self._written_out(cells)[2::WIDTH]
            found += sum(map(kinds.__contains__, there))
        return found

    def chunks(self, start: int = 0) -> Iterator[tuple[int, Sequence[Any]]]:
        """Give the cells that are there at the call, from a serial on, many records at once.

        Yields:
            The serial of the first record, and the cells, eight for each record.
        """
        for serial, packed in self._chunks(start):
            cells = self._written_out(packed)
            skip = max(0, start - serial) * WIDTH
            if skip < len(cells):
                yield serial + skip // WIDTH, cells[skip:] if skip else cells

    def _chunks(self, start: int) -> list[tuple[int, tuple[Any, ...]]]:
        """Give what is there, packed, from the chunk on that a serial is in."""
        at = bisect_right(self._packed, start, key=itemgetter(0)) - 1
        cells = self.cells
        if self.entry >= 0:  # somebody still adds to it
            cells = cells.copy()
            cells[self.entry + 7] = tuple(cells[self.entry + 7])
        whole = list(islice(self._packed, max(0, at), None))
        return [*whole, (self._start, tuple(cells))] if cells else whole

    def _written_out(self, packed: Sequence[Any]) -> Sequence[Any]:
        """Write out what is packed: each record for itself."""
        if None not in packed[2::WIDTH]:
            return packed
        cells: list[Any] = []
        for at in range(0, len(packed), WIDTH):
            row = packed[at : at + WIDTH]
            cells += row if row[2] is not None else row[6].records(row, self.epoch_ns)
        return cells

    def row(self, serial: int) -> Row:
        """Give one record.

        Raises:
            IndexError: It is not there, or no more.
        """
        if not self.first <= serial < len(self):
            raise IndexError(serial)
        if serial >= self._start:
            return (serial, *self._among_cells(serial - self._start))
        at = bisect_right(self._packed, serial, key=itemgetter(0)) - 1
        start, packed = self._packed[at]
        if packed is not self._seen[0]:
            self._seen = (packed, self._written_out(packed))
        at = (serial - start) * WIDTH
        return (serial, *self._seen[1][at : at + WIDTH])

    def _among_cells(self, number: int) -> Sequence[Any]:
        """Give the cells of a record that is not packed yet, 0 for the first."""
        cells = self.cells
        for at in range(0, len(cells), WIDTH):
            row, count = cells[at : at + WIDTH], 1
            if row[2] is None:
                count = row[6].count(row[7])
                if number < count:
                    row = row[6].records(row, self.epoch_ns)[number * WIDTH :]
            if number < count:
                return row[:WIDTH]
            number -= count
        raise IndexError(number)


def _count(cells: Sequence[Any], start: int) -> int:
    kinds = cells[start + 2 :: WIDTH]
    if None not in kinds:
        return len(kinds)
    return sum(
        cells[at + 6].count(cells[at + 7]) if kind is None else 1
        for at, kind in zip(range(start, len(cells), WIDTH), kinds, strict=True)
    )


def _lacks(packed: Sequence[Any], kinds: Collection[Kind]) -> bool:
    """Tell whether no record of these kinds is in a chunk."""
    there = set(packed[2::WIDTH])
    if None in there:
        there |= SETTLED_KINDS
    return there.isdisjoint(kinds)


def name_of(node: Any) -> str:
    """Give the name of what stands in a from or to cell."""
    name: str = node if type(node) is str else node.node
    return name
