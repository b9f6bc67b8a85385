"""The dialog that lists what the topology's author should know."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.table import Cell, Column, Row, Table
from simulator.value import Value
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.wiring import Finding

_COLUMNS = (
    Column(title="", least=7),
    Column(title="subject", least=10, most=28, name=True),
    Column(title="what", least=28, grow=True),
    Column(title="where", least=8, most=18, name=True, drop=1),
)
_TONES = {Severity.FAULT: "dead", Severity.WARNING: "retry", Severity.NOTE: "muted"}
_ORDER = tuple(_TONES)
_PLURAL = {
    Severity.FAULT: "faults",
    Severity.WARNING: "warnings",
    Severity.NOTE: "notes",
}


class Problem(Value):
    """One line of the list.

    Args:
        severity: How much it matters.
        subject: What it is about; may be empty.
        message: What is wrong.
        where: ``orders.yaml:12:3``; may be empty.
        node: What is selected by enter; empty where there is no box for it.
    """

    severity: Severity
    subject: str
    message: str
    where: str = ""
    node: str = ""


def problem_of(finding: Finding, node: str = "") -> Problem:
    """Make the line of a finding.

    Args:
        finding: Of a session's `findings`.
        node: The box that it is about.
    """
    path = f"{finding.path}: " if finding.path else ""
    return Problem(
        severity=finding.severity,
        subject=finding.subject,
        message=path + finding.message,
        where=finding.where,
        node=node,
    )


def reload_problem(fault: str) -> Problem:
    """Make the line of a topology that could not be loaded again.

    Args:
        fault: Of a `TopologyError`: ``file:line:column: field path: what is wrong``.
    """
    where, separator, message = fault.partition(": ")
    if not separator or not where.rpartition(":")[2].isdecimal():
        where, message = "", fault
    return Problem(
        severity=Severity.FAULT, subject="reload", message=message, where=where
    )


class Problems(ListDialog[Problem, str]):
    """Findings and the faults of a failed reload; gives the node that is to be selected.

    Args:
        problems: In the order in which they were found; shown by severity.
        kept: Whether the last good topology goes on running, since a reload failed.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "select the box")
    ]

    def __init__(self, problems: Sequence[Problem], *, kept: bool = False) -> None:
        shown = sorted(problems, key=lambda each: _ORDER.index(each.severity))
        empty = "nothing to say: all is as it should be"
        table = Table(_COLUMNS, lambda: shown, _row, empty=empty)
        super().__init__(f"problems{_counts(problems)}", table, size="large")
        self._kept = kept

    def begin(self) -> None:
        """Say why these are problems of a file that does not run."""
        super().begin()
        if self._kept:
            self.tell(
                "the file could not be loaded again; the last good version runs on"
            )

    def aside(self, here: Problem) -> str:
        """Say the whole of it."""
        return "\n".join(filter(None, (here.message, here.where)))

    @of_item
    def action_choose(self, here: Problem) -> None:
        """Select the box that it is about."""
        if here.node:
            self.dismiss(here.node)
        else:
            self.tell("there is no box for it in the graph")


def _row(each: Problem) -> Row:
    return Row(
        each,
        (
            Cell(each.severity.value, _TONES[each.severity], bold=True),
            Cell(each.subject, bold=True),
            Cell(each.message),
            Cell(each.where, "muted"),
        ),
    )


def _counts(problems: Sequence[Problem]) -> str:
    found = Counter(each.severity for each in problems)
    parts = [
        f"{found[each]} {each.value if found[each] == 1 else _PLURAL[each]}"
        for each in _ORDER
        if found[each]
    ]
    return f": {', '.join(parts)}" if parts else ""
