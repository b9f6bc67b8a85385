"""A diagram on the grid: where each box stands and which cells each line takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.diagram import Diagram

# What a frame says in place of its kind.
NOT_READY = "not ready"
# The four ways out of a cell; a mask is their sum.
NORTH, EAST, SOUTH, WEST = 1, 2, 4, 8
# A box of so many rows has a frame above its name.
FRAMED = 3


class Place(NamedTuple):
    """The cells of a box: columns x … x+w-1, rows y … y+h-1, from the top left."""

    x: int
    y: int
    w: int
    h: int

    @property
    def port(self) -> int:
        """The row at which lines leave and enter: the row of the name."""
        return self.y + (1 if self.h >= FRAMED else 0)


class Mode(NamedTuple):
    name: str
    rows: int
    gap: int
    """Empty rows between two boxes."""
    padding: int
    """Columns that a box needs beside its name."""
    least: int
    """The fewest letters that a row of a name may be cut to; 0: half of them."""
    beside: int
    """Columns that a note needs beside its letters."""
    lines: int = 1
    """Rows that a name may take."""

    @property
    def rise(self) -> int:
        """Rows of a box above the row of its name."""
        return 1 if self.rows > 1 else 0

    @property
    def headed(self) -> bool:
        """Whether the columns need headings: frames say themselves what they are."""
        return self.rows == 1


CARDS = Mode("cards", 4, 0, 7, 12, 4)
BOXES = Mode("boxes", 3, 0, 6, 10, 12)
TALL = Mode("boxes", 4, 0, 6, 8, 12, lines=2)
# Most words are whole, if not all of a name.
WHOLE = TALL._replace(least=12)
# Words are parted before anything has to be scrolled.
PARTED = TALL._replace(least=0)
AIRY = Mode("rows", 1, 1, 8, 8, 2)
ROWS = Mode("rows", 1, 0, 8, 7, 2)


BETWEEN_WORDS = "-./_ "


def in_two(name: str, width: int) -> tuple[str, str]:
    """Part a name into rows of at most *width* letters, between words where it can be.

    The second one is empty where the first one is enough; a name of more than two rows
    is not to be asked for.
    """
    size = len(name)
    if size <= width:
        return name, ""
    ends = [end for end in word_ends(name) if size - width <= end <= width]
    at = max(ends, default=(size + 1) // 2)
    return name[:at], name[at:]


def word_ends(name: str) -> list[int]:
    """Give the places at which a name may be parted: ``keptn-|cdevents``, ``order|Paid``."""
    return [
        at
        for at in range(1, len(name))
        if name[at - 1] in BETWEEN_WORDS
        or (name[at - 1].islower() and name[at].isupper())
    ]


def width_of(name: str, lines: int) -> int:
    """Give the letters that a name needs in so many rows, 1 or 2; no word is parted."""
    size = len(name)
    if lines == 1:
        return size
    return min((max(at, size - at) for at in word_ends(name)), default=size)


class Cell(NamedTuple):
    mask: int
    """The ways out of it that are drawn."""
    lines: tuple[int, ...]
    """Every line through it, the one whose kind is drawn first."""


class Heading(NamedTuple):
    x: int
    y: int
    """-1 is the row above the drawing."""
    w: int
    text: str
    """``SOURCES``, or the name of a namespace."""
    info: str = ""
    """At the right end: ``3 sources  8 triggers``; empty for columns."""


class Shown(Value):
    """What is drawn of a diagram: all of it, or it folded, in bands or as a map.

    Args:
        members: Box that stands for several -> the nodes of the whole diagram in it.
        line_of: Line of the whole diagram -> the drawn line that shows it.
        far_of: Line of the whole diagram -> the drawn line that shows its other end,
            where it leads from one band to another.
        links: Link -> the boxes at its other end, in other bands.
    """

    diagram: Diagram
    members: Mapping[str, tuple[str, ...]]
    line_of: Mapping[int, int]
    far_of: Mapping[int, int] = made(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = made(default_factory=dict)

    @staticmethod
    def whole(diagram: Diagram) -> Shown:
        same = {at: at for at in range(len(diagram.lines))}
        return Shown(diagram=diagram, members={}, line_of=same)

    def then(self, other: Shown) -> Shown:
        """Show *other*, whose whole is what this one shows."""

        def through(second: Mapping[int, int]) -> dict[int, int]:
            first = self.line_of.items()
            return {at: second[line] for at, line in first if line in second}

        return other.replace(
            members={**self.members, **other.members},
            line_of=through(other.line_of),
            far_of=through(other.far_of),
        )


class Drawing(Shown):
    """A diagram on the grid.

    Args:
        mode: ``cards`` (4 rows a box), ``boxes`` (3), ``rows`` (1), ``list`` (a row for
            each namespace, no lines).
        style: How it came to fit: ``plain``, ``stacked``, ``folded``, ``bands``,
            ``map``, ``focus``.
        places: Box -> where it stands; each name cut to fit by whoever draws it.
        paths: Line -> its cells from the source's edge to the target's edge, each one
            step from the one before; empty where it is not drawn.
        cells: (x, y) -> what is drawn there; no box stands on any of them.
        arrows: (x, y) of the last cell before a box -> line.
        headings: Of columns or bands.
        stubs: (x, y) of a ``◂`` beside a box -> a reply that goes there or comes from
            there, where replies have no path.
        fits: Whether it is no larger than the pane that it was made for, its headings
            included.
    """

    mode: str
    style: str
    width: int
    height: int
    places: Mapping[str, Place]
    paths: tuple[tuple[tuple[int, int], ...], ...]
    cells: Mapping[tuple[int, int], Cell] = made(default_factory=dict)
    arrows: Mapping[tuple[int, int], int] = made(default_factory=dict)
    headings: tuple[Heading, ...]
    stubs: Mapping[tuple[int, int], int] = made(default_factory=dict)
    fits: bool = True
