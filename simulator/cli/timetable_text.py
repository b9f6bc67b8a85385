"""Timetables for people: settings, a column for each way to fail, warnings."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.event.text import instant_text
from simulator.profiles.resending import ADAPTER
from simulator.timetable import Idle, Resent
from simulator.timetable.settings import DURATIONS
from simulator.timetable.warnings import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.cli.style import Style
    from simulator.kernel import AddressBook
    from simulator.timetable import Course, Ladder, Setting, Timetable, Waited

    Row = tuple[str, list[str]]

_ABSENT = {
    "retry": "none: one attempt only",
    "retryAfterMax": "none: Retry-After is ignored",
}
_NO_CELL = "·"
_STATUSES = ", ".join(map(str, sorted(ADAPTER.retrying.statuses)))
END_WORDS = {"taken": "counts as delivered"}
"""How ends of a course are called for people, where not as for programs."""
_DAYS_100_NS = 100 * 86_400_000_000_000
# Rows of a ladder, before its middle is left out.
_DELIVERY_ROWS = 15
_SINK_ROWS = 5


def text_of(
    book: AddressBook,
    tables: Sequence[Timetable],
    others: Sequence[Resent | Waited | Idle],
    style: Style,
    start_ns: int | None = None,
) -> str:
    """Write all timetables, a blank line between them.

    Args:
        others: Who sends besides, and the routes that get nothing.
        start_ns: When the first attempt is made, since 1970; None to count from it.
    """
    parts = [Writer(book, table, style, start_ns).text() for table in tables]
    parts += other_parts(book, others, style, start_ns)
    return style.symbols("\n".join(parts))


def other_parts(
    book: AddressBook,
    others: Sequence[Resent | Waited | Idle],
    style: Style,
    start_ns: int | None,
) -> Iterator[str]:
    for each in others:
        head = style.paint(each.node, "bold")
        if isinstance(each, Idle):
            yield f"{head} gets no events\n{wrapped(each.reason, '  ', style)}"
        elif isinstance(each, Resent):
            way = f"→ {book.name_of(each.sink)}"
            yield f"{head}  {way}\n\n{_resent(each, style, start_ns)}"
        else:
            broker = "no broker" if each.broker is None else book.name_of(each.broker)
            yield f"{head}  → {broker}\n\n{_waited(each, style, start_ns)}"


def _resent(each: Resent, style: Style, start_ns: int | None) -> str:
    instants = [instant(at, start_ns) for at in each.attempts.instants_ns]
    rows: list[Row] = [
        ("each attempt fails by", [f"{each.status} at once"]),
        *((f"attempt {number}", [at]) for number, at in enumerate(instants, start=1)),
        ("lost", instants[-1:]),
    ]
    note = f"sent again without an answer, and after {_STATUSES}; after no other status"
    return "\n".join([*aligned(rows, style), "", wrapped(note, "  ! ", style)])


def _waited(each: Waited, style: Style, start_ns: int | None) -> str:
    if each.broker is None:
        return "  every request is answered 500 at once\n"
    at = instant(each.waits_ns, start_ns)
    rows: list[Row] = [
        ("waits in vain for", ["and answers", "at"]),
        ("a reply", ["200, no event", at]),
        ("its broker", ["500", at]),
    ]
    return "\n".join([*aligned(rows, style), ""])


class Writer:
    def __init__(
        self, book: AddressBook, table: Timetable, style: Style, start_ns: int | None
    ) -> None:
        self._book = book
        self._table = table
        self._style = style
        self._start_ns = start_ns
        self._retry = table.route.retries.retry

    def text(self) -> str:
        lines = [self._head(), ""]
        lines += self._settings()
        lines += ["", *self._grid()]
        text = "\n".join(lines) + "\n"
        style = self._style
        warnings = [wrapped(each.text, "  ! ", style) for each in self._table.warnings]
        mark = style.paint("!", "yellow", "bold")
        painted = [each.replace("!", mark, 1) for each in warnings]
        return "\n".join([text, "".join(painted)]) if painted else text

    def _head(self) -> str:
        table, style = self._table, self._style
        node = table.route.node
        way = f"{table.hub.node} → {self._book.name_of(table.route.subscriber)}"
        gap = "  " if len(f"{node}  {way}") <= style.width else "\n  "
        return f"{style.paint(node, 'bold')}{gap}{way}"

    def _settings(self) -> list[str]:
        rows = [(s.name, self._value(s), s.origin) for s in self._table.settings]
        width = max((len(value) for _, value, origin in rows if origin), default=0)
        lines = []
        for name, value, origin in rows:
            line = f"  {name:<14}  {value:<{width}}  "
            lines.append(f"{line}{self._style.paint(origin, 'dim')}".rstrip())
        return lines

    def _value(self, setting: Setting) -> str:
        value = setting.value
        if value is None:
            waits = setting.name.startswith("backoff") and self._retry
            return "none: no wait" if waits else _ABSENT.get(setting.name, "none")
        if setting.name in DURATIONS and isinstance(value, int):
            return duration_text(value)
        if setting.name == "deadLetterSink":
            return self._book.name_of(str(value))
        return str(value)

    # -- the grid

    def _grid(self) -> list[str]:
        head = [self._way(course) for course in self._table.courses]
        rows = [("each attempt fails by", head), *self._delivery_rows()]
        return aligned(rows, self._style)

    def _way(self, course: Course) -> str:
        if course.status is not None:
            return f"{course.status} at once"
        timeout = self._table.route.retries.timeout_ns or 0
        return f"timeout of {duration_text(max(0, timeout))}"

    def _delivery_rows(self) -> list[Row]:
        courses = self._table.courses
        rows = self._ladder_rows(
            [course.delivery for course in courses], "attempt", 1, _DELIVERY_ROWS
        )
        tells = not self._table.hub.answers_first
        has_sink = self._table.route.dead_letter is not None
        for end in dict.fromkeys(each.end for each in courses):
            status = 500 if end == "lost" else 202
            told = f", the sender gets {status}" if tells else ""
            ends = [
                _NO_CELL
                if each.is_cut or each.end != end
                else self._cell(each, each.delivery.settled_ns)
                for each in courses
            ]
            if any(cell != _NO_CELL for cell in ends):
                rows.append((f"{END_WORDS.get(end, end)}{told}", ends))
        rows += self._cut_rows([course.is_cut for course in courses])
        if has_sink and self._retry:
            rows += self._sink_rows()
        return rows

    def _sink_rows(self) -> list[Row]:
        """Give what follows when the sink fails, too; its first attempt was shown."""
        courses = self._table.courses
        ladders = [
            None if each.is_cut or each.dead_letter is None else each.dead_letter
            for each in courses
        ]
        if not any(ladders):
            return []
        rows: list[Row] = [("if the sink fails, too:", [])]
        rows += self._ladder_rows(ladders, "  attempt", 2, _SINK_ROWS)
        settled = [ladder.settled_ns if ladder else None for ladder in ladders]
        ends = [each.happens(at) for each, at in zip(courses, settled, strict=True)]
        told = "" if self._table.hub.answers_first else ", the sender gets 500"
        if any(ends):
            cells = [
                self._cell(each, at) if ended else _NO_CELL
                for each, at, ended in zip(courses, settled, ends, strict=True)
            ]
            rows.append((f"  lost{told}", cells))
        rows += self._cut_rows(
            [
                bool(ladder) and not end
                for ladder, end in zip(ladders, ends, strict=True)
            ],
            "  ",
        )
        return rows

    def _cut_rows(self, cut: list[bool], indent: str = "") -> list[Row]:
        if not any(cut):
            return []
        told = "" if self._table.hub.answers_first else ", the sender gets 500"
        cells = [
            self._cell(course, course.limit_ns) if is_cut else _NO_CELL
            for course, is_cut in zip(self._table.courses, cut, strict=True)
        ]
        return [(f"{indent}cut off{told}", cells)]

    def _ladder_rows(
        self, ladders: Sequence[Ladder | None], label: str, first: int, most: int
    ) -> list[Row]:
        """Give a row for each attempt from the number *first* on, at most about *most*.

        Attempts that are never made are shown up to the first; middles are left out.
        """
        last = max(each.count for each in ladders if each)
        listed = max(len(each.instants_ns) for each in ladders if each)
        shown = min(listed, 1 + max(self._made(ladders)))
        indent = " " * (len(label) - len(label.lstrip()))
        numbers = [*range(first, shown + 1)]
        head, tail = most * 3 // 5, most // 5
        rows = [self._attempt_row(ladders, label, at) for at in numbers[:most]]
        if len(numbers) > most:
            missing = len(numbers) - head - tail
            rows[head:] = [
                (f"{indent}… {missing:,} more", []),
                *(self._attempt_row(ladders, label, at) for at in numbers[-tail:]),
            ]
        if shown < last:
            known = not any(course.is_open for course in self._table.courses)
            never = ", never made" if known else ""
            rows.append((f"{indent}… {last - shown:,} more{never}", []))
        return rows

    def _made(self, ladders: Sequence[Ladder | None]) -> list[int]:
        return [
            sum(course.happens(at) for at in ladder.instants_ns)
            for course, ladder in zip(self._table.courses, ladders, strict=True)
            if ladder
        ]

    def _attempt_row(
        self, ladders: Sequence[Ladder | None], label: str, number: int
    ) -> Row:
        cells = []
        for course, ladder in zip(self._table.courses, ladders, strict=True):
            instants = ladder.instants_ns if ladder else ()
            known = number <= len(instants)
            cells.append(
                self._cell(course, instants[number - 1]) if known else _NO_CELL
            )
        return f"{label} {number}", cells

    def _cell(self, course: Course, at_ns: int | None) -> str:
        """Spell an instant; in brackets when it never comes."""
        if at_ns is None:
            return _NO_CELL
        text = instant(at_ns, self._start_ns)
        return text if course.happens(at_ns) else f"({text})"


def aligned(rows: Sequence[Row], style: Style) -> list[str]:
    """Align rows in columns; the first is the head."""
    columns = len(rows[0][1])
    width = max(len(label) for label, _ in rows)
    widths = [
        max([len(cells[at]) for _, cells in rows if cells]) for at in range(columns)
    ]
    lines = []
    for label, cells in rows:
        padded = [f"{cell:>{widths[at]}}" for at, cell in enumerate(cells)]
        for at, cell in enumerate(cells):
            if cell.startswith("(") or cell == _NO_CELL:
                padded[at] = style.paint(padded[at], "dim")
        lines.append("   ".join([f"  {label:<{width}}", *padded]).rstrip())
    lines[0] = style.paint(lines[0], "dim")
    return lines


def instant(at_ns: int, start_ns: int | None) -> str:
    """Spell an instant: RFC 3339 if it is known when it begins, else since then."""
    if start_ns is not None:
        try:
            return instant_text(start_ns + at_ns)
        except OverflowError:  # after the year 9999
            pass
    return f"+{duration_text(at_ns) if at_ns < _DAYS_100_NS else in_words(at_ns)}"


def wrapped(text: str, indent: str, style: Style) -> str:
    """Wrap a text to the width of the terminal, hanging below its indent."""
    width = max(40, min(style.width, 100))
    hanging = " " * len(indent)
    lines = wrap(text, width, initial_indent=indent, subsequent_indent=hanging)
    return "".join(f"{line}\n" for line in lines)
