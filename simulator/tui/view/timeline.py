"""Where records stand in time: positions on the screen's time line, and the clock."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from simulator.story.meaning import Sense
from simulator.tui.view.columns import GAP_S, NS

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable

    from simulator.tui.view.columns import Columns


class Mode(StrEnum):
    """How serials become seconds on the time line."""

    STORY = "story"
    """Hops take time one after the other, idle time is cut short."""
    TRUE = "true"
    """Virtual time as it is."""


_GAP_NS = int(GAP_S * NS)
# How long it is told, in seconds of the time line, that time has been skipped.
_TOLD_S = 0.5


class _Story:
    """The time line on which hops take time and idle time is cut short.

    In an idle gap the clock goes on as it does otherwise; after a second it jumps to
    the gap's end. So what is sent in between stands where the playhead was.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def position_of(self, serial: int) -> float:
        return self._columns.story[serial]

    def shown_at(self, position: float) -> int:
        return bisect_right(self._columns.story, position)

    def end(self) -> float:
        """Give the last position: that of what is due next, or of the last record."""
        gap = max(0, min(self._gap_ns(), _GAP_NS))
        return self._last() + gap / NS

    def _last(self) -> float:
        story = self._columns.story
        return story[-1] if story else 0.0

    def _gap_ns(self) -> int:
        """Give how long after the last record something is due; 0 where nothing is."""
        at, due = self._columns.at, self._columns.due_ns
        return 0 if due is None else due - (at[-1] if at else 0)

    def instant_begin(self) -> float:
        """Give where the last instant begins: there the live edge is."""
        return self._columns.origin

    def clock_at(self, position: float) -> int:
        at, story = self._columns.at, self._columns.story
        shown = self.shown_at(position)
        before, place = (at[shown - 1], story[shown - 1]) if shown else (0, 0.0)
        after = at[shown] if shown < len(at) else self._columns.due_ns
        gone = round((position - place) * NS)
        if after is None:
            # Nothing follows; time may still pass, as far as somebody lets it.
            return before
        if gone >= min(after - before, _GAP_NS):
            return max(before, after)
        return before + max(0, gone)

    def position_at(self, instant_ns: int) -> float:
        at, story = self._columns.at, self._columns.story
        next_ = bisect_left(at, instant_ns)
        before, place = (at[next_ - 1], story[next_ - 1]) if next_ else (0, 0.0)
        position = place + min(max(0, instant_ns - before), _GAP_NS) / NS
        return min(position, self.end())

    def skipped_at(self, position: float) -> int:
        """Give how much time is being skipped there, or has just been, in ns."""
        beyond = self._gap_ns() - _GAP_NS
        if beyond > 0 and position > self._last():
            return beyond
        places, skipped = self._columns.skips
        number = bisect_right(places, position + GAP_S) - 1
        if number < 0 or position > places[number] + _TOLD_S:
            return 0
        return skipped[number]


class _Plain:
    """The time line of virtual time itself."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns

    def position_of(self, serial: int) -> float:
        return self._columns.at[serial] / NS

    def shown_at(self, position: float) -> int:
        return bisect_right(self._columns.at, position, key=lambda ns: ns / NS)

    def end(self) -> float:
        due, at = self._columns.due_ns or 0, self._columns.at
        return max(due, at[-1] if at else 0) / NS

    def instant_begin(self) -> float:
        at = self._columns.at
        return at[-1] / NS if at else 0.0

    def clock_at(self, position: float) -> int:
        return max(0, round(position * NS))

    def position_at(self, instant_ns: int) -> float:
        return min(max(0, instant_ns) / NS, self.end())

    def skipped_at(self, position: float) -> int:
        return 0


Timeline: TypeAlias = _Story | _Plain
"""A map from serials to seconds, never decreasing."""


def timelines(columns: Columns) -> dict[str, Timeline]:
    """Lay out the same records in each mode."""
    return {Mode.STORY: _Story(columns), Mode.TRUE: _Plain(columns)}


_DEAD = (Sense.DEAD, Sense.LOST, Sense.STUCK, Sense.CUT, Sense.CUT_WAIT)


class Slot(NamedTuple):
    records: int
    has_retry: bool
    has_dead: bool


def histogram(columns: Columns, timeline: Timeline, slots: int) -> list[Slot]:
    """Count records in equal parts of the time line; costs nothing per record."""
    end = timeline.end()
    bounds = [timeline.shown_at(end * slot / slots) for slot in range(1, slots)]
    bounds = [0, *bounds, len(columns)]
    retries = [columns.listed[Sense.RETRY]]
    dead = [columns.listed[sense] for sense in _DEAD]
    return [
        Slot(stop - start, _any(retries, start, stop), _any(dead, start, stop))
        for start, stop in pairwise(bounds)
    ]


def _any(lists: Iterable[array[int]], start: int, stop: int) -> bool:
    return any(bisect_left(each, start) < bisect_left(each, stop) for each in lists)
