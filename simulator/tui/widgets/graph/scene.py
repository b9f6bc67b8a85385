"""Everything that decides what the graph pane shows, and which rows a change touches.

State is in `Told` and `Scene`; painting only reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.diagram import BoxKind
from simulator.tui.widgets.cutting import Apart
from simulator.tui.widgets.graph import looks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.tui.paint import Palette
    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.graph.picture import Picture

_NO_FACE = looks.Face()


class Told(NamedTuple):
    """What the pane was told, which holds whatever picture is shown.

    Lines are those of the whole diagram, but for the selected one.
    """

    way_lines: frozenset[int] = frozenset()
    way_nodes: frozenset[str] = frozenset()
    """Both are on the way of the selected event."""
    lit: frozenset[str] | None = None
    """The nodes with a hit of the filter; None where there is no filter."""
    never: bool = False
    """Whether only those are lit that nothing has come to yet."""
    breaks: frozenset[str] = frozenset()
    line_breaks: frozenset[int] = frozenset()
    faults: Mapping[str, str] = {}
    """Node -> ``503``."""
    misses: bool = False
    """Whether what did not match is shown."""
    moving: bool = True
    """Whether dots move; where not, lines change their colour."""
    node: str | None = None
    """The selected box, a namespace's too."""
    line: int | None = None
    """The selected drawn line."""


