"""Which rows the event list shows, found bit by bit as records come: one per record, or one per event."""

from __future__ import annotations

from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left, insort
from itertools import compress
from typing import TYPE_CHECKING, Protocol

from simulator.story.meaning import TROUBLE, Sense
from simulator.tui.view.row import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.tui.view.row import Misses, Row
    from simulator.tui.view.trace_view import TraceView


SLICE = 20_000
"""Records that are looked at in one go: a few milliseconds."""
_REMEMBERED = 1_000


class Selector(Protocol):
    """Picks records; `simulator.tui.filters.Filter` is one."""

    def select(self, view: TraceView, serials: Iterable[int]) -> list[int]:
        """Give those of some records that match, in order."""


def _wanted(
    *,
    all: bool,  # noqa: A002 - as of `Rows`
    trouble: bool = False,
    misses: bool = False,
) -> bytes:
    """Tell by the number of a sense whether it has a row: 1 or 0."""
    wanted = {sense for sense in Sense if all or not sense.row.quiet}
    if misses:
        wanted.add(Sense.ACCEPTED)
    if trouble:
        wanted &= TROUBLE
    wanted.discard(Sense.GONE)
    return bytes(number in wanted for number in range(256))


def row_count(view: TraceView, shown: int, *, all: bool = False) -> int:  # noqa: A002
    """Count the rows of the first records, without any filter: a look at each byte."""
    return view.columns.sense[:shown].translate(_wanted(all=all)).count(1)


_DELIVERED = frozenset({Sense.DELIVERED})
_RETRIES = frozenset({Sense.RETRY})
# A dead letter and a loss follow a failure, which is counted.
_DEAD = frozenset(
    {
        Sense.FAILED,
        Sense.REFUSED,
        Sense.EXPIRED,
        Sense.CUT,
        Sense.CUT_WAIT,
        Sense.DISCARDED,
    }
)
MARKS = ("✓", "↻", "✗")


class _Listed(ABC):
    """Serials of the records that have a row, in order, found bit by bit.

    Args:
        view: Where the records are.
        filter: Which of them count; None for all.
        wanted: By number of a sense: whether its records count, 1 or 0.
    """

    def __init__(self, view: TraceView, filter: Selector | None, wanted: bytes) -> None:  # noqa: A002 - as the user calls it
        self._view = view
        self._filter = filter
        self._wanted = wanted
        self._serials = array("i")
        self._scanned = 0

    def scan(self, most: int = SLICE) -> bool:
        """Look at so many further records; tell whether all have been looked at."""
        view = self._view
        start, stop = self._scanned, min(self._scanned + most, len(view))
        if start < stop:
            senses = view.columns.sense[start:stop].translate(self._wanted)
            self._take(compress(range(start, stop), senses))
            self._scanned = stop
        return stop == len(view)

    def _select(self, serials: Iterable[int]) -> Iterable[int]:
        """Give those that the filter lets through."""
        return (
            serials
            if self._filter is None
            else self._filter.select(self._view, serials)
        )

    @abstractmethod
    def _take(self, serials: Iterable[int]) -> None:
        """Take in the next records that count."""

    @property
    def progress(self) -> float:
        """Tell what part of the records has been looked at, from 0 to 1."""
        return self._scanned / len(self._view) if len(self._view) else 1.0

    def __len__(self) -> int:
        """Count the rows found so far, also those that are not shown yet."""
        return len(self._serials)

    def count_at(self, shown: int) -> int:
        """Count the rows among the first records."""
        return bisect_left(self._serials, shown)

    def serial(self, number: int) -> int:
        """Give the serial of a row.

        Raises:
            IndexError: There is no such row.
        """
        if number < 0:
            raise IndexError(number)
        return self._serials[number]

    def index_of(self, serial: int) -> int:
        """Give the number of the row of a record, or of the first one after it."""
        return bisect_left(self._serials, serial)

    def has(self, serial: int) -> bool:
        number = self.index_of(serial)
        return number < len(self) and self._serials[number] == serial


