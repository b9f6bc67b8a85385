"""Which shapes count for which box and line; worked out when shapes are added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.story.meaning import LOSSES, Sense

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.reel.shape import Shape, Shapes

Weights = list[tuple[int, int]]


class Plan:
    """Numbers of shapes by what they are counted for.

    Attributes:
        arrivals: Box -> the shapes whose events arrive there.
        hops: The shapes that travel, each with its lines.
        moving: By number of the shape: whether it travels along lines.
        reaching: The shapes that reach boxes, each with those.
        retries: Box -> weights whose sum is how many retries wait there.
        approvals: The same for approvals.
        held: The same for held requests.
        events: Weights whose sum is how many events there were; then the open
            requests, the waiting retries, the dead letters, the lost ones, and the
            approvals that wait.
    """

    def __init__(self, shapes: Shapes) -> None:
        self.size = len(shapes)
        self.diagram = shapes.diagram
        self.hops = [(s.code, s.lines) for s in shapes.all if s.lines]
        self.moving = [bool(shape.lines) for shape in shapes.all]
        self.reaching = [(s.code, s.arrives) for s in shapes.all if s.arrives]
        self.arrivals: dict[str, Weights] = {}
        for code, boxes in self.reaching:
            for box in boxes:
                self.arrivals.setdefault(box, []).append((code, 1))
        self.retries = _by_box(shapes, lambda shape: shape.wait)
        self.approvals = _by_box(shapes, lambda shape: shape.approvals)
        self.held = _by_box(shapes, lambda shape: shape.held)
        self.events = shapes.those(
            lambda shape: int(shape.facts.sense in {Sense.SENT, Sense.REPLY})
        )
        self.open = shapes.those(lambda shape: shape.open)
        self.waiting = shapes.those(lambda shape: shape.wait)
        self.dead = shapes.those(lambda shape: int(shape.facts.sense is Sense.DEAD))
        self.lost = shapes.those(lambda shape: int(shape.facts.sense in LOSSES))
        self.pending = shapes.those(lambda shape: shape.approvals)

    def fits(self, shapes: Shapes) -> bool:
        """Tell whether nothing has changed since the plan was made."""
        return self.size == len(shapes) and self.diagram is shapes.diagram


def _by_box(shapes: Shapes, weight: Callable[[Shape], int]) -> dict[str, Weights]:
    found: dict[str, Weights] = {}
    for code, number in shapes.those(weight):
        found.setdefault(shapes.all[code].waits_at, []).append((code, number))
    return found
