"""The dialog that lists what waits for an approval, and decides on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.duration import duration_text
from simulator.subscribers.approval_spec import APPROVE, REJECT, ApprovalSpec
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Act, ListDialog, of_item
from simulator.tui.screens.table import Cell, Column, Table, short_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.session import Approval, Simulation

_COLUMNS = (
    Column(title="", least=1),
    Column(title="gate", least=8, name=True),
    Column(title="event", least=10, name=True),
    Column(title="subject", least=6, name=True, grow=True, drop=2),
    Column(title="waits", least=5, right=True),
    Column(title="deadline", least=8, right=True, drop=1),
)
_EMPTY = "nothing waits for an approval\nwhen something does, the top bar says so"
_NS_PER_TENTH = 100_000_000
_NS_PER_SECOND = 1_000_000_000
# What is left of a wait below which its deadline stands out.
_SOON_NS = 5 * _NS_PER_SECOND
_THEN = {APPROVE: "approved", REJECT: "rejected"}


class Approvals(ListDialog["Approval", int]):
    """What waits in a run; gives the serial of the one that is to be looked at."""

    DEFAULT_CLASSES = "dialog -middle"
    EVERY_S = 0.25
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "approve", "approve"),
        Binding("n", "reject", "reject"),
        Binding("e", "edit", "edit reply"),
        Binding("Y", "approve_all", "all"),
        Binding("enter", "choose", "inspect"),
        Binding("a", "close", "close", show=False),
    ]

    def __init__(
        self, sim: Callable[[], Simulation], *, act: Act, edit: Callable[[int], None]
    ) -> None:
        table = Table(
            _COLUMNS,
            lambda: sim().approvals,
            lambda each: each.serial,
            self._cells,
            empty=_EMPTY,
        )
        super().__init__("approvals waiting", table)
        self._sim, self._act, self._edit = sim, act, edit

    def aside(self, here: Approval) -> str:
        left = self._left(here)
        if not left:
            return "it waits until somebody decides, or the sender gives up"
        approval = approval_of(self._sim(), here.service)
        then = _THEN.get("" if approval is None else approval.then, "given up")
        return f"it is {then} by itself {left} of virtual time"

    def _left(self, each: Approval) -> str:
        """Say in what time a gate decides by itself; empty where it never does."""
        ns = each.deadline_ns
        return "" if ns is None else f"in {tenths(ns - self._sim().now_ns)}"

    def _cells(self, each: Approval) -> tuple[Cell, ...]:
        now_ns, attributes = self._sim().now_ns, each.event.attributes
        soon = each.deadline_ns is not None and each.deadline_ns - now_ns < _SOON_NS
        return (
            Cell(GLYPHS.dots["wait"], "wait", bold=True),
            Cell(short_name(each.service), bold=True),
            Cell(each.event.type),
            Cell(attributes.get("subject", ""), "muted"),
            Cell(tenths(now_ns - each.since_ns), "muted"),
            Cell(self._left(each), "retry" if soon else "muted", soon),
        )

    @of_item
    def action_choose(self, here: Approval) -> None:
        self.dismiss(here.serial)

    @of_item
    def action_approve(self, here: Approval) -> None:
        self._act(lambda sim: sim.approve(here.serial))

    @of_item
    def action_reject(self, here: Approval) -> None:
        self._act(lambda sim: sim.reject(here.serial))

    @of_item
    def action_edit(self, here: Approval) -> None:
        self._edit(here.serial)

    @of_item
    def action_approve_all(self, _: Approval) -> None:
        serials = [each.serial for each in self._sim().approvals]
        self._act(lambda sim: [sim.approve(serial) for serial in serials])


def approval_of(sim: Simulation, service: str) -> ApprovalSpec | None:
    spec = sim.service_spec(service)
    return None if spec is None else spec.approval


def tenths(ns: int) -> str:
    """Write a duration that counts: tenths below a minute, whole seconds above."""
    if ns < 60 * _NS_PER_SECOND:
        whole, tenth = divmod(max(0, ns) // _NS_PER_TENTH, 10)
        return f"{whole}.{tenth}s"
    return duration_text(ns // _NS_PER_SECOND * _NS_PER_SECOND)
