"""The dialog that lists what waits for an approval, and decides on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.duration import duration_text
from simulator.errors import SimulatorError
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.short_names import short_name
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

_COLUMNS = (
    Column(title="", least=1),
    Column(title="gate", least=8, name=True),
    Column(title="event", least=10, name=True),
    Column(title="subject", least=6, name=True, grow=True, drop=2),
    Column(title="waits", least=5, right=True),
    Column(title="deadline", least=8, right=True, drop=1),
)
_HINTS = (
    ("y", "approve"),
    ("n", "reject"),
    ("e", "edit reply"),
    ("Y", "all"),
    ("enter", "inspect"),
    ("esc", "close"),
)
_NS_PER_TENTH = 100_000_000
_NS_PER_SECOND = 1_000_000_000
# What is left of a wait below which its deadline stands out.
_SOON_NS = 5 * _NS_PER_SECOND


class Waiting(Value):
    """One event that waits for an approval.

    Args:
        serial: Its name: the record that says that it waits.
        gate: The service that asks.
        type: Of the event.
        subject: Of the event; may be empty.
        waited_ns: For how long, virtual time.
        left_ns: Until the gate decides by itself; None: it never does.
        then: What the gate decides then: ``approve``, ``reject`` or ``timeout``.
    """

    serial: int
    gate: str
    type: str
    subject: str = ""
    waited_ns: int = 0
    left_ns: int | None = None
    then: str = ""


class Approvals(Dialog[int]):
    """What waits; gives the serial of the one that is to be looked at.

    The callables may raise a `SimulatorError`, which is shown.

    Args:
        waiting: Gives what waits; asked every *every_s*.
        approve: Approves one.
        reject: Rejects one.
        edit: Lets the reply of one be edited, on a screen of its own.
        every_s: Seconds between two looks; 0: only when `reload` is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "decide(True)", "Approve", show=False),
        Binding("n", "decide(False)", "Reject", show=False),
        Binding("e", "edit", "Edit the reply", show=False),
        Binding("Y", "approve_all", "Approve all", show=False),
        Binding("a", "close", "Close", show=False),
    ]

    def __init__(
        self,
        waiting: Callable[[], Sequence[Waiting]],
        *,
        approve: Callable[[int], None],
        reject: Callable[[int], None],
        edit: Callable[[int], None],
        every_s: float = 0.25,
    ) -> None:
        super().__init__("approvals waiting", _HINTS, every_s=every_s)
        self.add_class("-middle")
        self._waiting = waiting
        self._approve, self._reject, self._edit = approve, reject, edit

    def compose_body(self) -> ComposeResult:
        """Make the list, and the line below it."""
        yield Table(
            _COLUMNS,
            empty="nothing waits for an approval\nwhen something does, the top bar says so",
        )

    def on_mount(self) -> None:
        """Show what waits."""
        super().on_mount()
        self.query_one(Table).focus()
        self.reload()

    def reload(self) -> None:
        """Show what waits now."""
        waiting = self._waiting()
        self.query_one(Table).set_rows([self._row(each) for each in waiting])
        self.show_hints(_HINTS if waiting else _HINTS[-1:])
        self.on_table_moved()

    def _row(self, each: Waiting) -> Row:
        soon = each.left_ns is not None and each.left_ns < _SOON_NS
        left = "" if each.left_ns is None else f"in {tenths(each.left_ns)}"
        return Row(
            each.serial,
            (
                Cell(GLYPHS.dots["wait"], "wait", bold=True),
                Cell(short_name(each.gate), bold=True),
                Cell(each.type),
                Cell(each.subject, "muted"),
                Cell(tenths(each.waited_ns), "muted"),
                Cell(left, "retry" if soon else "muted", soon),
            ),
        )

    def on_table_moved(self) -> None:
        """Say what happens when nobody decides."""
        serial = self.query_one(Table).key
        here = next((each for each in self._waiting() if each.serial == serial), None)
        self.say_aside("" if here is None else _fate(here))

    def on_table_chosen(self) -> None:
        """Look at the event."""
        serial = self.query_one(Table).key
        assert isinstance(serial, int), "every row has a serial"
        self.dismiss(serial)

    def action_decide(self, yes: bool) -> None:
        """Approve or reject the event of the cursor."""
        serial = self.query_one(Table).key
        if isinstance(serial, int):
            decide = self._approve if yes else self._reject
            self._try([serial], decide)

    def action_approve_all(self) -> None:
        """Approve everything that waits."""
        self._try([each.serial for each in self._waiting()], self._approve)

    def action_edit(self) -> None:
        """Edit the reply of the gate before it is sent."""
        serial = self.query_one(Table).key
        if isinstance(serial, int):
            self._try([serial], self._edit)

    def _try(self, serials: Sequence[int], do: Callable[[int], None]) -> None:
        """Do something to what waits, and say why it could not be done."""
        try:
            for serial in serials:
                do(serial)
        except SimulatorError as error:
            self.tell(str(error), error=True)
        else:
            self.tell("")
        self.reload()


def tenths(ns: int) -> str:
    """Write a duration that counts: tenths below a minute, whole seconds above."""
    if ns < 60 * _NS_PER_SECOND:
        whole, tenth = divmod(max(0, ns) // _NS_PER_TENTH, 10)
        return f"{whole}.{tenth}s"
    return duration_text(ns // _NS_PER_SECOND * _NS_PER_SECOND)


def _fate(each: Waiting) -> str:
    if each.left_ns is None:
        return "it waits until somebody decides, or the sender gives up"
    then = {"approve": "approved", "reject": "rejected"}.get(each.then, "given up")
    return f"it is {then} by itself in {tenths(each.left_ns)} of virtual time"
