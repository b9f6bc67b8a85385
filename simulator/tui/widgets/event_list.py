"""The list of records: only the rows that are seen exist, however many there are.

How wide it is decides which columns it has, and what is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from rich.cells import cell_len
from textual.message import Message
from textual.reactive import reactive

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import Palette, mix, readable, style
from simulator.tui.spelling import clock_text
from simulator.tui.widgets.cutting import Apart, Cuts, cut_end, cut_middle
from simulator.tui.widgets.painted import Canvas, Scrolled

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

    from simulator.tui.view.rows import Row

_DOUBLE = 2
# From these widths on there are these columns, and more types, subjects than at first.
_ROUTED, _WORDED, _WIDE, _ROOMY, _SUBJECTS = 46, 66, 84, 100, 120
_TYPE_NARROW, _TYPE_ROOMY, _TYPE_WIDEST = 18, 20, 36
# Of what very wide lists have more, types take a quarter.
_TYPE_SHARE = 4
_SUBJECT, _SUBJECT_WIDEST, _SUBJECT_SHARE = 10, 24, 3
_WORD, _NOTE = 12, 23
# As wide as most pairs of names; the note gives up cells for it, but not all.
_ROUTE, _LEAST_WIDE_ROUTE = 36, 20
# Of what is left in very wide lists the route takes a third, the note the rest.
_ROUTE_SHARE = 3
_LEAST_NOTE = 7
_TINT, _ENDS_SHARE = 0.125, 0.85


class RowSource(Protocol):
    """Where the list gets its rows from, as of `simulator.tui.view.rows.Rows`."""

    def count_at(self, shown: int, /) -> int: ...
    def row(self, index: int, /) -> Row: ...
    def index_of(self, serial: int, /) -> int: ...


class EventList(Scrolled):
    """The event list of the main screen; a ticker where it is only a few rows high."""

    class RecordPicked(Message):
        """The cursor has moved to a record."""

        def __init__(self, serial: int) -> None:
            super().__init__()
            self.serial = serial

    class GoTo(RecordPicked):
        """The playhead shall move to a record."""

    class Moved(Message):
        """The cursor is at another row, or follows the newest one or does so no longer."""

    following = reactive(True, init=False)
    empty = reactive("nothing yet")
    """What is said where there is no row."""
    cursor = -1
    count = 0
    _rows: RowSource
    _trace: int | None = None
    _chosen: int | None = None
    _kept: int | None = None  # where an empty list goes back to
    _latest_ns = 0

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cuts = Cuts()

    @property
    def subtitle(self) -> str:
        """How many rows there are, for the border: ``333 ▼ 8 newer · end follows``."""
        total = f"{self.count:,}"
        if self.following:
            return f"{total} following" if self.count else ""
        newer = self.count - 1 - self.cursor
        dot = GLYPHS.dot
        if not newer:
            return f"{total} {dot} end follows"
        return f"{total} {GLYPHS.newer} {newer:,} newer {dot} end follows"

    def set_rows(self, rows: RowSource, shown: int) -> None:
        """Show other rows: of another filter, or of another trace view.

        The cursor stays at its record, or goes to the next one that has a row.
        """
        if self.count:
            self._kept = self.cursor_serial
        self._rows = rows
        self._latest_ns = 0
        self.count = 0
        self._take(rows.count_at(shown))
        if not self.following and self._kept is not None:
            self.cursor = min(rows.index_of(self._kept), self.count - 1)
            self._keep_in_view()
        self.refresh()

    def show(self, shown: int) -> None:
        """Show the rows of the first *shown* records; cheap if nothing is new."""
        count = self._rows.count_at(shown)
        if count != self.count:
            self._take(count)
            self.refresh()

    def set_trace(self, trace: int | None) -> None:
        """Tint the rows of a lineage, by the serial of its first record."""
        if trace is None:
            self._chosen = None
        if trace != self._trace:
            self._trace = trace
            self.refresh()

    @property
    def cursor_serial(self) -> int | None:
        """The record at the cursor; None where there is no row."""
        if 0 <= self.cursor < self.count:
            return self._rows.row(self.cursor).serial
        return None

    def go_to(self, serial: int) -> bool:
        """Move the cursor to a record without saying so, and tell whether it has a row.

        The list stops following unless it is the newest.
        """
        index = self._rows.index_of(serial) if self.count else 0
        if index >= self.count or self._rows.row(index).serial != serial:
            return False
        if index != self.count - 1:
            self.following = False
        self._chosen = serial
        self._put_cursor(index)
        return True

    def follow(self) -> None:
        self.following = True
        self._put_cursor(self.count - 1)

    def watch_following(self) -> None:
        self.post_message(self.Moved())

    def action_cursor(self, by: int) -> None:
        self._move(self.cursor + by)

    def action_cursor_page(self, by: int) -> None:
        self._move(self.cursor + by * max(1, self.size.height - 1))

    def action_first(self) -> None:
        self._move(0)

    def action_follow(self) -> None:
        self.follow()
        self._say_picked()

    def action_goto_row(self) -> None:
        serial = self.cursor_serial
        if serial is not None:
            self.post_message(self.GoTo(serial))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the row under the mouse; twice: go there in time."""
        event.stop()
        if event.x == self.size.width - 1 and self.count > self.size.height:
            share = event.y / max(1, self.size.height - 1)
            top = round(share * (self.count - self.size.height))
            self.scroll(0, top - self.window.y)
            return
        index = event.y + self.window.y
        if index < self.count:
            self._move(index)
            if event.chain == _DOUBLE:
                self.action_goto_row()

    def scroll(self, across: int, down: int) -> bool:
        moved = super().scroll(across, down)
        if moved:
            self.following = False
        return moved

    def on_resize(self) -> None:
        self.window.resize((0, self.count), self.size)
        self._keep_in_view()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        index = y + self.window.y
        if index >= self.count:
            return self._ground_line(y)
        row = self._rows.row(index)
        columns = columns_of(width - 1, self._latest_ns)
        strip = event_strip(
            row,
            width - 1,
            columns,
            self.palette,
            self._cuts,
            cursor=self._is_lit(index, row),
            related=row.trace == self._trace,
        )
        return self.with_thumb(strip, y)

    def _is_lit(self, index: int, row: Row) -> bool:
        """Tell the cursor's row; while the list follows, rather that of the selection."""
        if self.following and self._chosen is not None:
            return row.serial == self._chosen
        return index == self.cursor

    def _ground_line(self, y: int) -> Strip:
        width, height = self.size
        canvas = Canvas(width, style(self.palette.text, self.palette.surface))
        if not self.count and y == min(1, height - 1):
            text = cut_end(self.empty, width - 3)
            canvas.put(2, text, style(self.palette.muted, self.palette.surface))
        return canvas.strip()

    def _take(self, count: int) -> None:
        self.count = count
        if count:
            latest = self._rows.row(count - 1).at_ns
            # The column of times never gets narrower: nothing jumps while playing.
            self._latest_ns = max(self._latest_ns, latest)
        self.window.resize((0, count), self.size)
        if self.following:
            self.cursor = count - 1
            self._keep_in_view()
        else:
            self.cursor = min(max(self.cursor, 0), count - 1)

    def _move(self, index: int) -> None:
        if not self.count:
            return
        self.following = False
        self._put_cursor(max(0, min(self.count - 1, index)))
        self._say_picked()

    def _say_picked(self) -> None:
        serial = self.cursor_serial
        if serial is not None:
            self.post_message(self.RecordPicked(serial))

    def _put_cursor(self, index: int) -> None:
        before, top = self.cursor, self.window.y
        self.cursor = index
        if index != before:
            self.post_message(self.Moved())
        self._keep_in_view()
        if top == self.window.y:
            self.repaint_rows((before - top, index - top))
        else:
            self.refresh()

    def _keep_in_view(self) -> None:
        if self.cursor >= 0:
            self.window.reveal(0, self.cursor, 0, 1)


