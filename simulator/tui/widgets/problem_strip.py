"""What is wrong, in as many rows under the top bar as it takes; none where all is well."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.binding import Binding
from textual.message import Message

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.painted import Canvas, Painted

if TYPE_CHECKING:
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size
    from textual.strip import Strip

_HINT = " p lists all "
_MOST_ROWS = 3


class ProblemStrip(Painted, can_focus=True):
    DEFAULT_CSS = "ProblemStrip { height: auto; width: 1fr; display: none; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False)
    ]

    class Opened(Message):
        """All problems are wanted: the line was clicked, or enter pressed on it."""

    text = ""
    _outcome = "dead"

    def set_problem(self, text: str, *, warns: bool = False) -> None:
        """Say what is wrong, in red, or what may be; empty: nothing is."""
        if text != self.text:
            self.text = text
            self._outcome = "retry" if warns else "dead"
            self.display = bool(text)
            self.refresh(layout=True)

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        event.stop()
        self.action_open()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._rows(width))

    def _rows(self, width: int) -> list[str]:
        """Break the text; what is too long for all rows is cut in the last."""
        room = max(width - 4 - cell_len(_HINT), 1)
        rows = wrap(self.text, room, break_on_hyphens=False) or [""]
        if len(rows) > _MOST_ROWS:
            rest = " ".join(rows[_MOST_ROWS - 1 :])
            rows[_MOST_ROWS - 1 :] = [cut_end(rest, room)]
        return rows

    def render_line(self, y: int) -> Strip:
        width, palette = self.size.width, self.palette
        bad = palette.outcomes[self._outcome]
        ground = mix(palette.panel, bad, 0.25)
        canvas = Canvas(width, style(palette.text, ground))
        rows = self._rows(width)
        if y < len(rows):
            canvas.put(3, rows[y], style(palette.text, ground))
        if y == 0:
            canvas.put(1, GLYPHS.no, style(bad, ground, bold=True))
            look = style(palette.accent, ground, bold=self.has_focus)
            canvas.put(width - cell_len(_HINT), _HINT, look)
        return canvas.strip()
