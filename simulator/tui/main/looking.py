"""Questions of the main screen to what runs: ways, types, marks, who did not match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.filters import Verdict
from simulator.story.meaning import ANSWERS, Sense
from simulator.story.phrases import answer
from simulator.tui.diagram import LineKind
from simulator.tui.filters import Filter, FilterError, completions
from simulator.tui.view.columns import HOP_S, members
from simulator.tui.view.frame import Dot
from simulator.tui.view.timeline import Mode
from simulator.tui.widgets.histogram import TimeMark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.tui.branch import Branch
    from simulator.tui.diagram import Line
    from simulator.tui.player import Player
    from simulator.tui.view.trace_view import TraceView
    from simulator.wiring import Route, Wiring

FIND = "/"
"""A filter that begins with it hides nothing: its hits are found one by one."""
# A way is not followed further: of a circle it is the same again.
_MOST = 2_000
# Newest events whose types are offered; an older type is offered by its filter.
_LOOKED_AT = 5_000
_MOST_MARKS = 100
# In a dense run nobody sees single dots.
_MOST_RECORDS, _MOST_DOTS = 300, 100
_TAKEN = (Sense.ACCEPTED, Sense.UNMATCHED)


class Way(NamedTuple):
    """Where an event went."""

    lines: tuple[int, ...]
    nodes: tuple[str, ...]


def way_of(view: TraceView, serial: int) -> Way:
    """Give the way of the event of a record, its further attempts included.

    That of a dead letter begins where the event was sent that it was.
    """
    columns = view.columns
    event, root = columns.event[serial], view.trace_of(serial)
    wanted = {event}
    while (event := columns.buried.get(event, event)) not in wanted:
        wanted.add(event)
    lines: dict[int, None] = {}
    nodes: dict[str, None] = {}
    looked = 0
    for member in members(columns, root, len(columns)):
        if columns.event[member] not in wanted:
            continue
        shape = view.shape(member)
        facts = shape.facts
        lines.update(
            dict.fromkeys(view.diagram.way(facts.kind, facts.source, facts.target))
        )
        for node in (shape.start, shape.end):
            if node:
                nodes[view.diagram.box_name(node)] = None
        looked += 1
        if looked >= _MOST:
            break
    return Way(tuple(lines), tuple(nodes))


def seen_types(view: TraceView) -> list[str]:
    """List the types of the newest events, the oldest of them first."""
    found: dict[str, None] = {}
    begun = view.columns.begun
    for number in range(max(0, len(begun) - _LOOKED_AT), len(begun)):
        serial = begun[number]
        if serial >= view.first:
            found[view.attributes(serial).get("type", "")] = None
    return [name for name in found if name]


def fault_of(text: str) -> str | None:
    """Say what is wrong with a filter, or with a find; None where nothing is."""
    try:
        Filter.parse(text.removeprefix(FIND))
    except FilterError as error:
        return f"column {error.position + 1}: {error.reason}"
    return None


def complete(text: str, types: Sequence[str], nodes: Sequence[str]) -> str | None:
    """Give the filter as it could go on; None for no idea."""
    sign = FIND if text.startswith(FIND) else ""
    found = completions(text.removeprefix(FIND), types=types, nodes=nodes)
    return sign + found[0] if found else None


def last_outcome(view: TraceView, node: str, shown: int) -> str:
    """Say what a node answered last; empty where it has not lately."""
    for serial in range(shown - 1, max(view.first, shown - _LOOKED_AT) - 1, -1):
        facts = view.shape(serial).facts
        if facts.source == node and facts.sense in ANSWERS:
            return answer(view.record(serial), "long")
    return ""


def marks_of(player: Player, view: TraceView) -> list[TimeMark]:
    """Give the places of the time line with a bookmark or a request that was held."""
    end = player.edge
    if not end:
        return []
    held = view.columns.listed[Sense.HELD][-_MOST_MARKS:]
    places = [(view.position_of(serial, player.mode), "break") for serial in held]
    places += [
        (view.position_of(max(0, shown - 1), player.mode), "bookmark")
        for shown in player.bookmarks
    ]
    return [TimeMark(place / end, kind) for place, kind in places]


def graph_marks(branch: Branch) -> dict[str, Any]:
    """Give the breakpoints and faults of a run as `GraphView.set_marks` takes them."""
    sim = branch.sim if branch.live else None
    points = [] if sim is None else [each for each in sim.breakpoints if each.on]
    lines = {
        edge: at
        for at, line in enumerate(branch.view.diagram.lines)
        for edge in edges_of(line)
    }
    return {
        "breaks": [each.node for each in points if each.node],
        "line_breaks": [lines[each.edge] for each in points if each.edge in lines],
        "faults": {
            each.node: each.value or each.kind
            for each in (() if sim is None else sim.faults)
            if each.on
        },
    }


def edges_of(line: Line) -> list[tuple[str, str]]:
    """Give the ends of the requests that go along a line.

    A route asks, be it drawn as a box or not: it dispatches, and it posts the replies
    of its subscriber.
    """
    return [(start, line.end) for start in line.via or (line.start,)]


def misses_of(branch: Branch, serial: int) -> list[tuple[str, str]]:
    """Name the triggers that did not want the event of a record, and why."""
    if branch.sim is None:
        return []
    record = branch.view.record(serial)
    return [
        (why.trigger, "; ".join(each.text for each in why.explanation.nearest_miss))
        for why in branch.sim.whys(record.event)
        if why.hub == record.target and not why.matches
    ]


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
