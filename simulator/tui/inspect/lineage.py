"""The tab Lineage: all hops of a lineage as rows with bars on one time axis."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, groupby, islice, pairwise
from typing import TYPE_CHECKING

from rich.cells import cell_len

from simulator.kernel import Kind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.event import times_of
from simulator.tui.inspect.page import (
    BLANK,
    STYLES,
    Lines,
    Look,
    Part,
    TextLine,
    line,
    mark,
)
from simulator.tui.spelling import counted, length_text, printable, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.story.hops import Hop
    from simulator.tui.inspect.context import Subject


_WIDEST_NAMES = 34
_LEAST_NAME = 9
# Columns by which a level is indented; fewer in a narrow pane.
_STEPS = (2, 1)
_HANDED = (Kind.SENT, Kind.REPLIED)
# Rows that are made: a runaway loop has no end, and nobody scrolls through it.
_MOST_ROWS = 2_000


def lineage_lines(
    subject: Subject, look: Look, *, whole: bool = True
) -> list[TextLine]:
    """Write the tab Lineage: all, or only what led to the record and what followed."""
    rows = list(_chosen(subject, whole=whole))
    hops = [hop for _, hop in rows]
    instants = (record.at_ns for hop in hops for record in (hop.first, *hop.records))
    step = _STEPS[look.narrow]
    needed = max(
        level * step + 2 + cell_len(_name(hop)) + len(times_of(hop))
        for level, hop in rows
    )
    names = max(
        min(_WIDEST_NAMES, look.width // 2 + 3), min(needed, look.width * 2 // 3)
    )
    axis = Axis(instants, look.width - names - 1)
    lines = [*_head(subject, hops, look, whole=whole), BLANK]
    lines += _scale(axis, names, look)
    lines += (_row(hop, level, axis, look, subject.hop) for level, hop in rows)
    if subject.left_out or len(rows) == _MOST_ROWS:
        text = "more of this lineage is not shown: it goes on and on"
        lines += [BLANK, *look.paragraph(text, "$muted", indent=0)]
    return lines


def _chosen(subject: Subject, *, whole: bool) -> Iterator[tuple[int, Hop]]:
    bearer = subject.bearer
    kept = {id(hop) for hop in bearer.ancestors()}
    pending = [] if whole else [bearer]
    while pending:
        hop = pending.pop()
        kept.add(id(hop))
        pending += hop.children
    hops = subject.family.walk()
    chosen = ((level, hop) for level, hop in hops if whole or id(hop) in kept)
    return islice(chosen, _MOST_ROWS)


def _head(subject: Subject, hops: list[Hop], look: Look, *, whole: bool) -> Lines:
    events = {(hop.event.id, hop.event.source) for hop in hops}
    deliveries = sum(hop.is_delivery for hop in hops)
    name = look.name(hops[0].event.id, look.width - len("from "))
    start = ("from ", "$muted"), (name, "$accent bold")
    tail = f"  {counted(len(events), 'event')}  {counted(deliveries, 'delivery', 'deliveries')}"
    if len("from ") + cell_len(name) + len(tail) <= look.width:
        yield line(*start, (tail, "$muted"))
    else:
        yield line(*start)
        yield line((look.cut(tail.strip(), look.width), "$muted"))
    if not whole:
        text = "only what led here and what followed"
        yield line((look.cut(text, look.width), "$muted italic"))


def _scale(axis: Axis, names: int, look: Look) -> Lines:
    end = length_text(axis.span_ns)
    scale = list("0".ljust(axis.width - len(end)) + end)
    free = axis.width - len(end)
    for before, after in axis.gaps:
        first, last = axis.cell(before), axis.cell(after)
        text = f" +{length_text(after - before)} "
        at = max((first + last - len(text)) // 2, first)
        if len(text) > last - first or at + len(text) > free:
            # That time is left out is said where its length has no room.
            text = GLYPHS.ellipsis
            at = min((first + last) // 2, free - 2)
        if at > 0 and scale[at] == " ":
            scale[at : at + len(text)] = text
    yield line(" " * (names + 1), ("".join(scale), "$muted"))


def _name(hop: Hop) -> str:
    if hop.first.kind is Kind.REPLY_DROPPED:
        return f"{hop.event.type} dropped"
    if hop.first.kind in _HANDED:
        return hop.event.type or "no event"
    return short(hop.first.target) or hop.first.kind


def _row(hop: Hop, level: int, axis: Axis, look: Look, chosen: Hop) -> TextLine:
    here = hop is chosen
    names = look.width - axis.width - 1
    indent = " " * min(level * _STEPS[look.narrow], names - 2 - _LEAST_NAME)
    handed = hop.first.kind in _HANDED
    word = hop.word
    sign = mark(word)
    if here:
        sign = (GLYPHS.here, "$accent bold")
    name, times = printable(_name(hop)), times_of(hop)
    room = names - len(indent) - 2 - len(times)
    ink = "$accent bold" if here else "bold" if handed else STYLES.get(word, "")
    shown = look.type(name, room) if handed else look.name(name, room)
    gap = " " * max(1, room - cell_len(shown) + 1)
    head = indent, sign, " ", (shown, ink), (times, "$o-retry"), gap
    return line(*head, *axis.bar(hop), goal=hop.records[-1].serial, here=here)


_REST, _WAIT, _OPEN, _POINT, _BUSY = range(5)
_FAR_LONGER, _LEAST_SHORT = 20, 2


def _longest(gaps: list[int]) -> int:
    """Give the length that a gap has at most.

    Where some are far longer than all the others together, they share half of the axis.
    """
    gaps = sorted(gaps)
    sums = list(accumulate(gaps, initial=0))
    for at in range(_LEAST_SHORT, len(gaps)):
        if gaps[at] > _FAR_LONGER * sums[at]:
            return max(sums[at] // (len(gaps) - at), 1)
    return gaps[-1] if gaps else 0


class Axis:
    """A time axis; gaps beside which all else would be too small to see are shortened.

    Attributes:
        gaps: Shortened gaps: the instants before and after.
    """

    def __init__(self, instants: Iterable[int], width: int) -> None:
        self._at = at = sorted(set(instants))
        self._end_ns = at[-1]
        self.span_ns = at[-1] - at[0]
        self.width = max(1, width)
        pairs = list(pairwise(at))
        cap = _longest([after - before for before, after in pairs])
        self.gaps = [(one, other) for one, other in pairs if other - one > cap]
        lengths = (min(other - one, cap) for one, other in pairs)
        self._places = list(accumulate(lengths, initial=0))

    def cell(self, at_ns: int) -> int:
        total = self._places[-1]
        if not total:
            return 0
        number = max(bisect_right(self._at, at_ns) - 1, 0)
        place = self._places[number]
        if number + 1 < len(self._at):
            gap = self._at[number + 1] - self._at[number]
            room = self._places[number + 1] - place
            place += (at_ns - self._at[number]) * room // gap
        return place * (self.width - 1) // total

    def bar(self, hop: Hop) -> list[Part]:
        """Give the row of a hop.

        Requests are heavy and the waits between them thin; thin, too, is the time that
        a sender waits for a broker or channel, which others fill.
        """
        busy = _OPEN if hop.accepted is not None else _BUSY
        cells = [_REST] * self.width
        last = hop.first.at_ns
        for each in hop.attempts:
            request, answer = each.request, each.answer
            for at in range(self.cell(last), self.cell(request.at_ns)):
                cells[at] = max(cells[at], _WAIT)
            # What has no answer goes on beyond what is known.
            end = self._end_ns if answer is None else answer.at_ns
            first, final = self.cell(request.at_ns), self.cell(end)
            for at in range(first, final + 1):
                cells[at] = max(cells[at], busy if final > first else _POINT)
            last = end
        if not hop.attempts:
            cells[self.cell(last)] = _POINT
        if hop.waiting is not None:
            cells[self.cell(hop.waiting.at_ns)] = _BUSY
        return self._spans(cells, STYLES.get(hop.word, "$muted"))

    def _spans(self, cells: list[int], ink: str) -> list[Part]:
        looks = {
            _REST: (GLYPHS.dots["nomatch"], "$edge"),
            _WAIT: (GLYPHS.rule, "$o-retry"),
            _OPEN: (GLYPHS.rule, ink),
            _POINT: (GLYPHS.half_bar, f"{ink} bold"),
            _BUSY: (GLYPHS.bar, f"{ink} bold"),
        }
        runs = ((looks[kind], len(list(same))) for kind, same in groupby(cells))
        return [(glyph * count, look) for (glyph, look), count in runs]
