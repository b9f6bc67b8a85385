"""A list of rows in columns with a cursor, which a dialog fills again as often as it likes.

The cursor stays on its row, by the row's key, whatever comes before or after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple, cast

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import Palette, palette_of, readable, style
from simulator.tui.screens.columns import GAP, Column, fit_columns
from simulator.tui.widgets.cutting import cut_end, fit_left, fit_name, fit_right

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import App


_MARK = 2  # cells left of a row, for the cursor
_HEADER = 1


class Cell(NamedTuple):
    """What stands in one column of a row.

    Args:
        text: One line.
        tone: ``text``, ``muted``, ``accent``, an outcome or a kind as `Palette` knows
            them: its colour.
        bold: Whether it is louder.
    """

    text: str
    tone: str = "text"
    bold: bool = False


class Row(NamedTuple):
    """One row.

    Args:
        key: Tells it from all others.
        cells: One for each column.
    """

    key: object
    cells: tuple[Cell, ...]


class Table(ScrollView, can_focus=True):
    """Rows in columns.

    Args:
        columns: From left to right.
        empty: What is said where there are no rows.
        picks_columns: Whether the cursor is on one cell, not on the whole row.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "end(-1)", "First", show=False),
        Binding("end", "end(1)", "Last", show=False),
        Binding("left,h", "column(-1)", "Left", show=False),
        Binding("right,l", "column(1)", "Right", show=False),
        Binding("enter", "choose", "Choose", show=False),
    ]

    class Moved(Message):
        """The cursor is on another row or column."""

        def __init__(self, table: Table) -> None:
            self.table = table
            super().__init__()

        @property
        def control(self) -> Table:
            """The table."""
            return self.table

    class Chosen(Moved):
        """Enter was pressed on a row, or it was clicked twice."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str,
        picks_columns: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._empty = empty
        self._picks = picks_columns
        self._rows: tuple[Row, ...] = ()
        self._cursor = 0
        self.column = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    @property
    def key(self) -> object:
        """The key of the row of the cursor; None where there are no rows."""
        return self._rows[self._cursor].key if self._rows else None

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows, the cursor on the same one, or on the one in its place."""
        rows = tuple(rows)
        if rows == self._rows and self.virtual_size.height:
            return
        key = self.key
        keys = [row.key for row in rows]
        self._rows = rows
        same = keys.index(key) if key in keys else self._cursor
        self._cursor = max(0, min(same, len(rows) - 1))
        height = len(rows) + _HEADER if rows else len(self._empty.splitlines())
        self.virtual_size = Size(0, height)
        self.refresh(layout=True)

    def set_titles(self, titles: Sequence[str]) -> None:
        """Write other titles above the columns, from the first one on."""
        pairs = zip(self._columns, titles, strict=True)
        self._columns = tuple(column.replace(title=title) for column, title in pairs)
        self.refresh()

    def move_to(self, key: object) -> None:
        """Put the cursor on the row with this key; nothing happens if there is none."""
        keys = [row.key for row in self._rows]
        if key in keys:
            self._go(keys.index(key))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Ask for as many lines as there are rows, one more for the titles."""
        return max(1, self.virtual_size.height)

    def render_line(self, y: int) -> Strip:
        """Draw a line of the widget; the titles stay while the rows scroll."""
        palette = palette_of(cast("App[object]", self.app))
        width = self.scrollable_content_region.width
        if not self._rows:
            lines = self._empty.splitlines()
            text = lines[y] if y < len(lines) else ""
            ground = style(palette.muted, palette.surface)
            return Strip([Segment(fit_left(text, width, GLYPHS.ellipsis), ground)])
        widths = self._widths(width)
        at = y - _HEADER + self.scroll_offset.y
        if y < _HEADER:
            titles = [Cell(column.title, "muted") for column in self._columns]
            return self._strip(titles, widths, width, palette, here=False)
        if at >= len(self._rows):
            return Strip.blank(width, style(palette.text, palette.surface))
        here = at == self._cursor
        return self._strip(self._rows[at].cells, widths, width, palette, here=here)

    def _widths(self, width: int) -> tuple[int, ...]:
        texts = [[cell.text for cell in row.cells] for row in self._rows]
        return fit_columns(self._columns, texts, width - _MARK)

    def _strip(
        self,
        cells: Sequence[Cell],
        widths: Sequence[int],
        width: int,
        palette: Palette,
        *,
        here: bool,
    ) -> Strip:
        """Draw one row; that of the cursor has a mark, so that colour is not needed."""
        ground = palette.cursor if here and self.has_focus else palette.surface
        mark = GLYPHS.here if here else ""
        gap = style(palette.accent, ground, bold=True)
        segments = [Segment(fit_left(mark, _MARK), gap)]
        for at, (cell, size) in enumerate(zip(cells, widths, strict=True)):
            if not size:
                continue
            if len(segments) > 1:
                segments.append(Segment(" " * GAP, gap))
            picked = here and self._picks and self.has_focus and at == self.column
            fore = palette.accent if picked else _colour(palette, cell.tone)
            fore = readable(fore, ground)
            look = style(fore, ground, bold=cell.bold or picked, underline=picked)
            segments.append(
                Segment(self._fit(cell.text, size, self._columns[at]), look)
            )
        strip = Strip(segments)
        return strip.adjust_cell_length(width, style(palette.text, ground))

    def _fit(self, text: str, width: int, column: Column) -> str:
        ellipsis = GLYPHS.ellipsis
        if column.right:
            return fit_right(cut_end(text, width, ellipsis), width)
        fit = fit_name if column.name else fit_left
        return fit(text, width, ellipsis)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by what is seen at once."""
        self._go(self._cursor + by * max(1, self.size.height - _HEADER - 1))

    def action_end(self, side: int) -> None:
        """Move the cursor to the first (-1) or to the last row."""
        self._go(0 if side < 0 else len(self._rows) - 1)

    def action_column(self, by: int) -> None:
        """Move the cursor to the next column that is seen, where it is on a cell."""
        if not (self._picks and self._rows):
            return
        widths = self._widths(self.scrollable_content_region.width)
        side = range(self.column + by, len(widths) if by > 0 else -1, by)
        self.column = next((at for at in side if widths[at]), self.column)
        self.refresh()
        self.post_message(self.Moved(self))

    def action_choose(self) -> None:
        """Choose the row of the cursor."""
        if self._rows:
            self.post_message(self.Chosen(self))

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._scroll_to_cursor()

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Show the cursor weaker."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; a second click chooses it."""
        at = event.y - _HEADER + self.scroll_offset.y
        if event.y >= _HEADER and 0 <= at < len(self._rows):
            self._go(at)
            if event.chain > 1:
                self.action_choose()

    def _go(self, to: int) -> None:
        if not self._rows:
            return
        self._cursor = max(0, min(to, len(self._rows) - 1))
        self._scroll_to_cursor()
        self.refresh()
        self.post_message(self.Moved(self))

    def _scroll_to_cursor(self) -> None:
        # The titles hide a line: the row, and what would be above it, must be in sight.
        region = Region(0, self._cursor, 1, 1 + _HEADER)
        self.scroll_to_region(region, animate=False, force=True)


def _colour(palette: Palette, tone: str) -> str:
    plain = {"text": palette.text, "muted": palette.muted, "accent": palette.accent}
    return plain.get(tone) or palette.outcomes.get(tone) or palette.kinds[tone]
