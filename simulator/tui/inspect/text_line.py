"""Lines of styled text, made of spans that name their style and know no colours.

A style is words: at most one colour (``muted``, ``accent``, ``primary``, ``edge``, or a
variable of the theme such as ``k-trigger`` or ``o-ok``), and ``bold``, ``underline``,
``italic``. An empty style is plain text.
"""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rich.cells import cell_len

from simulator.tui.glyphs import GLYPHS
from simulator.tui.widgets.cutting import cut_end, cut_middle, fit_left
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


Goal: TypeAlias = "int | str | None"
_WORD = re.compile(r" *[^ ]+| +")
_WIDEST = 2  # cells of a character
NARROW = 42  # columns below which indents and labels shrink


class Span(NamedTuple):
    """Cells of one style."""

    text: str
    style: str = ""


class TextLine(NamedTuple):
    """One line.

    Args:
        spans: From left to right.
        goal: What *enter* leads to: the serial of a record, or the name of a node.
        here: Whether it is what the pane is about; the cursor begins there.
    """

    spans: tuple[Span, ...] = ()
    goal: Goal = None
    here: bool = False

    @property
    def text(self) -> str:
        """The line without styles, nothing but spaces at its end cut off."""
        return "".join(span.text for span in self.spans).rstrip()


BLANK = TextLine()


class Look(Value):
    """What lines are made for.

    Args:
        width: Columns, 24 at least.
    """

    width: int

    @property
    def narrow(self) -> bool:
        """Whether indents and labels shrink."""
        return self.width < NARROW

    def shown(self, text: str) -> str:
        """Make a text of the user's fit for one line: no control characters."""
        if text.isprintable():
            return text
        return "".join(c if c.isprintable() else _escaped(c) for c in text)

    def cut(self, text: str, width: int) -> str:
        """Cut a text at its end, an ellipsis where something is missing."""
        return cut_end(self.shown(text), width, GLYPHS.ellipsis)

    def middle(self, text: str, width: int) -> str:
        """Cut a name in its middle, where it tells least."""
        return cut_middle(self.shown(text), width, GLYPHS.ellipsis)

    def column(self, text: str, width: int) -> str:
        """Cut or pad a text to exactly this many cells."""
        return fit_left(self.shown(text), width, GLYPHS.ellipsis)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def line(*spans: Span | str, goal: Goal = None, here: bool = False) -> TextLine:
    """Make a line of spans and plain texts."""
    made = (Span(each) if isinstance(each, str) else each for each in spans)
    return TextLine(tuple(span for span in made if span.text), goal, here)


def texts(lines: Iterable[TextLine]) -> list[str]:
    """Give lines without styles, as they are copied and tested."""
    return [each.text for each in lines]


def width_of(spans: Iterable[Span]) -> int:
    """Count the cells of spans."""
    return sum(cell_len(span.text) for span in spans)


def wrapped(
    spans: Iterable[Span], width: int, *, indent: int = 0, goal: Goal = None
) -> Iterator[TextLine]:
    """Break spans into lines between words; what is too long for a line, within.

    Args:
        spans: Already fit to be shown.
        width: Of the lines, the indent counted in.
        indent: Columns before every line but the first.
        goal: Of every line.
    """
    row: list[Span] = []
    used = 0
    for text, style in _pieces(spans, max(width - indent, 1)):
        size = cell_len(text)
        if used + cell_len(text.rstrip()) > width and used > (indent if row else 0):
            yield line(*row, goal=goal)
            row, used = [Span(" " * indent)], indent
            text = text.lstrip()  # noqa: PLW2901 - a space at the break goes
            size = cell_len(text)
        row.append(Span(text, style))
        used += size
    if row:
        yield line(*row, goal=goal)


def _pieces(spans: Iterable[Span], most: int) -> Iterator[Span]:
    """Give words with the space before them, none wider than a line."""
    for text, style in spans:
        for word in map(itemgetter(0), _WORD.finditer(text)):
            for piece in _chopped(word, most):
                yield Span(piece, style)


def _chopped(word: str, most: int) -> Iterator[str]:
    """Cut a word into pieces that fit, one character each at least."""
    if len(word) * _WIDEST <= most:
        yield word
        return
    if word.isascii():
        for at in range(0, len(word), most):
            yield word[at : at + most]
        return
    start = used = 0
    for at, character in enumerate(word):
        size = cell_len(character)
        if used + size > most and at > start:
            yield word[start:at]
            start, used = at, 0
        used += size
    yield word[start:]
