"""A pane of lines that scrolls, with a cursor on the lines that lead somewhere.

It draws its own lines and its own scroll bar: a scroll view of Textual's lays the whole
screen out again whenever the number of lines changes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip

from simulator.tui.inspect.page import BLANK, Goal, TextLine
from simulator.tui.paint import Palette, readable, style
from simulator.tui.widgets.painted import Scrolled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.style import Style
    from textual import events
    from textual.content import Content


_MARGIN = 1


class LinesPane(Scrolled):
    """Lines of an inspector's page; the cursor is None before it was moved."""

    class Entered(Message):
        """A line was entered that leads somewhere."""

        def __init__(self, goal: int | str) -> None:
            self.goal = goal
            super().__init__()

    class Resized(Message):
        """Its width is another one, so that its lines must be written anew."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[TextLine] = ()
        self._width = 0
        self.cursor: int | None = None

    @property
    def page_width(self) -> int:
        """Columns for text: without margins and scroll bar; 0 while hidden."""
        return max(0, self.size.width - 2 * _MARGIN - 1)

    def set_lines(
        self, lines: Sequence[TextLine], *, anew: bool = False, reveal: bool = False
    ) -> None:
        """Show lines, made for `page_width`.

        Args:
            anew: They are about something else: begin at the top. Otherwise the place
                is kept as far as possible.
            reveal: Put the cursor on the line that is marked as here.
        """
        self.lines = lines
        if anew:
            here = (at for at, each in enumerate(lines) if each.here and reveal)
            self.cursor = next(here, None)
            self.window.move(0, 0)
        elif self.cursor is not None and self.cursor >= len(lines):
            self.cursor = None
        self.window.resize((0, len(lines)), self.size)
        if anew and self.cursor is not None:
            self.window.reveal(0, self.cursor, 0, 1)
        self.refresh()

    def on_resize(self) -> None:
        if self.page_width and self.page_width != self._width:
            self._width = self.page_width
            self.post_message(self.Resized())
        else:
            self.window.resize((0, len(self.lines)), self.size)

    def on_show(self) -> None:
        """Ask for lines: what was said while it was hidden is not in them."""
        self.post_message(self.Resized())

    # -- moving

    def action_cursor(self, by: int) -> None:
        """Go to the next line that leads somewhere, or scroll where there is none."""
        at = self.cursor
        if at is None:
            # From just outside of what is seen, so that the first step enters it.
            at = self._seen.start - 1 if by > 0 else self._seen.stop
        found = at + by
        while 0 <= found < len(self.lines) and self.lines[found].goal is None:
            found += by
        if not 0 <= found < len(self.lines):
            self.scroll(0, by)
            return
        if found not in self._seen and abs(found - at) > self.size.height:
            # A long way: read what lies between first.
            self.scroll(0, by * max(1, self.size.height // 2))
            return
        self._set_cursor(found)

    def action_cursor_page(self, by: int) -> None:
        step = max(1, self.size.height - 1)
        self.scroll(0, by * step)
        if self.cursor is None:
            return
        shown = self._seen
        goals = [at for at in shown if self.lines[at].goal is not None]
        if goals and self.cursor not in shown:
            self._set_cursor(goals[0] if by > 0 else goals[-1])

    def action_goto_row(self) -> None:
        goal = None if self.cursor is None else self._goal(self.cursor)
        if goal is not None:
            self.post_message(self.Entered(goal))

    def _goal(self, at: int) -> Goal:
        return self.lines[at].goal if at < len(self.lines) else None

    def _set_cursor(self, at: int) -> None:
        self.cursor = at
        self.window.reveal(0, at, 0, 1)
        self.refresh()

    @property
    def _seen(self) -> range:
        """The numbers of the lines in sight."""
        top = self.window.y
        return range(top, min(top + self.size.height, len(self.lines)))

    def on_click(self, event: events.Click) -> None:
        at = self.window.y + event.y
        if self._goal(at) is not None:
            self._set_cursor(at)
            if event.chain > 1:
                self.action_goto_row()

    # -- drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        palette = self.palette
        at = self.window.y + y
        shown = self.lines[at] if at < len(self.lines) else BLANK
        under_cursor = at == self.cursor and self.has_focus
        ground = palette.cursor if under_cursor else palette.surface
        plain = style(palette.text, ground)
        row = [Segment(" " * _MARGIN, plain)]
        row += _segments(shown.content, palette, ground)
        strip = Strip(row).adjust_cell_length(max(0, width - 1), plain)
        return self.with_thumb(strip, y, loud=self.has_focus)


def _segments(content: Content, palette: Palette, ground: str) -> Iterator[Segment]:
    """Paint a text whose styles do not overlap."""
    text, at = content.plain, 0
    for start, end, key in (*content.spans, (len(text), len(text), "")):
        for said, words in ((text[at:start], ""), (text[start:end], str(key))):
            if said:
                yield Segment(said, _style(palette, words, ground))
        at = end


@lru_cache(maxsize=1_024)
def _style(palette: Palette, key: str, ground: str) -> Style:
    words = key.replace("$", "").split()
    ink = palette.text
    for word in words:
        kind, dash, name = word.partition("-")
        if dash:
            ink = (palette.kinds if kind == "k" else palette.outcomes)[name]
        else:  # bold and the like are no colours
            ink = getattr(palette, word, ink)
    return style(
        ink if ink == palette.border else readable(ink, ground),
        ground,
        bold="bold" in words,
        italic="italic" in words,
        underline="underline" in words,
    )
