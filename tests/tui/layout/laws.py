"""What is true of every drawing; each law returns what breaks it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, LineKind
from simulator.tui.layout.drawing import EAST, NORTH, SOUTH, WEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.diagram import Diagram
    from simulator.tui.layout.drawing import Drawing

STEPS = {(1, 0): EAST, (-1, 0): WEST, (0, 1): SOUTH, (0, -1): NORTH}
BACK = {EAST: WEST, WEST: EAST, NORTH: SOUTH, SOUTH: NORTH}
ACROSS, UPRIGHT = EAST | WEST, NORTH | SOUTH


def broken_laws(drawing: Drawing) -> list[str]:
    """Give all that is wrong with a drawing; what builds on a broken law is not asked."""
    broken = [*boxes_apart(drawing), *paths_connected(drawing)]
    return broken or [
        *paths_end_at_their_boxes(drawing),
        *strangers_cross(drawing),
        *nothing_looks_joined(drawing),
        *inside(drawing),
    ]


def boxes_apart(drawing: Drawing) -> Iterator[str]:
    taken: dict[tuple[int, int], str] = {}
    for name, place in drawing.places.items():
        for x in range(place.x, place.x + place.w):
            for y in range(place.y, place.y + place.h):
                if (x, y) in taken:
                    yield f"{name} overlaps {taken[x, y]} at {x},{y}"
                taken[x, y] = name
    for cell in drawing.cells:
        if cell in taken:
            yield f"a line enters {taken[cell]} at {cell}"


def paths_connected(drawing: Drawing) -> Iterator[str]:
    for at, path in enumerate(drawing.paths):
        for (x0, y0), (x1, y1) in pairwise(path):
            if (x1 - x0, y1 - y0) not in STEPS:
                yield f"line {at} jumps from {x0},{y0} to {x1},{y1}"
        if len(set(path)) != len(path):
            yield f"line {at} meets itself"


def paths_end_at_their_boxes(drawing: Drawing) -> Iterator[str]:
    for at, (line, path) in enumerate(
        zip(drawing.diagram.lines, drawing.paths, strict=True)
    ):
        if not path:
            continue
        start, end = drawing.places[line.start], drawing.places[line.end]
        right = (start.x + start.w, start.port)
        on_top = start.x == end.x and start.y < end.y and line.kind is LineKind.FLOW
        left = (start.x - 1, start.port)
        if path[0] != right and not (on_top and path[0] == left):
            yield f"line {at} {line.start} starts at {path[0]}, not {right}"
        if path[-1] != (end.x - 1, end.port):
            yield f"line {at} ends at {path[-1]}, not left of {line.end}"
        if path[-1] not in drawing.arrows:
            yield f"line {at} has no arrow"


def masks(drawing: Drawing) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Give for each cell the lines through it and the ways that each takes."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for at, path in enumerate(drawing.paths):
        if not path:
            continue
        start = drawing.places[drawing.diagram.lines[at].start]
        came = EAST if path[0][0] < start.x else WEST
        for cell, after in zip(path, [*path[1:], None], strict=True):
            go = EAST
            if after is not None:
                go = STEPS[after[0] - cell[0], after[1] - cell[1]]
            found.setdefault(cell, []).append((at, came | go))
            came = BACK[go]
    return found


def strangers_cross(drawing: Drawing) -> Iterator[str]:
    """Strangers share a cell only where one crosses the other at a right angle."""
    lines = drawing.diagram.lines
    for cell, passing in masks(drawing).items():
        drawn = drawing.cells[cell]
        if sorted(drawn.lines) != sorted(at for at, _ in passing):
            yield f"{cell} names {drawn.lines}, through it go {passing}"
        if drawn.mask == 15 and not kin(drawing, [at for at, _ in passing]):
            yield f"{cell} joins strangers"
        for at, mask in passing:
            for other, its in passing:
                one, two = lines[at], lines[other]
                if one.start == two.start or one.end == two.end:
                    continue
                if {mask, its} != {ACROSS, UPRIGHT}:
                    yield f"lines {at} and {other} run over each other at {cell}"
                if (
                    drawn.mask & UPRIGHT != UPRIGHT
                    or drawn.mask == NORTH | SOUTH | ACROSS
                ):
                    yield f"the upright line is not on top at {cell}"


def kin(drawing: Drawing, some: list[int]) -> bool:
    lines = [drawing.diagram.lines[at] for at in some]
    return (
        len({line.start for line in lines}) == 1
        or len({line.end for line in lines}) == 1
    )


def nothing_looks_joined(drawing: Drawing) -> Iterator[str]:
    """Cells point at each other only where a line steps between them."""
    # The two cells of a stub belong together.
    stubs = [(x + dx, y) for x, y in drawing.stubs for dx in (-1, 0)]
    stepped = {pair for x, y in stubs for pair in (((x, y), (x + 1, y)),)}
    stepped |= {(other, one) for one, other in stepped}
    for path in drawing.paths:
        for one, other in pairwise(path):
            stepped.add((one, other))
            stepped.add((other, one))
    for (x, y), cell in drawing.cells.items():
        for (dx, dy), way in STEPS.items():
            other = (x + dx, y + dy)
            if cell.mask & way and other in drawing.cells:
                points_back = drawing.cells[other].mask & BACK[way]
                if points_back and ((x, y), other) not in stepped:
                    yield f"{x},{y} and {other} look joined"


def inside(drawing: Drawing) -> Iterator[str]:
    for x, y in drawing.cells:
        if not (0 <= x < drawing.width and 0 <= y < drawing.height):
            yield f"{x},{y} is outside {drawing.width}x{drawing.height}"
    for name, place in drawing.places.items():
        if place.x < 0 or place.y < 0:
            yield f"{name} begins at {place}"
        if place.x + place.w > drawing.width or place.y + place.h > drawing.height:
            yield f"{name} ends outside {drawing.width}x{drawing.height}"


def shown_lines(drawing: Drawing, whole: Diagram) -> Iterator[str]:
    """Every line has a path, or one shows it; closed boxes may hide their own."""
    inner = {box: name for name, boxes in drawing.members.items() for box in boxes}
    for at, line in enumerate(whole.lines):
        if at in drawing.line_of:
            if not drawing.paths[drawing.line_of[at]] and drawing.mode != "list":
                yield f"line {at} is not drawn"
        elif inner.get(line.start, line.start) != inner.get(line.end, line.end):
            yield f"line {at} is not shown"


def shown_boxes(drawing: Drawing, whole: Diagram) -> Iterator[str]:
    inner = [box for boxes in drawing.members.values() for box in boxes]
    for box in whole.boxes:
        if (box.name in drawing.places) + inner.count(box.name) != 1:
            yield f"{box.name} is shown more or less than once"


def pinned(drawing: Drawing) -> Iterator[str]:
    """Dead letter sinks stand below all other boxes of their column and band."""
    for box in drawing.diagram.boxes:
        if box.kind is BoxKind.DEAD_LETTERS:
            mine = drawing.places[box.name]
            for other in drawing.diagram.boxes:
                place = drawing.places[other.name]
                band = drawing.style != "bands" or other.namespace == box.namespace
                if (
                    band
                    and place.x == mine.x
                    and place.y > mine.y
                    and other.kind not in (BoxKind.DEAD_LETTERS, BoxKind.LINK)
                ):
                    yield f"{other.name} stands below {box.name}"
