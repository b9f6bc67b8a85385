"""The strip with the names of the tabs, the current one underlined, if one is."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import style
from simulator.tui.widgets.painted import Canvas, Painted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.strip import Strip


def shares(names: tuple[str, ...], width: int) -> list[range]:
    """Share a width out among names, what is left in equal parts to all of them."""
    spare = max(0, width - sum(map(len, names)) - len(names))
    extra, more = divmod(spare, len(names))
    sizes = (len(name) + 1 + extra + (at < more) for at, name in enumerate(names))
    return [range(*ends) for ends in pairwise(accumulate(sizes, initial=0))]


class TabStrip(Painted):
    DEFAULT_CSS = "TabStrip { height: 2; width: 1fr; background: $surface; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    current = reactive("")

    def __init__(self, names: tuple[str, ...], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names = names
        self.current = names[0]

    def _cells(self) -> Iterator[tuple[str, range]]:
        return zip(self._names, shares(self._names, self.size.width), strict=True)

    def render_line(self, y: int) -> Strip:
        palette = self.palette
        ground, width = palette.surface, self.size.width
        canvas = Canvas(width, style(palette.border, ground))
        if y:
            canvas.put(0, GLYPHS.rule * width, style(palette.border, ground))
        for name, cells in self._cells():
            on = name == self.current
            if y:
                if on:
                    line = style(palette.primary, ground, bold=True)
                    canvas.put(cells.start, GLYPHS.bar * len(cells), line)
                continue
            ink = palette.text if on else palette.muted
            x = cells.start + 1 + (len(cells) - len(name) - 1) // 2
            text = name.capitalize()
            canvas.put(x, text, style(ink, ground, bold=on))
            # Its key is its first letter.
            canvas.put(x, text[0], style(ink, ground, bold=on, underline=True))
        return canvas.strip()

    def regions(self) -> list[tuple[str, Region]]:
        x, y, _, _ = self.region
        return [
            (name, Region(x + cells.start, y, len(cells), 1))
            for name, cells in self._cells()
        ]

    def on_click(self, event: events.Click) -> None:
        for name, cells in self._cells():
            if event.x in cells:
                self.post_message(self.Chosen(name))
