"""Where the boxes and lines of a diagram lie on a grid of cells; pure."""

from simulator.tui.layout.drawing import Cell, Drawing, Heading, Place
from simulator.tui.layout.fit import fit

__all__ = ["Cell", "Drawing", "Heading", "Place", "fit"]
