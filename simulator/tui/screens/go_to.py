"""The dialog that asks for one thing in one line: an instant, a name, an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.field import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

TIMES = (
    ("1:03", "this long after the start"),
    ("+5s  -200ms", "from here"),
    ("50%", "half way to the live edge"),
    ("#120", "the record of this number"),
    ("2026-03-01T12:00:00Z", "a date of the run's calendar"),
)


class GoTo(Dialog[str]):
    """One line; gives it when nothing is wrong with it.

    Args:
        fault_of: Says what is wrong with a line; empty where nothing is.
        title: In the frame.
        label: Left of the line.
        value: What stands in it at first.
        examples: What can be typed, and what it means.
        known: What could be meant, the most likely first.
    """

    def __init__(
        self,
        fault_of: Callable[[str], str],
        *,
        title: str = "go to",
        label: str = "to",
        value: str = "",
        examples: Sequence[tuple[str, str]] = TIMES,
        known: Sequence[str] = (),
    ) -> None:
        super().__init__(title, [("enter", "go"), ("esc", "close")])
        self._fault_of = fault_of
        self._label, self._value = label, value
        self._examples = tuple(examples)
        self._known = tuple(known)

    def compose_body(self) -> ComposeResult:
        """Make the line, and the examples below it."""
        yield Field(self._label, self._value, known=self._known)

    def _shown_examples(self) -> Content:
        width = max((len(typed) for typed, _ in self._examples), default=0)
        parts: list[tuple[str, str]] = []
        for at, (typed, meaning) in enumerate(self._examples):
            parts.append(("\n" if at else "", ""))
            parts.append((typed.ljust(width + 2), "$accent"))
            parts.append((meaning, "$muted"))
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        """Begin in the line."""
        super().on_mount()
        self.query_one(Field).focus_line()
        self.say_aside(self._shown_examples())

    def on_field_changed(self, event: Field.Changed) -> None:
        """Forget what was wrong, since it is another text now."""
        event.field.fault = ""

    def on_field_entered(self, event: Field.Entered) -> None:
        """Give the line, or say what is wrong with it."""
        line = event.field.value
        fault = (
            self._fault_of(line) if line else "is empty; expected something like these"
        )
        if fault:
            event.field.fault = fault
        else:
            self.dismiss(line)
