"""One row of the graph pane as a strip: headings, lines, then the boxes over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.canvas import Canvas
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.graph.boxes import paint_box
from simulator.tui.widgets.graph.line_cells import paint_lines
from simulator.tui.widgets.graph.listing import paint_columns, paint_listed

if TYPE_CHECKING:
    from textual.strip import Strip

    from simulator.tui.layout.drawing import Heading
    from simulator.tui.widgets.graph.scene import Scene

LIST = "list"


def row_strip(scene: Scene, row: int, left: int, width: int) -> Strip:
    """Give a row of the drawing.

    Args:
        scene: What is shown.
        row: Of the drawing; -1 is the one above it.
        left: The column at which the drawing starts.
        width: Of the strip.
    """
    canvas = Canvas(width, style(scene.palette.text, scene.palette.surface))
    if scene.picture.drawing.mode == LIST:
        if row == -1:
            paint_columns(canvas, scene, left)
        for box, place in scene.picture.boxes.get(row, ()):
            paint_listed(canvas, scene, box, place, left)
        return canvas.strip()
    for heading in scene.picture.headings.get(row, ()):
        _paint_heading(canvas, scene, heading, left)
    paint_lines(canvas, scene, row, left)
    for box, place in scene.picture.boxes.get(row, ()):
        paint_box(canvas, scene, box, place, row=row, left=left)
    return canvas.strip()


def _paint_heading(canvas: Canvas, scene: Scene, heading: Heading, left: int) -> None:
    palette = scene.palette
    ground, x = palette.surface, left + heading.x
    quiet = style(mix(ground, palette.muted, 0.8), ground)
    if not heading.info:
        canvas.put(x, cut_end(heading.text, heading.w, GLYPHS.ellipsis), quiet)
        return
    name = cut_end(heading.text, max(1, heading.w - 2), GLYPHS.ellipsis)
    canvas.put(x, GLYPHS.open, style(palette.muted, ground))
    canvas.put(x + 2, name, style(palette.kinds["broker"], ground, bold=True))
    start = x + 3 + len(name)
    info = f" {heading.info}"
    rule = x + heading.w - len(info) - start
    if rule > 0:
        line = style(mix(ground, palette.edge, 0.6), ground)
        canvas.put(start, GLYPHS.rule * rule, line)
        canvas.put(start + rule, info, quiet)
