"""The dialog with all keys, what the signs mean, and the language of filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.dialog import Dialog
from simulator.tui.screens.help_columns import (
    Block,
    columns_of,
    key_blocks,
    legend_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult

    from simulator.tui.screens.dialog import Hint

    Pieces = list[tuple[str, str]]

SCREEN_READERS = (
    "kn-sim run prints everything as plain lines, for screen readers and pipes"
)
_GAP = 2  # cells between a sign and its text
_COLUMN_GAP = 3
# Columns below this many cells break nearly every line.
_LEAST_COLUMN = 36
_MOST_COLUMNS = 3


class Help(Dialog[None]):
    """Keys, signs, filters; nothing comes back.

    Args:
        section: Of the focused pane, one of `SECTIONS`; it stands first.
        keys: Id -> keys, for those that the user has changed.
        filters: A summary of the filter language, lines of ``sign<tab>meaning``.
    """

    CSS_PATH: ClassVar[Any] = ["dialog.tcss", "help.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,q", "close", "Close", show=False)
    ]

    def __init__(
        self,
        *,
        section: str = "",
        keys: Mapping[str, str] | None = None,
        filters: str = "",
    ) -> None:
        super().__init__("help", size="large")
        self._changed = keys or {}
        blocks = key_blocks(section, keys)
        language = filter_block(filters)
        self._blocks = (*blocks, *legend_blocks(), *language)

    def hints(self) -> list[Hint]:
        """Say which keys scroll."""
        up_down = "up/down" if GLYPHS.to.isascii() else "↑↓"
        return [(up_down, "scroll"), ("pgdn", "a page"), *super().hints()]

    def compose_body(self) -> ComposeResult:
        """Make room for the columns."""
        with VerticalScroll(classes="pages"):
            yield Static(self._opening(), classes="opening")
            with Horizontal(classes="columns"):
                for _ in range(_MOST_COLUMNS):
                    yield Static(classes="column")

    def begin(self) -> None:
        """Begin where arrows scroll."""
        self.query_one(".pages").focus()

    def on_resize(self) -> None:
        """Spread what is said over as many columns as there is room for."""
        self.call_after_refresh(self.reload)

    def reload(self) -> None:
        """Write the columns."""
        width = self.query_one(".columns").size.width
        count = max(1, min(_MOST_COLUMNS, (width + _COLUMN_GAP) // _LEAST_COLUMN))
        columns = columns_of(self._blocks, count)
        each = width // count - _COLUMN_GAP
        for at, column in enumerate(self.query(".column").results(Static)):
            column.display = at < count
            if at < len(columns):
                column.update(page(columns[at], each))

    def _opening(self) -> Content:
        pieces = [(SCREEN_READERS, "$muted")]
        if self._changed:
            pieces.append(("\nkeys in this colour and underlined are your own", _OWN))
        return Content.assemble(*pieces)


_OWN = "$o-wait underline"


def filter_block(text: str) -> tuple[Block, ...]:
    """Make a block of the summary of the filter language; nothing of an empty text."""
    from simulator.tui.screens.help_columns import Entry

    lines = [line.partition("\t") for line in text.splitlines() if line.strip()]
    entries = tuple(Entry(sign, meaning, "k-trigger") for sign, _, meaning in lines)
    return (Block("filters", entries),) if entries else ()


def page(blocks: Sequence[Block], width: int) -> Content:
    """Write blocks below each other.

    Args:
        blocks: From top to bottom.
        width: In cells; what is longer goes on in the next line, indented.
    """
    pieces: Pieces = []
    for at, block in enumerate(blocks):
        pieces += [("\n", "")] if at else []
        pieces.append((f"{block.title.upper()}\n", "bold $muted"))
        signs = min(block.sign_width, width // 2)
        for sign, text, tone, own in block.entries:
            look = f"bold ${tone}" + (" underline" if own else "")
            pieces.append((sign, look))
            indent = signs + _GAP
            first = " " * max(1, indent - cell_len(sign))
            for row, line in enumerate(_wrapped(text, width - indent)):
                pieces.append(((" " * indent if row else first) + line + "\n", ""))
    return Content.assemble(*pieces)


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) > width and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = joined
    return lines
