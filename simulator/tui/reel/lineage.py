"""Which records belong to one lineage."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.reel.columns import Columns

_CHUNK = 4096


def members(columns: Columns, root: int, stop: int) -> Iterator[int]:
    """Give the serials of a lineage in order, its first record to start with.

    Args:
        columns: The records.
        root: The serial of its first record.
        stop: Only records before this serial.
    """
    events = {
        number for number in _events_of(columns, root) if columns.begun[number] < stop
    }
    for start in range(root, stop, _CHUNK):
        end = min(stop, start + _CHUNK)
        among = map(events.__contains__, columns.event[start:end])
        yield from compress(range(start, end), among)


def _events_of(columns: Columns, root: int) -> Iterator[int]:
    """Give the numbers of the events of a lineage, in order."""
    number = columns.event[root] - 1
    while True:
        try:
            number = columns.root.index(root, number + 1)
        except ValueError:
            return
        yield number
