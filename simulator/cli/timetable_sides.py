"""Further views of timetables: several implementations side by side, and cold starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.timetable_text import (
    END_WORDS,
    Writer,
    aligned,
    instant,
    other_parts,
    wrapped,
)
from simulator.duration import duration_text
from simulator.nodes import name_of
from simulator.timetable import is_own
from simulator.timetable.cold import cold_start

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.cli.style import Style
    from simulator.cli.timetable_text import Row
    from simulator.kernel import AddressBook
    from simulator.timetable import Course, Idle, Resent, Timetable, Waited
    from simulator.timetable.cold import Cold

_NONE, _ROWS = "·", 15
_HAZARD = "hazard"


def sides_of(
    book: AddressBook,
    found: Mapping[str, Sequence[Timetable]],
    others: Sequence[Resent | Waited | Idle],
    style: Style,
    start_ns: int | None = None,
) -> str:
    """Write for each route what every profile makes of it, a blank line between them.

    Args:
        found: Name of a profile -> the timetables of the same routes.
        others: Who sends besides, and the routes that get nothing.
        start_ns: When the first attempt is made, since 1970; None to count from it.
    """
    parts = [
        Writer(book, tables[0], style, start_ns).text()
        if is_own(tables)
        else _Sides(book, dict(zip(found, tables, strict=True)), style, start_ns).text()
        for tables in zip(*found.values(), strict=True)
    ]
    parts += other_parts(book, others, style, start_ns)
    return style.symbols("\n".join(parts))


class _Sides(Writer):
    def __init__(
        self,
        book: AddressBook,
        tables: Mapping[str, Timetable],
        style: Style,
        start_ns: int | None,
    ) -> None:
        first = next(iter(tables.values()))
        courses = tuple(table.courses[0] for table in tables.values())
        whole = first.replace(courses=courses, settings=(), warnings=())
        super().__init__(book, whole, style, start_ns)
        self._tables = tables

    def text(self) -> str:
        courses = self._table.courses
        rows: list[Row] = [("in force", list(self._tables)), *self._in_force()]
        status = courses[0].status
        rows.append((f"each attempt fails by {status} at once:", []))
        ladders = [course.delivery for course in courses]
        rows += self._ladder_rows(ladders, "attempt", 1, _ROWS)
        rows += self._ends()
        lines = [self._head(), "", *aligned(rows, self._style)]
        text = "\n".join(lines) + "\n"
        told = "".join(self._hazards())
        return f"{text}\n{told}" if told else text

    def _in_force(self) -> list[Row]:
        columns = [
            {each.name: each for each in table.settings}
            for table in self._tables.values()
        ]
        rows: list[Row] = []
        for name in columns[0]:
            settings = [column[name] for column in columns]
            if any(each.value is not None for each in settings):
                cells = [
                    _NONE if each.value is None else name_of(self._value(each))
                    for each in settings
                ]
                rows.append((name, cells))
        return rows

    def _ends(self) -> list[Row]:
        rows: dict[str, list[str]] = {}
        tables = list(self._tables.values())
        for at, table in enumerate(tables):
            course = table.courses[0]
            word, cell = self._end(table, course)
            rows.setdefault(word, [_NONE] * len(tables))[at] = cell
        return list(rows.items())

    def _end(self, table: Timetable, course: Course) -> tuple[str, str]:
        if course.is_cut:
            return "cut off", self._cell(course, course.limit_ns)
        hazard = table.hub.profile.hazards.of(table.route.retries)
        ended_ns = course.delivery.settled_ns
        if hazard is not None and hazard.process:
            return "its process dies", self._cell(course, ended_ns)
        return END_WORDS.get(course.end, course.end), self._cell(course, ended_ns)

    def _hazards(self) -> list[str]:
        return [
            wrapped(f"{name}: {each.text}", "  ! ", self._style)
            for name, table in self._tables.items()
            for each in table.warnings
            if each.code == _HAZARD
        ]


def cold_starts(book: AddressBook, tables: Sequence[Timetable]) -> list[Cold]:
    found: list[Cold] = []
    for table in tables:
        endpoint = book.find(table.route.subscriber).endpoint
        if endpoint is not None:
            cold = cold_start(book.wiring, table, endpoint)
            found += [] if cold is None else [cold]
    return found


def cold_text(colds: Sequence[Cold], style: Style, start_ns: int | None) -> str:
    lines = []
    for each in colds:
        head = style.paint(f"{each.node} → {each.service}", "bold")
        lines += ["", f"{head} from zero", f"  {_told(each, start_ns)}"]
    return style.symbols("\n".join([*lines, ""]))


def _told(cold: Cold, start_ns: int | None) -> str:
    if cold.least:
        return f"never: min-scale keeps {cold.least} pod{'s' * (cold.least > 1)}"
    least, most = (instant(ns, start_ns) for ns in cold.starts_ns)
    ready = f"the pod is Ready at {most}"
    if least != most:
        ready = f"the pod is Ready from {least} to {most}"
    lasts = duration_text(cold.lasts_ns)
    if cold.attempt is None:
        return f"{ready}; no attempt meets it: each waits {lasts}, and the last is over"
    which = f"attempt {cold.attempt}, made at {instant(cold.at_ns, start_ns)},"
    before = cold.attempt - 1
    missed = {0: "", 1: "attempt 1 may be over before; "}.get(
        before, f"attempts 1 to {before} may be over before; "
    )
    does = f"waits for it, {lasts} at most" if cold.waits else "meets it"
    return f"{ready}; {missed}{which} {does}"


def cold_data(colds: Sequence[Cold]) -> list[dict[str, Any]]:
    return [
        {
            "route": each.node,
            "service": each.service,
            "starts_ns": list(each.starts_ns),
            "lasts_ns": each.lasts_ns,
            "min_scale": each.least,
            "attempt": each.attempt,
            "at_ns": None if each.attempt is None else each.at_ns,
            "waits": each.waits,
        }
        for each in colds
    ]
