"""The graph pane under keys and mouse: walk, open, zoom, collapse, click, drag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from simulator.tui.diagram import Box, BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.layout.fit import ZOOMS
from simulator.tui.layout.views import by_namespace
from simulator.tui.spelling import rate_text
from simulator.tui.widgets.graph.pane import REPLIES, GraphPane, Wish
from simulator.tui.widgets.graph.picture import step

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events

    from simulator.tui.widgets.graph.scene import Scene

_WHEEL_COLUMNS = 6
_DOUBLE = 2


class GraphView(GraphPane):
    class Selected(Message):
        """A box was selected, or a line of the diagram that was set; else nothing is now.

        A box is a node, a link or a namespace.
        """

        def __init__(self, node: str = "", line: int | None = None) -> None:
            super().__init__()
            self.node, self.line = node, line

    # Gives the last outcome at a node for the tooltip; set by whoever knows it.
    tell: Callable[[str], str] | None = None
    _under: tuple[Box | None, int | None] = (None, None)
    _grabbed: tuple[int, int] | None = None
    _dragged = False

    def action_walk(self, direction: str) -> None:
        found = step(self.drawing, self.selected, direction)
        if found is not None:
            self._pick(found)

    def action_open(self) -> None:
        """Open the selected box: a namespace in place, a link by its other end."""
        box = self._selected_box()
        if box is not None:
            self._open(box)

    def action_zoom(self, by: int) -> bool:
        """Draw boxes larger, or with -1 smaller; tell whether that is possible."""
        if not self.drawing.places or self.drawing.mode not in ZOOMS:
            return False
        at = ZOOMS.index(self.drawing.mode) + by
        if not 0 <= at < len(ZOOMS):
            return False
        self.ask(self.wish._replace(zoom=ZOOMS[at]))
        return True

    def action_fit(self) -> None:
        """Choose the drawing that fits, with nothing opened or collapsed by hand."""
        self.ask(Wish(replies=self.wish.replies))

    def action_replies(self) -> None:
        """Draw reply lines as the next of: whole, stubs, not at all."""
        at = REPLIES.index(self.wish.replies) + 1
        self.ask(self.wish._replace(replies=REPLIES[at % len(REPLIES)]))

    def action_collapse(self) -> bool:
        """Fold the selected box's namespace, or unfold it; tell whether that is possible."""
        box = self._selected_box()
        if box is None:
            return False
        return self._toggle(box.namespace, fold=box.kind is not BoxKind.NAMESPACE)

    def on_click(self, event: events.Click) -> None:
        event.stop()
        if self._dragged or not self.drawing.places:
            self._dragged = False
            return
        x, y = self.cell_at(event.x, event.y)
        picture = self.scene.picture
        box, line = picture.box_at(x, y), picture.line_at(x, y)
        heading = picture.heading_at(x, y)
        if box is not None:
            self._pick(box.name)
            if event.chain == _DOUBLE:
                self._open(box)
        elif line is not None:
            self.select(line=line)
            line_of = picture.drawing.line_of.items()
            shown = next((at for at, drawn in line_of if drawn == line), None)
            if shown is not None:
                self.post_message(self.Selected(line=shown))
        elif heading is not None:
            self._toggle(heading.text, fold=True)
        else:
            self.select()
            self.post_message(self.Selected())

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._grabbed = (event.screen_x, event.screen_y)
        self._dragged = False
        self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        self._grabbed = None
        self.release_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._grabbed is not None:
            across = self._grabbed[0] - event.screen_x
            down = self._grabbed[1] - event.screen_y
            if across or down:
                self._dragged = True
                self._grabbed = (event.screen_x, event.screen_y)
                self.scroll(across, down)
        else:
            self._hover(event.x, event.y)

    def on_leave(self, event: events.Leave) -> None:
        self._point_at(None, None)

    def wheel(self, event: events.MouseEvent, way: int) -> None:
        """Scroll down or up; with shift right or left, with ctrl draw smaller or larger."""
        event.stop()
        if event.ctrl:
            self.action_zoom(-way)
        elif event.shift:
            self.scroll(way * _WHEEL_COLUMNS, 0)
        else:
            super().wheel(event, way)

    def _hover(self, x: int, y: int) -> None:
        picture, cell = self.scene.picture, self.cell_at(x, y)
        box = picture.box_at(*cell)
        self._point_at(box, None if box else picture.line_at(*cell))

    def _point_at(self, box: Box | None, line: int | None) -> None:
        """Tell of what is under the mouse; None for both: of nothing."""
        if (box, line) == self._under:
            return
        self._under = (box, line)
        told = None if line is None else line_telling(self.scene, line)
        if box is not None:
            more = self.tell(box.name) if self.tell else ""
            told = box_telling(self.scene, box, more)
        # A content, since a filter may look like markup.
        self.tooltip = told and Content(told)

    def _selected_box(self) -> Box | None:
        return self.scene.picture.box(self.selected or "")

    def _pick(self, name: str) -> None:
        self.select(name)
        self.post_message(self.Selected(name))

    def _open(self, box: Box) -> None:
        if box.kind is BoxKind.NAMESPACE:
            self._toggle(box.namespace, fold=False)
        elif box.kind is BoxKind.LINK:
            end = self.scene.picture.other_end(box)
            if end is not None:
                self._pick(end)

    def _toggle(self, namespace: str, *, fold: bool) -> bool:
        if self.diagram is None or not self.drawing.places:
            return False
        whole = frozenset(by_namespace(self.diagram))
        if len(whole) <= 1:  # alone it is not folded: there would be nothing to see
            return False
        if fold:
            shown = self.drawing.diagram.boxes
            boxes = (box for box in shown if box.kind is not BoxKind.NAMESPACE)
            open_ = frozenset(box.namespace for box in boxes) - {namespace}
        else:
            open_ = self.wish.expanded | {namespace}
        # With all of them open, nothing is closed.
        expanded = frozenset() if open_ >= whole else open_
        self.ask(self.wish._replace(expanded=expanded, collapsed=not open_))
        return True


# -- what the tooltip says of a box or line under the mouse


def box_telling(scene: Scene, box: Box, more: str) -> str:
    """Give the full name, filter and counts of a box, and *more*, which may be empty."""
    face = scene.face(box.name)
    left = "sent" if box.kind is BoxKind.SOURCE else "received"
    is_filter = box.note and box.kind is BoxKind.TRIGGER
    lines = (
        f"{box.kind.value} {box.namespace}/{box.label}",
        "" if box.ready else "not ready",
        "nobody describes what it answers: it accepts everything" if box.stub else "",
        f"filter  {box.note}" if is_filter else box.note,
        f"{left}  {face.total:,}",
        f"lately  {' '.join(map(str, face.rates))}" if face.rates else "",
        more,
    )
    return "\n".join(filter(None, lines))


def line_telling(scene: Scene, line: int) -> str:
    drawn = scene.picture.line(line)
    start, end = (
        box.label if (box := scene.picture.box(name)) else name
        for name in (drawn.start, drawn.end)
    )
    lines = [f"{drawn.kind.value}: {start} {GLYPHS.to} {end}"]
    if drawn.via:
        lines.append(f"by {', '.join(drawn.via)}")
    if line in scene.busy:
        lines.append(rate_text(scene.busy[line]))
    return "\n".join(lines)
