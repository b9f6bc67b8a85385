"""The ways to draw a diagram, each made once and then at several sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import LineKind
from simulator.tui.layout.bands import Bands
from simulator.tui.layout.drawing import Heading
from simulator.tui.layout.grid import LEAST_GAP, gap_widths
from simulator.tui.layout.mapping import content
from simulator.tui.layout.picture import Picture
from simulator.tui.layout.plan import Plan
from simulator.tui.layout.sketch import Way
from simulator.tui.layout.sketching import sketch

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.diagram import Box, Diagram
    from simulator.tui.layout.drawing import Drawing
    from simulator.tui.layout.grid import Widths
    from simulator.tui.layout.modes import Mode
    from simulator.tui.layout.shown import Shown
    from simulator.tui.layout.sketch import Sketch


_WORD = 5
"""Columns of a frame beside the word for the kind of its box."""


class Style:
    """One way to draw a diagram: sketches below each other, one unless in bands.

    Args:
        name: As in `Drawing.style`.
        shown: What is drawn.
        sketches: Of it, from top to bottom.
        titles: Of the bands, none if there are none.
        kept: Box -> the row of an earlier drawing.
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
        self.name = name
        self.shown = shown
        self._sketches = sketches
        self._titles = titles
        self._kept = kept or {}
        self._plans: dict[str, list[Plan]] = {}

    @property
    def replies_ahead(self) -> bool:
        """Whether replies lead on, to another channel or to a service."""
        return any(
            wire.kind is LineKind.REPLY and wire.way is Way.AHEAD
            for one in self._sketches
            for wire in one.wires
        )

    def least_height(self, mode: Mode) -> int:
        """Give a height that no drawing is below, without laying anything out."""
        total = 0
        for one in self._sketches:
            most = max(self._boxes_high(one), default=0)
            total += most * (mode.rows + mode.gap) - mode.gap
        return total + max(2 * len(self._titles) - 1, 0)

    def _boxes_high(self, one: Sketch) -> list[int]:
        return [
            sum(
                1 + len(one.stacks.get(node, ())) for node in column if node < one.count
            )
            for column in one.columns
        ]

    def box_widths(
        self, mode: Mode, card_width: int, *, least: bool = False
    ) -> list[int]:
        """Give how wide each column of boxes has to be for its names.

        Args:
            mode: How large boxes are.
            card_width: The least width of a card.
            least: Names may be cut as short as the mode allows.
        """
        found: list[int] = []
        for one in self._sketches:
            for node, column in enumerate(one.layer):
                while len(found) <= column:
                    found.append(1)
                if node < one.count:
                    box = one.diagram.boxes[node]
                    width = len(box.label) + mode.padding
                    if least:
                        width = min(width, mode.least + mode.padding)
                    elif not mode.headed:
                        width = max(width, len(box.kind.value) + _WORD)
                    width = max(width, _card(mode, card_width))
                    found[column] = max(found[column], width)
        return found

    def note_widths(self, mode: Mode) -> list[int]:
        """Give how wide each column of boxes is where notes stand in full.

        In a row a note stands behind the name, else in a row of its own or the frame.
        """
        found: list[int] = []
        for one in self._sketches:
            for node, column in enumerate(one.layer):
                while len(found) <= column:
                    found.append(0)
                if node < one.count and (note := one.diagram.boxes[node].note):
                    width = len(note) + mode.beside
                    if mode.headed:
                        width += len(one.diagram.boxes[node].label) + mode.padding
                    found[column] = max(found[column], width)
        return found

    def least_width(self, boxes: Sequence[int]) -> int:
        """Give a width that no drawing with boxes of these widths is below."""
        return sum(boxes) + LEAST_GAP * (len(boxes) - 1)

    def plans(self, mode: Mode) -> list[Plan]:
        """Lay it out from top to bottom; made once."""
        if mode.name not in self._plans:
            kept = self._kept
            self._plans[mode.name] = [Plan(x, mode, kept) for x in self._sketches]
        return self._plans[mode.name]

    def height(self, mode: Mode) -> int:
        """Give the rows of the drawing, without headings of columns."""
        heights = [plan.height for plan in self.plans(mode)]
        return sum(heights) + max(2 * len(self._titles) - 1, 0)

    def headed(self, mode: Mode) -> bool:
        """Say whether a row for headings is needed above the drawing."""
        return mode.headed and not self._titles

    def gaps(self, mode: Mode) -> list[int]:
        """Give the least widths of the gaps."""
        return gap_widths(self.plans(mode))

    def draw(self, mode: Mode, widths: Widths) -> Drawing:
        """Draw it."""
        picture = Picture(widths)
        plans = self.plans(mode)
        if not self._titles:
            picture.head(plans[0])
            picture.add(plans[0])
        for at, ((name, info), plan) in enumerate(
            zip(self._titles, plans, strict=False)
        ):
            if at:
                picture.height += 1
            picture.headings.append(
                Heading(0, picture.height, widths.total, name, info)
            )
            picture.height += 1
            picture.add(plan)
        drawing = picture.drawing(self.shown.diagram, mode=mode.name, style=self.name)
        shown = self.shown
        return drawing.replace(
            members=shown.members,
            line_of=shown.line_of,
            far_of=shown.far_of,
            links=shown.links,
        )


def _card(mode: Mode, card_width: int) -> int:
    return card_width if mode.name == "cards" else 0


def banded(
    diagram: Diagram, first: Shown, replies: str, rows: Mapping[str, int]
) -> Style:
    """Draw a band for each namespace, columns aligned over all bands.

    Args:
        diagram: The whole, which the titles count.
        first: What is drawn of it.
        replies: ``lines``, ``stubs`` or ``off``.
        rows: Box -> the row of an earlier drawing.
    """
    bands = Bands(first.diagram)
    inside: dict[str, list[Box]] = {name: [] for name in bands.names}
    for box in diagram.boxes:
        inside[box.namespace].append(box)
    return Style(
        "bands",
        first.then(bands.shown()),
        [sketch(x, stacked=True, replies=replies, rows=rows) for x in bands.diagrams],
        titles=[(name, content(boxes)) for name, boxes in inside.items()],
    )
