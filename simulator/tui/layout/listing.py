"""A row for each namespace, where not even the map fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.layout.drawing import Drawing, Heading, Place

if TYPE_CHECKING:
    from simulator.tui.layout.shown import Shown


def listed(shown: Shown, width: int, height: int) -> Drawing:
    """Draw the boxes of a map below each other, as wide as the pane; no lines."""
    boxes = shown.diagram.boxes
    return Drawing(
        diagram=shown.diagram,
        mode="list",
        style="map",
        width=width,
        height=len(boxes),
        places={box.name: Place(0, at, width, 1) for at, box in enumerate(boxes)},
        paths=((),) * len(shown.diagram.lines),
        cells={},
        arrows={},
        headings=(Heading(0, -1, width, "NAMESPACES"),),
        members=shown.members,
        line_of=shown.line_of,
        fits=len(boxes) + 1 <= height,
    )
