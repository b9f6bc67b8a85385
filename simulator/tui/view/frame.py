"""Frames: what moves, glows and counts at a position of a trace view, and where trouble is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from functools import cache
from itertools import compress, islice, pairwise
from math import ceil, log2
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from simulator.story.meaning import Sense
from simulator.story.phrases import EVERYWHERE
from simulator.tui.diagram import BoxKind
from simulator.tui.view.timeline import HOP_S, Mode, Story, Timeline

if TYPE_CHECKING:
    from array import array
    from collections.abc import (
        Callable,
        Container,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )

    from simulator.tui.view.columns import Columns, Fold, Tally
    from simulator.tui.view.shapes import Weights

    K = TypeVar("K", int, str)


class Dot(NamedTuple):
    """Something on its way.

    Args:
        lines: The lines of the diagram that it takes, one after the other.
        fraction: How far along all of them it is, from 0 to 1.
        outcome: ``ok``, ``retry``, ``dead``, ``reply`` or ``nomatch``.
    """

    lines: tuple[int, ...]
    fraction: float
    outcome: str


class Glow(NamedTuple):
    """What has just arrived: *level* fades from 1 to 0."""

    level: float
    outcome: str


class Badge(NamedTuple):
    """Trouble of a node, shown instead of its count.

    Args:
        kind: ``retry``, ``wait`` (approvals), ``fault``, ``break`` or ``queue``.
        text: Without the glyph: ``3``, ``503``.
    """

    kind: str
    text: str


class Totals(NamedTuple):
    events: int = 0
    in_flight: int = 0
    retries: int = 0
    dead: int = 0
    lost: int = 0
    approvals: int = 0


class Frame(NamedTuple):
    """A pure function of a view and a position.

    Args:
        position: Seconds on the view's time line.
        now_ns: The virtual clock, ns since the start.
        shown: How many records have happened: those with a smaller serial.
        dots: At most three a line, the rare ones (retries, dead letters) always.
        busy: Line -> travellers a second, where there are too many for dots.
        glows: Line -> what has just gone along it.
        flashes: Node -> what has just arrived there.
        counts: Node -> how many events have arrived there (left there, for sources).
        badges: Node -> its trouble.
        rates: Node -> arrivals in each of the last eight slots, oldest first.
        totals: Of the whole run so far.
    """

    position: float
    now_ns: int
    shown: int
    dots: tuple[Dot, ...]
    busy: Mapping[int, float]
    glows: Mapping[int, Glow]
    flashes: Mapping[str, Glow]
    counts: Mapping[str, int]
    badges: Mapping[str, Badge]
    rates: Mapping[str, tuple[int, ...]]
    totals: Totals


# How long something stays lit after it has arrived, in seconds of the screen.
_FADE_S = {Mode.STORY: 0.4, Mode.TRUE: 0.3}
_STILL_S = 1.0
# Travellers on a line in a second of the screen above which there are no dots.
_BUSY = 50
_RATE_SLOTS = 8
_MOST_ON_A_LINE = 3
# Dots that are closer than this, in seconds, are one.
_APART_S = HOP_S / 4
# Records that are looked at for ordinary dots: those that arrive next.
_LOOKED_AT = 3_000
_MOST_RARE = 60
_RARE = re.compile(
    b"[%s]"
    % re.escape(
        bytes((Sense.REQUEST_AGAIN, Sense.REPLY_AGAIN, Sense.DEAD, Sense.DEAD_AGAIN))
    )
)


class Framer:
    def __init__(
        self, columns: Columns, fold: Fold, timelines: Mapping[str, Timeline]
    ) -> None:
        self._columns, self._shapes = columns, columns.shapes
        self._fold = fold
        self._timelines = timelines
        self._faults = Faults(columns)
        # Arrivals before slots, and what these are counted for.
        self._rates: tuple[object, dict[str, tuple[int, ...]]] = ((), {})

    def frame(
        self,
        position: float,
        mode: str = Mode.STORY,
        *,
        motion: bool = True,
        rate: float = 1.0,
    ) -> Frame:
        """Give what moves and counts at a position, in seconds of the time line.

        Args:
            motion: Whether anything moves; otherwise lines keep their colour longer.
            rate: Seconds of the time line in one second of the screen.
        """
        plan, timeline = self._shapes.plan, self._timelines[mode]
        shown = timeline.shown_at(position)
        tally = self._fold.at(shown)
        busy = self._busy(tally, timeline.shown_at(position - rate), rate)
        fade = (_FADE_S[Mode(mode)] if motion else _STILL_S) * rate
        since = timeline.shown_at(position - fade)

        def level(serial: int) -> float:
            if not motion:
                return 1.0
            age = position - timeline.position_of(serial)
            return min(1.0, max(0.0, 1 - age / fade))

        moving: Iterator[Dot] = iter(())
        if motion and isinstance(timeline, Story):
            flying = range(shown, timeline.shown_at(position + HOP_S))
            moving = self._dots(timeline.places, position, flying, busy)
        return Frame(
            position=position,
            now_ns=timeline.clock_at(position),
            shown=shown,
            dots=tuple(moving),
            busy=busy,
            glows=self._lit(plan.hops, tally.last, since, level),
            flashes=self._lit(plan.reaching, tally.last, since, level),
            counts={box: tally.total(each) for box, each in plan.arrivals.items()},
            badges=self._badges(tally),
            rates=self._slots(timeline, position, rate, tally),
            totals=Totals(**{k: tally.total(each) for k, each in plan.totals.items()}),
        )

    def _busy(self, tally: Tally, before: int, rate: float) -> dict[int, float]:
        counts, earlier = tally.counts, self._fold.at(before).counts
        found: dict[int, int] = {}
        for code, lines in self._shapes.plan.hops:
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
        arrivals, key = self._shapes.plan.arrivals, (self._shapes.plan, bounds)
        if self._rates[0] != key:
            tallies = [self._fold.at(shown) for shown in bounds]
            cumulated = {
                box: tuple(each.total(weights) for each in tallies)
                for box, weights in arrivals.items()
            }
            self._rates = (key, cumulated)
        return {
            box: (
                *(after - before for before, after in pairwise(sums)),
                tally.total(arrivals[box]) - sums[-1],
            )
            for box, sums in self._rates[1].items()
        }

    def _badges(self, tally: Tally) -> dict[str, Badge]:
        """Give the worst trouble of each box that has any.

        Approvals that wait go before faults, these before held requests, these before
        retries: what asks for a decision is seen first.
        """

        def counted(kind: str, weights: Mapping[str, Weights]) -> dict[str, Badge]:
            numbers = ((box, tally.total(each)) for box, each in weights.items())
            return {
                box: Badge(kind, str(number)) for box, number in numbers if number > 0
            }

        plan, acts = self._shapes.plan, self._faults.on(tally.shown)
        return {
            **counted("retry", plan.retries),
            **counted("queue", plan.held),
            **{box: Badge("fault", text) for box, text in acts.items()},
            **counted("wait", plan.approvals),
        }

    def _lit(
        self,
        shapes: Iterable[tuple[int, tuple[K, ...]]],
        last: Sequence[int],
        since: int,
        level: Callable[[int], float],
    ) -> dict[K, Glow]:
        """Give the places that are lit, by what came there last.

        Args:
            shapes: Numbers of shapes, each with the places it comes to.
            last: By number of the shape: the serial of its last record.
            since: The first serial that is recent enough.
            level: Serial -> how bright it still is, from 0 to 1.
        """
        newest: dict[K, int] = {}
        for code, places in shapes:
            serial = last[code]
            if serial >= since:
                for place in places:
                    newest[place] = max(serial, newest.get(place, serial))
        return {
            place: Glow(level(serial), outcome_of(self._columns, serial))
            for place, serial in newest.items()
        }

    def _dots(
        self, places: array[float], position: float, flying: range, busy: Container[int]
    ) -> Iterator[Dot]:
        """Give what is on its way, in the order of arrival.

        Args:
            places: Where each record stands in the story, in seconds; so *position*.
            flying: The serials of what has not happened, but has left.
            busy: The lines where there are too many.
        """
        columns, shapes = self._columns, self._shapes.all
        on_line: defaultdict[int, int] = defaultdict(int)
        latest: dict[tuple[int, ...], float] = {}
        for serial in self._travellers(flying):
            lines, arrival = shapes[columns.shape[serial]].lines, places[serial]
            if arrival - latest.get(lines, -1.0) < _APART_S:
                continue
            full = (line in busy or on_line[line] >= _MOST_ON_A_LINE for line in lines)
            if any(full) and _RARE.match(columns.sense, serial) is None:
                continue
            latest[lines] = arrival
            for line in lines:
                on_line[line] += 1
            fraction = min(1.0, max(0.0, 1 - (arrival - position) / HOP_S))
            yield Dot(lines, fraction, outcome_of(columns, serial))

    def _travellers(self, flying: range) -> Iterator[int]:
        """Give the serials of what travels: all that arrives next, later the rare ones."""
        columns, moving = self._columns, self._shapes.plan.moving
        near = min(flying.stop, flying.start + _LOOKED_AT)
        travels = map(moving.__getitem__, columns.shape[flying.start : near])
        yield from compress(range(flying.start, near), travels)
        found = (
            each.start() for each in _RARE.finditer(columns.sense, near, flying.stop)
        )
        rare = (serial for serial in found if moving[columns.shape[serial]])
        yield from islice(rare, _MOST_RARE)


_HIT = (BoxKind.BROKER, BoxKind.CHANNEL, BoxKind.SERVICE, BoxKind.DEAD_LETTERS)
# What a fault says beside what it does.
_CONDITIONS = ("at", "from", "until", "rate", "count", "where")


class Faults:
    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        # What is no longer kept has been read before.
        self._said = cache(self._read)

    def on(self, shown: int) -> dict[str, str]:
        """Give the boxes that faults concern, each with what the last one does."""
        listed = self._columns.listed
        serials = sorted([*listed[Sense.FAULT_SET], *listed[Sense.FAULT_LIFTED]])
        on: dict[str, tuple[str, str]] = {}
        for serial in serials[: bisect_left(serials, shown)]:
            name, is_set, at, text = self._said(serial)
            on.pop(name, None)
            if is_set:
                on[name] = at, text
        return {box: text for at, text in on.values() for box in self._boxes(at)}

    def _boxes(self, at: str) -> list[str]:
        diagram = self._columns.shapes.diagram
        if at != EVERYWHERE:
            return [diagram.box_name(at)]
        return [box.name for box in diagram.boxes if box.kind in _HIT]

    def _read(self, serial: int) -> tuple[str, bool, str, str]:
        """Give the fault's id, whether it is set, where, and what it does."""
        columns = self._columns
        facts = columns.shapes.all[columns.shape[serial]].facts
        number = columns.event[serial]
        name = columns.attributes(number).get("id", "")
        is_set = facts.sense is Sense.FAULT_SET
        return name, is_set, facts.target, _short(columns.body(number))


def _short(body: bytes | None) -> str:
    """Give what a fault does in few letters: ``503``, ``2s``, ``drop``."""
    import orjson  # not before there is a fault

    members: dict[str, Any] = orjson.loads(body or b"{}")
    for name, value in members.items():
        if name not in _CONDITIONS:
            return str(value) if type(value) in (int, str) else name
    return ""


_ANSWERED = {Sense.RETRIED: "retry", Sense.FAILED: "dead", Sense.CUT: "dead"}


def outcome_of(columns: Columns, serial: int) -> str:
    """Give ``ok``, ``retry``, ``dead``, ``reply`` or ``nomatch`` for what travels.

    The answer to a request is known as soon as it is recorded, though it is shown
    later: a dot has the colour of its end from the beginning.
    """
    sense = Sense(columns.sense[serial])
    answer = columns.follow[serial]
    if answer and sense is not Sense.SENT:
        answered = _ANSWERED.get(Sense(columns.sense[answer]))
        if answered is not None:
            return answered
    return "ok" if sense is Sense.REQUEST_AGAIN else sense.row.outcome
