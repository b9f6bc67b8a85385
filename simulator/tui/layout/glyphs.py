"""The characters that lines and boxes are drawn with."""

from __future__ import annotations

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST

N, E, S, W = NORTH, EAST, SOUTH, WEST

_SOLID = {
    0: " ", N: "╵", S: "╷", E: "╶", W: "╴",
    N | S: "│", E | W: "─", S | E: "╭", S | W: "╮", N | E: "╰", N | W: "╯",
    N | S | E: "├", N | S | W: "┤", S | E | W: "┬", N | E | W: "┴", N | S | E | W: "┼",
}  # fmt: skip
HEAVY = {
    0: " ", N: "╹", S: "╻", E: "╺", W: "╸",
    N | S: "┃", E | W: "━", S | E: "┏", S | W: "┓", N | E: "┗", N | W: "┛",
    N | S | E: "┣", N | S | W: "┫", S | E | W: "┳", N | E | W: "┻", N | S | E | W: "╋",
}  # fmt: skip
"""Mask -> the character of a line that stands out."""
LINES = {
    LineKind.FLOW: _SOLID,
    LineKind.REPLY: {**_SOLID, E | W: "╌", N | S: "╎"},
    LineKind.DEAD_LETTER: {**_SOLID, E | W: "┈", N | S: "┊"},
}
"""Kind -> mask -> character."""
BOXES = {
    BoxKind.SOURCE: "»",
    BoxKind.BROKER: "◆",
    BoxKind.CHANNEL: "≡",
    BoxKind.TRIGGER: "▽",
    BoxKind.SERVICE: "■",
    BoxKind.DEAD_LETTERS: "✗",
    BoxKind.NOWHERE: "∅",
    BoxKind.LINK: "⇢",
    BoxKind.NAMESPACE: "⊞",
}
