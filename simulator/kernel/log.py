"""The records of a run in the order in which things happened, packed flat."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from enum import StrEnum
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

WIDTH = 8
# Records that are packed at once.
_CHUNK = 512
# Records of one instant that each record without a cause allows beyond `most`. What goes
# in a circle has few of those: each of its records has a cause.
_FROM_OUTSIDE = 1_000


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
    upstream-bug     the real Knative would crash here; the run goes on
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
    reconfigured     another topology runs from here on; detail is what changed
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
    RECONFIGURED = "reconfigured"


class RunawayError(Exception):
    """A run has made more records than it may: most likely events go in a circle."""


Row = tuple[int, int, int, Kind, Any, Any, Any, int, Any]


class Log:
    """Where the kernel writes: eight cells of a list for each record.

    The cells: instant in ns, how many records back its cause is (0 for none), kind,
    event or envelope, from, to (nodes, or what has a `node`), attempt, and the status
    or a pair (status, detail). Small numbers and shared objects only: a record costs
    64 bytes. What is written is packed into tuples of exact size as it grows.

    Args:
        keep: About how many of the newest records are kept; None keeps all.
        most: Records after which a run that keeps all of them is stopped; one that
            does not, when so many are of one instant, and 1,000 more for each of these
            that has no cause: what is sent from outside, or by a source, comes to an end.

    Attributes:
        cells: What is not packed yet. The list stays the same, so that its methods
            may be bound.
        base: The serial of the first record in `cells`.
        bound: Cells at which `roll` is to be called.
        before_drop: Is called before the oldest records go.
    """

    __slots__ = (
        "_causeless",
        "_instant",
        "_packed",
        "_since",
        "base",
        "before_drop",
        "bound",
        "cells",
        "first",
        "keep",
        "most",
    )

    def __init__(self, *, keep: int | None = None, most: int) -> None:
        self.cells: list[Any] = []
        self.base = 0
        self.first = 0
        self.keep = keep
        self.most = most
        self.bound = min(_CHUNK, max(1, most if keep is None else keep)) * WIDTH
        self.before_drop: Callable[[], None] | None = None
        self._packed: deque[tuple[int, tuple[Any, ...]]] = deque()
        # The newest instant, its first record, and how many of its records have no cause.
        self._instant = -1
        self._since = 0
        self._causeless = 0

    def __len__(self) -> int:
        """Count all records of the run, those dropped included."""
        return self.base + len(self.cells) // WIDTH

    def next(self) -> int:
        """Give the serial of the record that is written next."""
        return self.base + len(self.cells) // WIDTH

    def roll(self) -> None:
        """Pack what was written, and drop the oldest beyond `keep`.

        Raises:
            RunawayError: There are too many; see `most`.
        """
        packed: tuple[Any, ...] = tuple(self.cells)
        base = self.base
        self._packed.append((base, packed))
        self.base += len(packed) // WIDTH
        self.cells.clear()
        if self.keep is None:
            if self.base >= self.most:
                raise RunawayError
            return
        self._count_instant(base, packed)
        if self.base - self._since >= self.most + _FROM_OUTSIDE * self._causeless:
            raise RunawayError
        while len(self._packed) > 1 and self.base - self._packed[1][0] >= self.keep:
            if self.before_drop is not None:
                self.before_drop()
            self._packed.popleft()
            self.first = self._packed[0][0]

    def _count_instant(self, base: int, packed: tuple[Any, ...]) -> None:
        """Count on with the records that were packed, from the serial *base* on."""
        newest, begin = packed[-WIDTH], 0
        if newest != self._instant:
            begin = bisect_left(packed[::WIDTH], newest)
            self._instant, self._since, self._causeless = newest, base + begin, 0
        self._causeless += packed[begin * WIDTH + 1 :: WIDTH].count(0)

    def rows(self, start: int = 0) -> Iterator[Row]:
        """Give the records that are there at the call, from a serial on, as they lie."""
        for base, cells in (*self._packed, (self.base, tuple(self.cells))):
            count = len(cells) // WIDTH
            if base + count <= start:
                continue
            skip = max(0, start - base)
            for number in range(skip, count):
                at = number * WIDTH
                yield (base + number, *cells[at : at + WIDTH])

    def chunks(self, start: int = 0) -> Iterator[tuple[int, Sequence[Any]]]:
        """Give the cells that are there at the call, from a serial on, many records at once.

        Yields:
            The serial of the first record, and the cells, eight for each record.
        """
        at = bisect_right(self._packed, start, key=itemgetter(0)) - 1
        whole = [
            *islice(self._packed, max(0, at), None),
            (self.base, tuple(self.cells)),
        ]
        for base, cells in whole:
            skip = max(0, start - base) * WIDTH
            if skip < len(cells):
                yield base + skip // WIDTH, cells[skip:] if skip else cells

    def row(self, serial: int) -> Row:
        """Give one record.

        Raises:
            IndexError: It is not there, or no more.
        """
        if not self.first <= serial < len(self):
            raise IndexError(serial)
        base: int = self.base
        cells: Sequence[Any] = self.cells
        if serial < base:
            at = bisect_right(self._packed, serial, key=itemgetter(0)) - 1
            base, cells = self._packed[at]
        at = (serial - base) * WIDTH
        return (serial, *cells[at : at + WIDTH])


def name_of(node: Any) -> str:
    """Give the name of what stands in a from or to cell."""
    name: str = node if type(node) is str else node.node
    return name
