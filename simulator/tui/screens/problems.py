"""The dialog that lists what the topology's author should know."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

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


def reload_problems(faults: Sequence[str]) -> tuple[Problem, ...]:
    """Make the lines of a topology that could not be loaded again.

    Args:
        faults: Of a `TopologyError`: ``file:line:column: field path: what is wrong``.
    """
    return tuple(_reload_problem(fault) for fault in faults)


def _reload_problem(fault: str) -> Problem:
    where, separator, message = fault.partition(": ")
    if not separator or not where.rpartition(":")[2].isdecimal():
        where, message = "", fault
    return Problem(
        severity=Severity.FAULT, subject="reload", message=message, where=where
    )


class Problems(Dialog[str]):
    """Findings and the faults of a failed reload; gives the node that is to be selected.

    Args:
        problems: In the order in which they were found; shown by severity.
        kept: Whether the last good topology goes on running, since a reload failed.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        *,
        kept: bool = False,
    ) -> None:
        hints = [("enter", "select the box"), ("esc", "close")]
        shown = hints if problems else hints[-1:]
        super().__init__(f"problems{_counts(problems)}", shown)
        self.add_class("-large")
        self._problems = sorted(problems, key=lambda each: _ORDER.index(each.severity))
        self._kept = kept

    def compose_body(self) -> ComposeResult:
        """Make the list, and room for the whole text of one."""
        yield Table(_COLUMNS, empty="nothing to say: all is as it should be")

    def on_mount(self) -> None:
        """Show the problems."""
        super().on_mount()
        table = self.query_one(Table)
        table.set_rows([_row(at, each) for at, each in enumerate(self._problems)])
        table.focus()
        self.on_table_moved()
        if self._kept:
            self.tell(
                "the file could not be loaded again; the last good version runs on"
            )

    @property
    def _here(self) -> Problem | None:
        at = self.query_one(Table).key
        return self._problems[at] if isinstance(at, int) else None

    def on_table_moved(self) -> None:
        """Show the whole text of the problem of the cursor."""
        here = self._here
        text = (
            "" if here is None else "\n".join(filter(None, (here.message, here.where)))
        )
        self.say_aside(text)

    def on_table_chosen(self) -> None:
        """Select the box that it is about."""
        here = self._here
        if here is not None and here.node:
            self.dismiss(here.node)
        else:
            self.tell("there is no box for it in the graph")


def _row(at: int, each: Problem) -> Row:
    return Row(
        at,
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
