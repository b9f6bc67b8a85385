"""One row of cells on which texts are put, later ones over earlier ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from rich.style import Style


class Canvas:
    """A row of cells.

    Attributes:
        width: In cells.
        chars: One character a cell; the second cell of a wide one is empty.
        styles: One a cell.
    """

    __slots__ = ("chars", "styles", "width")

    def __init__(self, width: int, ground: Style) -> None:
        """Make an empty row.

        Args:
            width: In cells.
            ground: The style where nothing is put.
        """
        self.width = width
        self.chars = [" "] * width
        self.styles = [ground] * width

    def put(self, x: int, text: str, style: Style, room: int | None = None) -> None:
        """Write a text from column *x* on; what is outside of the row is cut.

        Args:
            x: May be negative.
            text: Of any width.
            style: Of all of it.
            room: How many cells it may take at most; None: no limit.
        """
        limit = self.width if room is None else min(self.width, x + room)
        size = len(text)
        if text.isascii() or cell_len(text) == size:
            first, last = max(0, x), min(limit, x + size)
            if first < last:
                self.chars[first:last] = text[first - x : last - x]
                self.styles[first:last] = [style] * (last - first)
            return
        for char in text:
            wide = cell_len(char)
            if x >= 0 and x + wide <= limit:
                self.chars[x : x + wide] = [char, *[""] * (wide - 1)]
                self.styles[x : x + wide] = [style] * wide
            x += wide

    def fill(self, x: int, width: int, style: Style) -> None:
        """Put spaces from column *x* on."""
        self.put(x, " " * width, style)

    def strip(self) -> Strip:
        """Give the row as Textual wants it: runs of one style."""
        chars, styles = self.chars, self.styles
        segments = []
        start, width = 0, self.width
        while start < width:
            style = styles[start]
            end = start + 1
            # Styles are shared, so that identity tells what equality would.
            while end < width and styles[end] is style:
                end += 1
            segments.append(Segment("".join(chars[start:end]), style))
            start = end
        return Strip(segments, width)