class Scene:
    """A picture, what happens on it, and what of it is selected.

    Attributes:
        names: Cuts the labels of its boxes; *notes* what else they say.
        inks: Bundle -> its look.
        shines: Cell -> the dot there.
        masks: Cell -> ways out of it, where not all lines of it are to be seen.
        busy: Drawn line -> travellers a second, where there are too many for dots.
        phase: How many cells the brightness of busy lines has moved.
        breaks: Boxes with a breakpoint; *line_breaks* are drawn lines.
    """

    def __init__(
        self, picture: Picture, palette: Palette, told: Told, frame: Frame | None = None
    ) -> None:
        self.picture, self.palette, self.frame = picture, palette, frame
        boxes = picture.drawing.diagram.boxes
        self.names = Apart(box.label for box in boxes)
        notes = (box.note for box in boxes if box.note)
        self.notes = Apart(notes, start_share=1)
        self.shines: dict[tuple[int, int], looks.Shine] = {}
        self.busy: dict[int, float] = {}
        self.phase = 0
        self._faces: dict[str, looks.Face] = {}
        self.settle(told)

    def settle(self, told: Told) -> None:
        """Show what is told; any row may have changed."""
        self.told = told
        self.breaks = self._boxes(told.breaks)
        self.line_breaks = self._drawn(told.line_breaks)
        self._way_lines = self._drawn(told.way_lines)
        self._way_nodes = self._boxes(told.way_nodes)
        self._lit = None if told.lit is None else self._boxes(told.lit)
        self._emphases = [self._emphasis(b.lines) for b in self.picture.bundles]
        self._thicken_way()
        self.inks = self._mixed({}, {})
        if self.frame is not None:
            self.advance(self.frame)

    def _boxes(self, nodes: Iterable[str]) -> frozenset[str]:
        boxes = map(self.picture.box_of, nodes)
        return frozenset(box for box in boxes if box is not None)

    def _drawn(self, lines: Iterable[int]) -> frozenset[int]:
        line_of = self.picture.drawing.line_of
        return frozenset(line_of[line] for line in lines if line in line_of)

    def advance(self, frame: Frame) -> set[int]:
        """Show a frame, and give the rows that have changed."""
        picture, told = self.picture, self.told
        self.frame = frame
        dirty = self._swap_shines(frame)
        if told.never and self._unreached(frame) != self._lit:
            self._lit = self._unreached(frame)
            self._emphases = [self._emphasis(b.lines) for b in picture.bundles]
            dirty.update(range(picture.drawing.height))
        warm = looks.warm_lines(picture, frame, moving=told.moving)
        self.busy = looks.busy_lines(picture, frame.busy)
        phase = looks.wave_phase(frame.position) if told.moving else 0
        inks = self._mixed(warm, self.busy)
        for at, (old, new) in enumerate(zip(self.inks, inks, strict=True)):
            if old is not new or (new.wave and phase != self.phase):
                dirty.update(picture.bundles[at].rows)
        self.inks, self.phase = inks, phase
        faces = looks.faces_of(picture, frame, told.faults, moving=told.moving)
        for name, face in faces.items():
            if self._faces.get(name, _NO_FACE) != face:
                place = picture.drawing.places[name]
                dirty.update(range(place.y, place.y + place.h))
        self._faces = faces
        return dirty

    def _unreached(self, frame: Frame) -> frozenset[str]:
        """Give the boxes that nothing has come to, or to some of what is in them."""
        picture = self.picture
        members = picture.drawing.members
        return frozenset(
            box.name
            for box in picture.drawing.diagram.boxes
            if box.kind not in (BoxKind.LINK, BoxKind.NOWHERE)
            and not all(map(frame.counts.get, members.get(box.name, (box.name,))))
        )

    def face(self, name: str) -> looks.Face:
        return self._faces.get(name, _NO_FACE)

    def faint(self, name: str) -> bool:
        """Tell whether a box is drawn with half its contrast."""
        if self._lit is not None and name not in self._lit:
            return True
        return bool(self._way_lines or self._way_nodes) and name not in self._way_nodes

    def _swap_shines(self, frame: Frame) -> set[int]:
        old, new = self.shines, {}
        if self.told.moving:
            new = looks.shines_of(self.picture, frame.dots, misses=self.told.misses)
        self.shines = new
        dirty = {cell[1] for cell, shine in new.items() if old.get(cell) != shine}
        dirty.update(cell[1] for cell in old if cell not in new)
        return dirty

    def _mixed(
        self, warm: Mapping[int, looks.Warmth], busy: Mapping[int, float]
    ) -> list[looks.Ink]:
        picture, palette = self.picture, self.palette
        warmths = [looks.COLD] * len(picture.bundles)
        for line, warmth in warm.items():
            for at in picture.bundles_of.get(line, ()):
                if warmths[at].step < warmth.step:
                    warmths[at] = warmth
        busied = {at for line in busy for at in picture.bundles_of.get(line, ())}
        return [
            looks.ink_of(
                palette, bundle.kind, self._emphases[at], warmths[at], at in busied
            )
            for at, bundle in enumerate(picture.bundles)
        ]

    def _emphasis(self, lines: tuple[int, ...]) -> int:
        if self.told.line is not None:
            return looks.STRONG if self.told.line in lines else looks.FAINT
        if self._way_lines or self._way_nodes:
            return looks.FAINT if self._way_lines.isdisjoint(lines) else looks.STRONG
        ends = [self.picture.line(line) for line in lines]
        node, lit = self.told.node, self._lit
        if node is not None:
            near = any(node in (line.start, line.end) for line in ends)
            return looks.NORMAL if near else looks.FAINT
        enough = any if self.told.never else all
        if lit is None or any(enough((x.start in lit, x.end in lit)) for x in ends):
            return looks.NORMAL
        return looks.FAINT

    def _thicken_way(self) -> None:
        """Where the way shares cells with other lines, draw only the way."""
        self.masks: dict[tuple[int, int], int] = {}
        line, picture = self.told.line, self.picture
        passing: dict[tuple[int, int], dict[int, int]] = {}
        for at in sorted(self._way_lines) if line is None else (line,):
            for cell, mask in picture.ways(at).items():
                passing.setdefault(cell, {})[at] = mask
        for cell, ways in passing.items():
            # A stranger that passes over the way, or under it, stays whole.
            seen = picture.drawing.cells[cell].lines[0]
            near = [at for at in ways if picture.are_kin(at, seen)]
            for at, mask in ways.items():
                if any(picture.are_kin(at, other) for other in near):
                    self.masks[cell] = self.masks.get(cell, 0) | mask
