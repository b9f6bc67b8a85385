"""What the graph pane was told so far, for each picture that it shows after that.

State is in `Told`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.widgets.graph.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.paint import Palette
    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.graph.picture import Picture


class Told:
    """What holds whatever picture is shown.

    Attributes:
        frame: What moves and counts; None before there is anything.
        way_lines: The lines of the whole diagram on the way of the selected event.
        way_nodes: The nodes on it.
        lit: The nodes with a hit of the filter; None where there is no filter.
        breaks: The nodes with a breakpoint.
        line_breaks: The lines of the whole diagram with one.
        faults: Node -> the fault that is on there.
        misses: Whether what did not match is shown.
        moving: Whether dots move.
        node: The selected box, or None.
        line: The selected drawn line, or None.
    """

    def __init__(self, *, moving: bool) -> None:
        self.frame: Frame | None = None
        self.way_lines: frozenset[int] = frozenset()
        self.way_nodes: frozenset[str] = frozenset()
        self.lit: frozenset[str] | None = None
        self.breaks: frozenset[str] = frozenset()
        self.line_breaks: frozenset[int] = frozenset()
        self.faults: Mapping[str, str] = {}
        self.misses = False
        self.moving = moving
        self.node: str | None = None
        self.line: int | None = None

    def scene(self, picture: Picture, palette: Palette) -> Scene:
        """Give the scene of a picture that shows all of this."""
        scene = Scene(picture, palette)
        self.tell(scene)
        if self.frame is not None:
            scene.advance(self.frame)
        return scene

    def tell(self, scene: Scene) -> None:
        """Let a scene show all of this; all of its rows may have changed."""
        picture = scene.picture
        line_of = picture.drawing.line_of
        boxes = (picture.box_of(node) for node in sorted(self.breaks))
        scene.breaks = frozenset(box for box in boxes if box is not None)
        scene.line_breaks = frozenset(
            line_of[line] for line in self.line_breaks if line in line_of
        )
        scene.faults = self.faults
        scene.node, scene.line = self.node, self.line
        scene.misses, scene.moving = self.misses, self.moving
        scene.show_way(self.way_lines, self.way_nodes)
        scene.light(self.lit)
        scene.settle()
