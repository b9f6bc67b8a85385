"""The screen in ASCII: one character for another, so that every cell stays where it is."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_ALIKE = {
    # ends of lines, and what goes on
    "▶▸→❯▹": ">",
    "◀←": "<",
    "↑": "^",
    "↓▾▼▽": "v",
    "»": ">",
    "⇢": "@",
    "⇄": "~",
    "⇊": "q",
    "≡": "=",
    # boxes
    "◆": "#",
    "■": "*",
    "⊞": "+",
    # what becomes of an event
    "✓": "+",
    "✗×": "x",
    "↩": "<",
    "↻": "r",
    "⊘": "/",
    "∅": "0",
    "◐": "w",
    "●○": "o",
    "‼": "!",
    "∙": ".",
    "·•": "-",
    "…": "~",
    # lines and frames
    "─╌┈╶╴╸╺━▁▂▔": "-",
    "│╎┊╵╷▎▏▕‖": "|",
    "╹╻┃▌▐": "#",
    "╭╮╰╯├┤┬┴┼┌┐└┘┏┓┗┛┣┫┳┻╋╔╗╚╝": "+",
    "▃": ":",
    "▄": "-",
    "▅": "=",
    "▆": "+",
    "▇": "*",
    "█▊▋▉": "#",
}
_TABLE = {ord(one): other for many, other in _ALIKE.items() for one in many}


@lru_cache(maxsize=4096)
def to_ascii(text: str) -> str:
    """Write a text in ASCII, as wide as it was.

    A letter loses its accents; what nothing is like is a question mark.
    """
    text = text.translate(_TABLE)
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(character: str) -> str:
    if character.isascii():
        return character
    width = cell_len(character)
    base = unicodedata.normalize("NFKD", character)[0]
    return (base if base.isascii() and width == 1 else "?").ljust(width, "?")[:width]


class AsciiOnly(LineFilter):
    """Writes every row of the screen in ASCII, whoever drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Give the cells of a row with other characters in them."""
        return [
            Segment(to_ascii(text), style, control) for text, style, control in segments
        ]
