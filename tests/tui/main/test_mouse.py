"""What the mouse does on the main screen: clicks, hovers, wheels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.diagram import LineKind
from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.check_panes import focused
from tests.tui.main.theatre import NARROW, PIPELINE, WIDE, played

if TYPE_CHECKING:
    from textual.widget import Widget

    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def click(show: Show, widget: Widget, x: int, y: int, *, times: int = 1) -> None:
    show.run(show.theatre.pilot.click(widget, offset=(x, y), times=times))


def test_a_click_on_a_hint_does_what_its_key_does(show: Show) -> None:
    bar = show.main.widgets.bar
    x = show.lines[-1].index("n Send")

    click(show, bar, x, 0)

    show.top(SendEvent)


def test_a_click_beside_the_hints_does_nothing(show: Show) -> None:
    x = show.lines[-1].index("? Help") + len("? Help") + 2

    click(show, show.main.widgets.bar, x, 0)

    assert show.screen is show.main


def test_a_click_on_a_row_selects_it_and_two_go_there(show: Show) -> None:
    list_ = show.main.events

    click(show, list_, 4, 2)
    picked = show.main.selection.now.serial
    assert picked == list_.cursor_serial
    assert show.player.cursor != picked
    click(show, list_, 4, 2, times=2)

    assert show.player.cursor == picked


def test_a_click_on_a_box_selects_it_and_one_beside_it_clears(
    theatre: Theatre,
) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    places = dict(show.main.graph.box_regions())
    region = places["service/builder"]
    corner = show.main.graph.region

    click(show, show.main.graph, region.x - corner.x + 2, region.y - corner.y + 1)
    assert show.main.selection.now.node == "service/builder"
    click(show, show.main.graph, 0, 0)

    assert show.main.selection.now.is_none


def test_a_click_on_a_line_selects_it_and_i_the_next_one(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=WIDE)
    places = dict(show.main.graph.box_regions())
    region = places["service/builder"]
    corner = show.main.graph.region

    click(show, show.main.graph, region.x - corner.x - 2, region.y - corner.y + 1)

    line = show.main.selection.now.line
    assert line is not None
    lines = show.stage.view.diagram.lines
    assert (lines[line].start, lines[line].end) == (
        "trigger/on-merged",
        "service/builder",
    )
    assert "on-merged" in show.call(show.inspector.copied_text)
    show.press("i")
    following = show.main.selection.now.line
    assert following is not None
    assert lines[following].start == "trigger/on-merged"
    assert lines[following].kind is LineKind.DEAD_LETTER


def test_a_click_on_the_name_of_a_pane_brings_it_on(theatre: Theatre) -> None:
    show = theatre.show(played(PIPELINE), size=NARROW)
    x = next(line for line in show.lines if "2 Events" in line).index("2 Events")

    click(show, show.main.widgets.tabs, x + 2, 0)

    assert focused(show) == "events"
    click(show, show.main.widgets.tabs, 70, 0)
    assert focused(show) == "events"


def test_a_box_under_the_mouse_tells_what_happened_there_last(show: Show) -> None:
    tell = show.main.graph.tell
    assert tell is not None

    assert "200" in tell("service/builder")
    assert tell("service/notifier") == ""


def test_the_inspector_leads_to_nodes_and_records(show: Show) -> None:
    show.call(show.main.selection.choose_node, "trigger/on-merged")
    show.press("3", "down", "enter")
    assert show.main.selection.now.node != "trigger/on-merged"

    show.call(show.main.selection.choose_record, 0)
    show.press("L", "down", "down", "enter")

    serial = show.main.selection.now.serial
    assert serial is not None
    assert serial > 0
