"""The dialog that shows a long text, such as an error in full, and copies it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Dialog

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Details(Dialog[None]):
    """A text that scrolls; nothing comes back.

    Args:
        title: In the frame.
        text: Lines as they are; those that are too long go on in the next one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,c", "copy", "Copy", show=False),
        Binding("q", "close", "Close", show=False),
    ]

    def __init__(self, title: str, text: str) -> None:
        up_down = "up/down" if GLYPHS.to.isascii() else "↑↓"
        hints = [("y", "copy"), (up_down, "scroll"), ("esc", "close")]
        super().__init__(title, hints)
        self.add_class("-large")
        self._text = text

    def compose_body(self) -> ComposeResult:
        """Make the text."""
        with VerticalScroll(classes="pages"):
            yield Static(self._text, classes="long", markup=False)

    def on_mount(self) -> None:
        """Begin where arrows scroll."""
        super().on_mount()
        self.query_one(".pages").focus()

    def action_copy(self) -> None:
        """Copy the whole text."""
        self.app.copy_to_clipboard(self._text)
        self.tell("copied")
