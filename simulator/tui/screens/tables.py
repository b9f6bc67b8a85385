"""Triggers, services and flows as tables: sorted by any column, filtered by what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from textual.binding import Binding, BindingType

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field
from simulator.tui.screens.table import Cell, Row, Table
from simulator.tui.spelling import length_text
from simulator.tui.widgets.figures import clock_text
from simulator.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textual.app import ComposeResult

    from simulator.tui.inspect.totals import Totals

Chosen: TypeAlias = "int | str"
"""The serial of a record, or the name of a node."""

NEVER = "is:never"
"""Typed: rows that nothing has come to yet."""
_REFRESH_S = 0.5


class _Table(NamedTuple):
    """One of the tables.

    Args:
        columns: Of its rows.
        fields: What stands in them: attributes of a row's totals.
        counted: The attribute that is 0 where nothing has come yet.
        empty: What is said where there are no rows.
    """

    columns: tuple[Column, ...]
    fields: tuple[str, ...]
    counted: str
    empty: str


_TABLES = {
    "Triggers": _Table(
        (
            Column(title="trigger", least=14, name=True),
            Column(title="filter", least=16, grow=True),
            Column(title="matched", least=7, right=True),
            Column(title="not", right=True, drop=2),
            Column(title="retries", least=7, right=True, drop=1),
            Column(title="dead", right=True),
            Column(title="p95", least=7, right=True, drop=3),
        ),
        ("node", "filter", "matched", "missed", "retries", "dead", "p95_ns"),
        "matched",
        "there are no triggers",
    ),
    "Services": _Table(
        (
            Column(title="service", least=14, name=True, grow=True),
            Column(title="received", least=8, right=True),
            Column(title="ok", right=True),
            Column(title="failed", least=6, right=True),
            Column(title="replies", least=7, right=True, drop=1),
            Column(title="p95", least=7, right=True),
        ),
        ("node", "received", "ok", "failed", "replies", "p95_ns"),
        "received",
        "there are no services",
    ),
    "Flows": _Table(
        (
            Column(title="at", least=9),
            Column(title="type", least=14, name=True),
            Column(title="subject", least=6, drop=3),
            Column(title="state", least=11),
            Column(title="took", least=7, right=True),
            Column(title="deliveries", least=10, right=True, drop=2),
            Column(title="last trouble", least=14, grow=True, drop=1),
        ),
        ("at_ns", "type", "subject", "state", "took_ns", "deliveries", "trouble"),
        "deliveries",
        "nothing was sent yet",
    ),
}
_NAMES = tuple(_TABLES)
_TONES = {
    "waiting": "wait",
    "held": "wait",
    "retry": "retry",
    "under way": "accent",
    "lost": "dead",
    "dead-letter": "dead",
    "unmatched": "nomatch",
    "delivered": "ok",
}


class Tables(Dialog[Chosen]):
    """What each trigger, service and flow comes to; gives what is to be selected.

    Args:
        totals: Gives the numbers at the playhead.
        every_s: How often they are looked at again; 0 for never.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show('Triggers')", "Triggers", show=False),
        Binding("2", "show('Services')", "Services", show=False),
        Binding("3", "show('Flows')", "Flows", show=False),
        Binding("s", "sort(1)", "Sort", show=False),
        Binding("S", "turn", "Turn round", show=False),
        Binding("slash", "filter", "Filter", show=False),
    ]

    def __init__(
        self, totals: Callable[[], Totals], *, every_s: float = _REFRESH_S
    ) -> None:
        hints = [
            ("1 2 3", "table"),
            ("s", "sort by the next column"),
            ("S", "turn round"),
            ("/", "filter"),
            ("enter", "select"),
            ("esc", "close"),
        ]
        super().__init__("tables", hints, every_s=every_s)
        self.add_class("-large")
        self._totals = totals
        self._current = _NAMES[0]
        self._sorted: dict[str, tuple[int, bool]] = {}

    def compose_body(self) -> ComposeResult:
        """Make the tabs, the filter, and a table of each."""
        yield TabStrip(_NAMES)
        yield Field("filter", hint=f"a part of a row, or {NEVER}")
        for name, each in _TABLES.items():
            yield Table(each.columns, empty=each.empty, id=name.lower())

    def on_mount(self) -> None:
        """Show the triggers."""
        super().on_mount()
        self.action_show(self._current)

    @property
    def table(self) -> Table:
        """The one that is seen."""
        return self.query_one(f"#{self._current.lower()}", Table)

    def action_show(self, name: str) -> None:
        """Show one of the tables."""
        self._current = name
        for each in self.query(Table):
            each.display = each.id == name.lower()
        self.query_one(TabStrip).show(name)
        self.reload()
        self.table.focus()

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        """Show the table whose tab was clicked."""
        self.action_show(message.name)

    def action_sort(self, by: int) -> None:
        """Sort by the next column, or as it was at first after the last."""
        at, _ = self._sorted.get(self._current, (-1, False))
        at = at + by
        fields = _TABLES[self._current].fields
        if at >= len(fields):
            self._sorted.pop(self._current, None)
        else:
            # Of numbers, the largest first; of names, as they are spelt.
            is_number = (
                _TABLES[self._current].columns[at].right or fields[at] == "at_ns"
            )
            self._sorted[self._current] = (at, is_number)
        self.reload()

    def action_turn(self) -> None:
        """Turn the order round."""
        at, down = self._sorted.get(self._current, (0, True))
        self._sorted[self._current] = (at, not down)
        self.reload()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one(Field).focus_line()

    def on_field_changed(self) -> None:
        """Show what matches."""
        self.reload()

    def on_field_entered(self) -> None:
        """Go back to the rows."""
        self.table.focus()

    def reload(self) -> None:
        """Show the numbers of now."""
        name, totals = self._current, self._totals()
        ask: Mapping[str, Callable[[], Sequence[Any]]] = {
            "Triggers": totals.routes,
            "Services": totals.services,
            "Flows": totals.flows,
        }
        found = ask[name]()
        there_are = len(found)
        shown = _TABLES[name]
        asked = self.query_one(Field).value.split()
        rows = [
            (each, row)
            for each in found
            if _is_wanted(each, row := _row(each, shown.fields), asked, shown.counted)
        ]
        order = self._sorted.get(name)
        title = "tables"
        if order is not None:
            at, down = order
            rows.sort(key=lambda pair: _key(pair[0], shown.fields[at]), reverse=down)
            way = "falling" if down else "rising"
            title += f" {GLYPHS.dot} by {shown.columns[at].title}, {way}"
        title += f" {GLYPHS.dot} {len(rows)}"
        self.set_title(title + (f" of {there_are}" if len(rows) < there_are else ""))
        self.table.set_rows([row for _, row in rows])

    def on_table_chosen(self) -> None:
        """Select the box, or the event, of the row."""
        key = self.table.key
        if isinstance(key, int | str):
            self.dismiss(key)


