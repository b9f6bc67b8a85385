"""Box drawing and block characters drawn on the grid, as modern terminals draw them.

A font leaves gaps between them; terminals such as kitty, ghostty, wezterm and foot do
not ask the font.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_LIGHT, _HEAVY = 2, 3
_ARMS = {
    "─": "EW", "│": "NS", "├": "NSE", "┤": "NSW", "┬": "EWS", "┴": "EWN", "┼": "NSEW",
    "╶": "E", "╴": "W", "╵": "N", "╷": "S", "┌": "SE", "┐": "SW", "└": "NE", "┘": "NW",
}  # fmt: skip
_HEAVY_ARMS = {
    "━": "EW", "┃": "NS", "┣": "NSE", "┫": "NSW", "┳": "EWS", "┻": "EWN", "╋": "NSEW",
    "╺": "E", "╸": "W", "╹": "N", "╻": "S", "┏": "SE", "┓": "SW", "┗": "NE", "┛": "NW",
}  # fmt: skip
# Character -> pieces, and whether they stand below each other.
_DASHED = {
    "╌": (2, False), "┄": (3, False), "┈": (4, False),
    "╎": (2, True), "┆": (3, True), "┊": (4, True),
}  # fmt: skip
_DASH_SHARE = 0.55
# Corner -> to the right, down, and the degrees of its quarter of a circle.
_ROUND = {
    "╭": (1, 1, (180, 270)),
    "╮": (-1, 1, (270, 360)),
    "╰": (1, -1, (90, 180)),
    "╯": (-1, -1, (0, 90)),
}
_LOWER, _LEFT, _EIGHTHS = 0x2580, 0x2590, 8


def drawn_by_hand(
    draw: ImageDraw,
    char: str,
    cell: tuple[int, int, int, int],
    colour: tuple[int, int, int],
) -> bool:
    """Draw a character if it is a line or a block, and tell whether it is.

    Args:
        draw: The image.
        char: The character.
        cell: Left, top, width and height in pixels.
        colour: Of the character.
    """
    pen = _Pen(draw, cell, colour)
    if char in _ARMS:
        pen.arms(_ARMS[char], _LIGHT)
    elif char in _HEAVY_ARMS:
        pen.arms(_HEAVY_ARMS[char], _HEAVY)
    elif char in _DASHED:
        pen.dashes(*_DASHED[char])
    elif char in _ROUND:
        pen.corner(*_ROUND[char])
    else:
        return pen.block(ord(char))
    return True


class _Pen:
    """Draws in one cell."""

    def __init__(
        self,
        draw: ImageDraw,
        cell: tuple[int, int, int, int],
        colour: tuple[int, int, int],
    ) -> None:
        self._draw, self._colour = draw, colour
        self._x, self._y, self._w, self._h = cell

    def box(self, left: int, top: int, right: int, bottom: int) -> None:
        x, y = self._x, self._y
        self._draw.rectangle(
            (x + left, y + top, x + right - 1, y + bottom - 1), fill=self._colour
        )

    def arms(self, arms: str, thick: int) -> None:
        across, down = self._w // 2 - thick // 2, self._h // 2 - thick // 2
        if "N" in arms:
            self.box(across, 0, across + thick, down + thick)
        if "S" in arms:
            self.box(across, down, across + thick, self._h)
        if "E" in arms:
            self.box(across, down, self._w, down + thick)
        if "W" in arms:
            self.box(0, down, across + thick, down + thick)

    def dashes(self, pieces: int, upright: bool) -> None:
        size = self._h if upright else self._w
        step = size / pieces
        for at in range(pieces):
            start = round(at * step)
            end = max(start + 1, round((at + _DASH_SHARE) * step))
            if upright:
                across = self._w // 2 - _LIGHT // 2
                self.box(across, start, across + _LIGHT, end)
            else:
                down = self._h // 2 - _LIGHT // 2
                self.box(start, down, end, down + _LIGHT)

    def corner(self, right: int, down: int, degrees: tuple[int, int]) -> None:
        half, radius = _LIGHT // 2, min(self._w // 2, self._h // 2)
        mid_x, mid_y = self._w // 2, self._h // 2
        x = self._x + mid_x + right * radius
        y = self._y + mid_y + down * radius
        more = _LIGHT - 1 - half
        around = (
            x - radius - half,
            y - radius - half,
            x + radius + more,
            y + radius + more,
        )
        self._draw.arc(around, *degrees, fill=self._colour, width=_LIGHT)
        upright = (mid_x - half, mid_x - half + _LIGHT)
        if down > 0:
            self.box(upright[0], mid_y + radius, upright[1], self._h)
        else:
            self.box(upright[0], 0, upright[1], mid_y - radius + 1)
        if right > 0:
            self.box(mid_x + radius, mid_y - half, self._w, mid_y - half + _LIGHT)
        else:
            self.box(0, mid_y - half, mid_x - radius + 1, mid_y - half + _LIGHT)

    def block(self, code: int) -> bool:
        """Draw eighths of a cell; False: it is no block."""
        w, h = self._w, self._h
        if _LOWER < code <= _LOWER + _EIGHTHS:
            self.box(0, h - round(h * (code - _LOWER) / _EIGHTHS), w, h)
        elif _LOWER + _EIGHTHS < code < _LEFT:
            self.box(0, 0, max(1, round(w * (_LEFT - code) / _EIGHTHS)), h)
        elif code == _LEFT:
            self.box(w // 2, 0, w, h)
        elif code == _LOWER:
            self.box(0, 0, w, h // 2)
        else:
            return False
        return True
