"""The branches of a run: the dialog that lists them, and the one that compares two."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Static

from simulator.duration import duration_text
from simulator.errors import SimulatorError, nearest
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.form import Field
from simulator.tui.screens.table import Cell, Column, Table
from simulator.tui.spelling import clock_text, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from simulator.trace import Comparison, Record
    from simulator.trace.comparison import Tally
    from simulator.tui.branch import Branch

_BRANCHES = (
    Column(title="", least=1),
    Column(title="branch", least=8, name=True, grow=True),
    Column(title="forked from", least=8, name=True, drop=2),
    Column(title="at", least=6, right=True, drop=1),
    Column(title="records", least=7, right=True),
    Column(title="now", least=5, right=True, drop=3),
)
_COUNTERS = (
    Column(title="records", least=10, name=True, grow=True),
    Column(title="first", least=6, right=True),
    Column(title="second", least=6, right=True),
    Column(title="more", least=5, right=True),
)
_PAIRS = (
    Column(title="", least=1),
    Column(title="first difference", least=8, most=18),
    Column(title="first", least=10, most=40),
    Column(title="second", least=10, most=40, grow=True),
)

_NAME = 8  # cells of the label of a name
_LONG = 16  # cells that a value has at least, on the narrowest screen


class BranchChoice(NamedTuple):
    name: str
    compare: bool = False


class Branches(ListDialog["Branch", BranchChoice]):
    """The branches; gives the one to switch to, or to compare with."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "switch"),
        Binding("C", "compare", "compare"),
        Binding("delete,backspace", "remove", "remove", key_display="del"),
    ]

    def __init__(
        self,
        branches: Callable[[], Sequence[Branch]],
        current: Branch,
        *,
        remove: Callable[[Branch], None],
    ) -> None:
        empty = "no branch: ctrl+f forks one here"
        table = Table(
            _BRANCHES, branches, lambda each: each.name, self._cells, empty=empty
        )
        super().__init__("branches", table)
        self._current, self._remove = current, remove

    def begin(self) -> None:
        super().begin()
        self.table.move_to(self._current.name)

    @of_item
    def action_choose(self, here: Branch) -> None:
        self.dismiss(BranchChoice(name=here.name))

    @of_item
    def action_compare(self, here: Branch) -> None:
        if here is self._current:
            self.tell("this is the current branch: move to the one to compare it with")
        else:
            self.dismiss(BranchChoice(name=here.name, compare=True))

    @of_item
    def action_remove(self, here: Branch) -> None:
        if here is self._current:
            self.tell("the current branch cannot be removed: switch to another first")
        else:
            self._remove(here)
            self.tell(f"{here.name} is removed")

    def _cells(self, each: Branch) -> tuple[Cell, ...]:
        current = each is self._current
        at = "" if each.forked_at is None else f"#{each.forked_at}"
        return (
            Cell(GLYPHS.dots["ok"] if current else "", "ok"),
            Cell(each.name, bold=current),
            Cell(each.parent, "muted"),
            Cell(at, "muted"),
            Cell(str(len(each.view))),
            Cell(clock_text(each.player.now_ns), "muted"),
        )


class Pair(NamedTuple):
    name: str
    first: str
    second: str


Row = TypeVar("Row", Pair, "Tally")


