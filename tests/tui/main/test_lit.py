"""The lit row of the list is what keys take that are about an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.main.choice import way_of
from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.theatre import MEDIUM, PIPELINE, WIDE, played

if TYPE_CHECKING:
    from simulator.tui.widgets.graph.view import GraphView
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


@pytest.fixture
def ended(theatre: Theatre) -> Show:
    """Give a run that stands at its end, with the list in the focus."""
    show = theatre.show(played(PIPELINE), size=WIDE)
    show.press("2")
    return show


@pytest.mark.parametrize("key", ["L", "W", "D", "E", "r", "y", "x", "less_than_sign"])
def test_a_key_about_an_event_takes_the_lit_row(ended: Show, key: str) -> None:
    lit = ended.main.events.cursor_serial
    assert lit is not None
    assert ended.main.selection.now.is_none

    ended.press(key)

    chosen = ended.main.selection.now.serial
    assert chosen == lit or key == "less_than_sign"
    assert chosen is not None
    assert not ended.last_said.startswith("select an event")
    assert not ended.main.events.following


def test_the_event_of_the_lit_row_is_sent_again(ended: Show) -> None:
    lit = ended.main.events.cursor_serial
    assert lit is not None

    ended.press("r")

    ended.top(SendEvent)
    assert ended.stage.view.record(lit).event.type in ended.text


def test_without_the_focus_on_the_list_no_row_is_taken(ended: Show) -> None:
    ended.press("1", "r")

    assert ended.main.selection.now.is_none
    assert ended.last_said.startswith("select an event")


def test_a_selection_stays_lit_while_the_list_follows(
    theatre: Theatre,
) -> None:
    show = theatre.show(played(PIPELINE, for_="8s"), size=WIDE)
    show.press("2", "end")
    chosen = show.main.selection.now.serial
    rows = show.main.events
    before = rows.count

    show.press("space")
    show.until(lambda: rows.count > before)

    assert rows.following
    lit = [
        rows._rows.row(index).serial
        for index in range(rows.count)
        if rows._rows is not None and rows._is_lit(index, rows._rows.row(index))
    ]
    assert lit == [chosen]


def test_the_way_of_a_dead_letter_begins_where_its_event_was_sent(desk: Show) -> None:
    desk.send("order.priced")
    desk.press("space")
    desk.until(lambda: desk.stage.view.columns.buried)
    [dead] = [r for r in desk.stage.current.records if r.kind == "dead-lettered"]

    _, nodes = way_of(desk.stage.view, dead.serial)

    way = {"broker/default", "trigger/bill", "service/billing", "service/dead"}
    assert way <= set(nodes)


def test_the_graph_scrolls_to_where_a_selected_event_goes(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=MEDIUM)
    graph, target = show.main.graph, "service/builder"
    assert not is_seen(graph, target)
    serials = (r.serial for r in show.stage.current.records if r.target == target)

    show.call(show.main.selection.choose_record, next(serials))

    assert is_seen(graph, target)
    assert is_seen(graph, "trigger/on-merged")


def is_seen(graph: GraphView, node: str) -> bool:
    """Tell whether a box is in the pane as wide as it is."""
    assert graph.drawing is not None
    place, (left, _) = graph.drawing.places[node], graph.cell_at(0, 0)
    return left <= place.x and place.x + place.w <= left + graph.size.width
