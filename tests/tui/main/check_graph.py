"""Keys of the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.widgets.graph.pane import AUTO, REPLIES
from tests.tui.main.checks import does

if TYPE_CHECKING:
    from tests.tui.main.show import Show


@does("graph.left", "graph.right")
def walks_along_the_lines(show: Show, key: str) -> None:
    ends = {"r": "service/builder", "l": "broker/default"}
    show.call(show.main.selection.choose_node, "trigger/on-merged")
    show.press(key)
    goal = ends["r" if key in ("right", "l") else "l"]
    assert show.main.selection.now.node == show.main.graph.selected == goal


@does("graph.up", "graph.down")
def walks_along_the_column(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_node, "trigger/on-published")
    show.press(key)
    goal = "trigger/on-merged" if key in ("up", "k") else "trigger/on-staged"
    assert show.main.selection.now.node == goal


@does("graph.open", "graph.collapse")
def closes_and_opens_a_namespace(show: Show, key: str) -> None:
    graph = show.main.graph
    show.press("right")
    assert graph.drawing is not None
    boxes = len(graph.drawing.places)
    show.press("c")
    assert len(graph.drawing.places) < boxes
    assert "⊞ shop" in show.text
    show.press("enter")
    assert len(graph.drawing.places) == boxes


@does("graph.zoom", "graph.unzoom")
def draws_boxes_larger_or_smaller(show: Show, key: str) -> None:
    assert show.main.graph.summary.startswith("boxes")
    show.press(key)
    assert show.main.graph.wish.zoom == {"z": "cards", "Z": "rows"}[key]
    assert show.main.graph.summary.startswith(show.main.graph.wish.zoom)


@does("graph.fit")
def chooses_the_drawing_that_fits(show: Show, key: str) -> None:
    show.press("z", "z", key)
    assert show.main.graph.wish.zoom == AUTO


@does("graph.misses")
def shows_what_did_not_match(show: Show, key: str) -> None:
    rows = show.count
    show.press(key)
    assert show.count > rows
    assert any("no match" in line for line in show.lines)
    show.press(key)
    assert show.count == rows


@does("graph.replies")
def draws_reply_lines_otherwise(show: Show, key: str) -> None:
    seen = []
    for _ in REPLIES:
        show.press(key)
        seen.append(show.main.graph.wish.replies)
    assert seen == ["stubs", "off", "lines"]


@does("graph.break")
def sets_a_breakpoint_and_takes_it_away(show: Show, key: str) -> None:
    assert show.stage.sim is not None
    show.call(show.main.selection.choose_node, "service/builder")
    show.press(key)
    assert [each.node for each in show.stage.sim.breakpoints] == ["service/builder"]
    assert "breakpoint at service/builder" in show.last_said
    show.press(key)
    assert not show.stage.sim.breakpoints


@does("graph.line")
def goes_through_the_lines_of_a_box(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_node, "service/builder")
    seen = []
    for _ in range(3):
        show.press(key)
        line = show.main.selection.now.line
        assert line is not None
        seen.append(show.stage.view.diagram.lines[line])
    assert {each.start for each in seen} == {"trigger/on-merged", "service/builder"}
    assert seen[0] == seen[2] != seen[1]


@does("graph.mute")
def hides_the_rows_of_a_box_and_shows_them_again(show: Show, key: str) -> None:
    before = show.count
    show.call(show.main.selection.choose_node, "trigger/on-merged")

    show.press(key)
    muted, title = show.count, show.main.widgets.panes["events"].border_title
    lit = show.main.graph.told.lit
    show.press(key)

    assert 0 < muted < before
    assert title == "2 events  -node:on-merged"
    assert lit is not None
    assert "trigger/on-merged" not in lit
    assert show.count == before
    assert show.main.graph.told.lit is None
