"""The cells of lines in one row, painted: lines, arrows, dots, rates, breakpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.figures import rate_text
from simulator.tui.widgets.graph.motion import WAVE_CELLS, WAVE_STEPS

if TYPE_CHECKING:
    from simulator.tui.widgets.canvas import Canvas
    from simulator.tui.widgets.graph.scene import Scene

_STUB_SHARE = 0.7
_CELLS_A_STEP = WAVE_CELLS // WAVE_STEPS


def paint_lines(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    """Put the lines of a row of the drawing.

    Args:
        canvas: The row.
        scene: What is shown.
        row: Of the drawing.
        left: The column of the canvas at which the drawing starts.
    """
    chars, styles, width = canvas.chars, canvas.styles, canvas.width
    inks, shines, masks = scene.inks, scene.shines, scene.masks
    arrow, phase = GLYPHS.arrow, scene.phase
    for spot in scene.picture.spots.get(row, ()):
        x = spot.x + left
        if not 0 <= x < width:
            continue
        ink = inks[spot.bundle]
        char = arrow if spot.arrow else ink.chars[spot.mask]
        look = ink.arrow if spot.arrow else ink.style
        cell = (spot.x, row)
        if masks and not spot.arrow and cell in masks:
            char = ink.chars[masks[cell]]
        if ink.wave:
            look = ink.wave[(spot.along - phase) // _CELLS_A_STEP % WAVE_STEPS]
        shine = shines.get(cell)
        if shine is not None:
            look = scene.shine_style(ink, shine)
            char = shine.head or char
        chars[x] = char
        styles[x] = look
    _put_stubs(canvas, scene, row, left)
    _put_breakpoints(canvas, scene, row, left)
    _put_rate(canvas, scene, row, left)


def _put_stubs(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    """Put what says that a reply leaves or arrives, where its line is not drawn."""
    palette = scene.palette
    colour = mix(palette.edge, palette.outcomes["reply"], _STUB_SHARE)
    for x, y in scene.picture.drawing.stubs:
        if y == row:
            canvas.put(left + x, GLYPHS.back, style(colour, palette.surface))


def _put_breakpoints(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    for line in sorted(scene.line_breaks):
        path = scene.picture.drawing.paths[line]
        if path and path[len(path) // 2][1] == row:
            mark = GLYPHS.badges["break"]
            look = style(
                scene.palette.outcomes["dead"], scene.palette.surface, bold=True
            )
            canvas.put(path[len(path) // 2][0] + left, mark, look)


def _put_rate(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    """Write how many travel along the selected line, where there is room for it."""
    if scene.line is None or scene.line not in scene.busy:
        return
    start, size, at = _longest_run(scene.picture.drawing.paths[scene.line])
    text = f" {rate_text(scene.busy[scene.line])} "
    if at == row and size >= len(text):
        look = style(scene.palette.accent, scene.palette.surface, bold=True)
        canvas.put(left + start + (size - len(text)) // 2, text, look)


def _longest_run(path: tuple[tuple[int, int], ...]) -> tuple[int, int, int]:
    """Give the first column, length and row of the longest horizontal part of a way."""
    best = (0, 0, 0)
    start = 0
    for at, (_, y) in enumerate(path):
        if y != path[start][1]:
            start = at
        if at - start + 1 > best[1]:
            best = (min(path[start][0], path[at][0]), at - start + 1, y)
    return best
