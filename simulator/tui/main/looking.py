"""Questions of the main screen to a trace view: the way of an event, the types there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.story.meaning import ANSWERS, Sense
from simulator.story.phrases import answer
from simulator.tui.filters import Filter, FilterError, completions
from simulator.tui.view.columns import members
from simulator.tui.widgets.histogram import TimeMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.player import Player
    from simulator.tui.view.trace_view import TraceView

FIND = "/"
"""A filter that begins with it hides nothing: its hits are found one by one."""
# A way is not followed further: of a circle it is the same again.
_MOST = 2_000
# Newest events whose types are offered; an older type is offered by its filter.
_LOOKED_AT = 5_000
_MOST_MARKS = 100


class Way(NamedTuple):
    """Where an event went.

    Args:
        lines: Of the diagram.
        nodes: Whose boxes it came through.
    """

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
    """Say what a node answered last; empty where it has not lately.

    Args:
        view: The records.
        node: Of a service or hub.
        shown: How many records have happened.
    """
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
