"""The line of pane names where only one pane fits: ``1 Graph  2 Events  3 Inspector``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from simulator.tui.paint import style
from simulator.tui.widgets.canvas import Canvas
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

PANES = ("graph", "events", "inspector")


class PaneTabs(Painted):
    """Names the panes, with their keys; a click chooses one."""

    DEFAULT_CSS = "PaneTabs { height: 1; width: 1fr; background: $panel; }"

    class Chosen(Message):
        """A pane was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    _pane = PANES[0]

    def show(self, pane: str) -> None:
        """Mark the pane that is seen."""
        if pane != self._pane:
            self._pane = pane
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Give the row."""
        palette = self.palette
        canvas = Canvas(self.size.width, style(palette.text, palette.panel))
        x = 0
        for number, pane in enumerate(PANES, 1):
            on = pane == self._pane
            ground = palette.surface if on else palette.panel
            text = f" {number} {pane.capitalize()} "
            canvas.put(
                x, text, style(palette.text if on else palette.muted, ground, bold=on)
            )
            canvas.put(x + 1, str(number), style(palette.accent, ground, bold=True))
            x += len(text) + 1
        return canvas.strip()

    def on_click(self, event: events.Click) -> None:
        """Choose the pane under the mouse."""
        x = 0
        for number, pane in enumerate(PANES, 1):
            width = len(f" {number} {pane} ")
            if x <= event.x < x + width:
                self.post_message(self.Chosen(pane))
                return
            x += width + 1
