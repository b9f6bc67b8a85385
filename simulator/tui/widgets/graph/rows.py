"""One row of the graph pane as a strip: headings, lines, then the boxes over them.

Where not even the map of namespaces fits, each is a row of columns instead.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.spelling import count_text, rate_text, spark
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.graph import looks
from simulator.tui.widgets.graph.boxes import badge_colour, badge_text, paint_box
from simulator.tui.widgets.painted import Canvas

if TYPE_CHECKING:
    from textual.strip import Strip

    from simulator.tui.diagram import Box
    from simulator.tui.layout.drawing import Heading, Place
    from simulator.tui.widgets.graph.scene import Scene

LIST = "list"
_STUB_SHARE = 0.7
_CELLS_A_STEP = looks.WAVE_CELLS // looks.WAVE_STEPS
_EVENTS_WIDTH = 6
_LEFT, _GAP = 3, 2
_RATE, _EVENTS, _TROUBLE = 9, 8, 8  # cells of figures, with those between them
_FIGURES = _RATE + _EVENTS + _TROUBLE
_LEAST_NAME, _LEAST_SENDS, _SHARE = 9, 9, 3
_TITLES = ("NAMESPACE", "RATE", "EVENTS", "TROUBLE", "CONTENT", "SENDS TO")
_STRIPE, _FLASH = 0.0625, 0.5


def row_strip(scene: Scene, row: int, left: int, width: int) -> Strip:
    """Give a row of the drawing, which begins at column *left*; -1 is the row above it."""
    canvas = Canvas(width, style(scene.palette.text, scene.palette.surface))
    if scene.picture.drawing.mode == LIST:
        if row == -1:
            _paint_titles(canvas, scene, left)
        for box, place in scene.picture.boxes.get(row, ()):
            _paint_listed(canvas, scene, box, place, left)
        return canvas.strip()
    for heading in scene.picture.headings.get(row, ()):
        _paint_heading(canvas, scene, heading, left)
    _paint_lines(canvas, scene, row, left)
    for box, place in scene.picture.boxes.get(row, ()):
        paint_box(canvas, scene, box, place, row=row, left=left)
    return canvas.strip()


def _paint_heading(canvas: Canvas, scene: Scene, heading: Heading, left: int) -> None:
    palette = scene.palette
    ground, x = palette.surface, left + heading.x
    quiet = style(mix(ground, palette.muted, 0.8), ground)
    if not heading.info:
        canvas.put(x, cut_end(heading.text, heading.w), quiet)
        return
    name = cut_end(heading.text, max(1, heading.w - 2))
    canvas.put(x, GLYPHS.open, style(palette.muted, ground))
    canvas.put(x + 2, name, style(palette.kinds["broker"], ground, bold=True))
    start = x + 3 + len(name)
    info = f" {heading.info}"
    rule = x + heading.w - len(info) - start
    if rule > 0:
        line = style(mix(ground, palette.edge, 0.6), ground)
        canvas.put(start, GLYPHS.rule * rule, line)
        canvas.put(start + rule, info, quiet)


# -- lines


def _paint_lines(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
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
            look = ink.wave[(spot.along - phase) // _CELLS_A_STEP % looks.WAVE_STEPS]
        shine = shines.get(cell)
        if shine is not None:
            look = looks.shine_style(scene.palette, ink.colour, shine)
            char = shine.head or char
        chars[x] = char
        styles[x] = look
    _put_stubs(canvas, scene, row, left)
    _put_breakpoints(canvas, scene, row, left)
    _put_rate(canvas, scene, row, left)


def _put_stubs(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    palette = scene.palette
    colour = mix(palette.edge, palette.outcomes["reply"], _STUB_SHARE)
    for x, y in scene.picture.drawing.stubs:
        if y == row:
            canvas.put(left + x, GLYPHS.back, style(colour, palette.surface))


def _put_breakpoints(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    look = style(scene.palette.outcomes["dead"], scene.palette.surface, bold=True)
    for line in sorted(scene.line_breaks):
        path = scene.picture.drawing.paths[line]
        if path and path[len(path) // 2][1] == row:
            x = path[len(path) // 2][0] + left
            canvas.put(x, GLYPHS.badges["break"], look)


def _put_rate(canvas: Canvas, scene: Scene, row: int, left: int) -> None:
    line = scene.told.line
    path = () if line is None else scene.picture.drawing.paths[line]
    if line not in scene.busy or not path:
        return
    start, size, at = _longest_run(path)
    text = f" {rate_text(scene.busy[line])} "
    if at == row and size >= len(text):
        look = style(scene.palette.accent, scene.palette.surface, bold=True)
        canvas.put(left + start + (size - len(text)) // 2, text, look)


def _longest_run(path: tuple[tuple[int, int], ...]) -> tuple[int, int, int]:
    """Give the first column, length and row of the longest horizontal part of a way."""
    runs = [list(run) for _, run in groupby(path, key=itemgetter(1))]
    longest = max(runs, key=len)
    return min(longest)[0], len(longest), longest[0][1]


# -- a row for each namespace


class _Columns(NamedTuple):
    """The first cell of each column; the last one ends with the row."""

    name: int
    rate: int
    events: int
    trouble: int
    content: int
    sends: int


def _columns(scene: Scene) -> _Columns:
    """Give names what they need, then what is in them, as far as there is room."""
    drawing = scene.picture.drawing
    boxes = drawing.diagram.boxes
    room = drawing.width - _LEFT - _FIGURES
    name = max((cell_len(box.label) for box in boxes), default=0)
    name = max(_LEAST_NAME, min(name, room // _SHARE)) + _GAP
    sends = _LEAST_SENDS if drawing.diagram.lines else 0
    content = max((cell_len(box.note) for box in boxes), default=0)
    content = min(content, room - name - sends - _GAP) + _GAP
    rate = _LEFT + name
    rest = rate + _FIGURES
    trouble = rest - _TROUBLE
    return _Columns(_LEFT, rate, rate + _RATE, trouble, rest, rest + content)


def _paint_titles(canvas: Canvas, scene: Scene, left: int) -> None:
    palette = scene.palette
    look = style(mix(palette.surface, palette.muted, 0.8), palette.surface)
    for x, title in zip(_columns(scene), _TITLES, strict=True):
        if title != _TITLES[-1] or scene.picture.drawing.diagram.lines:
            canvas.put(left + x, title, look)


def _paint_listed(
    canvas: Canvas, scene: Scene, box: Box, place: Place, left: int
) -> None:
    palette, face = scene.palette, scene.face(box.name)
    kind, width = palette.kind(box.kind), canvas.width - left
    at = _columns(scene)
    selected = scene.told.node == box.name
    fill = mix(palette.surface, kind, _STRIPE if place.y % 2 else 0)
    if face.warmth.step:
        hot = palette.outcomes[face.warmth.outcome]
        fill = mix(fill, hot, _FLASH * face.warmth.step / looks.GLOW_STEPS)
    if selected:
        fill = mix(fill, palette.accent, 0.28)
    faint = 0.5 if scene.faint(box.name) else 1
    text, muted = mix(fill, palette.text, faint), mix(fill, palette.muted, faint)
    canvas.put(left, " " * width, style(text, fill))
    edge = style(palette.accent if selected else kind, fill, bold=True)
    canvas.put(left, GLYPHS.cursor if selected else GLYPHS.gutter, edge)
    canvas.put(left + 1, GLYPHS.kinds[box.kind], edge)
    name = scene.names.cut(box.label, at.rate - at.name - _GAP)
    canvas.put(left + at.name, name, style(text, fill, bold=True))
    bars = spark(face.rates, looks.SLOTS, GLYPHS.bars)
    canvas.put(left + at.rate, bars, style(mix(fill, kind, 0.8 * faint), fill))
    count = count_text(face.total, _EVENTS_WIDTH).rjust(_EVENTS_WIDTH)
    canvas.put(left + at.events, count, style(text, fill))
    if face.badge is not None:
        look = style(badge_colour(scene, face.badge), fill, bold=True)
        canvas.put(left + at.trouble, badge_text(face.badge), look)
    elif not box.ready:
        dead = mix(fill, palette.outcomes["dead"], faint)
        canvas.put(left + at.trouble, GLYPHS.no, style(dead, fill, bold=True))
    content = cut_end(box.note, at.sends - at.content - 1)
    canvas.put(left + at.content, content, style(muted, fill))
    sends = _sends(scene, box, max(0, place.w - at.sends))
    canvas.put(left + at.sends, sends, style(muted, fill))


def _sends(scene: Scene, box: Box, room: int) -> str:
    """Name the namespaces that events go to from here; those without room are counted."""
    picture = scene.picture
    ends = dict.fromkeys(
        line.end
        for line in picture.drawing.diagram.lines
        if line.start == box.name and line.end != box.name
    )
    labels = [end.label for name in ends if (end := picture.box(name)) is not None]
    text, named = " ".join(labels), len(labels)
    while named > 1 and cell_len(text) > room:
        named -= 1
        text = f"{' '.join(labels[:named])} +{len(labels) - named}"
    return cut_end(text, room)
