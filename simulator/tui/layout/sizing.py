"""Whether a style fits a pane, and how wide its boxes and gaps become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.grid import Widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.layout.drawing import Drawing
    from simulator.tui.layout.modes import Mode
    from simulator.tui.layout.styles import Style

_MARGIN = 2
"""Columns left free beside a drawing, one on each side."""
_WIDEST_CARD, _WIDEST = 30, 64


class Pane:
    """The cells that there are for a drawing.

    Args:
        width: Columns.
        height: Rows.
        card_width: The least width of a card.
    """

    __slots__ = ("_card_width", "height", "width")

    def __init__(self, width: int, height: int, card_width: int) -> None:
        self.width = max(width - _MARGIN, 1)
        self.height = height
        self._card_width = card_width

    def try_(self, style: Style, mode: Mode, *, cut: bool) -> Drawing | None:
        """Draw a style if it fits.

        What cannot fit is known before it is laid out, nearly always.

        Args:
            style: What to draw.
            mode: How large boxes are.
            cut: Names may be cut, not below the least number of letters of the mode.
        """
        rows = self.height - style.headed(mode)
        if style.least_height(mode) > rows:
            return None
        full = style.box_widths(mode, self._card_width)
        least = style.box_widths(mode, self._card_width, least=True) if cut else full
        if style.least_width(least) > self.width or style.height(mode) > rows:
            return None
        gaps = style.gaps(mode)
        room = self.width - sum(gaps)
        if sum(least) > room:
            return None
        return self._draw(
            style, mode, Widths(poured(full, least, room), gaps), fits=True
        )

    def is_wide_enough(self, style: Style, mode: Mode) -> bool:
        """Say whether a style needs no more columns than there are, names in full."""
        boxes = style.box_widths(mode, self._card_width)
        if style.least_width(boxes) > self.width:
            return False
        return sum(boxes) + sum(style.gaps(mode)) <= self.width

    def scrolled(self, style: Style, mode: Mode) -> Drawing:
        """Draw a style that is larger than the pane, in one direction if possible."""
        full = style.box_widths(mode, self._card_width)
        least = style.box_widths(mode, self._card_width, least=True)
        gaps = style.gaps(mode)
        boxes = poured(full, least, self.width - sum(gaps))
        if sum(boxes) + sum(gaps) > self.width:
            # Who has to scroll sideways anyhow may as well read names in full.
            boxes = full
        fits = (
            sum(boxes) + sum(gaps) <= self.width
            and style.height(mode) + style.headed(mode) <= self.height
        )
        return self._draw(style, mode, Widths(boxes, gaps), fits=fits)

    def narrowest(self, styles: Sequence[Style], mode: Mode) -> Style:
        """Give the first style that needs no more columns than there are, or the least."""

        def excess(style: Style) -> int:
            boxes = style.box_widths(mode, self._card_width)
            return max(style.least_width(boxes) - self.width, 0)

        return min(styles, key=excess)

    def _draw(self, style: Style, mode: Mode, widths: Widths, *, fits: bool) -> Drawing:
        for at, wish in enumerate(style.note_widths(mode)):
            more = min(wish, _WIDEST) - widths.boxes[at]
            widths.boxes[at] += max(min(more, self.width - widths.total), 0)
        spare = self.width - widths.total
        if mode.name == "cards" and spare > 0:
            cards = max(len(widths.boxes), 1)
            wider = min(spare // cards, max(_WIDEST_CARD - self._card_width, 0))
            widths.boxes = [
                max(box, min(box + wider, _WIDEST_CARD)) for box in widths.boxes
            ]
        widths.spread(self.width - widths.total)
        return style.draw(mode, widths).replace(fits=fits)


def poured(full: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Give each column a width so that together they fill *room*, widest cut first.

    Args:
        full: What each would like.
        least: What each needs at least.
        room: For all; may be too little for *least*.
    """
    cap = max(full, default=0)
    while True:
        some = [
            max(min(wish, cap), need) for wish, need in zip(full, least, strict=True)
        ]
        if cap <= 0 or sum(some) <= room:
            return some
        cap -= 1
