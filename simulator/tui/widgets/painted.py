"""Widgets that paint their own rows, in the colours of the theme in force."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import Palette, palette_of, style
from simulator.tui.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style
    from textual import events
    from textual.theme import Theme

_WHEEL_ROWS = 3


class Painted(Widget):
    """A widget of rows that a subclass gives in `render_line`."""

    ALLOW_SELECT = False

    @cached_property
    def palette(self) -> Palette:
        return palette_of(self.app)

    def colours_changed(self) -> None:
        """Forget what was painted: colours or characters are others now."""
        self.refresh()

    def repaint_rows(self, rows: Iterable[int]) -> None:
        """Ask for some rows of the widget to be painted again, if they are seen."""
        width, height = self.size
        regions = [Region(0, row, width, 1) for row in rows if 0 <= row < height]
        if regions:
            self.refresh(*regions)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self.wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self.wheel(event, -1)

    def wheel(self, event: events.MouseEvent, way: int) -> None:
        """See to a turn of the wheel: 1 down, -1 up."""

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

    def _theme_changed(self, theme: Theme) -> None:
        vars(self).pop("palette", None)
        self.colours_changed()


class Canvas:
    """A row of cells on which texts are put, later ones over earlier ones.

    *chars* and *styles* have one for each cell; the second cell of a wide one is empty.
    """

    __slots__ = ("chars", "styles", "width")

    def __init__(self, width: int, ground: Style) -> None:
        self.width = width
        self.chars = [" "] * width
        self.styles = [ground] * width

    def put(self, x: int, text: str, style: Style, room: int | None = None) -> None:
        """Write a text from column *x* on, in at most *room* cells.

        *x* may be negative: what is outside of the row is cut.
        """
        text = printable(text)
        limit = self.width if room is None else min(self.width, x + room)
        size = len(text)
        if text.isascii() or cell_len(text) == size:
            first, last = max(0, x), min(limit, x + size)
            if first < last:
                self.chars[first:last] = text[first - x : last - x]
                self.styles[first:last] = [style] * (last - first)
            return
        for char in text:
            wide = cell_len(char)
            if x >= 0 and x + wide <= limit:
                self.chars[x : x + wide] = [char, *[""] * (wide - 1)]
                self.styles[x : x + wide] = [style] * wide
            x += wide

    def strip(self) -> Strip:
        """Give the row as Textual wants it: runs of one style."""
        chars, styles = self.chars, self.styles
        segments = []
        start, width = 0, self.width
        while start < width:
            style = styles[start]
            end = start + 1
            # Styles are shared, so that identity tells what equality would.
            while end < width and styles[end] is style:
                end += 1
            segments.append(Segment("".join(chars[start:end]), style))
            start = end
        return Strip(segments, width)


class Viewport:
    """A window onto cells, whose first column and row are *x* and *y*."""

    def __init__(self) -> None:
        self.x = 0
        self.y = 0
        self._content = (0, 0)
        self._size = (0, 0)

    def resize(self, content: tuple[int, int], size: tuple[int, int]) -> None:
        """Set the columns and rows that there are, and those of the pane.

        Scroll bars take the last column and row of the pane where they are needed.
        """
        down = content[1] > size[1]
        across = content[0] > size[0] - down
        down = content[1] > size[1] - across
        self._content = content
        self._size = (size[0] - down, size[1] - across)
        self.move(self.x, self.y)

    def move(self, x: int, y: int) -> bool:
        """Go as near to a position as possible, and tell whether anything changed."""
        before = (self.x, self.y)
        self.x = max(0, min(x, self._content[0] - self._size[0]))
        self.y = max(0, min(y, self._content[1] - self._size[1]))
        return before != (self.x, self.y)

    def reveal(self, x: int, y: int, w: int, h: int) -> bool:
        """Move no further than needed to see a part, and tell whether it moved."""
        return self.move(
            _nearest(self.x, self._size[0], x, w), _nearest(self.y, self._size[1], y, h)
        )

    @property
    def thumbs(self) -> tuple[range, range]:
        """The columns of that below, the rows of that at the right."""
        across = thumb(self._content[0], self._size[0], self.x)
        return across, thumb(self._content[1], self._size[1], self.y)


class Scrolled(Painted, can_focus=True):
    """Cells of which as many are seen as there is room for, with a scroll bar."""

    DEFAULT_CSS = "Scrolled { background: $surface; height: 1fr; width: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.window = Viewport()

    def wheel(self, event: events.MouseEvent, way: int) -> None:
        event.stop()
        self.scroll(0, way * _WHEEL_ROWS)

    def scroll(self, across: int, down: int) -> bool:
        """Show what is further right and down, and tell whether there is anything."""
        moved = self.window.move(self.window.x + across, self.window.y + down)
        if moved:
            self.refresh()
        return moved

    def with_thumb(self, strip: Strip, y: int, *, loud: bool = False) -> Strip:
        """Put the cell of the scroll bar in row *y* behind a strip."""
        palette, here = self.palette, y in self.window.thumbs[1]
        ink = palette.muted if here and loud else palette.border
        bar = Segment(GLYPHS.scroll if here else " ", style(ink, palette.surface))
        return Strip([*strip, bar], self.size.width)


def thumb(content: int, size: int, first: int) -> range:
    """Give the cells of a scroll bar's thumb; none where all is seen.

    *size* is how many rows are seen of all, and how long the bar is.
    """
    if content <= size or size <= 0:
        return range(0)
    length = max(1, size * size // content)
    start = round(first / (content - size) * (size - length))
    return range(start, start + length)


def _nearest(first: int, size: int, start: int, length: int) -> int:
    if length >= size or start < first:
        return start
    return max(first, start + length - size)
