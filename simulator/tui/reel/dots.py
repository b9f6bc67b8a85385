"""What is on its way at a position of the story."""

from __future__ import annotations

import re
from itertools import compress
from typing import TYPE_CHECKING

from simulator.story.meaning import Sense
from simulator.tui.reel.frame import Dot
from simulator.tui.reel.mode import HOP_S
from simulator.tui.reel.outcome import outcome_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from simulator.tui.reel.columns import Columns
    from simulator.tui.reel.plan import Plan

_MOST_ON_A_LINE = 3
# Dots that are closer than this, in seconds, are one.
_APART_S = HOP_S / 4
# Records that are looked at for ordinary dots: those that arrive next.
_LOOKED_AT = 3_000
_MOST_RARE = 60
_RARE = re.compile(
    b"[%s]"
    % re.escape(
        bytes((Sense.REQUEST_AGAIN, Sense.REPLY_AGAIN, Sense.DEAD, Sense.DEAD_AGAIN))
    )
)


def dots(
    columns: Columns, plan: Plan, position: float, flying: range, busy: Container[int]
) -> tuple[Dot, ...]:
    """Give what is on its way, in the order of arrival.

    Args:
        columns: The records.
        plan: Which of them travel.
        position: In seconds of the story.
        flying: The serials of what has not happened, but has left.
        busy: The lines where there are too many.
    """
    found: list[Dot] = []
    on_line: dict[int, int] = {}
    latest: dict[tuple[int, ...], float] = {}
    shapes, story, senses = columns.shapes.all, columns.story, columns.sense
    for serial in _travellers(columns, plan, flying):
        lines = shapes[columns.shape[serial]].lines
        arrival = story[serial]
        rare = _RARE.match(senses, serial) is not None
        if arrival - latest.get(lines, -1.0) < _APART_S:
            continue
        crowded = any(
            line in busy or on_line.get(line, 0) >= _MOST_ON_A_LINE for line in lines
        )
        if crowded and not rare:
            continue
        latest[lines] = arrival
        for line in lines:
            on_line[line] = on_line.get(line, 0) + 1
        fraction = min(1.0, max(0.0, 1 - (arrival - position) / HOP_S))
        found.append(Dot(lines, fraction, outcome_of(columns, serial)))
    return tuple(found)


def _travellers(columns: Columns, plan: Plan, flying: range) -> Iterator[int]:
    """Give the serials of what travels: all that arrives next, later the rare ones."""
    start, stop = flying.start, flying.stop
    near = min(stop, start + _LOOKED_AT)
    moving = map(plan.moving.__getitem__, columns.shape[start:near])
    yield from compress(range(start, near), moving)
    found = 0
    for match in _RARE.finditer(columns.sense, near, stop):
        if plan.moving[columns.shape[match.start()]]:
            yield match.start()
            found += 1
            if found == _MOST_RARE:
                return
