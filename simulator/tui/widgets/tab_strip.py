"""The strip with the names of the tabs, the current one underlined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import style
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from textual import events


class _Place(NamedTuple):
    """Where a name stands: its cell begins at *start*, the text at *text*."""

    start: int
    end: int
    text: int


def places(names: tuple[str, ...], width: int) -> list[_Place]:
    """Share a width out among names, what is left in equal parts to all of them."""
    least = sum(map(len, names)) + len(names)
    spare = max(0, width - least)
    found = []
    at = 0
    for number, name in enumerate(names):
        extra = spare // len(names) + (number < spare % len(names))
        end = at + len(name) + 1 + extra
        found.append(_Place(at, end, at + 1 + extra // 2))
        at = end
    return found


class TabStrip(Painted):
    """Names of tabs in one row, and a line below them.

    Args:
        names: What there is to choose from.
    """

    DEFAULT_CSS = "TabStrip { height: 2; width: 1fr; background: $surface; }"

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, name: str) -> None:
            self.name = name
            super().__init__()

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names
        self._current = names[0]

    def show(self, current: str) -> None:
        """Mark a tab, by its name, as the current one."""
        if current != self._current:
            self._current = current
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the names, or the line below them."""
        palette = self.palette
        width = self.size.width
        ground = palette.surface
        row: list[Segment] = []
        for name, place in zip(self._names, places(self._names, width), strict=True):
            on = name == self._current
            size = place.end - place.start
            if y == 0:
                text = (" " * (place.text - place.start) + name).ljust(size)
                ink = palette.text if on else palette.muted
            else:
                text = (GLYPHS.bar if on else GLYPHS.rule) * size
                ink = palette.primary if on else palette.border
            look = style(ink, ground, bold=on)
            if y == 0:  # its key is its first letter
                at = place.text - place.start
                key = Style.combine([look, Style(underline=True)])
                row += [
                    Segment(text[:at], look),
                    Segment(text[at], key),
                    Segment(text[at + 1 :], look),
                ]
            else:
                row.append(Segment(text, look))
        edge = style(palette.border, ground)
        filler = GLYPHS.rule if y else " "
        used = sum(len(segment.text) for segment in row)
        row.append(Segment(filler * max(0, width - used), edge))
        return Strip(row).crop(0, width)

    def regions(self) -> list[tuple[str, Region]]:
        """Give each tab with its place on the screen."""
        x, y, width, _ = self.region
        return [
            (name, Region(x + place.start, y, place.end - place.start, 1))
            for name, place in zip(self._names, places(self._names, width), strict=True)
        ]

    def on_click(self, event: events.Click) -> None:
        """Choose the tab under the pointer."""
        places_ = places(self._names, self.size.width)
        for name, place in zip(self._names, places_, strict=True):
            if place.start <= event.x < place.end:
                self.post_message(self.Chosen(name))
                return
