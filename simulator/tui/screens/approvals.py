"""The dialog that lists what waits for an approval, and decides on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.duration import duration_text
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.table import Cell, Column, Row, Table, short_name
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.tui.screens.dialog import Act

_COLUMNS = (
    Column(title="", least=1),
    Column(title="gate", least=8, name=True),
    Column(title="event", least=10, name=True),
    Column(title="subject", least=6, name=True, grow=True, drop=2),
    Column(title="waits", least=5, right=True),
    Column(title="deadline", least=8, right=True, drop=1),
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


class Approvals(ListDialog[Waiting, int]):
    """What waits; gives the serial of the one that is to be looked at.

    Args:
        waiting: Gives what waits; asked every *every_s*.
        act: Approves and rejects.
        edit: Lets the reply of one be edited, on a screen of its own.
        every_s: Seconds between two looks; 0: only when `reload` is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "approve", "approve"),
        Binding("n", "reject", "reject"),
        Binding("e", "edit", "edit reply"),
        Binding("Y", "approve_all", "all"),
        Binding("enter", "choose", "inspect"),
        Binding("a", "close", "close", show=False),
    ]

    def __init__(
        self,
        waiting: Callable[[], Sequence[Waiting]],
        *,
        act: Act,
        edit: Callable[[int], None],
        every_s: float = 0.25,
    ) -> None:
        empty = (
            "nothing waits for an approval\nwhen something does, the top bar says so"
        )
        table = Table(_COLUMNS, waiting, _row, empty=empty)
        super().__init__("approvals waiting", table, size="middle", every_s=every_s)
        self._waiting, self._act, self._edit = waiting, act, edit

    def aside(self, here: Waiting) -> str:
        if here.left_ns is None:
            return "it waits until somebody decides, or the sender gives up"
        then = {"approve": "approved", "reject": "rejected"}.get(here.then, "given up")
        return f"it is {then} by itself in {tenths(here.left_ns)} of virtual time"

    @of_item
    def action_choose(self, here: Waiting) -> None:
        self.dismiss(here.serial)

    @of_item
    def action_approve(self, here: Waiting) -> None:
        self._act(lambda sim: sim.approve(here.serial))

    @of_item
    def action_reject(self, here: Waiting) -> None:
        self._act(lambda sim: sim.reject(here.serial))

    @of_item
    def action_edit(self, here: Waiting) -> None:
        self._edit(here.serial)

    @of_item
    def action_approve_all(self, _: Waiting) -> None:
        serials = [each.serial for each in self._waiting()]
        self._act(lambda sim: [sim.approve(serial) for serial in serials])


def _row(each: Waiting) -> Row:
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


def tenths(ns: int) -> str:
    """Write a duration that counts: tenths below a minute, whole seconds above."""
    if ns < 60 * _NS_PER_SECOND:
        whole, tenth = divmod(max(0, ns) // _NS_PER_TENTH, 10)
        return f"{whole}.{tenth}s"
    return duration_text(ns // _NS_PER_SECOND * _NS_PER_SECOND)
