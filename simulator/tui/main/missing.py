"""What was offered to triggers that did not want it: dots that end at the trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters import Verdict
from simulator.story.meaning import Sense
from simulator.tui.diagram import LineKind
from simulator.tui.view.columns import HOP_S
from simulator.tui.view.frame import Dot
from simulator.tui.view.timeline import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.view.trace_view import TraceView
    from simulator.wiring import Route, Wiring

# In a dense run nobody sees single dots.
_MOST_RECORDS, _MOST_DOTS = 300, 100
_TAKEN = (Sense.ACCEPTED, Sense.UNMATCHED)


def missed_dots(
    view: TraceView, wiring: Wiring, position: float, mode: str
) -> list[Dot]:
    """Give what is on its way to triggers whose filters do not pass it.

    Nothing is recorded of it: the same filters are asked again.

    Args:
        view: The records.
        wiring: What runs.
        position: In seconds of the time line.
        mode: Of the time line; true time shows no dots.
    """
    if mode != Mode.STORY:
        return []
    stop = view.serial_at(position)
    start = max(view.serial_at(position - HOP_S), stop - _MOST_RECORDS, view.first)
    found: list[Dot] = []
    for serial in range(start, stop):
        if view.columns.sense[serial] not in _TAKEN:
            continue
        fraction = (position - view.position_of(serial)) / HOP_S
        hub = view.shape(serial).facts.target
        for route in unwanted(view, wiring, serial):
            line = view.diagram.line(hub, route.node, LineKind.FLOW)
            if line is not None:
                found.append(Dot((line,), min(1.0, fraction), "nomatch"))
        if len(found) >= _MOST_DOTS:
            break
    return found


def unwanted(view: TraceView, wiring: Wiring, serial: int) -> Iterator[Route]:
    """Give the routes of a hub that do not want the event of a record that it took."""
    hub = next(
        (h for h in wiring.hubs if h.node == view.shape(serial).facts.target), None
    )
    attributes = view.attributes(serial)
    for route in hub.routes if hub is not None else ():
        wanted = route.filter
        if wanted is not None and wanted.verdict(attributes) is Verdict.FAIL:
            yield route
