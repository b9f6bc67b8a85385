"""Where records stand in time: positions on the screen's time line, and the clock."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from enum import StrEnum
from itertools import count, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from simulator.story.meaning import LOSSES, Sense
from simulator.tui.view.columns import NS, Columns

if TYPE_CHECKING:
    from collections.abc import Iterable


class Mode(StrEnum):
    """How serials become seconds on the time line."""

    STORY = "story"
    """Hops take time one after the other, idle time is cut short."""
    TRUE = "true"
    """Virtual time as it is."""


HOP_S = 0.18
"""How long a hop travels in story mode, in seconds of the time line."""
GAP_S = 1.0
"""How much of an idle gap is played in story mode; the rest is skipped."""
_GAP_NS = int(GAP_S * NS)
# How long it is told, in seconds of the time line, that time has been skipped.
_TOLD_S = 0.5


class Story:
    """The time line on which hops take time and idle time is cut short.

    In an idle gap the clock goes on as it does otherwise; after a second it jumps to
    the gap's end. So what is sent in between stands where the playhead was.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._places = array("d")
        # Where idle time is skipped, in seconds, and how much of it, in ns.
        self._skips, self._skipped = array("d"), array("q")
        # The last instant that is told, and where it begins.
        self._now, self._origin = 0, 0.0

    @property
    def places(self) -> array[float]:
        """Seconds on the time line, told when somebody asks: at full speed nobody does."""
        if len(self._places) < len(self._columns.at):
            self._tell()
        return self._places

    def _tell(self) -> None:
        """Go on with the story to the last record: where on its time line each stands."""
        columns, story = self._columns, self._places
        put = story.append
        start = len(story)
        now, origin = self._now, self._origin
        here = story[-1] if story else 0.0
        for serial, instant, cause, hop in zip(
            count(start),
            columns.at[start:],
            columns.cause[start:],
            columns.hops[start:],
            strict=False,
        ):
            if instant != now:
                here += self._gap(here, instant - now)
                now, origin = instant, here
            if hop:
                left = story[cause] if cause < serial else origin
                there = (left if left > origin else origin) + HOP_S  # noqa: FURB136 - twice as fast as max
                here = there if there > here else here  # noqa: FURB136 - likewise
            put(here)
        self._now, self._origin = now, origin

    def _gap(self, here: float, gap: int) -> float:
        """Give how many seconds an idle gap takes; remember what is skipped of it."""
        if gap <= _GAP_NS:
            return gap / NS
        self._skips.append(here + GAP_S)
        self._skipped.append(gap - _GAP_NS)
        return GAP_S

    def position_of(self, serial: int) -> float:
        return self.places[serial]

    def shown_at(self, position: float) -> int:
        return bisect_right(self.places, position)

    def end(self) -> float:
        """Give the last position: that of what is due next, or of the last record."""
        gap = max(0, min(self._gap_ns(), _GAP_NS))
        return self._last() + gap / NS

    def _last(self) -> float:
        return self.places[-1] if self.places else 0.0

    def _gap_ns(self) -> int:
        """Give how long after the last record something is due; 0 where nothing is."""
        at, due = self._columns.at, self._columns.due_ns
        return 0 if due is None else due - (at[-1] if at else 0)

    def instant_begin(self) -> float:
        """Give where the last instant begins: there the live edge is."""
        return self._origin if self.places else 0.0

    def clock_at(self, position: float) -> int:
        at, story = self._columns.at, self.places
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

    def position_at(self, instant_ns: int, shown: int | None = None) -> float:
        """Give where an instant is, after so many records; None: before what it brings."""
        at, story = self._columns.at, self.places
        next_ = bisect_left(at, instant_ns) if shown is None else shown
        before, place = (at[next_ - 1], story[next_ - 1]) if next_ else (0, 0.0)
        position = place + min(max(0, instant_ns - before), _GAP_NS) / NS
        return min(position, self.end())

    def skipped_at(self, position: float) -> int:
        """Give how much time is being skipped there, or has just been, in ns."""
        beyond = self._gap_ns() - _GAP_NS
        last = self._last()
        if beyond > 0 and position > last:
            return beyond
        number = bisect_right(self._skips, position + GAP_S) - 1
        if number < 0 or position > self._skips[number] + _TOLD_S:
            return 0
        return self._skipped[number]


class Plain:
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

    def position_at(self, instant_ns: int, shown: int | None = None) -> float:
        return min(max(0, instant_ns) / NS, self.end())

    def skipped_at(self, position: float) -> int:
        return 0


Timeline: TypeAlias = Story | Plain
"""A map from serials to seconds, never decreasing."""


_DEAD = (Sense.DEAD, *LOSSES)


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
