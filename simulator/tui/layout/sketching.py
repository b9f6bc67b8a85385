"""From a diagram to columns of nodes in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.bends import Bends, links
from simulator.tui.layout.layering import feedback, layers
from simulator.tui.layout.ordering import Ordering
from simulator.tui.layout.sketch import FREE, Sketch, Way, Wire
from simulator.tui.layout.stacking import stacks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.tui.diagram import Diagram
    from simulator.tui.layout.layering import Ends

_BACK = {"lines": Way.BACK, "stubs": Way.STUB, "off": Way.HIDDEN}


def sketch(
    diagram: Diagram,
    *,
    stacked: bool = False,
    wrapped: bool = False,
    replies: str = "lines",
    rows: Mapping[str, int] | None = None,
) -> Sketch:
    """Put the boxes of a diagram into columns.

    Args:
        diagram: What to draw.
        stacked: Sources of one hub stand on top of it.
        wrapped: Replies to other channels lead back too; see `feedback`.
        replies: ``lines``, ``stubs`` or ``off``, for replies that lead back.
        rows: Of an earlier drawing: box -> row; its order decides where nothing else
            does.
    """
    number = {box.name: at for at, box in enumerate(diagram.boxes)}
    lines = [(number[x.start], number[x.end], x.kind) for x in diagram.lines]
    piles = stacks(diagram.boxes, lines) if stacked else {}
    layer, ways = _ways(diagram, lines, piles, wrapped=wrapped)
    bends = Bends(
        layer, [line for line, way in zip(lines, ways, strict=True) if way is Way.AHEAD]
    )
    wires = []
    for line, way in zip(lines, ways, strict=True):
        if way is Way.BACK and line[2] is LineKind.REPLY:
            wires.append(Wire(*line, _BACK[replies]))
        else:
            wires.append(
                Wire(*line, way, bends.chain(line) if way is Way.AHEAD else ())
            )
    pinned = _pinned(diagram, lines)
    made = Sketch(
        diagram,
        wires=wires,
        layer=layer,
        stacks=piles,
        groups=_groups(diagram) + [FREE] * len(bends.owner),
        pinned=pinned | {x for x, box in bends.owner.items() if box in pinned},
    )
    made.columns = _columns(made, rows or {})
    return made


def _ways(
    diagram: Diagram,
    lines: Sequence[Ends],
    piles: Mapping[int, tuple[int, ...]],
    *,
    wrapped: bool,
) -> tuple[list[int], list[Way]]:
    """Give the column of each box and the way of each line."""
    on_top = {box: hub for hub, boxes in piles.items() for box in boxes}
    kinds = [box.kind for box in diagram.boxes]
    # A box in a stack goes where its hub goes: it takes no part in the layering.
    free = [line for line in lines if line[0] not in on_top]
    back = feedback(free, count=len(kinds), wrapped=wrapped)
    layer = layers(free, back, kinds, leave_out=on_top)
    for box, hub in on_top.items():
        layer[box] = layer[hub]
    ways = []
    flags = iter(back)
    for start, end, _ in lines:
        if start in on_top:
            ways.append(Way.RAIL)
            continue
        next(flags)
        ways.append(Way.AHEAD if layer[start] < layer[end] else Way.BACK)
    return layer, ways


def _groups(diagram: Diagram) -> list[int]:
    """Number the namespaces; a box that is a namespace belongs to none."""
    found: dict[str, int] = {}
    return [
        FREE
        if box.kind is BoxKind.NAMESPACE
        else found.setdefault(box.namespace, len(found))
        for box in diagram.boxes
    ]


def _pinned(diagram: Diagram, lines: Sequence[Ends]) -> frozenset[int]:
    """Find the dead letter sinks, and links to some."""
    kinds: dict[int, set[LineKind]] = {}
    for _, end, kind in lines:
        kinds.setdefault(end, set()).add(kind)
    return frozenset(
        at
        for at, box in enumerate(diagram.boxes)
        if box.kind is BoxKind.DEAD_LETTERS
        or (box.kind is BoxKind.LINK and kinds.get(at) == {LineKind.DEAD_LETTER})
    )


def _columns(made: Sketch, rows: Mapping[str, int]) -> list[list[int]]:
    columns: list[list[int]] = [[] for _ in range(max(made.layer, default=-1) + 1)]
    for node, column in enumerate(made.layer):
        if node not in made.stacked:
            columns[column].append(node)
    if rows:
        columns = [_as_before(made, column, rows) for column in columns]
    counted = (
        wire.chain for wire in made.wires if wire.kind is not LineKind.DEAD_LETTER
    )
    left, right = links(counted, len(made.layer))
    return Ordering(columns, left, right, made.groups, made.pinned).best(
        kept=bool(rows)
    )


def _as_before(
    made: Sketch, column: Sequence[int], rows: Mapping[str, int]
) -> list[int]:
    """Sort a column by the old rows; a new box stays behind the one before it."""
    row = -1
    wish = {}
    for node in column:
        if node < made.count:
            row = rows.get(made.diagram.boxes[node].name, row)
        wish[node] = row
    return sorted(column, key=wish.__getitem__)
