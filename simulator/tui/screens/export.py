"""The dialog that asks what is to be written, and where to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_COLUMNS = (
    Column(title="what", least=14),
    Column(title="", least=16, grow=True),
)


class Exportable(Value):
    """Something that can be written.

    Args:
        what: Its name: ``trace``.
        label: What it is, in a few words.
        path: Where it is written when nobody says otherwise.
        copies: Whether an empty path copies it to the clipboard.
    """

    what: str
    label: str
    path: str
    copies: bool = False


EXPORTS = (
    Exportable(what="trace", label="every record, as JSON Lines", path="trace.jsonl"),
    Exportable(what="test", label="a test that keeps this run", path="kept.yaml"),
    Exportable(
        what="event",
        label="the selected event, as JSON",
        path="event.json",
        copies=True,
    ),
    Exportable(
        what="curl", label="the command that posts it", path="event.sh", copies=True
    ),
    Exportable(
        what="mermaid",
        label="the topology, for Markdown",
        path="topology.mmd",
        copies=True,
    ),
    Exportable(what="svg", label="the screen, as a picture", path="screen.svg"),
    Exportable(
        what="text", label="the screen, as text", path="screen.txt", copies=True
    ),
)


class ExportRequest(Value):
    """What is to be written.

    Args:
        what: As in `Exportable`.
        path: Where to; empty: copied to the clipboard.
    """

    what: str
    path: str


class Export(Dialog[ExportRequest]):
    """What can be written, and a path; gives both.

    Args:
        exports: What there is.
        first: The one on which the cursor begins.
    """

    def __init__(
        self,
        exports: Sequence[Exportable] = EXPORTS,
        *,
        first: str = "",
    ) -> None:
        hints = [("enter", "write"), ("tab", "path"), ("esc", "close")]
        super().__init__("export", hints)
        self._exports = {each.what: each for each in exports}
        self._first = first
        self._confirmed = ""  # a path of which it was told that there is a file already

    def compose_body(self) -> ComposeResult:
        """Make the list and the path."""
        yield Table(_COLUMNS, empty="nothing can be exported yet")
        yield Field("path")

    def on_mount(self) -> None:
        """Show what can be written."""
        super().on_mount()
        table = self.query_one(Table)
        table.set_rows(
            [
                Row(each.what, (Cell(each.what, bold=True), Cell(each.label, "muted")))
                for each in self._exports.values()
            ]
        )
        table.focus()
        table.move_to(self._first)
        self.on_table_moved()

    def on_table_moved(self) -> None:
        """Put the usual path into the field."""
        here = self._here
        field = self.query_one(Field)
        field.fault = ""
        if here is not None:
            field.value = here.path
            self.tell("an empty path copies it to the clipboard" if here.copies else "")

    @property
    def _here(self) -> Exportable | None:
        return self._exports.get(str(self.query_one(Table).key))

    def on_table_chosen(self) -> None:
        """Write what the cursor is on."""
        self._submit()

    def on_field_entered(self) -> None:
        """Write it to this path."""
        self._submit()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Forget what was wrong with the path."""
        event.field.fault = ""

    def _submit(self) -> None:
        here, field = self._here, self.query_one(Field)
        if here is None:
            return
        path = field.value
        fault = target_fault(path) if path else "" if here.copies else "expected a path"
        if (
            not fault
            and path != self._confirmed
            and path
            and Path(path).expanduser().exists()
        ):
            self._confirmed = path
            fault = "there is such a file; enter again writes over it"
        if fault:
            field.fault = fault
        else:
            self.dismiss(ExportRequest(what=here.what, path=path))


def target_fault(path: str) -> str:
    """Say why nothing can be written to a path; empty when something can."""
    target = Path(path).expanduser()
    if target.is_dir():
        return f"{path!r} is a folder; expected a file"
    if not target.parent.is_dir():
        return f"there is no folder {str(target.parent)!r}"
    return ""
