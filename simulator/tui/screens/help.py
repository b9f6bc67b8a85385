"""The dialog with all keys, what the signs mean, and the language of filters."""

from __future__ import annotations

from itertools import zip_longest
from textwrap import wrap
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget

from simulator.tui.command import SECTIONS, Command
from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.key_bar import key_names
from simulator.tui.layout.drawing import EAST, WEST
from simulator.tui.paint import KIND_COLOURS
from simulator.tui.screens.dialog import Hint, Pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from textual.geometry import Size

    Pieces = list[tuple[str, str]]

SCREEN_READERS = (
    "kn-sim run prints everything as plain lines, for screen readers and pipes"
)
_GAP = 2  # cells between a sign and its text
_COLUMN_GAP = 3
# Columns below this many cells break nearly every line.
_LEAST_COLUMN = 36
_MOST_COLUMNS = 3
_OWN = "$o-wait underline"
_MOST_KEYS = 2  # of the keys that do the same; the others are in the docs
_BOXES = {
    BoxKind.SOURCE: "source",
    BoxKind.BROKER: "broker",
    BoxKind.TRIGGER: "trigger",
    BoxKind.CHANNEL: "channel",
    BoxKind.SERVICE: "service",
    BoxKind.DEAD_LETTERS: "dead letter sink",
    BoxKind.NAMESPACE: "namespace",
    BoxKind.LINK: "link to another band",
    BoxKind.NOWHERE: "leads nowhere",
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
        look: The style of the sign, which is bold, too.
    """

    sign: str
    text: str
    look: str = "$accent"


class Block(NamedTuple):
    title: str
    entries: Sequence[Entry]


class Help(Pages):
    """Keys, signs, filters; nothing comes back.

    Args:
        section: Of the focused pane, one of `SECTIONS`; it stands first.
        keys: Id -> keys, for those that the user has changed.
        filters: The filter language in examples, each with what it finds.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q", "close", "Close", show=False)
    ]

    def __init__(
        self,
        commands: Sequence[Command[Any]] = (),
        *,
        section: str = "",
        keys: Mapping[str, str] | None = None,
        filters: Iterable[tuple[str, str]] = (),
    ) -> None:
        keys = keys or {}
        language = [Entry(*each, "$k-trigger") for each in filters]
        blocks = [
            *key_blocks(commands, section, keys),
            *legend_blocks(),
            *([Block("filters", language)] if language else ()),
        ]
        opening = [(SCREEN_READERS, "$muted")]
        if keys:
            opening.append(("\nkeys in this colour and underlined are your own", _OWN))
        super().__init__("help", HelpText(Content.assemble(*opening), blocks))

    def hints(self) -> list[Hint]:
        scroll, close = super().hints()
        return [scroll, ("pgdn", "a page"), close]


class HelpText(Widget):
    def __init__(self, opening: Content, blocks: Sequence[Block]) -> None:
        super().__init__()
        self._opening, self._blocks = opening, blocks
        self._lines: list[Content] = []
        self._width = 0  # for which the lines are made

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines_for(width))

    def render(self) -> Content:
        # Perhaps not as wide as its height was last asked for.
        return Content("\n").join(self._lines_for(self.content_size.width))

    def _lines_for(self, width: int) -> list[Content]:
        if width != self._width:
            opening = self._opening.wrap(max(1, width))
            self._lines = [*opening, Content(), *self._rows(width)]
            self._width = width
        return self._lines

    def _rows(self, width: int) -> Iterator[Content]:
        count = max(1, min(_MOST_COLUMNS, (width + _COLUMN_GAP) // _LEAST_COLUMN))
        each = width // count - _COLUMN_GAP
        pages = (page(blocks, each) for blocks in columns_of(self._blocks, count))
        rows = zip_longest(*(text.split() for text in pages), fillvalue=Content())
        for row in rows:
            cells = [cell.pad_right(each - cell.cell_length) for cell in row]
            yield Content(" " * _COLUMN_GAP).join(cells)


def page(blocks: Sequence[Block], width: int) -> Content:
    pieces: Pieces = []
    for at, block in enumerate(blocks):
        pieces += [("\n", "")] if at else []
        pieces.append((f"{block.title.upper()}\n", "bold $muted"))
        signs = min(max(cell_len(each.sign) for each in block.entries), width // 2)
        for sign, text, look in block.entries:
            pieces.append((sign, f"bold {look}"))
            indent = signs + _GAP
            first = " " * max(1, indent - cell_len(sign))
            room = max(1, width - indent)
            rows = wrap(text, room, break_long_words=False, break_on_hyphens=False)
            for row, line in enumerate(rows):
                pieces.append(((" " * indent if row else first) + line + "\n", ""))
    return Content.assemble(*pieces)


def key_blocks(
    commands: Iterable[Command[Any]], focus: str, changed: Mapping[str, str]
) -> Iterator[Block]:
    for name in sorted(SECTIONS, key=lambda each: each != focus):
        entries = []
        for each in commands:
            if each.section == name:
                keys = changed.get(each.id, each.keys)
                names = key_names(keys, most=_MOST_KEYS) or "none"
                look = _OWN if each.id in changed else "$accent"
                entries.append(Entry(names, each.help, look))
        if entries:
            yield Block(f"{name} (here)" if name == focus else name, entries)


def legend_blocks() -> list[Block]:
    boxes = [
        Entry(GLYPHS.kinds[kind], text, f"$k-{KIND_COLOURS[kind]}")
        for kind, text in _BOXES.items()
    ]
    dots = [Entry(GLYPHS.dots[o], text, f"$o-{o}") for o, text in _DOTS.items()]
    flat = EAST | WEST
    lines = [
        Entry(GLYPHS.lines[k][flat] * 2, text, "$edge") for k, text in _LINES.items()
    ]
    lines.append(Entry(GLYPHS.heavy[flat] * 2, "way of the selected event"))
    return [Block("boxes", boxes), Block("dots", dots), Block("lines", lines)]


def columns_of(blocks: Sequence[Block], count: int) -> list[list[Block]]:
    """Spread blocks over as many columns, of about the same height; their order stays."""
    heights = [len(block.entries) + 2 for block in blocks]
    for limit in range(max(heights, default=0), sum(heights) + 1):
        columns: list[list[Block]] = []
        used = limit
        for block, height in zip(blocks, heights, strict=True):
            if used + height > limit:
                columns.append([])
                used = 0
            columns[-1].append(block)
            used += height
        if len(columns) <= count:
            return columns
    return []
