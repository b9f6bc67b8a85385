"""One row of the event list as a strip: which columns it has, and what is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, readable, style
from simulator.tui.spelling import clock_text
from simulator.tui.widgets.cutting import Apart, Cuts, cut_end, cut_middle
from simulator.tui.widgets.painted import Canvas

if TYPE_CHECKING:
    from textual.strip import Strip

    from simulator.tui.paint import Palette
    from simulator.tui.view.rows import Row

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


class Columns(NamedTuple):
    """The widths of the columns of a list, each with a space after it; 0: there is none."""

    time: int
    type: int
    subject: int
    route: int
    word: int
    note: int


class Marks(NamedTuple):
    """What sets a row apart; *related* is one of the lineage that is selected."""

    cursor: bool = False
    related: bool = False


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
    marks: Marks = Marks(),  # noqa: B008 - immutable
) -> Strip:
    ground = palette.surface
    if marks.related:
        ground = mix(ground, palette.accent, _TINT)
    if marks.cursor:
        ground = palette.cursor
    text = palette.cursor_text if marks.cursor else palette.text
    muted = mix(palette.muted, text, 0.5) if marks.cursor else palette.muted
    said = readable(palette.outcomes[row.outcome], ground)
    outcome = style(said, ground, bold=True)
    plain, quiet = style(text, ground), style(readable(muted, ground), ground)
    canvas = Canvas(width, plain)
    edge = palette.accent if marks.cursor else hue(row.trace, palette)
    gutter = GLYPHS.cursor if marks.cursor else GLYPHS.gutter
    canvas.put(0, gutter, style(edge, ground, bold=True))
    clock = clock_text(row.at_ns).rjust(columns.time - 1)
    canvas.put(1, clock, plain if marks.cursor else quiet)
    x = 1 + columns.time
    canvas.put(x, GLYPHS.outcomes.get(row.word, GLYPHS.dot), outcome)
    kind = cuts.types.cut(row.type, columns.type - 1)
    if not row.type and not columns.route:
        kind = cut_end(row.note, columns.type - 1)
    canvas.put(x + 2, kind, style(text, ground, bold=marks.cursor))
    x += 2 + columns.type
    if columns.subject:
        subject = cut_middle(row.subject, columns.subject - 1)
        canvas.put(x, subject, quiet)
        x += columns.subject
    ends = style(mix(ground, text, _ENDS_SHARE), ground)
    route = _route(row, columns.route - 1, cuts.nodes) if columns.route else ()
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
    if not start and not end:  # nothing goes anywhere: there is room for more of it
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