def _key(each: object, field: str) -> Any:
    value = getattr(each, field)
    if field.endswith("_ns"):
        return -1 if value is None else value
    return value


def _row(each: Any, fields: Sequence[str]) -> Row:
    key = each.serial if hasattr(each, "serial") else each.node
    return Row(key, tuple(_cell(field, getattr(each, field)) for field in fields))


def _cell(field: str, value: object) -> Cell:
    if field == "at_ns":
        return Cell(clock_text(int(str(value))), "muted")
    if field.endswith("_ns"):
        return Cell("" if value is None else length_text(int(str(value))), "muted")
    if field == "node":
        return Cell(str(value).partition("/")[2], bold=True)
    if field == "state":
        return Cell(str(value), _TONES[str(value)])
    if isinstance(value, int):
        loud = field in ("retries", "dead", "failed") and value
        tone = {"retries": "retry"}.get(field, "dead") if loud else ""
        return Cell(f"{value:,}", tone or ("text" if value else "muted"))
    return Cell(str(value), "text" if field == "type" else "muted")


def _is_wanted(each: object, row: Row, asked: Sequence[str], count: str) -> bool:
    """Tell whether every word of a filter is in a row."""
    text = " ".join(cell.text for cell in row.cells).casefold()
    return all(
        getattr(each, count) == 0 if word == NEVER else word.casefold() in text
        for word in asked
    )
