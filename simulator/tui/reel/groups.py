"""`Groups`: the event list with one row per event, its deliveries counted."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from itertools import compress
from typing import TYPE_CHECKING

from simulator.story.meaning import Sense
from simulator.tui.reel.rows import SLICE
from simulator.tui.reel.wording import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.tui.reel.reel import Reel
    from simulator.tui.reel.row import Row
    from simulator.tui.reel.rows import Selector

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
_TOLD = frozenset(sense for sense in Sense if not sense.row.quiet)
_ROWS = bytes(number in _TOLD for number in range(256))
MARKS = ("✓", "↻", "✗")


class Groups:
    """The events that a list shows, in the order in which they begin.

    Has the methods of `Rows`, so that a list shows the one or the other. A row is
    what the event has come to when `count_at` was asked last.

    Args:
        reel: Where the records are.
        filter: An event is shown when one of its records matches; None for all.
        marks: The characters before the numbers of deliveries, retries, and failures.
    """

    def __init__(
        self,
        reel: Reel,
        filter: Selector | None = None,  # noqa: A002 - as the user calls it
        *,
        marks: tuple[str, str, str] = MARKS,
    ) -> None:
        self._reel = reel
        self._filter = filter
        self._marks = marks
        self._scanned = 0
        self._shown = 0
        self._begins = array("i")
        self._events: set[int] = set()
        # By event: its rows.
        self._rows: dict[int, list[int]] = {}

    def scan(self, most: int = SLICE) -> bool:
        """Look at so many further records; tell whether all have been looked at."""
        reel = self._reel
        start, stop = self._scanned, min(self._scanned + most, len(reel))
        if start < stop:
            senses = reel.columns.sense[start:stop].translate(_ROWS)
            serials = list(compress(range(start, stop), senses))
            for serial in serials:
                self._rows.setdefault(self._event(serial), []).append(serial)
            matching: Iterable[int] = serials
            if self._filter is not None:
                matching = self._filter.select(reel, serials)
            for serial in matching:
                self._show(self._event(serial))
            self._scanned = stop
        return stop == len(reel)

    def _event(self, serial: int) -> int:
        """Give the number of the event of a record; a dead letter's is what it was."""
        columns = self._reel.columns
        number = columns.event[serial]
        return columns.buried.get(number, number)

    def _show(self, event: int) -> None:
        if event not in self._events:
            self._events.add(event)
            begin = self._reel.columns.begun[event]
            if not self._begins or begin > self._begins[-1]:
                self._begins.append(begin)
            else:  # a record of it matches that came after a later event
                insort(self._begins, begin)

    @property
    def progress(self) -> float:
        """Tell what part of the records has been looked at, from 0 to 1."""
        return self._scanned / len(self._reel) if len(self._reel) else 1.0

    def __len__(self) -> int:
        """Count the events found so far, also those that are not shown yet."""
        return len(self._begins)

    def count_at(self, shown: int) -> int:
        """Count the events that begin within the first records."""
        self._shown = shown
        return bisect_left(self._begins, shown)

    def serial(self, number: int) -> int:
        """Give the serial of the record with which an event begins.

        Raises:
            IndexError: There is no such row.
        """
        if number < 0:
            raise IndexError(number)
        return self._begins[number]

    def index_of(self, serial: int) -> int:
        """Give the row of the event that begins at a record, or of the next one."""
        return bisect_left(self._begins, serial)

    def has(self, serial: int) -> bool:
        """Tell whether an event begins at a record."""
        number = self.index_of(serial)
        return number < len(self) and self._begins[number] == serial

    def row(self, number: int) -> Row:
        """Make the row of an event, its deliveries counted in the note.

        Raises:
            IndexError: There is no such row.
        """
        serial = self.serial(number)
        row = row_of(self._reel, serial)
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
        senses = self._reel.columns.sense
        rows = self._rows[self._event(serial)]
        happened = [senses[row] for row in rows[: bisect_left(rows, shown)]]
        delivered, retries, dead = (
            sum(sense in senses for sense in happened)
            for senses in (_DELIVERED, _RETRIES, _DEAD)
        )
        return delivered, retries, dead
