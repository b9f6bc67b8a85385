"""The laws notice drawings that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.layout.drawing import Cell
from simulator.tui.layout.fit import fit
from tests.tui.layout import laws, towns

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.layout.drawing import Drawing


def moved(drawing: Drawing) -> Drawing:
    """Put one box onto another."""
    first, second = list(drawing.places)[:2]
    places = {**drawing.places, first: drawing.places[second]}
    return drawing.replace(places=places)


def torn(drawing: Drawing) -> Drawing:
    """Take a cell out of the middle of a line."""
    path = drawing.paths[0]
    return drawing.replace(paths=(path[:1] + path[2:], *drawing.paths[1:]))


def swapped(drawing: Drawing) -> Drawing:
    """Draw a line in the cells of another."""
    return drawing.replace(paths=(drawing.paths[-1], *drawing.paths[1:]))


def blurred(drawing: Drawing) -> Drawing:
    """Draw every cell as a joint."""
    cells = {at: Cell(15, cell.lines) for at, cell in drawing.cells.items()}
    return drawing.replace(cells=cells)


def shrunk(drawing: Drawing) -> Drawing:
    """Say that the drawing is smaller than it is."""
    return drawing.replace(width=9, height=2)


@pytest.mark.parametrize("spoil", [moved, torn, swapped, blurred, shrunk])
def test_a_spoilt_drawing_breaks_a_law(spoil: Callable[[Drawing], Drawing]) -> None:
    drawing = fit(towns.pipeline(), 90, 30)

    assert laws.broken_laws(drawing) == []
    assert laws.broken_laws(spoil(drawing)) != []


def test_a_box_or_line_that_is_left_out_is_noticed() -> None:
    whole = towns.pipeline(1)
    drawing = fit(towns.pipeline(), 150, 40)

    assert list(laws.shown_boxes(drawing, whole))
    assert list(laws.shown_lines(drawing, whole))
