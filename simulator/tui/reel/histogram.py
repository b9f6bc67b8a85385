"""The histogram under the playhead: how much happens when, and where trouble is."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from simulator.story.meaning import Sense

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable

    from simulator.tui.reel.columns import Columns
    from simulator.tui.reel.timeline import Timeline

_RETRIES = (Sense.RETRY,)
_DEAD = (Sense.DEAD, Sense.LOST, Sense.STUCK, Sense.CUT, Sense.CUT_WAIT)


class Slot(NamedTuple):
    """One of the equal parts of the time line.

    Args:
        records: How many there are in it.
        has_retry: Whether a retry was scheduled in it.
        has_dead: Whether an event was dead-lettered or lost in it.
    """

    records: int
    has_retry: bool
    has_dead: bool


def histogram(columns: Columns, timeline: Timeline, slots: int) -> list[Slot]:
    """Count records in equal parts of the time line; costs nothing per record."""
    end = timeline.end()
    bounds = [timeline.shown_at(end * slot / slots) for slot in range(1, slots)]
    bounds = [0, *bounds, len(columns)]
    retries = [columns.listed[sense] for sense in _RETRIES]
    dead = [columns.listed[sense] for sense in _DEAD]
    return [
        Slot(stop - start, _any(retries, start, stop), _any(dead, start, stop))
        for start, stop in pairwise(bounds)
    ]


def _any(lists: Iterable[array[int]], start: int, stop: int) -> bool:
    for serials in lists:
        at = bisect_left(serials, start)
        if at < len(serials) and serials[at] < stop:
            return True
    return False
