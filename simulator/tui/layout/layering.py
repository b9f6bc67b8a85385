"""Which lines go back, which boxes stand on top of a hub, and who stands in which column."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from simulator.graph.walks import reached
from simulator.tui.diagram import BoxKind, LineKind

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from simulator.tui.diagram import Box

Ends = tuple[int, int, LineKind]

_FEEDERS = (BoxKind.SOURCE, BoxKind.LINK)
_HUBS = (BoxKind.BROKER, BoxKind.CHANNEL)


def stacks(boxes: Sequence[Box], lines: Sequence[Ends]) -> dict[int, tuple[int, ...]]:
    """Give each hub the sources that feed it and nothing else, in declaration order."""
    out: dict[int, list[Ends]] = {}
    fed = set()
    for line in lines:
        out.setdefault(line[0], []).append(line)
        fed.add(line[1])
    found: dict[int, tuple[int, ...]] = {}
    for at, box in enumerate(boxes):
        ends = out.get(at, [])
        if box.kind in _FEEDERS and at not in fed and len(ends) == 1:
            _, hub, kind = ends[0]
            if kind is LineKind.FLOW and boxes[hub].kind in _HUBS:
                found[hub] = (*found.get(hub, ()), at)
    return found


def feedback(lines: Sequence[Ends], *, count: int, wrapped: bool) -> list[bool]:
    """Say of each line whether it leads back to where its events came from.

    A reply does when its receiver leads to its giver; one that goes on to another
    channel does not. Of the circles that are left, the line that closes one does.

    Args:
        lines: Start, end, kind.
        count: Of boxes.
        wrapped: So does every reply to what leads on: the channels of a Sequence stand
            in one column, which makes it short and high instead of long.
    """
    events = (kind is not LineKind.REPLY for _, _, kind in lines)
    after = dict(enumerate(_after(lines, events, count)))
    below: dict[int, set[int]] = {}
    back = [start == end for start, end, _ in lines]
    for at, (start, end, kind) in enumerate(lines):
        if kind is LineKind.REPLY:
            if end not in below:
                below[end] = reached(end, after)
            back[at] |= start in below[end] or (wrapped and bool(after[end]))
    _close_circles(lines, back, count)
    return back


def _after(lines: Sequence[Ends], used: Iterable[bool], count: int) -> list[list[int]]:
    after: list[list[int]] = [[] for _ in range(count)]
    for (start, end, _), taken in zip(lines, used, strict=True):
        if taken:
            after[start].append(end)
    return after


def _close_circles(lines: Sequence[Ends], back: list[bool], count: int) -> None:
    """Mark the lines that close a circle, found depth first in declaration order."""
    out: list[list[int]] = [[] for _ in range(count)]
    fed = [False] * count
    for at, (start, end, _) in enumerate(lines):
        if not back[at]:
            out[start].append(at)
            fed[end] = True
    open_: set[int] = set()
    seen: set[int] = set()
    for root in sorted(range(count), key=lambda box: fed[box]):
        if root in seen:
            continue
        seen.add(root)
        open_.add(root)
        stack: list[tuple[int, Iterator[int]]] = [(root, iter(out[root]))]
        while stack:
            box, rest = stack[-1]
            for at in rest:
                end = lines[at][1]
                if end in open_:
                    back[at] = True
                elif end not in seen:
                    seen.add(end)
                    open_.add(end)
                    stack.append((end, iter(out[end])))
                    break
            else:
                open_.discard(box)
                stack.pop()


def layers(
    lines: Sequence[Ends],
    back: Sequence[bool],
    kinds: Sequence[BoxKind],
    *,
    leave_out: Container[int] = (),
) -> list[int]:
    """Give each box its column, from 0 on.

    A box stands right of all that lead to it; one that nothing leads to stands beside
    the first that it leads to; one without lines joins the first column of its kind.
    """
    count = len(kinds)
    after = _after(lines, (not flag for flag in back), count)
    before = [0] * count
    for ends in after:
        for end in ends:
            before[end] += 1
    roots = [box for box in range(count) if not before[box]]
    layer = [0] * count
    todo = deque(roots)
    while todo:
        box = todo.popleft()
        for end in after[box]:
            layer[end] = max(layer[end], layer[box] + 1)
            before[end] -= 1
            if not before[end]:
                todo.append(end)
    for box in roots:
        if after[box]:
            layer[box] = min(layer[end] for end in after[box]) - 1
    _settle_loners(layer, lines, kinds)
    return _packed(layer, [box for box in range(count) if box not in leave_out])


def _settle_loners(
    layer: list[int], lines: Sequence[Ends], kinds: Sequence[BoxKind]
) -> None:
    linked = {box for start, end, _ in lines for box in (start, end)}
    first: dict[BoxKind, int] = {}
    for box in sorted(linked):
        first[kinds[box]] = min(first.get(kinds[box], layer[box]), layer[box])
    for box, kind in enumerate(kinds):
        if box not in linked:
            layer[box] = first.get(kind, 0)


def _packed(layer: Sequence[int], standing: Sequence[int]) -> list[int]:
    """Leave out columns in which nothing stands."""
    used = sorted({layer[box] for box in standing})
    at = {column: place for place, column in enumerate(used)}
    return [at.get(column, 0) for column in layer]
