"""A row for each namespace, where not even their map fits: columns instead of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len

from simulator.tui.glyphs import GLYPHS
from simulator.tui.paint import mix, style
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.figures import count_text, spark
from simulator.tui.widgets.graph.boxes import badge_colour, badge_text
from simulator.tui.widgets.graph.faces import SLOTS
from simulator.tui.widgets.graph.motion import GLOW_STEPS

if TYPE_CHECKING:
    from simulator.tui.diagram import Box
    from simulator.tui.layout.drawing import Place
    from simulator.tui.widgets.canvas import Canvas
    from simulator.tui.widgets.graph.scene import Scene

_EVENTS_WIDTH = 6
_LEFT, _GAP = 3, 2
_FIGURES = 28  # cells of rate, events and trouble
_LEAST_NAME, _LEAST_SENDS, _SHARE = 12, 8, 3
_TITLES = ("NAMESPACE", "RATE", "EVENTS", "TROUBLE", "CONTENT", "SENDS TO")
_STRIPE, _FLASH = 0.0625, 0.5


class _Columns(NamedTuple):
    """The first cell of each column; the last one ends with the row."""

    name: int
    rate: int
    events: int
    trouble: int
    content: int
    sends: int


def _columns(scene: Scene, width: int) -> _Columns:
    """Give names what they need, then what is in them, as far as there is room."""
    drawing = scene.picture.drawing
    boxes = drawing.diagram.boxes
    room = width - _LEFT - _FIGURES
    name = max((cell_len(box.label) for box in boxes), default=0)
    name = max(_LEAST_NAME, min(name, room // _SHARE)) + _GAP
    sends = _LEAST_SENDS if drawing.diagram.lines else 0
    content = max((cell_len(box.note) for box in boxes), default=0)
    content = min(content, room - name - sends - _GAP) + _GAP
    rate = _LEFT + name
    rest = rate + _FIGURES
    return _Columns(_LEFT, rate, rate + 10, rate + 19, rest, rest + content)


def paint_columns(canvas: Canvas, scene: Scene, left: int) -> None:
    """Put the headings of the columns."""
    palette = scene.palette
    look = style(mix(palette.surface, palette.muted, 0.8), palette.surface)
    for x, title in zip(_columns(scene, canvas.width - left), _TITLES, strict=True):
        if title != _TITLES[-1] or scene.picture.drawing.diagram.lines:
            canvas.put(left + x, title, look)


def paint_listed(
    canvas: Canvas, scene: Scene, box: Box, place: Place, left: int
) -> None:
    """Put the row of a namespace."""
    palette, face = scene.palette, scene.face(box.name)
    kind, width = palette.kind(box.kind), canvas.width - left
    at = _columns(scene, width)
    selected = scene.node == box.name
    fill = mix(palette.surface, kind, _STRIPE if place.y % 2 else 0)
    if face.warmth.step:
        hot = palette.outcomes[face.warmth.outcome]
        fill = mix(fill, hot, _FLASH * face.warmth.step / GLOW_STEPS)
    if selected:
        fill = mix(fill, palette.accent, 0.28)
    faint = 0.5 if scene.faint(box.name) else 1
    text, muted = mix(fill, palette.text, faint), mix(fill, palette.muted, faint)
    canvas.fill(left, width, style(text, fill))
    edge = style(palette.accent if selected else kind, fill, bold=True)
    canvas.put(left, GLYPHS.cursor if selected else GLYPHS.gutter, edge)
    canvas.put(left + 1, GLYPHS.kinds[box.kind], edge)
    name = scene.names.cut(box.label, at.rate - at.name - _GAP)
    canvas.put(left + at.name, name, style(text, fill, bold=True))
    bars = spark(face.rates, SLOTS, GLYPHS.bars)
    canvas.put(left + at.rate, bars, style(mix(fill, kind, 0.8 * faint), fill))
    count = count_text(face.total, _EVENTS_WIDTH).rjust(_EVENTS_WIDTH)
    canvas.put(left + at.events, count, style(text, fill))
    if face.badge is not None:
        look = style(badge_colour(scene, face.badge), fill, bold=True)
        canvas.put(left + at.trouble, badge_text(scene, face.badge), look)
    content = cut_end(box.note, at.sends - at.content - 1, GLYPHS.ellipsis)
    canvas.put(left + at.content, content, style(muted, fill))
    sends = cut_end(_sends(scene, box), max(0, width - at.sends), GLYPHS.ellipsis)
    canvas.put(left + at.sends, sends, style(muted, fill))


def _sends(scene: Scene, box: Box) -> str:
    """Give the labels of the namespaces that events go to from here."""
    picture = scene.picture
    ends = dict.fromkeys(
        line.end
        for line in picture.drawing.diagram.lines
        if line.start == box.name and line.end != box.name
    )
    labels = [end.label for name in ends if (end := picture.box(name)) is not None]
    return f"{GLYPHS.to} {' '.join(labels)}" if labels else ""
