"""Which picture for which size of the pane.

The largest boxes whose names fit in full win; then those whose names are cut; else the
drawing is larger than the pane and scrolls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.drawing import (
    AIRY,
    BOXES,
    CARDS,
    PARTED,
    ROWS,
    TALL,
    WHOLE,
    Drawing,
    Heading,
    Mode,
    Place,
    Shown,
)
from simulator.tui.layout.picture import LEAST_GAP, Grid
from simulator.tui.layout.styles import Gallery, Style
from simulator.tui.layout.views import by_namespace, mapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.diagram import Diagram

    Candidates = Sequence[tuple[Mode, str]]

ZOOMS = ("rows", "boxes", "cards")
"""How large boxes are, from small to large."""
_MODES = (CARDS, TALL, BOXES, AIRY, ROWS)
_NAMES = ("plain", "stacked", "narrow")
_FLAT = (
    (CARDS, "plain"),
    (CARDS, "stacked"),
    *((BOXES, name) for name in _NAMES),
    *((TALL, name) for name in _NAMES),
    (AIRY, "plain"),
    (AIRY, "stacked"),
    (ROWS, "plain"),
    (ROWS, "stacked"),
    (AIRY, "narrow"),
    (ROWS, "narrow"),
)
# A name in two rows is cut less.
_CUT = (
    *((mode, name) for mode in (WHOLE, TALL) for name in _NAMES),
    *_FLAT,
    *((PARTED, name) for name in _NAMES),
)
_BANDS = (
    *((mode, "bands") for mode in (CARDS, BOXES, TALL, AIRY, ROWS)),
    (ROWS, "narrow bands"),
)
_MOST_PANES = 3
"""Bands that are higher than so many panes are too much: the map is drawn instead."""
_MARGIN = 2
"""Columns left free beside a drawing, one on each side."""
_CARD, _WIDEST_CARD, _WIDEST = 22, 30, 64
"""Columns of a card: at least; where there is room; where a filter needs them."""


def fit(
    diagram: Diagram,
    width: int,
    height: int,
    *,
    zoom: str = "auto",
    expanded: frozenset[str] = frozenset(),
    collapsed: bool = False,
    replies: str = "lines",
    card_width: int = _CARD,
    keep: Drawing | None = None,
) -> Drawing:
    """Draw a diagram for a pane.

    Args:
        width: Columns of the pane.
        height: Rows of the pane, one of them for headings of columns where boxes are
            single rows.
        zoom: ``auto``, or one of `ZOOMS`.
        expanded: Namespaces that are open in the map.
        collapsed: Draw the map; bands that are far too high become it anyway.
        replies: ``lines``; ``stubs``: their ends only; ``off``.
        card_width: The least width of a card.
        keep: An earlier drawing, whose order and rows are kept where they may be.

    Raises:
        ValueError: *zoom* is none of these.
    """
    zooms = ("auto", *ZOOMS)
    if zoom not in zooms:
        raise ValueError(f"unknown zoom {zoom!r}; expected one of {', '.join(zooms)}")
    rows = {name: at.port for name, at in keep.places.items()} if keep else {}
    whole = Gallery(diagram, replies=replies, rows=rows)
    shown = mapped(diagram, expanded)
    name = "focus" if expanded else "map"
    closed = Gallery(diagram, shown, name=name, replies=replies, rows=rows)

    pane = _Pane(width, height, card_width, zoom)
    if len(by_namespace(diagram)) <= 1:
        return pane.flat(whole)
    if not collapsed and not expanded:
        found = pane.several(whole)
        if found is not None:
            return found
    if expanded or zoom != "auto":
        return pane.flat(closed)
    # Where few have lines, rows of columns say more than boxes in one column.
    found = pane.first(closed, _FLAT, _FLAT) if _joined(shown.diagram) else None
    return found or _listed(shown, width, height)


class _Pane:
    """The cells that there are for a drawing; see `fit`."""

    def __init__(self, width: int, height: int, card_width: int, zoom: str) -> None:
        self._width = max(width - _MARGIN, 1)
        self._height = height
        self._card_width = card_width
        self._zoom = zoom

    def several(self, gallery: Gallery) -> Drawing | None:
        """Draw several namespaces, flat or in bands; None if the bands are too high."""
        for candidates in (_FLAT, _BANDS):
            found = self.first(gallery, candidates)
            if found is not None:
                return found
        # Full names and scrolling down are better than names that are cut.
        mode = self._smallest
        styles = [gallery.style("bands"), gallery.style("narrow bands")]
        most = _MOST_PANES * self._height
        if self._zoom == "auto" and styles[-1].least_height(mode) > most:
            return None
        for style in styles:
            full = style.box_widths(mode, self._card_width)
            if self._is_wide_enough(style, mode, full):
                return self._scrolled(style, mode)
        found = self.first(gallery, (), _BANDS)
        return found or self._scrolled(self._narrowest(styles, mode), mode)

    def flat(self, gallery: Gallery) -> Drawing:
        """Draw a diagram as one, in the pane if possible."""
        found = self.first(gallery, _FLAT, _CUT)
        if found is not None:
            return found
        mode = self._smallest
        styles = [gallery.style(name) for each, name in _FLAT if each is mode]
        style = self._narrowest(styles, mode)
        # Names in two rows may make what has to scroll sideways less wide.
        styles = [gallery.style(name) for name in _NAMES]
        styles = [each for each in styles if self._is_high_enough(each, TALL)]
        if styles and self._zoom in ("auto", TALL.name):
            tall = self._narrowest(styles, TALL)
            if self._full_width(tall, TALL) < self._full_width(style, mode):
                style, mode = tall, TALL
        return self._scrolled(style, mode)

    def _full_width(self, style: Style, mode: Mode) -> int:
        return sum(style.box_widths(mode, self._card_width)) + sum(style.gaps(mode))

    def first(
        self, gallery: Gallery, full: Candidates, cut: Candidates = ()
    ) -> Drawing | None:
        """Draw what fits first: of *full* with whole names, then of *cut* with cut ones."""
        for candidates, is_cut in ((full, False), (cut, True)):
            for mode, name in candidates:
                if self._zoom in ("auto", mode.name):
                    found = self._fitting(gallery.style(name), mode, cut=is_cut)
                    if found is not None:
                        return found
        return None

    @property
    def _smallest(self) -> Mode:
        return [m for m in _MODES if self._zoom in ("auto", m.name)][-1]

    def _fitting(self, style: Style, mode: Mode, *, cut: bool) -> Drawing | None:
        # Most of what does not fit is known before it is laid out.
        if style.least_height(mode) > self._height - style.headed(mode):
            return None
        full = style.box_widths(mode, self._card_width)
        least = style.box_widths(mode, self._card_width, least=True) if cut else full
        if not self._is_wide_enough(style, mode, least):
            return None
        if not self._is_high_enough(style, mode):
            return None
        room = self._width - sum(style.gaps(mode))
        return self._drawn(style, mode, poured(full, least, room))

    def _is_high_enough(self, style: Style, mode: Mode) -> bool:
        rows = self._height - style.headed(mode)
        return style.least_height(mode) <= rows and style.height(mode) <= rows

    def _is_wide_enough(self, style: Style, mode: Mode, boxes: Sequence[int]) -> bool:
        least = _least_width(boxes) <= self._width
        return least and sum(boxes) + sum(style.gaps(mode)) <= self._width

    def _scrolled(self, style: Style, mode: Mode) -> Drawing:
        """Draw a style that is larger than the pane, in one direction if possible."""
        full = style.box_widths(mode, self._card_width)
        least = style.box_widths(mode, self._card_width, least=True)
        boxes = poured(full, least, self._width - sum(style.gaps(mode)))
        if not self._is_wide_enough(style, mode, boxes):
            # Who has to scroll sideways anyhow may as well read names in full.
            boxes = full
        return self._drawn(style, mode, boxes)

    def _narrowest(self, styles: Sequence[Style], mode: Mode) -> Style:
        """Give the first style that needs no more columns than there are, or the least."""

        def excess(style: Style) -> int:
            boxes = style.box_widths(mode, self._card_width)
            return max(_least_width(boxes) - self._width, 0)

        return min(styles, key=excess)

    def _drawn(self, style: Style, mode: Mode, boxes: list[int]) -> Drawing:
        """Draw a style, wider than it has to be where there is room."""
        grid = Grid(boxes, style.gaps(mode))
        for at, wish in enumerate(style.note_widths(mode)):
            more = min(wish, _WIDEST) - grid.boxes[at]
            grid.boxes[at] += max(min(more, self._width - grid.total), 0)
        if mode is CARDS and boxes:
            spare = max(self._width - grid.total, 0) // len(boxes)
            wider = min(spare, max(_WIDEST_CARD - self._card_width, 0))
            grid.boxes = [
                max(box, min(box + wider, _WIDEST_CARD)) for box in grid.boxes
            ]
        grid.spread(self._width - grid.total)
        fits = grid.total <= self._width and self._is_high_enough(style, mode)
        return style.draw(mode, grid, fits=fits)


def _joined(diagram: Diagram) -> bool:
    """Tell whether at least half of the boxes are at an end of a line."""
    ends = {end for line in diagram.lines for end in (line.start, line.end)}
    return bool(ends) and 2 * len(ends) >= len(diagram.boxes)


def _least_width(boxes: Sequence[int]) -> int:
    """Give a width that no drawing with boxes of these widths is below."""
    return sum(boxes) + LEAST_GAP * (len(boxes) - 1)


def poured(full: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Give columns widths from *least* to *full* that fill *room*, the widest cut first."""
    cap = max(full, default=0)
    while True:
        some = [
            max(min(wish, cap), need) for wish, need in zip(full, least, strict=True)
        ]
        if cap <= 0 or sum(some) <= room:
            return some
        cap -= 1


def _listed(shown: Shown, width: int, height: int) -> Drawing:
    boxes = shown.diagram.boxes
    return Drawing(
        diagram=shown.diagram,
        mode="list",
        style="map",
        width=width,
        height=len(boxes),
        places={box.name: Place(0, at, width, 1) for at, box in enumerate(boxes)},
        paths=((),) * len(shown.diagram.lines),
        headings=(Heading(0, -1, width, "NAMESPACES"),),
        members=shown.members,
        line_of=shown.line_of,
        fits=len(boxes) + 1 <= height,
    )
