"""Every character that carries meaning.

Only glyphs that common monospaced fonts have (JetBrains Mono, DejaVu Sans Mono), each
one cell wide. Where a terminal has but ASCII, `simulator.tui.ascii` writes another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

N, E, S, W = NORTH, EAST, SOUTH, WEST

_SOLID = {
    0: " ", N: "╵", S: "╷", E: "╶", W: "╴",
    N | S: "│", E | W: "─", S | E: "╭", S | W: "╮", N | E: "╰", N | W: "╯",
    N | S | E: "├", N | S | W: "┤", S | E | W: "┬", N | E | W: "┴", N | S | E | W: "┼",
}  # fmt: skip
_HEAVY = {
    0: " ", N: "╹", S: "╻", E: "╺", W: "╸",
    N | S: "┃", E | W: "━", S | E: "┏", S | W: "┓", N | E: "┗", N | W: "┛",
    N | S | E: "┣", N | S | W: "┫", S | E | W: "┳", N | E | W: "┻", N | S | E | W: "╋",
}  # fmt: skip


class Glyphs(Value):
    """The characters that the UI draws with.

    Args:
        kinds: Of boxes.
        lines: Kind of line -> mask -> character.
        heavy: Mask -> character, for the way of the selected event.
        arrow: The end of a line; *back* of one that goes left.
        dots: Outcome -> the head of a moving dot.
        outcomes: Outcome word -> the character before it: ``sent``, ``delivered``,
            ``failed``, ``replied``, ``retry``, ``dead-letter``, ``lost``, ``refused``,
            ``expired``, ``dropped``, ``unmatched``, ``waiting``, ``under way``, ``approved``,
            ``rejected``, ``fault``, ``held``, ``queued``, ``scaled``, ``started``,
            ``input``, ``note``.
        badges: Trouble of a node -> the character before it: ``retry``, ``wait``,
            ``fault``, ``break``, ``queue``.
        chips: Counter of the top bar -> the character before it: ``events``,
            ``in flight``, ``retries``, ``dead``, ``approvals``.
        bars: Nine heights, from nothing to full.
        frame: Corners and sides of a box: ``╭─╮│╰╯``; *thick* of the selected one.
        gutter: Left of a row; *cursor* of the row of the cursor; *right* its end.
    """

    kinds: Mapping[BoxKind, str]
    lines: Mapping[LineKind, Mapping[int, str]]
    heavy: Mapping[int, str]
    arrow: str
    back: str
    dots: Mapping[str, str]
    outcomes: Mapping[str, str]
    badges: Mapping[str, str]
    chips: Mapping[str, str]
    bars: str
    frame: str
    thick: str
    gutter: str
    cursor: str
    right: str
    yes: str
    no: str
    to: str
    ellipsis: str
    dot: str
    play: str
    pause: str
    step: str
    rule: str
    playhead: str
    mark: str
    scroll: str
    bar: str
    half_bar: str
    times: str
    open: str
    closed: str
    here: str
    newer: str
    skipped: str


GLYPHS = Glyphs(
    kinds={
        BoxKind.SOURCE: "»",
        BoxKind.BROKER: "◆",
        BoxKind.CHANNEL: "≡",
        BoxKind.TRIGGER: "▽",
        BoxKind.SERVICE: "■",
        BoxKind.DEAD_LETTERS: "✗",
        BoxKind.NOWHERE: "∅",
        BoxKind.LINK: "⇢",
        BoxKind.NAMESPACE: "⊞",
    },
    lines={
        LineKind.FLOW: _SOLID,
        LineKind.REPLY: {**_SOLID, E | W: "╌", N | S: "╎"},
        LineKind.DEAD_LETTER: {**_SOLID, E | W: "┈", N | S: "┊"},
    },
    heavy=_HEAVY,
    arrow="▶",
    back="◀",
    dots={
        "ok": "●",
        "retry": "↻",
        "dead": "✗",
        "reply": "◆",
        "nomatch": "∙",
        "wait": "◐",
        "fault": "!",
    },
    outcomes={
        "sent": "»",
        "delivered": "✓",
        "failed": "✗",
        "replied": "↩",
        "retry": "↻",
        "dead-letter": "✗",
        "lost": "✗",
        "refused": "⊘",
        "expired": "⊘",
        "dropped": "∅",
        "unmatched": "∙",
        "no match": "∙",
        "waiting": "◐",
        "under way": "⇄",
        "approved": "✓",
        "rejected": "✗",
        "fault": "!",
        "held": "●",
        "queued": "◐",
        "scaled": "○",
        "started": "●",
        "input": "▸",
        "note": "·",
    },
    badges={"retry": "↻", "wait": "◐", "fault": "!", "break": "●", "queue": "⇊"},
    chips={
        "events": "●",
        "in flight": "⇄",
        "retries": "↻",
        "dead": "✗",
        "approvals": "◐",
    },
    bars=" ▁▂▃▄▅▆▇█",
    frame="╭─╮│╰╯",
    thick="┏━┓┃┗┛",
    gutter="▎",
    cursor="▌",
    right="▐",
    yes="✓",
    no="✗",
    to="→",
    ellipsis="…",
    dot="·",
    play="▶",
    pause="‖",
    step="▸",
    rule="─",
    playhead="┃",
    mark="▾",
    scroll="▐",
    bar="━",
    half_bar="╸",
    times="×",
    open="▾",
    closed="▸",
    here="❯",
    newer="▼",
    skipped="»",
)
