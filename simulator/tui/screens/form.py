"""A dialog of fields that gives what they make, or says at the field what is wrong."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

Made = TypeVar("Made")


class Line(Value):
    """One field of a form.

    Args:
        name: What the form calls it.
        label: Left of it.
        value: What stands in it at first.
        hint: What is shown while it is empty.
        known: What it could be.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    known: tuple[str, ...] = ()


class Form(Dialog[Made], Generic[Made]):
    """Fields; gives what a subclass makes of them.

    Args:
        title: In the frame.
        lines: The fields.
        does: What ctrl+s does, in a word.
        first: The name of the field in which to begin.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Save", show=False, priority=True)
    ]

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        *,
        does: str,
        first: str = "",
    ) -> None:
        hints = [("ctrl+s", does), ("tab", "next"), ("esc", "cancel")]
        super().__init__(title, hints)
        self._lines = tuple(lines)
        self._first = first or self._lines[0].name
        self._asked = False

    @abstractmethod
    def make(self, typed: Mapping[str, str]) -> tuple[Made | None, Mapping[str, str]]:
        """Make the result, or say what is wrong: name of a field -> reason."""

    def aside(self, typed: Mapping[str, str]) -> str:
        """Say something about what is typed; for subclasses."""
        return ""

    def compose_body(self) -> ComposeResult:
        """Make the fields."""
        with VerticalScroll(classes="form", can_focus=False):
            for line in self._lines:
                yield Field(
                    line.label,
                    line.value,
                    hint=line.hint,
                    known=line.known,
                    id=line.name,
                )

    def on_mount(self) -> None:
        """Begin in the field that was asked for."""
        super().on_mount()
        self.query_one(f"#{self._first}", Field).focus_line()
        self.reload()

    def typed(self) -> dict[str, str]:
        """Give what stands in the fields."""
        return {field.id or "": field.value for field in self.query(Field)}

    def reload(self) -> None:
        """Say what is wrong with what is typed."""
        typed = self.typed()
        _, wrong = self.make(typed)
        for field in self.query(Field):
            silent = not field.value and not self._asked
            field.fault = "" if silent else wrong.get(field.id or "", "")
        self.say_aside(self.aside(typed))

    def on_field_changed(self) -> None:
        """Look again."""
        self.tell("")
        self.reload()

    def on_field_entered(self, event: Field.Entered) -> None:
        """Go to the next field; from the last one, submit."""
        if event.field.id == self._lines[-1].name:
            self.action_submit()
        else:
            self.focus_next()

    def action_submit(self) -> None:
        """Give what the fields make, when nothing is wrong."""
        made, wrong = self.make(self.typed())
        self._asked = True
        self.reload()
        for field in self.query(Field):
            if field.id in wrong:
                field.focus_line()
                return
        if made is not None:
            self.dismiss(made)
