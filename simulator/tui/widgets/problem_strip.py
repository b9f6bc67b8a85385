"""One line under the top bar that says what is wrong; nothing where all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.message import Message

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.canvas import Canvas
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.strip import Strip


_HINT = "enter opens"


class ProblemStrip(Painted, can_focus=True):
    """A line that is there only while there is something to say.

    Args:
        id: Of the widget.
        classes: Of the widget.
    """

    DEFAULT_CSS = """
    ProblemStrip {
        height: 1;
        width: 1fr;
        display: none;
        &.-shown { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False)
    ]

    class Opened(Message):
        """All problems are wanted: the line was clicked, or enter pressed on it."""

    def __init__(
        self,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._text = ""
        self._outcome = "dead"

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def set_problem(self, text: str, *, warns: bool = False) -> None:
        """Say what is wrong, in red, or what may be; empty: nothing is."""
        if text != self._text:
            self._text = text
            self._outcome = "retry" if warns else "dead"
            self.set_class(bool(text), "-shown")
            self.refresh()

    def action_open(self) -> None:
        """Ask for all problems."""
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """Ask for all problems."""
        event.stop()
        self.action_open()

    def on_focus(self) -> None:
        """Say how to open it."""
        self.refresh()

    def on_blur(self) -> None:
        """Leave the hint out."""
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the row."""
        width, palette = self.size.width, self.palette
        bad = palette.outcomes[self._outcome]
        ground = mix(palette.panel, bad, 0.25)
        canvas = Canvas(width, style(palette.text, ground))
        canvas.put(1, GLYPHS.no, style(bad, ground, bold=True))
        hint = f" {_HINT} " if self.has_focus else ""
        text = cut_end(self._text, width - 4 - len(hint), GLYPHS.ellipsis)
        canvas.put(3, text, style(palette.text, ground))
        canvas.put(width - len(hint), hint, style(palette.accent, ground, bold=True))
        return canvas.strip()
