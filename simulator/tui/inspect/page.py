"""What the inspector's pages are made of: lines of styled text, headings, pairs, marks.

A style is words, as Textual reads them: at most one colour (``$muted``, ``$accent``,
``$primary``, ``$edge``, or a variable of the theme such as ``$k-trigger`` or ``$o-ok``),
and ``bold``, ``underline``, ``italic``. An empty style is plain text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rich.cells import cell_len
from textual.content import Content

from simulator.nodes import Role, role_of
from simulator.story.phrases import CALLER
from simulator.tui.diagram import BOX_KINDS, BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import KIND_COLOURS, OUTCOME_OF
from simulator.tui.spelling import kind_word, printable, short
from simulator.tui.widgets.cutting import Cuts, cut_end, cut_middle, fit_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Goal: TypeAlias = "int | str | None"
Part: TypeAlias = "str | tuple[str, str]"
"""A text, or a text and its style."""

_NARROW = 42
_LABEL, _NARROW_LABEL = 16, 12
_VALUE_LINES = 6
_KINDS = {**BOX_KINDS, Role.SUBSCRIPTION: BoxKind.TRIGGER}
# What goes as it should is not loud, unless it is asked for by one of these words.
STYLES = {
    "sent": "$k-source",
    "under way": "$k-source",
    "delivered": "$o-ok",
    "approved": "$o-ok",
    **{word: f"$o-{kind}" for word, kind in OUTCOME_OF.items() if kind != "ok"},
}


class TextLine(NamedTuple):
    """One line.

    Args:
        goal: What *enter* leads to: the serial of a record, or the name of a node.
        here: Whether it is what the pane is about; the cursor begins there.
    """

    content: Content
    goal: Goal = None
    here: bool = False

    @property
    def text(self) -> str:
        """The line without styles, nothing but spaces at its end cut off."""
        return self.content.plain.rstrip()


Lines: TypeAlias = "Iterator[TextLine]"
BLANK = TextLine(Content(""))


class Look:
    """What lines are made for: a width, 24 at least, and names told from each other."""

    def __init__(self, width: int, cuts: Cuts | None = None) -> None:
        self.width = width
        self.narrow = width < _NARROW  # indents and labels shrink
        self.indent = "" if self.narrow else "  "
        self._cuts = cuts or Cuts()

    # -- texts

    def cut(self, text: str, width: int) -> str:
        return cut_end(printable(text), width)

    def middle(self, text: str, width: int) -> str:
        """Cut a text in its middle, where it tells least."""
        return cut_middle(printable(text), width)

    def name(self, name: str, width: int) -> str:
        """Cut the name of a node or attribute so that it is no other's."""
        return self._cuts.nodes.cut(printable(name), width)

    def type(self, name: str, width: int) -> str:
        """Cut the type of an event so that it is no other's; its end tells most."""
        return self._cuts.types.cut(printable(name), width)

    def column(self, text: str, width: int) -> str:
        return fit_left(printable(text), width)

    def way(self, start: str, end: str, width: int = 9_999) -> str:
        arrow = f" {GLYPHS.to} "
        one, two = printable(short(start) or CALLER), printable(short(end) or CALLER)
        room = max(width - len(arrow), 2)
        if cell_len(one) + cell_len(two) > room:
            one, two = self.both(one, two, room)
        return f"{one}{arrow}{two}"

    def both(self, one: str, two: str, room: int) -> tuple[str, str]:
        """Cut two names for one line; each has half of the room at least."""
        first = min(cell_len(one), max(room // 2, room - cell_len(two)))
        return self.name(one, first), self.name(two, room - first)

    # -- lines

    def wrapped(self, *parts: Part | Content, indent: int = 0, room: int = 0) -> Lines:
        """Break texts into lines between words; what is too long for a line, within.

        Args:
            parts: Texts that are fit to be shown.
            indent: Of all lines but the first; it counts.
            room: The columns that there are; 0 for all.
        """
        whole, room = Content.assemble(*parts), room or self.width
        if not whole:
            return
        first = whole.wrap(max(room, 1))[0]
        yield TextLine(first)
        rest = whole.plain[len(first) :].lstrip(" ")
        if rest:
            for each in whole[-len(rest) :].wrap(max(room - indent, 1)):
                yield line(" " * indent, each)

    def spread(
        self, *left: Part | Content, right: Part, goal: Goal = None, here: bool = False
    ) -> TextLine:
        """Make a line with something at its right end, one space before it at least."""
        start, end = Content.assemble(*left), Content.assemble(right)
        room = self.width - start.cell_length - end.cell_length
        return line(start, " " * max(1, room) if end else "", end, goal=goal, here=here)

    def heading(self, title: str, right: str = "") -> Lines:
        """Give an empty line and a title, perhaps with something said at its right end."""
        yield BLANK
        said = self.cut(right, self.width - cell_len(title) - 1)
        yield self.spread((title.upper(), "$muted bold"), right=(said, "$muted"))

    def pair(
        self,
        name: str,
        value: str,
        *,
        style: str = "",
        aside: str = "",
        goal: Goal = None,
    ) -> Lines:
        """Give a name and its value; a long value goes on below, its middle left out.

        A long name moves its value to the right, or, where there is no room, below. What
        is said aside is at the right end, or below likewise; *enter* leads to the goal.
        """
        indent = self.indent
        width = self.width - self.value_width - len(indent) - 1
        label = self.name(name, self.width - len(indent))
        head = f"{indent}{label:<{width}} "
        if cell_len(label) > width and cell_len(head) + cell_len(value) > self.width:
            yield line((head.rstrip(), "$muted"), goal=goal)
            head = f"{indent}{'':<{width}} "
        below = " " * cell_len(head)
        room = self.width - len(below)
        text, longest = printable(value), room * _VALUE_LINES
        if len(text) > longest:
            text = self.middle(text, longest - room)
        *rows, last = list(self.wrapped((text, style), room=room)) or [BLANK]
        for row in rows:
            yield line((head, "$muted"), row.content, goal=goal)
            head = below
        start = line((head, "$muted"), last.content, goal=goal)
        said = printable(aside)
        if start.content.cell_length + cell_len(said) < self.width:
            yield self.spread(start.content, right=(said, "$muted"), goal=goal)
            return
        yield start
        if said:
            yield line(below, (self.cut(said, room), "$muted"))

    @property
    def value_width(self) -> int:
        """The columns that a value of a pair has."""
        return self.width - (_NARROW_LABEL + 1 if self.narrow else _LABEL + 3)

    def listed(
        self, name: str, values: Iterable[str], *, style: str = "", goals: bool = False
    ) -> Lines:
        """Give values below each other, the name before the first; with *goals*, nodes."""
        for number, value in enumerate(values):
            goal = value if goals else None
            yield from self.pair("" if number else name, value, style=style, goal=goal)

    def paragraph(self, text: str, style: str = "", indent: int = 2) -> Lines:
        for row in self.wrapped((printable(text), style), room=self.width - indent):
            yield line(" " * indent, row.content)


def line(*parts: Part | Content, goal: Goal = None, here: bool = False) -> TextLine:
    return TextLine(Content.assemble(*parts), goal, here)


def more(number: int, indent: str) -> TextLine:
    return line(indent, (f"{GLYPHS.ellipsis} {number:,} more", "$muted"))


def mark(word: str) -> tuple[str, str]:
    glyph = GLYPHS.outcomes.get(word, GLYPHS.dot)
    return glyph, f"{STYLES.get(word, '$muted')} bold"


def sign_of(node: str) -> tuple[str, str]:
    """Give the glyph of a node's kind, and its style."""
    is_space = kind_word(node) == "namespace"
    kind = BoxKind.NAMESPACE if is_space else _KINDS[role_of(node) or Role.SOURCE]
    return GLYPHS.kinds[kind], f"$k-{KIND_COLOURS[kind]}"
