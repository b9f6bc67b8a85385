"""Hops as bars on one time axis, some cells wide."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.outcome import STYLES
from simulator.tui.inspect.text_line import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.story.hops import Hop

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

    Args:
        instants: What happens on it, in any order; one at least.
        width: Cells.

    Attributes:
        span_ns: From the first instant to the last.
        gaps: Shortened gaps: the instants before and after.
    """

    __slots__ = ("_at", "_end_ns", "_places", "gaps", "span_ns", "width")

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
        """Give the cell of an instant."""
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

    def bar(self, hop: Hop) -> list[Span]:
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
        return self._spans(cells, STYLES.get(hop.word, "muted"))

    def _spans(self, cells: list[int], ink: str) -> list[Span]:
        looks = {
            _REST: (GLYPHS.dots["nomatch"], "edge"),
            _WAIT: (GLYPHS.rule, "o-retry"),
            _OPEN: (GLYPHS.rule, ink),
            _POINT: (GLYPHS.half_bar, f"{ink} bold"),
            _BUSY: (GLYPHS.bar, f"{ink} bold"),
        }
        spans: list[Span] = []
        begin = 0
        for at in range(1, len(cells) + 1):
            if at == len(cells) or cells[at] != cells[begin]:
                text, key = looks[cells[begin]]
                spans.append(Span(text * (at - begin), key))
                begin = at
        return spans
