"""Which boxes stand on top of the hub that they feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import BoxKind, LineKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.diagram import Box
    from simulator.tui.layout.layering import Ends

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
