"""The dialogs that ask for a path beside a list: of a topology to open, of what is written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

import simulator
from simulator.tui.screens.dialog import ListDialog
from simulator.tui.screens.form import Field
from simulator.tui.screens.table import Cell, Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_NOTHING = (
    "No topology. Name a YAML file or folder after kn-sim ui, type its path here, "
    "or take an example."
)
_EXAMPLE_COLUMNS = (
    Column(title="example", least=12, most=30, name=True),
    Column(title="what to watch", least=16, grow=True),
)
_SUFFIXES = (".yaml", ".yml")


class Example(NamedTuple):
    path: str
    name: str
    watch: str = ""


class OpenTopology(ListDialog[Example, str]):
    """A path that is typed, or that of an example."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "open"),
        Binding("tab", "app.focus_next", "examples"),
    ]

    def __init__(self, examples: Sequence[Example] = (), *, value: str = "") -> None:
        table = Table(
            _EXAMPLE_COLUMNS,
            lambda: examples,
            lambda each: each.path,
            lambda each: (Cell(each.name, bold=True), Cell(each.watch, "muted")),
            empty="no examples",
        )
        super().__init__("open a topology", table)
        hint = "orders.yaml, or a folder"
        self._path = Field("path", value, hint=hint, known=paths_like, check=path_fault)

    def compose_body(self) -> ComposeResult:
        with Vertical(classes="head"):
            yield Static(_NOTHING, classes="opening", markup=False)
            yield self._path
        yield self.table

    def begin(self) -> None:
        super().begin()
        self._path.focus_line()

    def on_field_entered(self) -> None:
        self.dismiss(self._path.value)

    def action_choose(self) -> None:
        if self.here is not None:
            self.dismiss(self.here.path)


def paths_like(typed: str) -> tuple[str, ...]:
    """Give YAML files and folders whose path begins like what is typed, sorted."""
    folder, _, start = typed.rpartition("/")
    at = Path(folder + "/" if typed.startswith("/") else folder or ".").expanduser()
    try:
        names = sorted(at.iterdir())
    except OSError:
        return ()
    prefix = f"{folder}/" if "/" in typed else ""
    return tuple(
        f"{prefix}{path.name}{'/' if path.is_dir() else ''}"
        for path in names
        if path.name.startswith(start)
        and (start.startswith(".") or not path.name.startswith("."))
        and (path.is_dir() or path.suffix in _SUFFIXES)
    )


def example_folder() -> Path:
    """Tell where topologies to begin with lie: in the package, or beside it."""
    package = Path(simulator.__file__).parent
    shipped = package / "topologies"
    return shipped if shipped.is_dir() else package.parent / "topologies"


def examples(folder: Path) -> list[Example]:
    """List the topologies of a folder, each with what its first comment says."""
    found = []
    for path in [
        *sorted(folder.glob("*.yaml")),
        *sorted(folder.rglob("simulation.yaml")),
    ]:
        # A folder is one topology, unless its own command names another one first.
        one = path if path.parent == folder else path.parent
        name = one.relative_to(folder).as_posix().removesuffix(".yaml")
        text = path.read_text(encoding="utf-8")
        if text.startswith("# ") and (one == path or f"run topologies/{name}" in text):
            watch = text.partition("\n")[0].removeprefix("# ").strip()
            found.append(Example(path=str(one), name=name, watch=watch))
    return found


def path_fault(path: str) -> str:
    if not path:
        return "expected the path of a YAML file"
    if Path(path).expanduser().exists():
        return ""
    return f"there is no file or folder {path!r}"


_EXPORT_COLUMNS = (
    Column(title="what", least=14),
    Column(title="", least=16, grow=True),
)


class Exportable(NamedTuple):
    """Something that can be written.

    Args:
        path: Where it is written when nobody says otherwise.
        copies: Whether an empty path copies it to the clipboard.
    """

    what: str
    label: str
    path: str
    copies: bool = False


EXPORTS = (
    Exportable("trace", "every record, as JSON Lines", "trace.jsonl"),
    Exportable("test", "a test that keeps this run", "kept.yaml"),
    Exportable("event", "the selected event, as JSON", "event.json", copies=True),
    Exportable("curl", "the command that posts it", "event.sh", copies=True),
    Exportable("mermaid", "the topology, for Markdown", "topology.mmd", copies=True),
    Exportable("svg", "the screen, as a picture", "screen.svg"),
    Exportable("text", "the screen, as text", "screen.txt", copies=True),
)


class Export(ListDialog[Exportable, Exportable]):
    """What can be written; gives it with the path that is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "write"),
        Binding("tab", "app.focus_next", "path"),
    ]

    def __init__(
        self, exports: Sequence[Exportable] = EXPORTS, *, first: str = ""
    ) -> None:
        table = Table(
            _EXPORT_COLUMNS,
            lambda: exports,
            lambda each: each.what,
            lambda each: (Cell(each.what, bold=True), Cell(each.label, "muted")),
            empty="nothing can be exported yet",
        )
        super().__init__("export", table)
        self._path = Field("path", check=self._fault_of)
        self._first = first
        self._confirmed = ""  # a path of which it was told that there is a file already

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield self._path

    def begin(self) -> None:
        super().begin()
        self.table.move_to(self._first)

    def moved(self) -> None:
        here = self.here
        self._path.fault = ""
        if here is not None:
            self._path.value = here.path
            self.tell("an empty path copies it to the clipboard" if here.copies else "")

    def on_field_entered(self) -> None:
        self.action_choose()

    def action_choose(self) -> None:
        if self.here is not None and self._path.is_right():
            self.dismiss(self.here._replace(path=self._path.value))

    def _fault_of(self, path: str) -> str:
        if not path:
            copies = self.here is None or self.here.copies
            return "" if copies else "expected a path"
        fault = target_fault(path)
        if not fault and path != self._confirmed and Path(path).expanduser().exists():
            self._confirmed = path
            fault = "there is such a file; enter again writes over it"
        return fault


def target_fault(path: str) -> str:
    target = Path(path).expanduser()
    if target.is_dir():
        return f"{path!r} is a folder; expected a file"
    if not target.parent.is_dir():
        return f"there is no folder {str(target.parent)!r}"
    return ""
