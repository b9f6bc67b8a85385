"""The dialog that compares two branches or traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widgets import Static

from simulator.errors import SimulatorError, nearest
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.difference import (
    Pair,
    ShownComparison,
    ShownTally,
    difference_text,
    pairs_of,
    summary,
)
from simulator.tui.screens.field import Field
from simulator.tui.screens.table import Cell, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from simulator.tui.screens.dialog import StyleFiles

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

_LONG = 16  # cells that a value has at least, on the narrowest screen


class Compare(Dialog[int]):
    """Two traces side by side; gives the serial of the first record not shared.

    Args:
        names: What can be compared.
        compare: Compares two of them, by name; may raise a `SimulatorError`.
        first: The one on the left at first.
        second: The one on the right at first.
    """

    CSS_PATH: ClassVar[StyleFiles] = ["dialog.tcss", "compare.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "only", "Only differences", show=False)
    ]

    def __init__(
        self,
        names: Sequence[str],
        compare: Callable[[str, str], ShownComparison],
        *,
        first: str = "",
        second: str = "",
    ) -> None:
        hints = [
            ("enter", "go there"),
            ("tab", "next"),
            ("d", "only differences"),
            ("esc", "close"),
        ]
        super().__init__("compare", hints)
        self.add_class("-large")
        self._known = tuple(names)
        self._compare = compare
        self._first = first or (names[0] if names else "")
        self._second = second or (names[-1] if names else "")
        self._found: ShownComparison | None = None
        self._only = False
        self._pairs: tuple[Pair, ...] = ()

    def compose_body(self) -> ComposeResult:
        """Make the names, the difference and the counters."""
        with Horizontal(classes="names"):
            for label, value in (("first", self._first), ("second", self._second)):
                yield Field(label, value, known=self._known, id=label)
        yield Static(classes="summary", markup=False)
        with Container(classes="tables"):
            yield Table(_PAIRS, empty="no difference to show", id="pairs")
            yield Table(_COUNTERS, empty="nothing to count", id="counters")

    def on_mount(self) -> None:
        """Compare; begin at the difference."""
        super().on_mount()
        self.query_one("#pairs", Table).focus()
        self._look()

    def on_field_changed(self) -> None:
        """Compare what is named now."""
        self._look()

    def on_field_entered(self) -> None:
        """Go on to the difference."""
        self.query_one("#pairs", Table).focus()

    def _look(self) -> None:
        """Compare the two that are named, as soon as both are."""
        fields = [self.query_one("#first", Field), self.query_one("#second", Field)]
        for field in fields:
            known = field.value in self._known
            hint = nearest(field.value, self._known)
            field.fault = "" if known else f"there is no {field.value!r}{hint}"
        self._found = None
        if not any(field.fault for field in fields):
            try:
                self._found = self._compare(fields[0].value, fields[1].value)
                self.tell("")
            except SimulatorError as error:
                self.tell(str(error), error=True)
        self.reload()

    def reload(self) -> None:
        """Show what was found."""
        found = self._found
        names = (
            self.query_one("#first", Field).value,
            self.query_one("#second", Field).value,
        )
        text = "" if found is None else summary(found, names)
        self.query_one(".summary", Static).update(text)
        self._pairs = () if found is None else pairs_of(found)
        pairs, counters = (
            self.query_one("#pairs", Table),
            self.query_one("#counters", Table),
        )
        pairs.set_titles(("", "first difference", *names))
        pairs.set_rows(
            [self._pair_row(p) for p in self._pairs if p.differs or not self._only]
        )
        tallies = () if found is None else (*found.kinds, *found.nodes)
        shown = [t for t in tallies if not self._only or t.first != t.second]
        counters.set_rows([_counter_row(t) for t in shown])
        self.on_table_moved()

    def _pair_row(self, pair: Pair) -> Row:
        tone, bold = ("text", True) if pair.differs else ("muted", False)
        mark = GLYPHS.outcomes["fault"] if pair.differs else ""
        return Row(
            pair.name,
            (
                Cell(mark, "retry", bold=True),
                Cell(pair.name, tone, bold),
                Cell(pair.first, tone, bold),
                Cell(pair.second, tone, bold),
            ),
        )

    def on_table_moved(self) -> None:
        """Show both values in full where one of them is cut."""
        name = self.query_one("#pairs", Table).key
        here = next((pair for pair in self._pairs if pair.name == name), None)
        long = here is not None and max(len(here.first), len(here.second)) > _LONG
        text = (
            f"{here.first or 'none'}\n{here.second or 'none'}" if here and long else ""
        )
        self.say_aside(text)

    def on_table_chosen(self) -> None:
        """Go to the first difference."""
        found = self._found
        record = None if found is None else found.first or found.second
        if record is None:
            self.tell("there is no difference to go to")
            return
        self.dismiss(record.serial)

    def action_only(self) -> None:
        """Hide what is equal, or show it again."""
        self._only = not self._only
        self.reload()


def _counter_row(tally: ShownTally) -> Row:
    more = difference_text(tally)
    tone = "text" if more else "muted"
    return Row(
        tally.name,
        (
            Cell(tally.name, tone, bool(more)),
            Cell(str(tally.first), tone),
            Cell(str(tally.second), tone),
            Cell(more, "retry", bold=True),
        ),
    )
