"""What the help says, as blocks of lines, and how they stand side by side; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.key_names import key_names
from simulator.tui.keys import KEYS, SECTIONS
from simulator.tui.layout.drawing import EAST, WEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.keys import Key

_MOST_KEYS = 2  # of the keys that do the same; the others are in the docs
_BOXES = {
    BoxKind.SOURCE: ("source", "k-source"),
    BoxKind.BROKER: ("broker", "k-broker"),
    BoxKind.TRIGGER: ("trigger", "k-trigger"),
    BoxKind.CHANNEL: ("channel", "k-channel"),
    BoxKind.SERVICE: ("service", "k-service"),
    BoxKind.DEAD_LETTERS: ("dead letter sink", "k-dead"),
    BoxKind.NAMESPACE: ("namespace", "k-broker"),
    BoxKind.LINK: ("link to another band", "k-broker"),
    BoxKind.NOWHERE: ("leads nowhere", "k-dead"),
}
_DOTS = {
    "ok": "event on its way",
    "retry": "retry",
    "reply": "reply",
    "dead": "to the dead letter sink",
    "nomatch": "offered, no match",
    "wait": "waits for an approval",
    "fault": "a fault is on",
}
_LINES = {
    LineKind.FLOW: "flow",
    LineKind.REPLY: "replies",
    LineKind.DEAD_LETTER: "dead letters",
}


class Entry(NamedTuple):
    """One line of a block.

    Args:
        sign: A key or a glyph.
        text: What it does or means.
        tone: The variable of the theme that colours the sign.
        own: Whether the user has changed the key.
    """

    sign: str
    text: str
    tone: str = "accent"
    own: bool = False


class Block(NamedTuple):
    """A title and what stands below it."""

    title: str
    entries: tuple[Entry, ...]

    @property
    def sign_width(self) -> int:
        """The cells of the longest sign."""
        return max((cell_len(entry.sign) for entry in self.entries), default=0)


def key_blocks(
    focus: str = "",
    changed: Mapping[str, str] | None = None,
) -> tuple[Block, ...]:
    """Give one block for each section of the keys.

    Args:
        focus: The section that stands first: that of the focused pane.
        changed: Id -> keys, for those that the user has changed.
    """
    changed = changed or {}
    sections = sorted(SECTIONS, key=lambda name: name != focus)
    return tuple(
        Block(
            f"{name} (here)" if name == focus else name,
            tuple(_entry(key, changed) for key in KEYS if key.section == name),
        )
        for name in sections
    )


def _entry(key: Key, changed: Mapping[str, str]) -> Entry:
    keys = changed.get(key.id, key.keys)
    names = key_names(keys, most=_MOST_KEYS) or "none"
    own = key.id in changed
    return Entry(names, key.help, "o-wait" if own else "accent", own)


def legend_blocks() -> tuple[Block, ...]:
    """Give what boxes, dots and lines of the graph mean."""
    boxes = [Entry(GLYPHS.kinds[k], text, tone) for k, (text, tone) in _BOXES.items()]
    dots = [Entry(GLYPHS.dots[o], text, f"o-{o}") for o, text in _DOTS.items()]
    flat = EAST | WEST
    lines = [
        Entry(GLYPHS.lines[k][flat] * 2, text, "edge") for k, text in _LINES.items()
    ]
    lines.append(Entry(GLYPHS.heavy[flat] * 2, "way of the selected event"))
    return (
        Block("boxes", tuple(boxes)),
        Block("dots", tuple(dots)),
        Block("lines", tuple(lines)),
    )


def columns_of(blocks: Sequence[Block], count: int) -> tuple[tuple[Block, ...], ...]:
    """Spread blocks over columns of about the same height; their order stays.

    Args:
        blocks: The first one stands at the top of the first column.
        count: Of columns.
    """
    heights = [len(block.entries) + 2 for block in blocks]
    limit = max(heights, default=0)
    while _columns_needed(heights, limit) > count:
        limit += 1
    columns: list[list[Block]] = [[]]
    used = 0
    for block, height in zip(blocks, heights, strict=True):
        if used + height > limit and columns[-1]:
            columns.append([])
            used = 0
        columns[-1].append(block)
        used += height
    return tuple(tuple(column) for column in columns)


def _columns_needed(heights: Sequence[int], limit: int) -> int:
    needed, used = 1, 0
    for height in heights:
        if used and used + height > limit:
            needed, used = needed + 1, 0
        used += height
    return needed
