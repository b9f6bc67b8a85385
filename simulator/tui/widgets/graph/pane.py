"""The graph pane as it is told what to show; keys and mouse are `GraphView`'s."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive

from simulator.tui.diagram import Diagram
from simulator.tui.glyphs import GLYPHS
from simulator.tui.layout.fit import fit
from simulator.tui.layout.sketch import HUBS
from simulator.tui.paint import style
from simulator.tui.spelling import counted
from simulator.tui.widgets.cutting import cut_end
from simulator.tui.widgets.graph.picture import Picture
from simulator.tui.widgets.graph.rows import LIST, row_strip
from simulator.tui.widgets.graph.scene import Scene, Told
from simulator.tui.widgets.painted import Canvas, Scrolled

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.strip import Strip

    from simulator.tui.layout.drawing import Drawing
    from simulator.tui.view.frame import Frame

# More boxes than these are laid out aside; the old picture stays meanwhile.
_LAID_OUT_AT_ONCE = 100
# Beside and above a picture that is smaller than the pane.
_MARGIN, _MOST_ABOVE = 1, 2
_EMPTY = (
    "No topology.",
    "Name a YAML file after kn-sim ui,",
    "or press enter to open an example.",
)
_NOTHING = fit(Diagram.of((), ()), 1, 1)
AUTO = "auto"
REPLIES = ("lines", "stubs", "off")
"""How reply lines are drawn: whole, only their ends, not at all."""


class Wish(NamedTuple):
    """A picture as it is wanted; see `simulator.tui.layout.fit.fit`."""

    zoom: str = AUTO
    expanded: frozenset[str] = frozenset()
    collapsed: bool = False
    replies: str = REPLIES[0]


class GraphPane(Scrolled):
    """A pane that shows a diagram and what moves on it; *moving* is as in `Told`."""

    diagram: Diagram | None = None
    scene: Scene
    told = reactive(Told(), init=False)
    wish = Wish()
    _frame: Frame | None = None
    _left = _top = 0

    class Laid(Message):
        """A new picture is shown; the summary has changed."""

    def __init__(self, *, moving: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        self.set_reactive(GraphPane.told, Told(moving=moving))
        self._strips: dict[int, Strip] = {}

    @property
    def selected(self) -> str | None:
        return self.told.node

    @property
    def drawing(self) -> Drawing:
        """What is shown; nothing in it has a place where there is none yet."""
        return self.scene.picture.drawing

    @property
    def summary(self) -> str:
        """How it is drawn, for the border: ``boxes · stacked · 21 nodes``."""
        if self.diagram is None or not self.drawing.places:
            return ""
        drawing, total = self.drawing, len(self.diagram.boxes)
        parts = [drawing.mode]
        if drawing.style != "plain" and drawing.mode != LIST:
            parts.append(drawing.style)
        parts.append(counted(total, "node"))
        shown = len(drawing.places)
        if shown < total:
            parts.append(f"showing {shown}")
        if self.wish.replies != REPLIES[0]:
            parts.append(f"replies {self.wish.replies}")
        return f" {GLYPHS.dot} ".join(parts)

    def set_diagram(self, diagram: Diagram) -> None:
        """Draw a diagram; selection and scroll position stay where they can."""
        self.diagram = diagram
        self.relay(self.drawing)

    def set_frame(self, frame: Frame) -> None:
        """Show what happens at a position; only rows that changed are painted."""
        self._frame = frame
        rows = self.scene.advance(frame)
        for row in rows:
            self._strips.pop(row, None)
        shift = self._top - self.window.y
        self.repaint_rows(row + shift for row in rows)

    def select(self, node: str | None = None, *, line: int | None = None) -> None:
        """Select a node's box, a drawn line or nothing, and see to it that it is seen."""
        box = self.scene.picture.box_of(node) if node and self.drawing.places else node
        self.told = self.told._replace(node=box, line=line)
        if box is not None:
            self.reveal(box)

    def reveal(self, node: str) -> None:
        box = self.scene.picture.box_of(node)
        if box is not None:
            place = self.drawing.places[box]
            x, y = place.x + self._left, place.y + self._top
            under = 1 if self.drawing.mode == LIST else 0  # its headings
            if self.window.reveal(x, y - under, place.w, place.h + under):
                self.refresh()

    def ask(self, wish: Wish) -> None:
        self.wish = wish
        self.relay()

    def forget(self) -> None:
        """Show nothing of a topology that is no longer the one on the screen."""
        self.set_reactive(GraphPane.told, self.told._replace(line=None))
        self._stage(Picture(_NOTHING))
        self.post_message(self.Laid())
        self.refresh()

    def relay(self, keep: Drawing | None = None) -> None:
        """Lay the diagram out for the size of now; *keep*: with rows of an earlier one."""
        if self.diagram is None or not self.size.area:
            return
        self.workers.cancel_group(self, "layout")
        if not self.diagram.boxes:
            self.forget()
            return
        width = max(1, self.size.width - 2 * _MARGIN)
        wish = self.wish._asdict()
        draw = partial(fit, self.diagram, width, self.size.height, keep=keep, **wish)
        if len(self.diagram.boxes) > _LAID_OUT_AT_ONCE:
            # Begun by the worker: one cancelled before leaves nothing unawaited.
            later: Callable[[], Any] = partial(self._show_later, draw)
            self.run_worker(later, group="layout", exclusive=True)
        else:
            self._show(draw())

    def colours_changed(self) -> None:
        self._stage(self.scene.picture)
        self.refresh()

    def on_mount(self) -> None:
        self._stage(Picture(_NOTHING))

    def on_resize(self, event: events.Resize) -> None:
        self.relay()

    def render_line(self, y: int) -> Strip:
        width, scene = self.size.width, self.scene
        if not self.drawing.places:
            return self._empty_line(y)
        ground = style(self.palette.text, self.palette.surface)
        row = y + self.window.y - self._top
        if y == 0 and scene.picture.drawing.mode == LIST:
            row = -1  # the headings of its columns stay
        strip = self._strips.get(row)
        if strip is None:
            # Whole rows, seen or not.
            drawn = self._left + scene.picture.drawing.width + _MARGIN
            strip = row_strip(scene, row, self._left, max(width, drawn))
            self._strips[row] = strip
        x = self.window.x
        if x or strip.cell_length != width:
            strip = strip.crop_extend(x, x + width, ground)
        return self._with_bars(strip, y)

    def box_regions(self) -> list[tuple[str, Region]]:
        """Give each box that is seen whole, with its place on the screen."""
        across, down = self.cell_at(0, 0)
        left, top = self.region.x - across, self.region.y - down
        found = [
            (name, Region(place.x + left, place.y + top, place.w, place.h))
            for name, place in self.drawing.places.items()
        ]
        return [each for each in found if self.region.contains_region(each[1])]

    def cell_at(self, x: int, y: int) -> tuple[int, int]:
        """Give the cell of the drawing under a cell of the pane."""
        return x + self.window.x - self._left, y + self.window.y - self._top

    async def _show_later(self, draw: Callable[[], Drawing]) -> None:
        # A picture that is asked for meanwhile cancels this one.
        self._show(await asyncio.to_thread(draw))

    def _show(self, drawing: Drawing) -> None:
        """Show a drawing; what was selected stays so if it is still there."""
        picture = Picture(drawing)
        node, line = self.told.node, self.told.line
        if node is not None:
            node = picture.box_of(node) or self._heir(picture, node)
        if line is not None and line >= len(drawing.diagram.lines):
            line = None
        self.set_reactive(GraphPane.told, self.told._replace(node=node, line=line))
        self._stage(picture)
        self._place(drawing)
        if node is not None:
            self.reveal(node)
        self.refresh()
        self.post_message(self.Laid())

    def _heir(self, picture: Picture, node: str) -> str | None:
        """Give the first hub, or else box, of the namespace of a box that has gone."""
        before = self.scene.picture.box(node)
        if before is None:
            return None
        boxes = picture.drawing.diagram.boxes
        mine = [box for box in boxes if box.namespace == before.namespace]
        hubs = [box for box in mine if box.kind in HUBS]
        return next((box.name for box in hubs or mine), None)

    def _stage(self, picture: Picture) -> None:
        self.scene = Scene(picture, self.palette, self.told, self._frame)
        self._strips.clear()

    def _place(self, drawing: Drawing) -> None:
        """Put the picture in the middle of the pane, or at its start if larger."""
        width, height = self.size
        above = int(any(heading.y < 0 for heading in drawing.headings))
        spare = height - above - drawing.height
        self._left = max(_MARGIN, (width - drawing.width) // 2)
        self._top = above + max(0, min(_MOST_ABOVE, spare // 2))
        if drawing.mode == LIST:
            self._left, self._top = 0, above
        needed = self._left + drawing.width
        needed = needed + _MARGIN if needed > width else needed
        self.window.resize((needed, self._top + drawing.height), (width, height))

    def watch_told(self, told: Told) -> None:
        self.scene.settle(told)
        self._strips.clear()

    def _empty_line(self, y: int) -> Strip:
        """Give a row of a pane without boxes: what is said there, in the middle."""
        width, height = self.size
        palette = self.palette
        canvas = Canvas(width, style(palette.text, palette.surface))
        said: tuple[str, ...] = _EMPTY
        if self.diagram is not None and self.diagram.boxes:
            said = (f"drawing {len(self.diagram.boxes):,} boxes{GLYPHS.ellipsis}",)
        at = y - max(0, (height - len(said)) // 2)
        if self.diagram is not None and 0 <= at < len(said):
            text = cut_end(said[at], width)
            look = style(palette.muted, palette.surface)
            canvas.put((width - len(text)) // 2, text, look)
        return canvas.strip()

    def _with_bars(self, strip: Strip, y: int) -> Strip:
        width, height = self.size
        across, down = self.window.thumbs
        if across and y == height - 1:
            ground = style(self.palette.border, self.palette.surface)
            canvas = Canvas(width, ground)
            canvas.put(across.start, GLYPHS.bar * len(across), ground)
            return canvas.strip()
        return self.with_thumb(strip.crop(0, width - 1), y) if down else strip
