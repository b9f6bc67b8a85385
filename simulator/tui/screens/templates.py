"""Events that are saved to be sent again, and the dialog that gives or saves one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.draft import Draft
from simulator.tui.screens.form import Field
from simulator.tui.screens.table import Cell, Column, Table
from simulator.tui.settings import read_kept, write_kept

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult


_COLUMNS = (
    Column(title="name", least=10, most=24, name=True),
    Column(title="type", least=10, name=True, grow=True),
    Column(title="to", least=8, name=True, drop=1),
)

# What a draft says in words; data that is no text is not kept.
_FIELDS = (
    "to", "type", "source", "subject", "extensions", "content_type", "data",
)  # fmt: skip


class SavedEvents:
    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / "templates.json"
        self.all = read_kept(self._path, _draft)

    def save(self, name: str, draft: Draft) -> None:
        self.all.pop(name, None)
        self.all[name] = draft
        self._keep()

    def remove(self, name: str) -> None:
        del self.all[name]
        self._keep()

    def _keep(self) -> None:
        data = {
            name: {field: getattr(draft, field) for field in _FIELDS}
            for name, draft in self.all.items()
        }
        write_kept(self._path, data)


def _draft(_: str, fields: dict[str, object]) -> Draft:
    known = {field: str(fields[field]) for field in _FIELDS if field in fields}
    return Draft().replace(**known)


class Templates(ListDialog[tuple[str, Draft], Draft]):
    """Saved events; gives the one that is to be used."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "use"),
        Binding("tab", "app.focus_next", "save"),
        Binding("delete", "remove", "delete", key_display="del"),
    ]

    def __init__(self, saved: SavedEvents, draft: Draft) -> None:
        empty = "no template yet: name this event below, enter saves it"
        table = Table(
            _COLUMNS, saved.all.items, lambda each: each[0], _cells, empty=empty
        )
        super().__init__("templates", table)
        self._saved, self._draft = saved, draft
        self._field = Field(
            "save as",
            hint="a name",
            check=lambda name: "" if name else "a template needs a name",
            id="name",
        )

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        yield self._field

    def begin(self) -> None:
        super().begin()
        if self.here is None:
            self._field.focus_line()

    @of_item
    def action_choose(self, here: tuple[str, Draft]) -> None:
        self.dismiss(here[1])

    @of_item
    def action_remove(self, here: tuple[str, Draft]) -> None:
        if self.table.has_focus:
            self._saved.remove(here[0])
            self.tell(f"{here[0]} is deleted")

    def on_field_entered(self) -> None:
        name = self._field.value
        try:
            self._saved.save(name, self._draft)
        except OSError as error:
            self.tell(f"{name} could not be saved: {error}", error=True)
            return
        self._field.value = ""
        self.reload()
        self.tell(f"saved as {name}")


def _cells(each: tuple[str, Draft]) -> tuple[Cell, ...]:
    name, draft = each
    return Cell(name, bold=True), Cell(draft.type), Cell(draft.to, "muted")
