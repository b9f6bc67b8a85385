"""The dialog that lists what the topology's author should know."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.table import Cell, Column, Table
from simulator.tui.spelling import counted
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COLUMNS = (
    Column(title="", least=7),
    Column(title="subject", least=10, most=28, name=True),
    Column(title="what", least=28, grow=True),
    Column(title="where", least=8, most=18, name=True, drop=1),
)
_TONES = {Severity.FAULT: "dead", Severity.WARNING: "retry", Severity.NOTE: "muted"}
_ORDER = tuple(_TONES)


class Problems(ListDialog[Finding, str]):
    """Findings and the faults of a failed reload; gives the node that is to be selected.

    Args:
        faults: Of a `TopologyError`: ``file:line:column: field path: what is wrong``.
        node_of: Gives the box that a finding is about; empty where there is none.
    """

    DEFAULT_CLASSES = "dialog -large"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "select the box")
    ]

    def __init__(
        self,
        findings: Sequence[Finding],
        *,
        faults: Sequence[str] = (),
        node_of: Callable[[Finding], str] = lambda _: "",
    ) -> None:
        shown = [*map(reload_problem, faults), *findings]
        shown.sort(key=lambda each: _ORDER.index(each.severity))
        empty = "nothing to say: all is as it should be"
        table = Table(_COLUMNS, lambda: shown, lambda each: each, _cells, empty=empty)
        super().__init__(f"problems{_counts(shown)}", table)
        self._faults, self._node_of = faults, node_of

    def begin(self) -> None:
        super().begin()
        if self._faults:
            self.tell(
                "the file could not be loaded again; the last good version runs on"
            )

    def aside(self, here: Finding) -> str:
        return "\n".join(filter(None, (_message(here), here.fix, here.where)))

    @of_item
    def action_choose(self, here: Finding) -> None:
        node = self._node_of(here)
        if node:
            self.dismiss(node)
        else:
            self.tell("there is no box for it in the graph")


def reload_problem(fault: str) -> Finding:
    where, separator, message = fault.partition(": ")
    if not separator or not where.rpartition(":")[2].isdecimal():
        where, message = "", fault
    return Finding(
        severity=Severity.FAULT,
        code="reload",
        subject="reload",
        message=message,
        where=where,
    )


def _message(each: Finding) -> str:
    return f"{each.path}: {each.message}" if each.path else each.message


def _cells(each: Finding) -> tuple[Cell, ...]:
    return (
        Cell(each.severity.value, _TONES[each.severity], bold=True),
        Cell(each.subject, bold=True),
        Cell(_message(each)),
        Cell(each.where, "muted"),
    )


def _counts(findings: Sequence[Finding]) -> str:
    found = Counter(each.severity for each in findings)
    parts = [counted(found[each], each.value) for each in _ORDER if found[each]]
    return f": {', '.join(parts)}" if parts else ""
