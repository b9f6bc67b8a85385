"""A list of rows in columns with a cursor, which is filled again as often as its dialog likes.

The cursor stays on its row, by the row's key, whatever comes before or after it. Only
the rows that are seen are drawn: 2,000 rows of seven columns are filled again in 20 ms,
which takes a `DataTable` of Textual 400 ms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import Palette, palette_of, readable, style
from simulator.tui.widgets.cutting import Apart, fit_left, fit_right
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events

Item = TypeVar("Item")

_MARK = 2  # cells left of a row, for the cursor
_HEADER = 1
_GAP = 2  # cells between two columns


class Column(Value):
    """How one column of a table behaves.

    Args:
        least: Cells below which it is not cut while others can be.
        most: Cells above which it does not grow; 0 for no limit.
        name: Whether what it holds is cut so that nobody takes it for another.
        spare: Whether it is left out where it is empty.
        drop: Where there is no room the column with the highest number is left out
            first, before it those that are empty; one with 0 never is.
    """

    title: str
    least: int = 4
    most: int = 0
    right: bool = False
    name: bool = False
    grow: bool = False
    spare: bool = False
    drop: int = 0


class Cell(NamedTuple):
    """What stands in one column of a row.

    Args:
        tone: ``text``, ``muted``, ``accent``, an outcome or a kind of the `Palette`.
    """

    text: str
    tone: str = "text"
    bold: bool = False


class Table(ScrollView, Generic[Item], can_focus=True):
    """Rows in columns, one for each of some items.

    Args:
        items: Gives what there is, when the table is filled.
        key: Gives what tells an item from all others.
        cells: Gives what stands in the columns of an item.
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
    ]

    class Moved(Message):
        """The cursor is on another row or column."""

    class Chosen(Message):
        """A row was clicked twice."""

    def __init__(
        self,
        columns: Iterable[Column],
        items: Callable[[], Iterable[Item]],
        key: Callable[[Item], object],
        cells: Callable[[Item], tuple[Cell, ...]],
        *,
        empty: str,
        picks_columns: bool = False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._items, self._key, self._cells = items, key, cells
        self.empty = empty
        self._names = Apart()
        self._picks = picks_columns
        self.items: tuple[Item, ...] = ()
        self._keys: list[object] = []
        self._rows: list[tuple[Cell, ...]] = []
        self._widths: tuple[int, ...] = ()
        self._fitted_to = -1  # the width for which they are; -1 when they are not known
        self._cursor = 0
        self.column = 0

    @property
    def here(self) -> Item | None:
        return self.items[self._cursor] if self.items else None

    @property
    def seen(self) -> list[int]:
        """The columns that there is room for, from the left."""
        widths = self._fitted(self.scrollable_content_region.width)
        return [at for at, width in enumerate(widths) if width]

    def fill(self) -> None:
        """Show what there is now, the cursor on the same row, or on the one in its place."""
        key = self._keys[self._cursor] if self._keys else None
        self.items = tuple(self._items())
        keys = list(map(self._key, self.items))
        rows = list(map(self._cells, self.items))
        if (keys, rows) == (self._keys, self._rows) and self.virtual_size.height:
            return
        self._keys, self._rows, self._fitted_to = keys, rows, -1
        same = keys.index(key) if key in keys else self._cursor
        self._cursor = max(0, min(same, len(rows) - 1))
        height = len(rows) + _HEADER if rows else len(self.empty.splitlines())
        self.virtual_size = Size(0, height)
        self.refresh(layout=True)

    def set_titles(self, titles: Sequence[str]) -> None:
        pairs = zip(self._columns, titles, strict=True)
        self._columns = tuple(column.replace(title=title) for column, title in pairs)
        self._fitted_to = -1
        self.refresh()

    def move_to(self, key: object) -> None:
        if key in self._keys:
            self._go(self._keys.index(key))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(1, self.virtual_size.height)

    def render_line(self, y: int) -> Strip:
        palette = palette_of(self.app)
        width = self.scrollable_content_region.width
        if not self._rows:
            lines = self.empty.splitlines()
            text = lines[y] if y < len(lines) else ""
            ground = style(palette.muted, palette.surface)
            return Strip([Segment(fit_left(text, width), ground)])
        if y < _HEADER:
            titles = [Cell(column.title, "muted") for column in self._columns]
            return self._strip(titles, width, palette, here=False)
        at = y - _HEADER + self.scroll_offset.y
        if at >= len(self._rows):
            return Strip.blank(width, style(palette.text, palette.surface))
        return self._strip(self._rows[at], width, palette, here=at == self._cursor)

    def _fitted(self, width: int) -> tuple[int, ...]:
        if width != self._fitted_to:
            texts = [[cell.text for cell in row] for row in self._rows]
            self._widths = fit_columns(self._columns, texts, width - _MARK)
            self._fitted_to = width
        return self._widths

    def _strip(
        self, cells: Sequence[Cell], width: int, palette: Palette, *, here: bool
    ) -> Strip:
        """Draw one row; that of the cursor has a mark, so that colour is not needed."""
        ground = palette.cursor if here and self.has_focus else palette.surface
        mark = GLYPHS.here if here else ""
        gap = style(palette.accent, ground, bold=True)
        segments = [Segment(fit_left(mark, _MARK), gap)]
        widths = self._fitted(width)
        for at, (cell, size) in enumerate(zip(cells, widths, strict=True)):
            if not size:
                continue
            if len(segments) > 1:
                segments.append(Segment(" " * _GAP, gap))
            picked = here and self._picks and self.has_focus and at == self.column
            fore = palette.accent if picked else _colour(palette, cell.tone)
            fore = readable(fore, ground)
            look = style(fore, ground, bold=cell.bold or picked, underline=picked)
            column = self._columns[at]
            text = self._names.cut(cell.text, size) if column.name else cell.text
            fit = fit_right if column.right else fit_left
            segments.append(Segment(fit(text, size), look))
        strip = Strip(segments)
        return strip.adjust_cell_length(width, style(palette.text, ground))

    def action_move(self, by: int) -> None:
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        self._go(self._cursor + by * max(1, self.size.height - _HEADER - 1))

    def action_end(self, side: int) -> None:
        self._go(0 if side < 0 else len(self._rows) - 1)

    def action_column(self, by: int) -> None:
        if not (self._picks and self._rows):
            return
        seen = self.seen if by > 0 else self.seen[::-1]
        beyond = (at for at in seen if (at - self.column) * by > 0)
        self.column = next(beyond, self.column)
        self.refresh()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        self._scroll_to_cursor()

    def on_click(self, event: events.Click) -> None:
        at = event.y - _HEADER + self.scroll_offset.y
        if event.y >= _HEADER and 0 <= at < len(self._rows):
            self._go(at)
            if event.chain > 1:
                self.post_message(self.Chosen())

    def _go(self, to: int) -> None:
        if not self._rows:
            return
        before, self._cursor = self._cursor, max(0, min(to, len(self._rows) - 1))
        self._scroll_to_cursor()
        for row in (before, self._cursor):
            self.refresh_line(row + _HEADER)
        self.post_message(self.Moved())

    def _scroll_to_cursor(self) -> None:
        # The titles hide a line: the row, and what would be above it, must be in sight.
        region = Region(0, self._cursor, 1, 1 + _HEADER)
        self.scroll_to_region(region, animate=False, force=True)


def _colour(palette: Palette, tone: str) -> str:
    plain = {"text": palette.text, "muted": palette.muted, "accent": palette.accent}
    return plain.get(tone) or palette.outcomes.get(tone) or palette.kinds[tone]


def fit_columns(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int
) -> tuple[int, ...]:
    """Give the width of each column of texts, 0 for those that are left out."""
    wanted = [_wanted(column, at, rows) for at, column in enumerate(columns)]
    empty = [at for at in range(len(columns)) if not any(row[at] for row in rows)]
    shown = [at for at, each in enumerate(columns) if not (each.spare and at in empty)]
    while (widths := _cut(wanted, shown, columns, width)) is None:
        can = [at for at in shown if columns[at].drop]
        if not can:
            widths = _squeezed(shown, width)
            break
        shown.remove(max(can, key=lambda at: (at in empty, columns[at].drop, at)))
    spare = width - sum(widths.values()) - _GAP * (len(shown) - 1)
    growing = [at for at in shown if columns[at].grow]
    if growing and spare > 0:
        widths[growing[0]] += spare
    return tuple(widths.get(at, 0) for at in range(len(columns)))


def _wanted(column: Column, at: int, rows: Sequence[Sequence[str]]) -> int:
    longest = max((cell_len(row[at]) for row in rows), default=0)
    wanted = max(longest, cell_len(column.title), 1)
    return min(wanted, column.most) if column.most else wanted


def _cut(
    wanted: Sequence[int], shown: Sequence[int], columns: Sequence[Column], width: int
) -> dict[int, int] | None:
    """Take from the widest until all fit; None where they cannot be cut so far."""
    widths = {at: wanted[at] for at in shown}
    over = sum(widths.values()) + _GAP * (len(shown) - 1) - width
    while over > 0:
        can = [at for at in shown if widths[at] > columns[at].least]
        if not can:
            return None
        widths[max(can, key=lambda at: (widths[at], at))] -= 1
        over -= 1
    return widths


def _squeezed(shown: Sequence[int], width: int) -> dict[int, int]:
    count = len(shown)
    room = max(count, width - _GAP * (count - 1))
    return {
        at: room // count + (number < room % count) for number, at in enumerate(shown)
    }


def short_name(node: str) -> str:
    """Name a node as lists do: ``pricing`` for ``service/pricing``, others as they are."""
    return node.removeprefix("service/")
