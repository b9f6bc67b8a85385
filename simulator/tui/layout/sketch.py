"""A diagram in columns: which node stands where among its neighbours, without sizes.

A node is a box, or a *bend*: the place where a line passes through a column. Nodes are
numbers: boxes first, in the order of the diagram, then bends.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.diagram import Diagram, LineKind

FREE = -1
"""The group of a node that may stand anywhere in its column."""


class Way(Enum):
    """How a line gets from its start to its end."""

    AHEAD = "ahead"
    """From column to column, to the right."""
    BACK = "back"
    """Through a lane above or below all boxes."""
    RAIL = "rail"
    """Down the left side of a stack."""
    STUB = "stub"
    """Its two ends are shown, nothing between them."""
    HIDDEN = "hidden"


class Wire(NamedTuple):
    """A line between nodes; its place among the wires is that of its line.

    Args:
        chain: From start to end, one node a column; empty unless it goes ahead.
    """

    start: int
    end: int
    kind: LineKind
    way: Way
    chain: tuple[int, ...] = ()


class Sketch:
    """Columns of nodes, from left to right and from top to bottom.

    Args:
        diagram: What is drawn.
        wires: One for each line.
        layer: Node -> its column; a stacked box has that of its hub.
        stacks: Hub -> the boxes on top of it, from top to bottom.
        groups: Node -> its namespace as a number, or `FREE`.
        pinned: The nodes that stay at the bottom of their column.
        columns: Without stacked boxes.
    """

    __slots__ = (
        "columns",
        "count",
        "diagram",
        "groups",
        "layer",
        "pinned",
        "stacked",
        "stacks",
        "wires",
    )

    def __init__(
        self,
        diagram: Diagram,
        *,
        wires: Sequence[Wire],
        layer: Sequence[int],
        stacks: Mapping[int, tuple[int, ...]],
        groups: Sequence[int],
        pinned: frozenset[int],
    ) -> None:
        self.diagram = diagram
        self.count = len(diagram.boxes)
        self.wires = wires
        self.layer = layer
        self.stacks = stacks
        self.stacked = {box: hub for hub, boxes in stacks.items() for box in boxes}
        self.groups = groups
        self.pinned = pinned
        self.columns: list[list[int]] = []
