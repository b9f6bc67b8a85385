"""What all pages of the inspector are made of: lines of styled text, headings, pairs, marks."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from rich.cells import cell_len

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.spelling import kind_word
from simulator.tui.view.row import CALLER, short
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


_LABEL = 16
_NARROW_LABEL = 12
_VALUE_LINES = 6


def heading(title: str, look: Look, right: str = "") -> Iterator[TextLine]:
    """Give an empty line and a title, perhaps with something said at its right end."""
    yield BLANK
    gap = " " * max(1, look.width - len(title) - len(right))
    yield line(
        Span(title.upper(), "muted bold"), gap if right else "", Span(right, "muted")
    )


def pair(
    name: str,
    value: str,
    look: Look,
    *,
    style: str = "",
    aside: str = "",
    goal: Goal = None,
) -> Iterator[TextLine]:
    """Give a name and its value; a long value goes on below itself.

    Args:
        name: Cut when it is too long.
        value: As it is; made fit to be shown here.
        look: What it is made for.
        style: Of the value.
        aside: Said at the right end, or below where there is no room.
        goal: What *enter* on it leads to.
    """
    indent = "" if look.narrow else "  "
    width = _NARROW_LABEL if look.narrow else _LABEL
    head = Span(f"{indent}{look.middle(name, width):<{width}} ", "muted")
    below = Span(" " * width_of([head]))
    rows = block(Span(value, style), look, look.width - width_of([head]))
    said = Span(look.shown(aside), "muted")
    room = look.width - width_of([head, *rows[-1].spans, said])
    for number, row in enumerate(rows):
        spans = [below if number else head, *row.spans]
        if aside and room > 0 and number == len(rows) - 1:
            spans += [Span(" " * room), said]
        yield line(*spans, goal=goal)
    if aside and room <= 0:
        cut = look.cut(aside, look.width - width_of([below]))
        yield line(below, Span(cut, "muted"))


def value_width(look: Look) -> int:
    """Count the columns that a value of a pair has."""
    if look.narrow:
        return look.width - _NARROW_LABEL - 1
    return look.width - _LABEL - 3


def block(span: Span, look: Look, width: int) -> list[TextLine]:
    """Break a text of the user's into a few lines; its middle is left out, if need be."""
    text = look.shown(span.text)
    longest = width * _VALUE_LINES
    if len(text) > longest:
        text = look.middle(text, longest - width)
    return list(wrapped([Span(text, span.style)], width)) or [BLANK]


def paragraph(
    text: str, look: Look, style: str = "", indent: int = 2
) -> list[TextLine]:
    """Give a sentence as lines, all of them indented."""
    room = Look(width=max(look.width - indent, 1))
    rows = wrapped([Span(look.shown(text), style)], room.width)
    return [line(" " * indent, *row.spans) for row in rows]


STYLES = {
    "sent": "k-source",
    "delivered": "o-ok",
    "failed": "o-dead",
    "replied": "o-reply",
    "retry": "o-retry",
    "dead-letter": "o-dead",
    "lost": "o-dead",
    "refused": "o-dead",
    "expired": "o-dead",
    "dropped": "o-nomatch",
    "unmatched": "o-nomatch",
    "waiting": "o-wait",
    "under way": "k-source",
    "approved": "o-ok",
    "rejected": "o-dead",
    "fault": "o-fault",
    "held": "o-wait",
    "queued": "o-wait",
}
_KINDS = {
    "broker": (BoxKind.BROKER, "k-broker"),
    "channel": (BoxKind.CHANNEL, "k-channel"),
    "inmemorychannel": (BoxKind.CHANNEL, "k-channel"),
    "trigger": (BoxKind.TRIGGER, "k-trigger"),
    "subscription": (BoxKind.TRIGGER, "k-trigger"),
    "service": (BoxKind.SERVICE, "k-service"),
    "host": (BoxKind.SERVICE, "k-service"),
    "transform": (BoxKind.SERVICE, "k-service"),
    "requestreply": (BoxKind.SERVICE, "k-service"),
    "jobsink": (BoxKind.SERVICE, "k-service"),
    "job": (BoxKind.SERVICE, "k-service"),
    "nowhere": (BoxKind.NOWHERE, "k-dead"),
    "namespace": (BoxKind.NAMESPACE, "k-broker"),
}


def mark(word: str, look: Look) -> Span:
    """Give the character of an outcome word."""
    glyph = GLYPHS.outcomes.get(word, GLYPHS.dot)
    return Span(glyph, f"{STYLES.get(word, 'muted')} bold")


def node_style(node: str) -> str:
    """Give the colour of a node's kind; sources have many kinds."""
    return _KINDS.get(kind_word(node), (BoxKind.SOURCE, "k-source"))[1]


def node_glyph(node: str, look: Look) -> str:
    """Give the character of a node's kind."""
    kind = _KINDS.get(kind_word(node), (BoxKind.SOURCE, ""))[0]
    return GLYPHS.kinds[kind]


def way(start: str, end: str, look: Look, width: int = 9_999) -> str:
    """Name both ends of a way, cut in their middles to a width."""
    arrow = f" {GLYPHS.to} "
    one, two = short(start) or CALLER, short(end) or CALLER
    room = max(width - len(arrow), 2)
    if len(one) + len(two) > room:
        half = room // 2
        first = min(len(one), max(half, room - len(two)))
        one, two = look.middle(one, first), look.middle(two, room - first)
    return f"{look.shown(one)}{arrow}{look.shown(two)}"
