"""Triggers, services, flows and coverage as tables: sorted by any column, filtered by words."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from textual.binding import Binding, BindingType
from textual.containers import Vertical

from simulator.coverage import Coverage, Plan
from simulator.coverage.covered import Walk
from simulator.tui.filters.language import NEVER
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import OUTCOME_OF
from simulator.tui.screens.dialog import ListDialog
from simulator.tui.screens.form import Field
from simulator.tui.screens.table import Cell, Column, Table
from simulator.tui.spelling import clock_text, length_text
from simulator.tui.widgets.tab_strip import TabStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from textual.app import ComposeResult

    from simulator.session import Simulation
    from simulator.tui.inspect.figures import Totals
    from simulator.tui.view.trace_view import TraceView

Chosen: TypeAlias = "int | str"
"""The serial of a record, or the name of a node."""

_NO_ROW = "no row matches the filter"
# Counts that stand out unless they are 0, and their colours.
_LOUD = {"retries": "retry", "dead": "dead", "failed": "dead"}


class _Table(NamedTuple):
    """One of the tables.

    Args:
        columns: Each by the attribute of a row's totals that stands in it.
        counted: The attribute that is 0 where nothing has come yet.
    """

    columns: Mapping[str, Column]
    counted: str
    empty: str


_TABLES = {
    "Triggers": _Table(
        {
            "node": Column(title="trigger", least=14, name=True),
            "filter": Column(title="filter", least=16, name=True, grow=True),
            "matched": Column(title="matched", least=7, right=True),
            "missed": Column(title="not", right=True, drop=2),
            "retries": Column(title="retries", least=7, right=True, drop=1),
            "dead": Column(title="dead", right=True),
            "p95_ns": Column(title="p95", least=7, right=True, drop=3),
        },
        "matched",
        "there are no triggers",
    ),
    "Services": _Table(
        {
            "node": Column(title="service", least=14, name=True, grow=True),
            "received": Column(title="received", least=8, right=True),
            "open": Column(title="open", right=True, drop=2),
            "ok": Column(title="ok", right=True),
            "failed": Column(title="failed", least=6, right=True),
            "replies": Column(title="replies", least=7, right=True, drop=1),
            "pods": Column(title="pods", least=6, right=True, spare=True),
            "p95_ns": Column(title="p95", least=7, right=True),
        },
        "received",
        "there are no services",
    ),
    "Flows": _Table(
        {
            "at_ns": Column(title="at", least=9),
            "type": Column(title="type", least=14, name=True),
            "subject": Column(title="subject", least=6, drop=3),
            "state": Column(title="state", least=11),
            "took_ns": Column(title="took", least=7, right=True),
            "deliveries": Column(title="deliveries", least=10, right=True, drop=2),
            "trouble": Column(title="last trouble", least=14, grow=True, drop=1),
        },
        "deliveries",
        "nothing was sent yet",
    ),
    "Coverage": _Table(
        {
            "node": Column(title="of", least=14, name=True),
            "what": Column(title="what", least=16, grow=True),
            "covered": Column(title="covered", least=7),
            "where": Column(title="where", least=10, most=28, name=True, drop=1),
        },
        "covered",
        "no topology tells what could be covered",
    ),
}
_NAMES = tuple(_TABLES)


class Covered(NamedTuple):
    name: str
    node: str
    what: str
    covered: bool
    where: str


class RunCoverage:
    """What of a topology the records of a trace view cover, up to a playhead.

    Records that the view no longer holds do not count.
    """

    def __init__(self, sim: Simulation, view: TraceView) -> None:
        self._sim, self._view = sim, view
        self._walk: Walk | None = None
        self._next = view.first

    @cached_property
    def _plan(self) -> Plan:
        return Plan(self._sim.wiring, self._sim.topology)

    def at(self, shown: int) -> list[Covered]:
        """Give all items by place, with what the first *shown* records have covered."""
        if self._walk is None or shown < self._next:
            recording = self._sim.recording if self._plan.services else None
            played = () if recording is None else recording.run.get("python", ())
            self._walk, self._next = Walk(self._plan, played), self._view.first
        for serial in range(max(self._next, self._view.first), shown):
            self._walk.add(self._view.record(serial))
        self._next = max(shown, self._next)
        coverage = Coverage.of(self._plan.items, self._walk.covered)
        return [
            Covered(
                name=item.name,
                node=item.node,
                what=item.told.removeprefix(f"{item.node} "),
                covered=item.name in coverage.covered,
                where=str(item.position).rpartition("/")[2],
            )
            for item in coverage.items
        ]


class Tables(ListDialog[Any, Chosen]):
    """What each trigger, service and flow comes to; gives what is to be selected."""

    DEFAULT_CLASSES = "dialog -large"
    EVERY_S = 0.5
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "show('Triggers')", "table", key_display="1 2 3 4"),
        Binding("2", "show('Services')", "table", show=False),
        Binding("3", "show('Flows')", "table", show=False),
        Binding("4", "show('Coverage')", "table", show=False),
        Binding("s", "sort", "sort"),
        Binding("S", "turn", "reverse"),
        Binding("slash", "filter", "filter", key_display="/"),
        Binding("enter", "choose", "select"),
    ]

    def __init__(
        self,
        totals: Callable[[], Totals],
        coverage: Callable[[], Sequence[Covered]] = tuple,
    ) -> None:
        tables = [
            Table(
                each.columns.values(),
                partial(self._wanted, name),
                lambda item: getattr(item, "name", _name(item)),
                partial(_cells, fields=each.columns),
                empty=each.empty,
                id=name.lower(),
            )
            for name, each in _TABLES.items()
        ]
        super().__init__("tables", *tables)
        self._totals, self._coverage = totals, coverage
        self._filter = Field("filter", hint=f"a part of a row, or {NEVER}")
        self._current = _NAMES[0]
        self._sorted: dict[str, tuple[int, bool]] = {}
        self._there_are = 0

    def compose_body(self) -> ComposeResult:
        with Vertical(classes="head"):
            yield TabStrip(_NAMES)
            yield self._filter
        yield from super().compose_body()

    def begin(self) -> None:
        self.action_show(self._current)

    @property
    def table(self) -> Table[Any]:
        return self.tables[_NAMES.index(self._current)]

    def action_show(self, name: str) -> None:
        self._current = name
        for each in self.tables:
            each.display = each is self.table
        self.query_one(TabStrip).current = name
        self.reload()
        self.table.focus()

    def on_tab_strip_chosen(self, message: TabStrip.Chosen) -> None:
        self.action_show(message.name)

    def action_sort(self) -> None:
        """Sort by the next column, or as it was at first after the last."""
        last = self._sorted.get(self._current, (-1, False))[0]
        at = next((at for at in self.table.seen if at > last), None)
        if at is None:
            self._sorted.pop(self._current, None)
        else:
            field, column = [*_TABLES[self._current].columns.items()][at]
            # Of numbers, the largest first; of names, as they are spelt.
            self._sorted[self._current] = (at, column.right or field == "at_ns")
        self.reload()

    def action_turn(self) -> None:
        at, down = self._sorted.get(self._current, (0, True))
        self._sorted[self._current] = (at, not down)
        self.reload()

    def action_filter(self) -> None:
        self._filter.focus_line()

    def on_field_changed(self) -> None:
        self.reload()

    def on_field_entered(self) -> None:
        self.table.focus()

    def reload(self) -> None:
        self.table.fill()
        title, rows = "tables", len(self.table.items)
        if self._current in self._sorted:
            at, down = self._sorted[self._current]
            by = [*_TABLES[self._current].columns.values()][at].title
            title += f" {GLYPHS.dot} by {by}, {'falling' if down else 'rising'}"
        of = f" of {self._there_are}" if rows < self._there_are else ""
        self.set_title(f"{title} {GLYPHS.dot} {rows}{of}")

    def _wanted(self, name: str) -> list[Any]:
        shown = _TABLES[name]
        ask: Mapping[str, Callable[[], Sequence[Any]]] = {
            "Triggers": lambda: self._totals().routes(),
            "Services": lambda: self._totals().services(),
            "Flows": lambda: self._totals().flows(),
            "Coverage": self._coverage,
        }
        found = ask[name]()
        self._there_are = len(found)
        asked = self._filter.value.split()
        self.table.empty = _NO_ROW if found and asked else shown.empty
        if asked:
            found = [each for each in found if _is_wanted(each, asked, shown)]
        if name in self._sorted:
            at, down = self._sorted[name]
            field = [*shown.columns][at]
            return sorted(found, key=lambda each: _key(each, field), reverse=down)
        return list(found)

    def action_choose(self) -> None:
        if self.here is not None:
            self.dismiss(_name(self.here))


def _name(each: Any) -> Chosen:
    name: Chosen = each.serial if hasattr(each, "serial") else each.node
    return name


def _key(each: object, field: str) -> Any:
    value = getattr(each, field)
    return -1 if value is None else value


def _cells(each: Any, fields: Iterable[str]) -> tuple[Cell, ...]:
    return tuple(_cell(field, getattr(each, field)) for field in fields)


def _cell(field: str, value: object) -> Cell:
    if field.endswith("_ns"):
        spell = clock_text if field == "at_ns" else length_text
        return Cell("" if value is None else spell(int(str(value))), "muted")
    if field == "node":
        return Cell(str(value).partition("/")[2], bold=True)
    if field == "state":
        return Cell(str(value), OUTCOME_OF.get(str(value), "accent"))
    if isinstance(value, bool):
        return Cell("yes", "ok") if value else Cell("never", "retry", bold=True)
    if isinstance(value, int):
        return Cell(f"{value:,}", _LOUD.get(field, "text") if value else "muted")
    return Cell(str(value), "text" if field == "type" else "muted")


def _is_wanted(each: Any, asked: Sequence[str], shown: _Table) -> bool:
    text = " ".join(cell.text for cell in _cells(each, shown.columns)).casefold()
    return all(
        getattr(each, shown.counted) == 0 if word == NEVER else word.casefold() in text
        for word in asked
    )
