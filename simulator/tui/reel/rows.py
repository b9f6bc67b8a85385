"""`Rows`: which records the event list shows, found bit by bit as they come."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import compress
from typing import TYPE_CHECKING, Protocol

from simulator.story.meaning import TROUBLE, Sense
from simulator.tui.reel.wording import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.tui.reel.reel import Reel
    from simulator.tui.reel.row import Row
    from simulator.tui.reel.wording import Misses

SLICE = 20_000
"""Records that are looked at in one go: a few milliseconds."""
_REMEMBERED = 1_000


class Selector(Protocol):
    """Picks records; `simulator.tui.filters.Filter` is one."""

    def select(self, reel: Reel, serials: Iterable[int]) -> list[int]:
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


def row_count(reel: Reel, shown: int, *, all: bool = False) -> int:  # noqa: A002
    """Count the rows of the first records, without any filter: a look at each byte."""
    return reel.columns.sense[:shown].translate(_wanted(all=all)).count(1)


class Rows:
    """The rows of the event list, one per record that means something to a reader.

    Args:
        reel: Where the records are.
        filter: Which of them are shown; None for all.
        all: Whether each record has a row, such as those that only pass on.
        trouble: Whether only retries, failures, dead letters and the like are shown.
        misses: Gives the routes that did not want an event that a hub took, by the
            serial of that record, each with the reason; with it, such records have
            rows too. It is asked for what is looked at only.
    """

    def __init__(
        self,
        reel: Reel,
        filter: Selector | None = None,  # noqa: A002 - as the user calls it
        *,
        all: bool = False,  # noqa: A002 - as the user calls it
        trouble: bool = False,
        misses: Misses | None = None,
    ) -> None:
        self._reel = reel
        self._filter = filter
        self._misses = misses
        self._serials = array("i")
        self._scanned = 0
        self._made: dict[int, Row] = {}
        self._wanted = _wanted(all=all, trouble=trouble, misses=misses is not None)

    def scan(self, most: int = SLICE) -> bool:
        """Look at so many further records; tell whether all have been looked at."""
        reel = self._reel
        start, stop = self._scanned, min(self._scanned + most, len(reel))
        if start < stop:
            senses = reel.columns.sense[start:stop].translate(self._wanted)
            serials: Iterable[int] = compress(range(start, stop), senses)
            if self._filter is not None:
                serials = self._filter.select(reel, serials)
            self._serials.extend(serials)
            self._scanned = stop
        return stop == len(reel)

    @property
    def progress(self) -> float:
        """Tell what part of the records has been looked at, from 0 to 1."""
        return self._scanned / len(self._reel) if len(self._reel) else 1.0

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
        """Tell whether a record has a row."""
        number = self.index_of(serial)
        return number < len(self) and self._serials[number] == serial

    def row(self, number: int) -> Row:
        """Make a row, or give it as it was made.

        Raises:
            IndexError: There is no such row.
        """
        serial = self.serial(number)
        row = self._made.get(serial)
        if row is None:
            row = row_of(self._reel, serial, self._misses)
            if len(self._made) >= _REMEMBERED:
                del self._made[next(iter(self._made))]
            self._made[serial] = row
        return row
