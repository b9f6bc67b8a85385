"""The dialog that lists, adds, changes, switches and lifts faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.errors import SimulatorError
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.fault_edit import FaultForm
from simulator.tui.screens.fault_form import (
    FaultDraft,
    FaultWish,
    ShownFault,
    draft_of_fault,
    percent,
    stepped,
    wish_of,
)
from simulator.tui.screens.short_names import short_name
from simulator.tui.screens.table import Cell, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult

_COLUMNS = (
    Column(title="", least=3),
    Column(title="node", least=12, name=True),
    Column(title="kind", least=9),
    Column(title="value", least=5, most=24),
    Column(title="rate", least=5, right=True),
    Column(title="from", least=4, right=True, drop=2),
    Column(title="until", least=5, right=True, drop=2),
    Column(title="count", least=5, right=True, drop=3),
    Column(title="where", least=8, most=40, grow=True, drop=4),
    Column(title="hits", least=4, right=True),
)
# The field of the draft that each column shows; None for what is not typed.
_FIELDS = (
    None,
    "node",
    "kind",
    "value",
    "rate",
    "start",
    "until",
    "count",
    "where",
    None,
)


class Faults(Dialog[None]):
    """All faults of the run; nothing comes back, the callables are called.

    They may raise a `SimulatorError`, which is shown.

    Args:
        faults: Gives those there are; asked every *every_s*.
        nodes: Where a fault can be.
        node: The selected node, for which ``+`` adds; empty: everywhere.
        add: Injects a fault; gives its number.
        change: Lifts a fault and injects another in its place; gives its number.
        switch: Switches one on or off.
        lift: Lifts one.
        every_s: Seconds between two looks; 0: only when `reload` is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "switch", "On or off", show=False),
        Binding("plus,insert", "add", "Add", show=False),
        Binding("delete,backspace", "lift", "Lift", show=False),
        Binding("shift+up,right_square_bracket", "step(1)", "More", show=False),
        Binding("shift+down,left_square_bracket", "step(-1)", "Less", show=False),
        Binding("f", "close", "Close", show=False),
    ]

    def __init__(
        self,
        faults: Callable[[], Sequence[ShownFault]],
        *,
        nodes: Sequence[str] = (),
        node: str = "",
        add: Callable[[FaultWish], int],
        change: Callable[[int, FaultWish], int],
        switch: Callable[[int, bool], None],
        lift: Callable[[int], None],
        every_s: float = 0.25,
    ) -> None:
        hints = [
            ("space", "on/off"),
            ("+", "add"),
            ("enter", "change"),
            ("[ ]", "step"),
            ("del", "lift"),
            ("esc", "close"),
        ]
        super().__init__("faults", hints, every_s=every_s)
        self.add_class("-large")
        self._faults = faults
        self._places = tuple(nodes)
        self._node = node or "*"
        self._add, self._change = add, change
        self._switch, self._lift = switch, lift

    def compose_body(self) -> ComposeResult:
        """Make the list."""
        yield Table(
            _COLUMNS,
            picks_columns=True,
            empty=(
                "no fault: every request arrives, and in time\n"
                f"+ adds one for {'all nodes' if self._node == '*' else self._node}"
            ),
        )

    def on_mount(self) -> None:
        """Show the faults."""
        super().on_mount()
        table = self.query_one(Table)
        table.column = _FIELDS.index("value")
        table.focus()
        self.reload()

    def reload(self) -> None:
        """Show the faults as they are now."""
        self.query_one(Table).set_rows([self._row(fault) for fault in self._faults()])

    def _row(self, fault: ShownFault) -> Row:
        draft = draft_of_fault(fault)
        tone = "text" if fault.on else "muted"
        box = "[x]" if fault.on else "[ ]"
        return Row(
            fault.number,
            (
                Cell(box, "fault" if fault.on else "muted", fault.on),
                Cell(short_name(fault.node), tone, fault.on),
                Cell(fault.kind, tone),
                Cell(fault.value, tone),
                Cell(f"{percent(fault.rate)} %", tone),
                Cell(draft.start, tone),
                Cell(draft.until, tone),
                Cell(draft.count, tone),
                Cell(fault.where, tone),
                Cell(
                    str(fault.hits),
                    "fault" if fault.hits else "muted",
                    bool(fault.hits),
                ),
            ),
        )

    @property
    def _here(self) -> ShownFault | None:
        number = self.query_one(Table).key
        return next((each for each in self._faults() if each.number == number), None)

    @property
    def _field(self) -> str | None:
        return _FIELDS[self.query_one(Table).column]

    def action_switch(self) -> None:
        """Switch the fault of the cursor on or off."""
        fault = self._here
        if fault is not None:
            self._try(lambda: self._switch(fault.number, not fault.on))

    def action_lift(self) -> None:
        """Lift the fault of the cursor."""
        fault = self._here
        if fault is not None:
            self._try(lambda: self._lift(fault.number))

    def action_add(self) -> None:
        """Ask for a fault of the selected node, and add it."""

        def added(wish: FaultWish | None) -> None:
            if wish is not None:
                self._try(lambda: self._go_to(self._add(wish)))

        form = FaultForm(FaultDraft(node=self._node), nodes=self._places)
        self.app.push_screen(form, added)

    def on_table_chosen(self) -> None:
        """Change the fault of the cursor."""
        self._edit(None)

    def on_key(self, event: events.Key) -> None:
        """Begin to change the value of the cursor with what is typed."""
        field, typed = self._field, event.character
        if (
            field
            and typed
            and (typed.isdecimal() or (field == "where" and typed.isalpha()))
        ):
            event.stop()
            self._edit(typed)

    def _edit(self, typed: str | None) -> None:
        fault = self._here
        if fault is None:
            return

        def changed(wish: FaultWish | None) -> None:
            if wish is not None:
                self._try(lambda: self._go_to(self._change(fault.number, wish)))

        draft, field = draft_of_fault(fault), self._field or "node"
        if typed is not None:
            draft = draft.replace(**{field: typed})
        self.app.push_screen(
            FaultForm(
                draft,
                nodes=self._places,
                number=fault.number,
                first=field,
            ),
            changed,
        )

    def action_step(self, by: int) -> None:
        """Give the value of the cursor its next or previous one."""
        fault = self._here
        if fault is None or self._field is None:
            return
        before = draft_of_fault(fault)
        after = stepped(before, self._field, by)
        wish, _ = wish_of(after)
        if wish is not None and after != before:
            self._try(lambda: self._go_to(self._change(fault.number, wish)))

    def _go_to(self, number: int) -> None:
        self.reload()
        self.query_one(Table).move_to(number)

    def _try(self, do: Callable[[], None]) -> None:
        """Do something to the run, and say why it could not be done."""
        try:
            do()
        except SimulatorError as error:
            self.tell(str(error), error=True)
        else:
            self.tell("")
        self.reload()
