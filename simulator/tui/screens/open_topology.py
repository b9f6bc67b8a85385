"""The dialog that asks for a topology: a path, or one of some examples."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from textual.widgets import Static

from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

NOTHING = (
    "No topology. Name a YAML file or folder after kn-sim ui, type its path here, "
    "or take an example."
)
_COLUMNS = (
    Column(title="example", least=12, most=30, name=True),
    Column(title="what to watch", least=16, grow=True),
)
_SUFFIXES = (".yaml", ".yml")
_MOST_PATHS = 40


class Example(Value):
    """A topology to begin with.

    Args:
        path: Of the file.
        name: As it is called.
        watch: What it shows, in a sentence.
    """

    path: str
    name: str
    watch: str = ""


class OpenTopology(Dialog[str]):
    """A path that is typed, or an example; gives the path.

    Args:
        examples: Those there are.
        say: What stands above.
        value: The path at first.
        complete: Gives the paths that what is typed could become.
        fault_of: Says what is wrong with a path; empty where nothing is.
    """

    def __init__(
        self,
        examples: Sequence[Example] = (),
        *,
        say: str = NOTHING,
        value: str = "",
        complete: Callable[[str], Sequence[str]] | None = None,
        fault_of: Callable[[str], str] | None = None,
    ) -> None:
        hints = [("enter", "open"), ("tab", "examples"), ("esc", "close")]
        super().__init__("open a topology", hints)
        self._examples = tuple(examples)
        self._say, self._value = say, value
        self._complete = complete or paths_like
        self._fault_of = fault_of or path_fault

    def compose_body(self) -> ComposeResult:
        """Make the line and the examples."""
        yield Static(self._say, classes="opening", markup=False)
        yield Field(
            "path",
            self._value,
            hint="orders.yaml, or a folder",
            known=self._complete,
        )
        if self._examples:
            yield Table(_COLUMNS, empty="")

    def on_mount(self) -> None:
        """Begin in the line."""
        super().on_mount()
        for table in self.query(Table):
            table.set_rows(
                [
                    Row(
                        each.path,
                        (Cell(each.name, bold=True), Cell(each.watch, "muted")),
                    )
                    for each in self._examples
                ]
            )
        self.query_one(Field).focus_line()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Forget what was wrong with the path."""
        event.field.fault = ""

    def on_field_entered(self, event: Field.Entered) -> None:
        """Give the path, when there is something at it."""
        path = event.field.value
        fault = self._fault_of(path) if path else "expected the path of a YAML file"
        if fault:
            event.field.fault = fault
        else:
            self.dismiss(path)

    def on_table_chosen(self) -> None:
        """Give the example of the cursor."""
        self.dismiss(str(self.query_one(Table).key))


def paths_like(typed: str) -> tuple[str, ...]:
    """Give YAML files and folders whose path begins like what is typed, sorted.

    Args:
        typed: Empty: those of the folder where the command was started.
    """
    folder, _, start = typed.rpartition("/")
    at = Path(folder + "/" if typed.startswith("/") else folder or ".").expanduser()
    try:
        names = sorted(at.iterdir())
    except OSError:
        return ()
    shown = [
        path
        for path in names
        if path.name.startswith(start)
        and (start.startswith(".") or not path.name.startswith("."))
        and (path.is_dir() or path.suffix in _SUFFIXES)
    ]
    prefix = f"{folder}/" if "/" in typed else ""
    return tuple(
        f"{prefix}{path.name}{'/' if path.is_dir() else ''}"
        for path in shown[:_MOST_PATHS]
    )


def path_fault(path: str) -> str:
    """Say why a path cannot be opened; empty when it can."""
    if Path(path).expanduser().exists():
        return ""
    return f"there is no file or folder {path!r}"
