"""Makes frames: what moves, glows and counts at a position."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, log2
from typing import TYPE_CHECKING

from simulator.tui.reel.badges import badges
from simulator.tui.reel.dots import dots
from simulator.tui.reel.faults import Faults
from simulator.tui.reel.frame import Frame, Glow, Totals
from simulator.tui.reel.mode import HOP_S, Mode
from simulator.tui.reel.outcome import outcome_of
from simulator.tui.reel.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeVar

    from simulator.tui.reel.columns import Columns
    from simulator.tui.reel.fold import Fold, Tally
    from simulator.tui.reel.timeline import Timeline

    K = TypeVar("K", int, str)

# How long something stays lit after it has arrived, in seconds of the screen.
_FADE_S = {Mode.STORY: 0.4, Mode.TRUE: 0.3}
_STILL_S = 1.0
# Travellers on a line in a second of the screen above which there are no dots.
_BUSY = 50
_RATE_SLOTS = 8


class Framer:
    """Makes the frames of one reel."""

    def __init__(
        self, columns: Columns, fold: Fold, timelines: Mapping[str, Timeline]
    ) -> None:
        self._columns = columns
        self._fold = fold
        self._timelines = timelines
        self._faults = Faults(columns)
        self._plan = Plan(columns.shapes)
        self._rates: tuple[tuple[int, ...], dict[str, tuple[int, ...]]] = ((), {})

    @property
    def plan(self) -> Plan:
        """Which shapes count for what, as things are."""
        if not self._plan.fits(self._columns.shapes):
            self._plan = Plan(self._columns.shapes)
            self._rates = ((), {})
        return self._plan

    def frame(self, position: float, mode: str, *, motion: bool, rate: float) -> Frame:
        """Give what moves and counts at a position; see `Reel.frame`."""
        columns, plan = self._columns, self.plan
        timeline = self._timelines[mode]
        shown = timeline.shown_at(position)
        tally = self._fold.at(shown)
        busy = self._busy(tally, timeline.shown_at(position - rate), rate)
        fade = (_FADE_S[Mode(mode)] if motion else _STILL_S) * rate
        lit = _Lit(columns, timeline, position, fade, motion)
        moving = motion and mode == Mode.STORY
        flying = range(shown, timeline.shown_at(position + HOP_S)) if moving else None
        return Frame(
            position=position,
            now_ns=timeline.clock_at(position),
            shown=shown,
            dots=dots(columns, plan, position, flying, busy) if flying else (),
            busy=busy,
            glows=lit.of(plan.hops, tally),
            flashes=lit.of(plan.reaching, tally),
            counts={box: tally.total(each) for box, each in plan.arrivals.items()},
            badges=badges(self._faults, plan, tally),
            rates=self._slots(timeline, position, rate, tally),
            totals=_totals(plan, tally),
        )

    def _busy(self, tally: Tally, before: int, rate: float) -> dict[int, float]:
        """Count the travellers of the last second where there are many."""
        counts, earlier = tally.counts, self._fold.at(before).counts
        found: dict[int, int] = {}
        for code, lines in self.plan.hops:
            number = counts[code] - earlier[code]
            if number:
                for line in lines:
                    found[line] = found.get(line, 0) + number
        return {line: n / rate for line, n in found.items() if n > _BUSY}

    def _slots(
        self, timeline: Timeline, position: float, rate: float, tally: Tally
    ) -> dict[str, tuple[int, ...]]:
        """Count arrivals in the last slots; the newest is not over yet.

        Slots begin at multiples of their length, so that the bars of a sparkline do
        not change their height as they move.
        """
        length = 2.0 ** ceil(log2(rate)) if rate > 0 else 1.0
        newest = int(position / length)
        begins = range(newest - _RATE_SLOTS + 1, newest + 1)
        bounds = tuple(timeline.shown_at(begin * length) for begin in begins)
        if self._rates[0] != bounds:
            self._rates = (bounds, self._cumulated(bounds))
        cumulated = self._rates[1]
        return {
            box: (
                *(after - before for before, after in pairwise(sums)),
                tally.total(self.plan.arrivals[box]) - sums[-1],
            )
            for box, sums in cumulated.items()
        }

    def _cumulated(self, bounds: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
        tallies = [self._fold.at(shown) for shown in bounds]
        return {
            box: tuple(tally.total(each) for tally in tallies)
            for box, each in self.plan.arrivals.items()
        }


class _Lit:
    """What has arrived lately."""

    def __init__(
        self,
        columns: Columns,
        timeline: Timeline,
        position: float,
        fade: float,
        motion: bool,
    ) -> None:
        self._columns = columns
        self._timeline = timeline
        self._position = position
        self._fade = fade
        self._motion = motion
        self._since = timeline.shown_at(position - fade)

    def of(
        self, shapes: Iterable[tuple[int, tuple[K, ...]]], tally: Tally
    ) -> dict[K, Glow]:
        """Give the places that are lit, by what came there last."""
        newest: dict[K, int] = {}
        last, since = tally.last, self._since
        for code, places in shapes:
            serial = last[code]
            if serial >= since:
                for place in places:
                    if serial > newest.get(place, -1):
                        newest[place] = serial
        return {place: self._glow(serial) for place, serial in newest.items()}

    def _glow(self, serial: int) -> Glow:
        level = 1.0
        if self._motion:
            age = self._position - self._timeline.position_of(serial)
            level = min(1.0, max(0.0, 1 - age / self._fade))
        return Glow(level, outcome_of(self._columns, serial))


def _totals(plan: Plan, tally: Tally) -> Totals:
    return Totals(
        events=tally.total(plan.events),
        in_flight=tally.total(plan.open),
        retries=tally.total(plan.waiting),
        dead=tally.total(plan.dead),
        lost=tally.total(plan.lost),
        approvals=tally.total(plan.pending),
    )