# -- one row as a strip


class Columns(NamedTuple):
    """The widths of the columns of a list, each with a space after it; 0: there is none."""

    time: int
    type: int
    subject: int
    route: int
    word: int
    note: int


def columns_of(width: int, latest_ns: int) -> Columns:
    """Give the columns of a list; *latest_ns* is the last instant that is shown."""
    time = len(clock_text(latest_ns)) + 1
    kind = _TYPE_NARROW + 1
    if width >= _ROOMY:
        kind = min(_TYPE_ROOMY + (width - _ROOMY) // _TYPE_SHARE, _TYPE_WIDEST) + 1
    subject = _SUBJECT if width >= _WIDE else 0
    if width > _SUBJECTS:
        more = (width - _SUBJECTS) // _SUBJECT_SHARE
        subject = min(_SUBJECT + more, _SUBJECT_WIDEST)
    word = _WORD if width >= _WORDED else 0
    # The gutter before, the glyph and its space between.
    rest = width - 1 - time - 2 - kind - subject - word
    if width < _ROUTED:
        return Columns(time, max(0, kind + rest), 0, 0, 0, 0)
    if width < _WIDE:
        return Columns(time, kind, subject, rest, word, 0)
    extra = max(0, rest - _NOTE - _ROUTE) // _ROUTE_SHARE
    route = max(_LEAST_WIDE_ROUTE, min(rest - _NOTE, _ROUTE + extra))
    return Columns(time, kind, subject, route, word, rest - route)


def event_strip(
    row: Row,
    width: int,
    columns: Columns,
    palette: Palette,
    cuts: Cuts,
    *,
    cursor: bool = False,
    related: bool = False,
) -> Strip:
    """Paint a row; *related* is one of the lineage that is selected."""
    ground = palette.surface
    if related:
        ground = mix(ground, palette.accent, _TINT)
    if cursor:
        ground = palette.cursor
    text = palette.cursor_text if cursor else palette.text
    muted = mix(palette.muted, text, 0.5) if cursor else palette.muted
    said = readable(palette.outcomes[row.outcome], ground)
    outcome = style(said, ground, bold=True)
    plain, quiet = style(text, ground), style(readable(muted, ground), ground)
    canvas = Canvas(width, plain)
    edge = palette.accent if cursor else hue(row.trace, palette)
    gutter = GLYPHS.cursor if cursor else GLYPHS.gutter
    canvas.put(0, gutter, style(edge, ground, bold=True))
    clock = clock_text(row.at_ns).rjust(columns.time - 1)
    canvas.put(1, clock, plain if cursor else quiet)
    x = 1 + columns.time
    canvas.put(x, GLYPHS.outcomes.get(row.word, GLYPHS.dot), outcome)
    kind = cuts.types.cut(row.type, columns.type - 1)
    if not row.type and not columns.route:
        kind = cut_end(row.note, columns.type - 1)
    canvas.put(x + 2, kind, style(text, ground, bold=cursor))
    x += 2 + columns.type
    room = columns.route - 1
    if row.subject or row.start or row.end:
        canvas.put(x, cut_middle(row.subject, columns.subject - 1), quiet)
        x += columns.subject
    else:  # nothing goes anywhere: there is room for more of what happened
        room += columns.subject
    ends = style(mix(ground, text, _ENDS_SHARE), ground)
    route = _route(row, room, cuts.nodes) if columns.route else ()
    for part, is_end in route:
        canvas.put(x, part, ends if is_end else quiet)
        x += cell_len(part)
    x = 1 + columns.time + 2 + columns.type + columns.subject + columns.route
    word = outcome if row.loud else style(said, ground)
    canvas.put(x, row.word, word, max(0, columns.word - 1))
    if columns.note >= _LEAST_NOTE and (row.start or row.end):
        note = cut_end(row.note, columns.note - 1)
        canvas.put(x + columns.word, note, quiet)
    return canvas.strip()


def hue(trace: int, palette: Palette) -> str:
    """Give the colour of a lineage: one of a few, the same for the same lineage."""
    # The colour of dead letters would say something that is not meant.
    kinds = [colour for kind, colour in palette.kinds.items() if kind != "dead"]
    hues = (*kinds, palette.primary)
    return hues[trace % len(hues)]


def _route(row: Row, room: int, names: Apart) -> list[tuple[str, bool]]:
    """Give from where to where in at most *room* cells; True: one of the ends."""
    arrow = f" {GLYPHS.to} "
    start, end = row.start, row.end
    if not start and not end:
        return [(cut_end(row.note, room), False)]
    if not start or not end:
        return [(names.cut(start or end, room), True)]
    free = room - cell_len(arrow)
    if cell_len(start) + cell_len(end) > free:
        half = free // 2
        # What a short name leaves, the long one takes.
        left = max(half, free - cell_len(end))
        start = names.cut(start, left)
        end = names.cut(end, free - cell_len(start))
    return [(start, True), (arrow, False), (end, True)]
