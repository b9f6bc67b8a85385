"""What the tooltip says of a box or line under the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.widgets.figures import grouped, rate_text

if TYPE_CHECKING:
    from simulator.tui.diagram import Box
    from simulator.tui.widgets.graph.scene import Scene


def box_telling(scene: Scene, box: Box, more: str) -> str:
    """Give the full name, filter, counts and last outcome of a box.

    Args:
        scene: What is shown.
        box: Under the mouse.
        more: The last outcome, or what else is known of the node; may be empty.
    """
    face = scene.face(box.name)
    left = "sent" if box.kind is BoxKind.SOURCE else "received"
    lines = [f"{box.kind.value} {box.namespace}/{box.label}"]
    if not box.ready:
        lines.append("not ready")
    if box.stub:
        lines.append("nobody describes what it answers: it accepts everything")
    if box.note:
        lines.append(f"filter  {box.note}" if box.kind is BoxKind.TRIGGER else box.note)
    lines.append(f"{left}  {grouped(face.total)}")
    if face.rates:
        lines.append(f"lately  {' '.join(map(str, face.rates))}")
    if more:
        lines.append(more)
    return "\n".join(lines)


def line_telling(scene: Scene, line: int) -> str:
    """Give the ends, the kind and the rate of a drawn line."""
    drawn = scene.picture.line(line)
    ends = [scene.picture.box(name) for name in (drawn.start, drawn.end)]
    start, end = (
        box.label if box else name
        for box, name in zip(ends, (drawn.start, drawn.end), strict=True)
    )
    lines = [f"{drawn.kind.value}: {start} {GLYPHS.to} {end}"]
    if drawn.via:
        lines.append(f"by {', '.join(drawn.via)}")
    if line in scene.busy:
        lines.append(rate_text(scene.busy[line]))
    return "\n".join(lines)
