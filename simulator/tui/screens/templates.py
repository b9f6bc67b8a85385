"""The dialog that gives a saved event, or saves the one that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.errors import SimulatorError
from simulator.tui.screens.columns import Column
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field
from simulator.tui.screens.table import Cell, Row, Table
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from simulator.tui.screens.draft import Draft

_COLUMNS = (
    Column(title="name", least=10, most=24, name=True),
    Column(title="type", least=10, name=True, grow=True),
    Column(title="to", least=8, name=True, drop=1),
)


class Template(Value):
    """A saved event.

    Args:
        name: Tells it from the others.
        draft: What stands in the fields.
    """

    name: str
    draft: Draft


class Templates(Dialog[Template]):
    """Saved events; gives the one that is to be used.

    Args:
        templates: Those there are.
        draft: What would be saved.
        save: Is given a template to keep; None: nothing can be saved.
        remove: Is given the name of one that is to go; None: none can.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete", "remove", "Delete", show=False)
    ]

    def __init__(
        self,
        templates: Sequence[Template],
        draft: Draft,
        *,
        save: Callable[[Template], None] | None = None,
        remove: Callable[[str], None] | None = None,
    ) -> None:
        hints = [("enter", "use"), ("tab", "save"), ("del", "delete"), ("esc", "close")]
        can = {"use", "close", "save" if save else "", "delete" if remove else ""}
        super().__init__("templates", [hint for hint in hints if hint[1] in can])
        self._templates = list(templates)
        self._draft = draft
        self._save = save
        self._remove = remove

    def compose_body(self) -> ComposeResult:
        """Make the list, and the line that saves."""
        yield Table(
            _COLUMNS,
            empty="no template yet: name this event below, enter saves it",
        )
        if self._save:
            yield Field("save as", hint="a name", id="name")

    def on_mount(self) -> None:
        """Show the templates; begin where something can be done."""
        super().on_mount()
        self.reload()
        if self._templates:
            self.query_one(Table).focus()
        else:
            for field in self.query(Field):
                field.focus_line()

    def reload(self) -> None:
        """Show the templates there are."""
        self.query_one(Table).set_rows(
            [
                Row(
                    each.name,
                    (
                        Cell(each.name, bold=True),
                        Cell(each.draft.type),
                        Cell(each.draft.to, "muted"),
                    ),
                )
                for each in self._templates
            ]
        )

    def on_table_chosen(self) -> None:
        """Give the template of the cursor."""
        name = self.query_one(Table).key
        self.dismiss(next(each for each in self._templates if each.name == name))

    def on_field_entered(self, event: Field.Entered) -> None:
        """Save the event under the name."""
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
        """Forget what was wrong with the name."""
        event.field.fault = ""

    def action_remove(self) -> None:
        """Delete the template of the cursor."""
        name = self.query_one(Table).key
        if self._remove is None or name is None or not self.query_one(Table).has_focus:
            return
        self._remove(str(name))
        self._templates = [each for each in self._templates if each.name != name]
        self.reload()
        self.tell(f"{name} is deleted")
