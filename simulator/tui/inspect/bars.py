"""Hops as bars on one time axis, some cells wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.outcome import STYLES
from simulator.tui.inspect.text_line import Span

if TYPE_CHECKING:
    from simulator.story.hops import Hop

_REST, _WAIT, _OPEN, _POINT, _BUSY = range(5)


class Axis:
    """A time axis.

    Args:
        start_ns: The instant of its first cell.
        end_ns: The instant of its last.
        width: Cells.
    """

    __slots__ = ("_end_ns", "_start_ns", "span_ns", "width")

    def __init__(self, start_ns: int, end_ns: int, width: int) -> None:
        self._start_ns = start_ns
        self._end_ns = max(start_ns, end_ns)
        self.span_ns = self._end_ns - start_ns
        self.width = max(1, width)

    def cell(self, at_ns: int) -> int:
        """Give the cell of an instant."""
        if not self.span_ns:
            return 0
        return (at_ns - self._start_ns) * (self.width - 1) // self.span_ns

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
