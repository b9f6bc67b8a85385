"""The dialog that gives a saved event, or saves the one that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from simulator.errors import SimulatorError
from simulator.tui.screens.dialog import ListDialog, of_item
from simulator.tui.screens.form import Field
from simulator.tui.screens.table import Cell, Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from simulator.tui.screens.draft import Draft

_COLUMNS = (
    Column(title="name", least=10, most=24, name=True),
    Column(title="type", least=10, name=True, grow=True),
    Column(title="to", least=8, name=True, drop=1),
)


class Template(NamedTuple):
    """A saved event: what stands in the fields, by a name."""

    name: str
    draft: Draft


class Templates(ListDialog[Template, Template]):
    """Saved events; gives the one that is to be used.

    Args:
        templates: Those there are.
        draft: What would be saved.
        save: Is given a template to keep; None: nothing can be saved.
        remove: Is given the name of one that is to go; None: none can.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "use"),
        Binding("tab", "app.focus_next", "save"),
        Binding("delete", "remove", "delete", key_display="del"),
    ]

    def __init__(
        self,
        templates: Sequence[Template],
        draft: Draft,
        *,
        save: Callable[[Template], None] | None = None,
        remove: Callable[[str], None] | None = None,
    ) -> None:
        empty = "no template yet: name this event below, enter saves it"
        table = Table(_COLUMNS, lambda: self._templates, _row, empty=empty)
        super().__init__("templates", table)
        self._templates = list(templates)
        self._draft = draft
        self._save = save
        self._remove = remove

    def compose_body(self) -> ComposeResult:
        yield from super().compose_body()
        if self._save:
            yield Field("save as", hint="a name", id="name")

    def begin(self) -> None:
        super().begin()
        if not self._templates:
            for field in self.query(Field):
                field.focus_line()

    def can(self, action: str) -> bool:
        lacks = {"app.focus_next": self._save, "remove": self._remove}
        return lacks.get(action, True) is not None and super().can(action)

    @of_item
    def action_choose(self, here: Template) -> None:
        self.dismiss(here)

    @of_item
    def action_remove(self, here: Template) -> None:
        if self._remove is not None and self.table.has_focus:
            self._remove(here.name)
            self._templates.remove(here)
            self.tell(f"{here.name} is deleted")

    def on_field_entered(self, event: Field.Entered) -> None:
        name = event.field.value
        if not name:
            event.field.fault = "a template needs a name"
            return
        assert self._save is not None, "there is a field to type in"
        template = Template(name=name, draft=self._draft)
        try:
            self._save(template)
        except (SimulatorError, OSError) as error:
            self.tell(f"{name} could not be saved: {error}", error=True)
            return
        self._templates = [each for each in self._templates if each.name != name]
        self._templates.append(template)
        event.field.value = ""
        self.reload()
        self.tell(f"saved as {name}")

    def on_field_changed(self, event: Field.Changed) -> None:
        event.field.fault = ""


def _row(each: Template) -> Row:
    return Row(
        each.name,
        (
            Cell(each.name, bold=True),
            Cell(each.draft.type),
            Cell(each.draft.to, "muted"),
        ),
    )
