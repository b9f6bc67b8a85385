"""Everything that decides what the graph pane shows, and which rows a change touches.

State is in `Scene`; painting only reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.glyphs import GLYPHS
from simulator.tui.widgets.cutting import Apart
from simulator.tui.widgets.graph.faces import Face, faces_of
from simulator.tui.widgets.graph.inks import FAINT, NORMAL, STRONG, Ink, Inks, Tone
from simulator.tui.widgets.graph.motion import (
    Warmth,
    busy_lines,
    shines_of,
    warm_lines,
    wave_phase,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.style import Style

    from simulator.tui.paint import Palette
    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.graph.motion import Shine
    from simulator.tui.widgets.graph.picture import Picture

_COLD = Warmth(0, "ok")
_NO_FACE = Face()


class Scene:
    """A picture, what happens on it, and what of it is selected.

    Attributes:
        picture: What is drawn.
        names: Cuts the labels of its boxes.
        node: The selected box, or None.
        line: The selected drawn line, or None.
        misses: Whether what did not match is shown.
        moving: Whether dots move.
        inks: Bundle -> its look.
        shines: Cell -> the dot there.
        masks: Cell -> ways out of it, where not all lines of it are to be seen.
        busy: Drawn line -> travellers a second, where there are too many for dots.
        phase: How many cells the brightness of busy lines has moved.
        breaks: Boxes with a breakpoint.
        line_breaks: Drawn lines with a breakpoint.
    """

    def __init__(self, picture: Picture, palette: Palette) -> None:
        self.picture = picture
        self.palette = palette
        labels = (box.label for box in picture.drawing.diagram.boxes)
        self.names = Apart(labels, ellipsis=GLYPHS.ellipsis)
        notes = [box.note for box in picture.drawing.diagram.boxes if box.note]
        self.notes = Apart(notes, ellipsis=GLYPHS.ellipsis, start_share=1)
        self.node: str | None = None
        self.line: int | None = None
        self.misses = False
        self.moving = True
        self.breaks: frozenset[str] = frozenset()
        self.line_breaks: frozenset[int] = frozenset()
        self.faults: Mapping[str, str] = {}
        self.inks: list[Ink] = []
        self.shines: dict[tuple[int, int], Shine] = {}
        self.masks: dict[tuple[int, int], int] = {}
        self.busy: dict[int, float] = {}
        self.phase = 0
        self._frame: Frame | None = None
        self._faces: dict[str, Face] = {}
        self._pot = Inks(palette)
        self._way_lines: frozenset[int] = frozenset()
        self._way_nodes: frozenset[str] = frozenset()
        self._lit: frozenset[str] | None = None
        self._emphases: list[int] = []
        self.settle()

    def settle(self) -> None:
        """Work out anew what depends on the selection; all rows may have changed."""
        self._emphases = [self._emphasis(b.lines) for b in self.picture.bundles]
        self.masks = {}
        self._thicken_way()
        self.inks = self._mixed({}, {})
        frame, self._frame = self._frame, None
        if frame is not None:
            self.advance(frame)

    def advance(self, frame: Frame) -> set[int]:
        """Show a frame, and give the rows that have changed."""
        picture = self.picture
        self._frame = frame
        dirty = self._swap_shines(frame)
        warm = warm_lines(picture, frame, moving=self.moving)
        self.busy = busy_lines(picture, frame.busy)
        phase = wave_phase(frame.position) if self.moving else 0
        inks = self._mixed(warm, self.busy)
        for at, (old, new) in enumerate(zip(self.inks, inks, strict=True)):
            if old is not new or (new.wave and phase != self.phase):
                dirty.update(picture.bundles[at].rows)
        self.inks, self.phase = inks, phase
        faces = faces_of(picture, frame, self.faults, moving=self.moving)
        for name, face in faces.items():
            if self._faces.get(name, _NO_FACE) != face:
                place = picture.drawing.places[name]
                dirty.update(range(place.y, place.y + place.h))
        self._faces = faces
        return dirty

    def show_way(self, lines: frozenset[int], nodes: frozenset[str]) -> None:
        """Show the way of the selected event; empty: of none.

        Args:
            lines: Of the whole diagram.
            nodes: Of the whole diagram.
        """
        line_of, picture = self.picture.drawing.line_of, self.picture
        self._way_lines = frozenset(line_of[line] for line in lines if line in line_of)
        self._way_nodes = frozenset(
            box for node in nodes if (box := picture.box_of(node)) is not None
        )

    def light(self, nodes: frozenset[str] | None) -> None:
        """Leave only the boxes of some nodes in full colour; None: all."""
        self._lit = (
            None
            if nodes is None
            else frozenset(
                box for node in nodes if (box := self.picture.box_of(node)) is not None
            )
        )

    def face(self, name: str) -> Face:
        """Give what a box shows at the moment."""
        return self._faces.get(name, _NO_FACE)

    def faint(self, name: str) -> bool:
        """Tell whether a box is drawn with half its contrast."""
        if self._lit is not None and name not in self._lit:
            return True
        return bool(self._way_lines or self._way_nodes) and name not in self._way_nodes

    def shine_style(self, ink: Ink, shine: Shine) -> Style:
        """Give the style of a cell of a dot."""
        return self._pot.shine(ink.colour, shine)

    def _swap_shines(self, frame: Frame) -> set[int]:
        old = self.shines
        new = (
            shines_of(self.picture, frame.dots, misses=self.misses)
            if self.moving
            else {}
        )
        self.shines = new
        dirty = {cell[1] for cell, shine in new.items() if old.get(cell) != shine}
        dirty.update(cell[1] for cell in old if cell not in new)
        return dirty

    def _mixed(
        self, warm: Mapping[int, Warmth], busy: Mapping[int, float]
    ) -> list[Ink]:
        """Give the look of each bundle."""
        picture, ink = self.picture, self._pot.ink
        warmths = [_COLD] * len(picture.bundles)
        for line, warmth in warm.items():
            for at in picture.bundles_of.get(line, ()):
                if warmths[at].step < warmth.step:
                    warmths[at] = warmth
        busied = {at for line in busy for at in picture.bundles_of.get(line, ())}
        return [
            ink(Tone(bundle.kind, self._emphases[at], warmths[at], at in busied))
            for at, bundle in enumerate(picture.bundles)
        ]

    def _emphasis(self, lines: tuple[int, ...]) -> int:
        if self.line is not None:
            return STRONG if self.line in lines else FAINT
        if self._way_lines or self._way_nodes:
            return FAINT if self._way_lines.isdisjoint(lines) else STRONG
        ends = [self.picture.line(line) for line in lines]
        if self.node is not None:
            near = any(self.node in (line.start, line.end) for line in ends)
            return NORMAL if near else FAINT
        if self._lit is not None:
            lit = any(
                line.start in self._lit and line.end in self._lit for line in ends
            )
            return NORMAL if lit else FAINT
        return NORMAL

    def _thicken_way(self) -> None:
        """Where the way shares cells with other lines, draw only the way."""
        way = self._way_lines if self.line is None else frozenset((self.line,))
        for line in sorted(way):
            for cell in self.picture.drawing.paths[line]:
                first = self.picture.line(self.picture.drawing.cells[cell].lines[0])
                mine = self.picture.line(line)
                # A stranger that passes over the way stays whole.
                if first.start == mine.start or first.end == mine.end:
                    self.masks[cell] = self.picture.mask(cell, way)