class Rows(_Listed):
    """The rows of the event list, one per record that means something to a reader.

    Args:
        view: Where the records are.
        filter: Which of them are shown; None for all.
        all: Whether each record has a row, such as those that only pass on.
        trouble: Whether only retries, failures, dead letters and the like are shown.
        misses: Gives the routes that did not want an event that a hub took, by the
            serial of that record, each with the reason; with it, such records have
            rows too. It is asked for what is looked at only.
    """

    def __init__(
        self,
        view: TraceView,
        filter: Selector | None = None,  # noqa: A002 - as the user calls it
        *,
        all: bool = False,  # noqa: A002 - as the user calls it
        trouble: bool = False,
        misses: Misses | None = None,
    ) -> None:
        wanted = _wanted(all=all, trouble=trouble, misses=misses is not None)
        super().__init__(view, filter, wanted)
        self._misses = misses
        self._made: dict[int, Row] = {}

    def _take(self, serials: Iterable[int]) -> None:
        self._serials.extend(self._select(serials))

    def row(self, number: int) -> Row:
        """Make a row, or give it as it was made.

        Raises:
            IndexError: There is no such row.
        """
        serial = self.serial(number)
        row = self._made.get(serial)
        if row is None:
            row = row_of(self._view, serial, self._misses)
            if len(self._made) >= _REMEMBERED:
                del self._made[next(iter(self._made))]
            self._made[serial] = row
        return row


class Groups(_Listed):
    """The events that a list shows, in the order in which they begin.

    A row is what the event has come to when `count_at` was asked last.

    Args:
        view: Where the records are.
        filter: An event is shown when one of its records matches; None for all.
        marks: The characters before the numbers of deliveries, retries, and failures.
    """

    def __init__(
        self,
        view: TraceView,
        filter: Selector | None = None,  # noqa: A002 - as the user calls it
        *,
        marks: tuple[str, str, str] = MARKS,
    ) -> None:
        super().__init__(view, filter, _wanted(all=False))
        self._marks = marks
        self._shown = 0
        self._events: set[int] = set()
        # By event: its rows.
        self._rows: dict[int, list[int]] = {}

    def _take(self, serials: Iterable[int]) -> None:
        found = list(serials)
        for serial in found:
            self._rows.setdefault(self._event(serial), []).append(serial)
        for serial in self._select(found):
            self._show(self._event(serial))

    def _event(self, serial: int) -> int:
        """Give the number of the event of a record; a dead letter's is what it was."""
        columns = self._view.columns
        number = columns.event[serial]
        return columns.buried.get(number, number)

    def _show(self, event: int) -> None:
        if event not in self._events:
            self._events.add(event)
            begin = self._view.columns.begun[event]
            if not self._serials or begin > self._serials[-1]:
                self._serials.append(begin)
            else:  # a record of it matches that came after a later event
                insort(self._serials, begin)

    def count_at(self, shown: int) -> int:
        """Count the events that begin within the first records."""
        self._shown = shown
        return super().count_at(shown)

    def row(self, number: int) -> Row:
        """Make the row of an event, its deliveries counted in the note.

        Raises:
            IndexError: There is no such row.
        """
        serial = self.serial(number)
        row = row_of(self._view, serial)
        counts = self.counts(serial, self._shown)
        parts = (f"{m}{n}" for m, n in zip(self._marks, counts, strict=True))
        outcome = "dead" if counts[2] else row.outcome
        return row._replace(note=" ".join(parts), outcome=outcome)

    def counts(self, serial: int, shown: int) -> tuple[int, int, int]:
        """Count deliveries, retries and failures of the event that begins at a record.

        Args:
            serial: Of the record.
            shown: How many records have happened.
        """
        senses = self._view.columns.sense
        rows = self._rows[self._event(serial)]
        happened = [senses[row] for row in rows[: bisect_left(rows, shown)]]
        delivered, retries, dead = (
            sum(sense in senses for sense in happened)
            for senses in (_DELIVERED, _RETRIES, _DEAD)
        )
        return delivered, retries, dead
