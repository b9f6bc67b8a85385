"""One row of a box, painted: a bar in small drawings, a frame or a card in large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from simulator.tui.diagram import Box, BoxKind, LineKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.layout.drawing import (
    CARDS,
    EAST,
    FRAMED,
    NORTH,
    NOT_READY,
    SOUTH,
    TALL,
    WEST,
    Place,
)
from simulator.tui.paint import mix, style
from simulator.tui.spelling import count_text, kind_word, spark
from simulator.tui.widgets.cutting import fit_right
from simulator.tui.widgets.graph.looks import GLOW_STEPS, SLOTS

if TYPE_CHECKING:
    from rich.style import Style

    from simulator.tui.view.frame import Badge
    from simulator.tui.widgets.graph.scene import Scene
    from simulator.tui.widgets.painted import Canvas

_UPRIGHT = NORTH | SOUTH
_COUNT_IN_BAR = 3
_COUNT_IN_FRAME = 5
_LEAST_NAME, _LEAST_NOTE = 3, 8
# How much of its kind's colour fills a bar at rest, and of the outcome's when lit.
_BAR_FILL, _BAR_FLASH, _FRAME_FLASH = 0.16, 0.5, 0.35
_SELECTED_FILL = 0.28
_FAINT_SHARE = 0.5
# The kind is written in a frame if so many cells of the frame are left.
_FRAME_AROUND_KIND = 5
# Those that others hang on have bold names.
_LOUD = (BoxKind.BROKER, BoxKind.CHANNEL, BoxKind.NAMESPACE)
# Troubles that are no outcomes have the colours of some.
_LIKE = {"break": "dead", "queue": "retry"}


def paint_box(
    canvas: Canvas, scene: Scene, box: Box, place: Place, *, row: int, left: int
) -> None:
    """Put a row of the drawing, which begins at column *left*, as far as a box is in it."""
    painter = _Painter(canvas, scene, box, place, left)
    part = row - place.y
    if place.h < FRAMED:
        painter.bar()
    elif part == 0:
        painter.top()
    elif part == place.h - 1:
        painter.bottom()
    elif part == 1:
        painter.name()
    else:
        painter.below()


def badge_text(badge: Badge) -> str:
    """Give the trouble of a node with its glyph: ``↻3``, ``!503``."""
    return GLYPHS.badges[badge.kind] + badge.text


def badge_colour(scene: Scene, badge: Badge) -> str:
    return scene.palette.outcomes[_LIKE.get(badge.kind, badge.kind)]


class _Painter:
    def __init__(
        self, canvas: Canvas, scene: Scene, box: Box, place: Place, left: int
    ) -> None:
        self._canvas, self._scene, self._box = canvas, scene, box
        self._x, self._w = left + place.x, place.w
        self._has_second = place.h == TALL.rows
        self._is_card = scene.picture.drawing.mode == CARDS.name
        self._face = face = scene.face(box.name)
        self._selected = scene.told.node == box.name
        self._frame = GLYPHS.thick if self._selected else GLYPHS.frame
        # At a link nothing arrives: it does so at its other end.
        self._counts = box.kind is not BoxKind.LINK
        palette, framed = scene.palette, place.h >= FRAMED
        self._ground = ground = palette.surface
        kind, text = palette.kind(box.kind), palette.text
        if not box.ready:
            text = palette.outcomes["dead"]
        line = mix(ground, kind, 0.75)
        fill = ground if framed else mix(ground, kind, _BAR_FILL)
        if face.warmth.step:
            most = _FRAME_FLASH if framed else _BAR_FLASH
            hot = palette.outcomes[face.warmth.outcome]
            fill = mix(fill, hot, most * face.warmth.step / GLOW_STEPS)
        if scene.faint(box.name):
            kind, text, line, fill = (
                mix(ground, colour, _FAINT_SHARE) for colour in (kind, text, line, fill)
            )
        if self._selected:
            line = palette.accent
            fill = mix(fill, palette.accent, _SELECTED_FILL)
        self._kind, self._text, self._line, self._fill = kind, text, line, fill

    @property
    def _name(self) -> tuple[str, str]:
        """The name in one row, or in two of which the second may be empty."""
        room = max(_LEAST_NAME, self._w - 6)
        if self._has_second and not self._is_card:
            return self._scene.names.in_two(self._box.label, room)
        return self._scene.names.cut(self._box.label, room), ""

    def bar(self) -> None:
        """``▎▽ ship  type=order.priced  107 ``: all of a box in one row."""
        canvas, scene, x, w = self._canvas, self._scene, self._x, self._w
        palette, fill = scene.palette, self._fill
        canvas.put(x, " " * w, style(self._text, fill))
        edge, colour = GLYPHS.gutter, self._kind
        if self._selected:
            edge, colour = GLYPHS.cursor, palette.accent
            canvas.put(x + w - 1, GLYPHS.right, style(colour, fill, bold=True))
        if self._box.name in scene.breaks:
            edge, colour = GLYPHS.badges["break"], palette.outcomes["dead"]
        canvas.put(x, edge, style(colour, fill, bold=True))
        size = self._put_right()
        name = scene.names.cut(self._box.label, max(_LEAST_NAME, w - 5 - size))
        self._put_name(x + 1, name)
        used = cell_len(name)
        self._put_note(x + 4 + used, w - 6 - size - used, fill)

    def top(self) -> None:
        canvas, x, w = self._canvas, self._x, self._w
        frame, ground = self._frame, self._ground
        edge = frame[0] + frame[1] * (w - 2) + frame[2]
        canvas.put(x, edge, style(self._line, ground))
        word, colour = self._box.kind.value, self._kind
        if self._box.kind is BoxKind.SERVICE:
            word = kind_word(self._box.name)
        if not self._box.ready:
            word, colour = NOT_READY, self._text
        elif self._box.stub:
            word = "stub"
        if w >= len(word) + _FRAME_AROUND_KIND:
            canvas.put(x + 2, f" {word} ", style(mix(ground, colour, 0.8), ground))
        if self._box.name in self._scene.breaks:
            dead = self._scene.palette.outcomes["dead"]
            mark = f" {GLYPHS.badges['break']} "
            canvas.put(x + w - 4, mark, style(dead, ground, bold=True))

    def bottom(self) -> None:
        canvas, x, w = self._canvas, self._x, self._w
        frame, ground, face = self._frame, self._ground, self._face
        edge = frame[4] + frame[1] * (w - 2) + frame[5]
        canvas.put(x, edge, style(self._line, ground))
        count = ""
        if self._counts:
            count = f" {count_text(face.total, _COUNT_IN_FRAME)} "
            quiet = style(mix(ground, self._text, 0.8), ground)
            canvas.put(x + w - len(count) - 1, count, quiet)
        if self._is_full:
            self._put_rate(x + w - len(count) - SLOTS - 2, ground)
        if face.badge is not None:
            text = f" {badge_text(face.badge)} "
            look = style(badge_colour(self._scene, face.badge), ground, bold=True)
            canvas.put(x + 1, text, look, w - len(count) - 2)
        elif not self._has_second or self._name[1]:
            used = self._put_note(x + 3, w - len(count) - 6, ground)
            if used:
                canvas.put(x + 2, " ", style(self._line, ground))
                canvas.put(x + 3 + used, " ", style(self._line, ground))

    def name(self) -> None:
        self._put_sides(self._scene.picture.giving.get(self._box.name, 0))
        self._put_name(self._x + 2, self._name[0])

    def below(self) -> None:
        """The rest of the name, or the filter of a trigger and the rate of a card."""
        self._put_sides(0)
        x, room = self._x + 2, self._w - 4
        rest = self._name[1]
        if rest:
            self._canvas.put(x + 2, rest, self._name_style)
            return
        self._put_note(x, room, self._fill)
        if self._is_card and not self._is_full:
            self._put_rate(x + room - SLOTS, self._fill)

    @property
    def _is_full(self) -> bool:
        return self._is_card and cell_len(self._box.note) >= self._w - 4 - SLOTS

    def _put_rate(self, x: int, ground: str) -> None:
        bars = spark(self._face.rates, SLOTS, GLYPHS.bars)
        self._canvas.put(x, bars, style(mix(ground, self._kind, 0.75), ground))

    def _put_right(self) -> int:
        """Put the count or trouble at the end of a bar; give how wide that is."""
        face, fill = self._face, self._fill
        text = count_text(face.total, _COUNT_IN_BAR) if self._counts else ""
        look = style(mix(fill, self._text, 0.75), fill)
        if not self._box.ready:
            text = f"{GLYPHS.no} {text}" if face.total else GLYPHS.no
            look = style(self._text, fill, bold=True)
        if face.badge is not None:
            text = badge_text(face.badge)
            look = style(badge_colour(self._scene, face.badge), fill, bold=True)
        # A name keeps some letters, however much trouble there is.
        most = max(_COUNT_IN_BAR, self._w - 4 - _LEAST_NAME - 1)
        size = min(max(_COUNT_IN_BAR, cell_len(text)), most)
        self._canvas.put(self._x + self._w - 1 - size, fit_right(text, size), look)
        return size

    def _put_note(self, x: int, room: int, fill: str) -> int:
        """Put the filter of a trigger; give its cells, none where too few would be seen."""
        scene, note = self._scene, self._box.note
        if room < min(_LEAST_NOTE, cell_len(note)):
            return 0
        text = scene.notes.cut(note, room)
        share = _FAINT_SHARE if scene.faint(self._box.name) else 1
        self._canvas.put(x, text, style(mix(fill, scene.palette.muted, share), fill))
        return cell_len(text)

    def _put_name(self, x: int, name: str) -> None:
        mark = style(self._kind, self._fill, bold=True)
        self._canvas.put(x, GLYPHS.kinds[self._box.kind], mark)
        self._canvas.put(x + 2, name, self._name_style)

    @property
    def _name_style(self) -> Style:
        bold = self._selected or self._box.kind in _LOUD
        return style(self._text, self._fill, bold=bold, italic=self._box.stub)

    def _put_sides(self, ways: int) -> None:
        canvas, x, w, side = self._canvas, self._x, self._w, self._frame[3]
        table = GLYPHS.heavy if self._selected else GLYPHS.lines[LineKind.FLOW]
        line = style(self._line, self._ground)
        canvas.put(x, table[_UPRIGHT | WEST] if ways & WEST else side, line)
        canvas.put(x + 1, " " * (w - 2), style(self._text, self._fill))
        canvas.put(x + w - 1, table[_UPRIGHT | EAST] if ways & EAST else side, line)
