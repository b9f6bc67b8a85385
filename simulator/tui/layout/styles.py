"""The ways to draw a diagram, each made once and then at several sizes."""

from __future__ import annotations

from functools import cache, cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from simulator.tui.diagram import Diagram, LineKind
from simulator.tui.layout.drawing import (
    CARDS,
    NOT_READY,
    Drawing,
    Heading,
    Mode,
    Shown,
    width_of,
)
from simulator.tui.layout.picture import Grid, Picture, gap_widths
from simulator.tui.layout.plan import Plan
from simulator.tui.layout.sketch import Sketch, Way
from simulator.tui.layout.views import Bands, by_namespace, content, folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_WORD = 5
"""Columns of a frame beside the word for the kind of its box."""


class Style:
    """One way to draw a diagram: sketches below each other, one unless in bands.

    *titles* are those of the bands; *kept* are the rows of boxes in an earlier drawing.
    """

    def __init__(
        self,
        name: str,
        shown: Shown,
        sketches: Sequence[Sketch],
        *,
        titles: Sequence[tuple[str, str]] = (),
        kept: Mapping[str, int] | None = None,
    ) -> None:
        self._name = name
        self._shown = shown
        self.sketches = sketches
        self._titles = titles
        self._laid = cache(lambda mode: [Plan(each, mode, kept) for each in sketches])
        # Bends have no widths, and no column to themselves.
        pairs = (zip(one.layer, one.diagram.boxes, strict=False) for one in sketches)
        self._boxes = list(chain.from_iterable(pairs))
        self._count = 1 + max((column for column, _ in self._boxes), default=-1)

    def least_height(self, mode: Mode) -> int:
        """Give a height that no drawing is below, without laying anything out."""
        step = mode.rows + mode.gap
        heights = (one.most * step - mode.gap for one in self.sketches)
        return sum(heights) + max(2 * len(self._titles) - 1, 0)

    def box_widths(
        self, mode: Mode, card_width: int, *, least: bool = False
    ) -> list[int]:
        """Give how wide each column of boxes has to be for its names.

        *least*: they may be cut as short as the mode allows.
        """
        found = [1] * self._count
        for column, box in self._boxes:
            width = width_of(box.label, mode.lines) + mode.padding
            if least:
                some = mode.least or (len(box.label) + 1) // 2
                width = min(width, some + mode.padding)
            elif not mode.headed:
                word = box.kind.value if box.ready else NOT_READY
                width = max(width, len(word) + _WORD)
            if mode is CARDS:
                width = max(width, card_width)
            found[column] = max(found[column], width)
        return found

    def note_widths(self, mode: Mode) -> list[int]:
        """Give how wide each column of boxes is where notes stand in full.

        In a row a note stands behind the name, else in a row of its own or the frame.
        """
        found = [0] * self._count
        for column, box in self._boxes:
            if box.note:
                width = len(box.note) + mode.beside
                if mode.headed:
                    width += len(box.label) + mode.padding
                found[column] = max(found[column], width)
        return found

    def height(self, mode: Mode) -> int:
        """Give the rows of the drawing, without headings of columns."""
        heights = [plan.height for plan in self._laid(mode)]
        return sum(heights) + max(2 * len(self._titles) - 1, 0)

    def headed(self, mode: Mode) -> bool:
        """Say whether a row for headings is needed above the drawing."""
        return mode.headed and not self._titles

    def gaps(self, mode: Mode) -> list[int]:
        return gap_widths(self._laid(mode))

    def draw(self, mode: Mode, grid: Grid, *, fits: bool) -> Drawing:
        picture, plans = Picture(grid), self._laid(mode)
        if self.headed(mode):
            picture.head(plans[0])
        for at, plan in enumerate(plans):
            if self._titles:
                picture.height += at > 0
                heading = Heading(0, picture.height, grid.total, *self._titles[at])
                picture.headings.append(heading)
                picture.height += 1
            picture.add(plan)
        return picture.drawing(self._shown, mode=mode.name, style=self._name, fits=fits)


class Gallery:
    """All ways to draw one diagram, or what is *shown* of it, made when they are asked for.

    Args:
        name: What every style is called; empty for its own name.
        rows: Box -> the row of an earlier drawing.
    """

    def __init__(
        self,
        diagram: Diagram,
        shown: Shown | None = None,
        *,
        name: str = "",
        replies: str,
        rows: Mapping[str, int],
    ) -> None:
        self._diagram = diagram
        self._shown = shown or Shown.whole(diagram)
        self._name = name
        self._rows = rows
        self._sketch = partial(Sketch, replies=replies, rows=rows)
        self.style = cache(self._style)

    def _style(self, name: str) -> Style:
        """Give the style of a name; one that changes nothing gives the one before it.

        ``plain``; ``stacked``: sources on top of their hub; ``narrow``: and channels
        folded, or without any, replies to other channels lead back; ``bands``: one for
        each namespace; ``narrow bands``.
        """
        folds = name.startswith("narrow") and bool(self._folded.members)
        shown = self._folded if folds else self._shown
        if name.endswith("bands"):
            known = name != "bands" and not folds
            return self.style("bands") if known else self._banded(shown)
        if folds or name == "plain":
            return self._sketched("folded" if folds else name, shown)
        if name == "stacked":
            made = self._sketched(name, shown)
            return made if made.sketches[0].stacks else self.style("plain")
        wires = self.style("stacked").sketches[0].wires
        lead_on = any(x.kind is LineKind.REPLY and x.way is Way.AHEAD for x in wires)
        return self._sketched("wrapped", shown) if lead_on else self.style("stacked")

    @cached_property
    def _folded(self) -> Shown:
        # The map has no channels to fold; in focus those of open namespaces stay.
        return Shown.whole(self._diagram) if self._name else folded(self._diagram)

    def _sketched(self, name: str, shown: Shown) -> Style:
        wrapped = name == "wrapped"
        made = self._sketch(shown.diagram, stacked=name != "plain", wrapped=wrapped)
        return Style(self._name or name, shown, [made], kept=self._rows)

    def _banded(self, first: Shown) -> Style:
        bands = Bands(first.diagram)
        inside = by_namespace(self._diagram)
        return Style(
            "bands",
            first.then(bands.shown()),
            [self._sketch(each, stacked=True) for each in bands.diagrams],
            titles=[(name, content(boxes)) for name, boxes in inside.items()],
        )
