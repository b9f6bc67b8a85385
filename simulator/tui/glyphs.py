"""Every character that carries meaning, and another one where a terminal has but ASCII.

Only glyphs that common monospaced fonts have (JetBrains Mono, DejaVu Sans Mono), each
one cell wide: so every cell stays where it is.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.color import Color

N, E, S, W = NORTH, EAST, SOUTH, WEST

# Which sides of a cell a line leads to.
_MASKS = (
    0, N, S, E, W, N | S, E | W, S | E, S | W, N | E, N | W,
    N | S | E, N | S | W, S | E | W, N | E | W, N | S | E | W,
)  # fmt: skip
_SOLID = dict(zip(_MASKS, " ╵╷╶╴│─╭╮╰╯├┤┬┴┼", strict=True))
_HEAVY = dict(zip(_MASKS, " ╹╻╺╸┃━┏┓┗┛┣┫┳┻╋", strict=True))


class Glyphs:
    """The characters that the UI draws with.

    Attributes:
        lines: Kind of line -> mask -> character; *heavy* of the selected event's way.
        arrow: The end of a line; *back* of one that goes left.
        dots: Outcome -> the head of a moving dot.
        outcomes: Outcome word -> the character before it; *badges* of a node's trouble,
            *chips* of a counter of the top bar.
        bars: Nine heights, from nothing to full.
        frame: Corners and sides of a box; *thick* of the selected one.
        gutter: Left of a row; *cursor* of the row of the cursor; *right* its end.
    """

    kinds: ClassVar[Mapping[BoxKind, str]] = {
        BoxKind.SOURCE: "»", BoxKind.BROKER: "◆", BoxKind.CHANNEL: "≡",
        BoxKind.TRIGGER: "▽", BoxKind.SERVICE: "■", BoxKind.DEAD_LETTERS: "✗",
        BoxKind.NOWHERE: "∅", BoxKind.LINK: "⇢", BoxKind.NAMESPACE: "⊞",
    }  # fmt: skip
    lines: ClassVar[Mapping[LineKind, Mapping[int, str]]] = {
        LineKind.FLOW: _SOLID,
        LineKind.REPLY: {**_SOLID, E | W: "╌", N | S: "╎"},
        LineKind.DEAD_LETTER: {**_SOLID, E | W: "┈", N | S: "┊"},
    }
    heavy: ClassVar[Mapping[int, str]] = _HEAVY
    arrow = "▶"
    back = "◀"
    dots: ClassVar[Mapping[str, str]] = {
        "ok": "●", "retry": "↻", "dead": "✗", "reply": "◆", "nomatch": "∙",
        "wait": "◐", "fault": "!",
    }  # fmt: skip
    outcomes: ClassVar[Mapping[str, str]] = {
        "sent": "»", "delivered": "✓", "failed": "✗", "replied": "↩", "retry": "↻",
        "dead-letter": "✗", "lost": "✗", "refused": "⊘", "expired": "⊘",
        "dropped": "∅", "unmatched": "∙", "no match": "∙", "waiting": "◐",
        "under way": "⇄", "approved": "✓", "rejected": "✗", "fault": "!", "held": "●",
        "queued": "◐", "scaled": "○", "started": "●", "input": "▸", "note": "·",
    }  # fmt: skip
    badges: ClassVar[Mapping[str, str]] = {
        "retry": "↻", "wait": "◐", "fault": "!", "break": "●", "queue": "⇊",
    }  # fmt: skip
    chips: ClassVar[Mapping[str, str]] = {
        "events": "●", "in flight": "⇄", "retries": "↻", "dead": "✗", "approvals": "◐",
    }  # fmt: skip
    bars = " ▁▂▃▄▅▆▇█"
    frame = "╭─╮│╰╯"
    thick = "┏━┓┃┗┛"
    gutter = "▎"
    cursor = "▌"
    right = "▐"
    yes = "✓"
    no = "✗"
    to = "→"
    ellipsis = "…"
    dot = "·"
    play = "▶"
    pause = "‖"
    step = "▸"
    rule = "─"
    playhead = "┃"
    mark = "▾"
    scroll = "▐"
    bar = "━"
    half_bar = "╸"
    times = "×"
    open = "▾"
    here = "❯"
    newer = "▼"
    skipped = "»"


GLYPHS = Glyphs()


_ALIKE = {
    # ends of lines, and what goes on
    "▶▸→❯▹": ">", "◀←": "<", "↑": "^", "↓▾▼▽": "v", "»": ">", "⇢": "@", "⇄": "~",
    "⇊": "q", "≡": "=",
    # boxes
    "◆": "#", "■": "*", "⊞": "+",
    # what becomes of an event
    "✓": "+", "✗×": "x", "↩": "<", "↻": "r", "⊘": "/", "∅": "0", "◐": "w", "●○": "o",
    "‼": "!", "∙": ".", "·•": "-",
    # texts
    "…": "~", "–—": "-", "±≈": "~", "≤◂◀": "<", "≥": ">", "µμ": "u",
    # lines and frames
    "─╌┈╶╴╸╺━▁▂▔": "-", "│╎┊╵╷▎▏▕‖": "|", "╹╻┃▌▐": "#",
    "╭╮╰╯├┤┬┴┼┌┐└┘┏┓┗┛┣┫┳┻╋╔╗╚╝": "+",
    "▃": ":", "▄": "-", "▅": "=", "▆": "+", "▇": "*", "█▊▋▉": "#",
}  # fmt: skip
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


class PrintableOnly(LineFilter):
    """Leaves out what a terminal would take for orders, and counts as no cell.

    Most texts of the user's are spelled before: see `spelling.printable`.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(text.isprintable() or control for text, _, control in segments):
            return segments
        return [
            Segment(text if control else _printed(text), style, control)
            for text, style, control in segments
        ]


def _printed(text: str) -> str:
    return "".join(filter(str.isprintable, text))


class AsciiOnly(LineFilter):
    """Writes every row of the screen in ASCII, whoever drew it."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(to_ascii(text), style, control) for text, style, control in segments
        ]
