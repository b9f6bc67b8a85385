"""Which picture for which size of the pane.

The largest boxes whose names fit in full win; then those whose names are cut; else the
drawing is larger than the pane and scrolls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.gallery import Gallery
from simulator.tui.layout.listing import listed
from simulator.tui.layout.mapping import mapped, namespaces
from simulator.tui.layout.modes import AIRY, BOXES, CARDS, MODES, ROWS
from simulator.tui.layout.sizing import Pane

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.tui.diagram import Diagram
    from simulator.tui.layout.drawing import Drawing
    from simulator.tui.layout.modes import Mode

    Modes = tuple[Mode, ...]
    Candidate = tuple[Mode, str]

_FLAT = (
    (CARDS, "plain"),
    (CARDS, "stacked"),
    (BOXES, "plain"),
    (BOXES, "stacked"),
    (BOXES, "folded"),
    (BOXES, "wrapped"),
    (AIRY, "plain"),
    (AIRY, "stacked"),
    (ROWS, "plain"),
    (ROWS, "stacked"),
    (AIRY, "folded"),
    (ROWS, "folded"),
    (AIRY, "wrapped"),
    (ROWS, "wrapped"),
)
_BANDS = (
    (CARDS, "bands"),
    (BOXES, "bands"),
    (AIRY, "bands"),
    (ROWS, "bands"),
    (ROWS, "folded bands"),
)
_SEVERAL = 2
_ZOOMS = ("auto", *MODES)
_MOST_PANES = 3
"""Bands that are higher than so many panes are too much: the map is drawn instead."""


def fit(
    diagram: Diagram,
    width: int,
    height: int,
    *,
    zoom: str = "auto",
    expanded: frozenset[str] = frozenset(),
    collapsed: bool = False,
    card_width: int = 22,
    replies: str = "lines",
    keep: Drawing | None = None,
) -> Drawing:
    """Draw a diagram for a pane.

    Args:
        diagram: What to draw.
        width: Columns of the pane.
        height: Rows of the pane, one of them for headings of columns where boxes are
            single rows.
        zoom: ``auto``, or the mode to use: ``cards``, ``boxes``, ``rows+``, ``rows``.
        expanded: Namespaces that are open in the map.
        collapsed: Draw the map; bands that are far too high become it anyway.
        card_width: The least width of a card.
        replies: ``lines``; ``stubs``: their ends only; ``off``.
        keep: An earlier drawing, whose order and rows are kept where they may be.

    Raises:
        ValueError: *zoom* is none of these.
    """
    if zoom not in _ZOOMS:
        raise ValueError(f"unknown zoom {zoom!r}; expected one of {', '.join(_ZOOMS)}")
    pane = Pane(width, height, card_width)
    modes = tuple(MODES.values()) if zoom == "auto" else (MODES[zoom],)
    rows = {} if keep is None else {name: at.port for name, at in keep.places.items()}
    if len(namespaces(diagram)) < _SEVERAL:
        return _flat(Gallery(diagram, replies=replies, rows=rows), pane, modes)
    if not collapsed and not expanded:
        gallery = Gallery(diagram, replies=replies, rows=rows)
        found = _several(gallery, pane, modes, endless=zoom != "auto")
        if found is not None:
            return found
    shown = mapped(diagram, expanded)
    name = "focus" if expanded else "map"
    gallery = Gallery(diagram, shown, name=name, replies=replies, rows=rows)
    if expanded or zoom != "auto":
        return _flat(gallery, pane, modes)
    if not shown.diagram.lines:  # rows of columns say more than boxes in one column
        return listed(shown, width, height)
    return _first(gallery, pane, _FLAT) or listed(shown, width, height)


def _several(
    gallery: Gallery, pane: Pane, modes: Modes, *, endless: bool
) -> Drawing | None:
    """Draw several namespaces, flat or in bands.

    Args:
        gallery: Of the diagram.
        pane: To fit into.
        modes: That may be used.
        endless: Bands may be as high as they need.

    Returns:
        None if the bands are too high.
    """
    for candidates in (_FLAT, _BANDS):
        found = _first(gallery, pane, _chosen(candidates, modes), cut=(False,))
        if found is not None:
            return found
    # Full names and scrolling down are better than names that are cut.
    mode = modes[-1]
    styles = [gallery.style("bands"), gallery.style("folded bands")]
    if not endless and styles[-1].least_height(mode) > _MOST_PANES * pane.height:
        return None
    for style in styles:
        if pane.is_wide_enough(style, mode):
            return pane.scrolled(style, mode)
    found = _first(gallery, pane, _chosen(_BANDS, modes), cut=(True,))
    return found or pane.scrolled(pane.narrowest(styles, mode), mode)


def _flat(gallery: Gallery, pane: Pane, modes: Modes) -> Drawing:
    """Draw a diagram as one, in the pane if possible."""
    candidates = list(_chosen(_FLAT, modes))
    found = _first(gallery, pane, candidates)
    if found is not None:
        return found
    mode = modes[-1]
    styles = [gallery.style(name) for each, name in candidates if each is mode]
    return pane.scrolled(pane.narrowest(styles, mode), mode)


def _first(
    gallery: Gallery,
    pane: Pane,
    candidates: Iterable[Candidate],
    *,
    cut: tuple[bool, ...] = (False, True),
) -> Drawing | None:
    some = tuple(candidates)
    for names_cut in cut:
        for mode, name in some:
            found = pane.try_(gallery.style(name), mode, cut=names_cut)
            if found is not None:
                return found
    return None


def _chosen(candidates: Iterable[Candidate], modes: Modes) -> Iterator[Candidate]:
    return ((mode, name) for mode, name in candidates if mode in modes)