class Compare(ListDialog[Any, int]):
    """Two traces side by side; gives the serial of the first record not shared.

    Args:
        compare: Compares two of *names*; may raise a `SimulatorError`.
        first: The branch on the screen: enter goes to a record of it.
    """

    DEFAULT_CLASSES = "dialog -large"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "go there"),
        Binding("tab", "app.focus_next", "next"),
        Binding("d", "only", "only differences"),
    ]

    def __init__(
        self,
        names: Sequence[str],
        compare: Callable[[str, str], Comparison],
        *,
        ended: Callable[[str, str], str] = lambda *_: "",
        first: str = "",
        second: str = "",
    ) -> None:
        self._known = tuple(names)
        first = self._shown = first or (names[0] if names else "")
        second = second or (names[-1] if names else "")
        self._first = Field("first", first, known=names, room=_NAME, id="first")
        self._second = Field("second", second, known=names, room=_NAME, id="second")
        self._pairs: Table[Pair] = Table(
            _PAIRS,
            partial(self._rows, pairs_of),
            lambda pair: pair.name,
            _pair_cells,
            empty="no difference to show",
            id="pairs",
        )
        counters: Table[Tally] = Table(
            _COUNTERS,
            partial(self._rows, lambda found: (*found.kinds, *found.nodes)),
            lambda tally: tally.name,
            _counter_cells,
            empty="nothing to count",
            id="counters",
        )
        super().__init__("compare", self._pairs, counters)
        self._compare, self._ended = compare, ended
        self._found: Comparison | None = None
        self._only = False

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="names"):
            yield self._first
            yield self._second
        yield Static(classes="summary", markup=False)
        with Container(classes="tables"):
            yield from self.tables

    def begin(self) -> None:
        super().begin()
        self._look()

    def on_field_changed(self) -> None:
        self._look()

    def on_field_entered(self) -> None:
        self._pairs.focus()

    def _look(self) -> None:
        fields = (self._first, self._second)
        for field in fields:
            known = field.value in self._known
            hint = nearest(field.value, self._known)
            field.fault = "" if known else f"there is no {field.value!r}{hint}"
        self._found = None
        if not any(field.fault for field in fields):
            try:
                self._found = self._compare(self._first.value, self._second.value)
                self.tell("")
            except SimulatorError as error:
                self.tell(str(error), error=True)
        self.reload()

    def reload(self) -> None:
        names = (self._first.value, self._second.value)
        text = ""
        if self._found is not None:
            text = summary(self._found, names) + self._ended(*names)
        self.query_one(".summary", Static).update(text)
        self._pairs.set_titles(("", "first difference", *names))
        super().reload()

    def _rows(self, rows_of: Callable[[Comparison], Sequence[Row]]) -> list[Row]:
        rows = () if self._found is None else rows_of(self._found)
        return [row for row in rows if not self._only or row.first != row.second]

    def moved(self) -> None:
        """Show both values in full where one of them is cut."""
        here = self._pairs.here
        both = () if here is None else (here.first, here.second)
        is_cut = any(len(text) > _LONG for text in both)
        self.say_aside("\n".join(text or "none" for text in both) if is_cut else "")

    def action_choose(self) -> None:
        found = self._found
        if found is None or found.equal:
            self.tell("there is no difference to go to")
            return
        sides = {self._second.value: found.second, self._first.value: found.first}
        record = sides.get(self._shown)
        if record is None:
            self.tell(f"{self._shown}, the current branch, has no such record")
        else:
            self.dismiss(record.serial)

    def action_only(self) -> None:
        self._only = not self._only
        self.reload()


def _pair_cells(pair: Pair) -> tuple[Cell, ...]:
    differs = pair.first != pair.second
    mark = GLYPHS.outcomes["fault"] if differs else ""
    tone = "text" if differs else "muted"
    texts = (Cell(text, tone, differs) for text in pair)
    return Cell(mark, "retry", bold=True), *texts


def _counter_cells(tally: Tally) -> tuple[Cell, ...]:
    more = difference_text(tally)
    tone = "text" if more else "muted"
    return (
        Cell(tally.name, tone, bool(more)),
        Cell(str(tally.first), tone),
        Cell(str(tally.second), tone),
        Cell(more, "retry", bold=True),
    )


def pairs_of(comparison: Comparison) -> tuple[Pair, ...]:
    """Write the first records that are not shared, without what neither of them says."""
    if comparison.equal:
        return ()
    first, second = _lines(comparison.first), _lines(comparison.second)
    names = dict.fromkeys((*first, *second))
    return tuple(
        Pair(name, first.get(name, ""), second.get(name, "")) for name in names
    )


def summary(comparison: Comparison, names: tuple[str, str]) -> str:
    shared = f"{counted(comparison.common, 'record')} in common"
    if comparison.equal:
        return f"equal: {shared}, no difference"
    first, second = comparison.first, comparison.second
    if first is None or second is None:
        name, other = names if first is None else names[::-1]
        return f"{shared}; then {name} ends, and {other} goes on"
    return f"{shared}; they part at {duration_text(min(first.at_ns, second.at_ns))}"


def difference_text(tally: Tally) -> str:
    return f"{tally.second - tally.first:+d}" if tally.second != tally.first else ""


def _lines(record: Record | None) -> dict[str, str]:
    if record is None:
        return {"record": "none: it ends here"}
    attributes = record.event.attributes
    lines = {
        "record": f"#{record.serial}",
        "at": duration_text(record.at_ns),
        "kind": str(record.kind),
        "from": record.source,
        "to": record.target,
        "attempt": str(record.attempt or ""),
        "status": str(record.status or ""),
        "detail": "" if record.detail is None else str(record.detail).splitlines()[0],
        "cause": "" if record.cause is None else f"#{record.cause}",
    }
    more = sorted(set(attributes) - {"type", "id", "specversion"})
    lines |= {name: attributes.get(name, "") for name in ("type", "id", *more)}
    body = (record.event.body or b"").decode("utf-8", "replace")
    lines["data"] = " ".join(body.split())
    return {name: text for name, text in lines.items() if text}
