import asyncio

import pytest
from textual import events

from simulator.tui.diagram import Diagram, LineKind
from simulator.tui.layout.fit import fit
from simulator.tui.widgets.graph.scene import Told
from simulator.tui.widgets.graph.view import GraphView
from tests.tui.widgets.pictures import (
    BROKER,
    line_of,
    lively,
    pipeline,
    quiet,
    rush,
    service,
    source,
    teams,
    trigger,
)
from tests.tui.widgets.stage import Play, playing

pytestmark = pytest.mark.anyio

DIAGRAM = pipeline()
CROWD = teams(*[f"team-{number:02d}" for number in range(20)], triggers=7)


def cell_of(graph: GraphView, box: str) -> tuple[int, int]:
    """Give a cell of a box as it lies in the pane."""
    assert graph.drawing is not None
    place = graph.drawing.places[box]
    x, y = graph.cell_at(0, 0)
    return place.x + 1 - x, place.port - y


def picked(play: Play) -> list[str]:
    return [message.node for message in play.heard(GraphView.Selected)]


async def test_a_pane_without_a_diagram_is_empty_and_without_boxes_says_so() -> None:
    graph = GraphView()
    async with playing(graph, 60, 10) as play:
        await play.press("right", "z", "enter", "c")
        before = play.rows()

        graph.set_diagram(Diagram.of([], []))

        assert before == [""] * 10
        assert play.rows()[3].strip() == "No topology."
        assert graph.summary == ""


async def test_a_large_diagram_is_announced_while_it_is_laid_out() -> None:
    graph = GraphView()
    async with playing(graph, 100, 10) as play:
        graph.set_diagram(teams(*(f"team-{n:02d}" for n in range(9)), triggers=7))

        assert play.rows()[4].strip() == "drawing 144 boxes…"


async def test_another_topology_is_announced_in_place_of_the_picture_before() -> None:
    graph = GraphView()
    async with playing(graph, 100, 30) as play:
        graph.set_diagram(DIAGRAM)
        graph.forget()
        graph.set_diagram(CROWD)

        assert graph.summary == ""
        assert "drawing 320 boxes…" in "".join(play.rows())


async def test_a_picture_that_is_laid_out_late_takes_the_place_of_no_newer_one() -> (
    None
):
    graph = GraphView()
    async with playing(graph, 100, 30) as play:
        graph.set_diagram(CROWD)
        await asyncio.sleep(0)  # its worker begins
        graph.set_diagram(DIAGRAM)
        await asyncio.to_thread(fit, CROWD, 98, 30)  # at least as long as it takes
        await play.settle()

        assert graph.drawing is not None
        assert BROKER in graph.drawing.places


async def test_headings_of_the_list_stay_when_it_scrolls() -> None:
    graph = GraphView()
    async with playing(graph, 100, 10) as play:
        names = [f"team-{number:02d}" for number in range(20)]
        graph.set_diagram(teams(*names, triggers=7))
        await play.settle()

        graph.reveal("namespace/team-19")
        below = play.rows()
        graph.reveal("namespace/team-03")
        above = play.rows()

        assert below[0].split() == above[0].split()
        assert "NAMESPACE" in below[0]
        assert "team-19" in below[-1]
        assert "team-03" in above[1]


async def test_the_scroll_bar_covers_nothing_of_the_list() -> None:
    graph = GraphView()
    async with playing(graph, 76, 10) as play:
        names = [f"team-{number:02d}" for number in range(20)]
        graph.set_diagram(teams(*names, triggers=7))
        await play.settle()

        rows = play.rows()

        assert "SENDS TO" in rows[0]
        assert "1 src · 7 trg · 7 svc  team-01 " in rows[1]


async def test_the_summary_tells_how_the_diagram_is_drawn() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)
        whole = graph.summary
        await play.press("Z")

        assert whole == "boxes · 21 nodes"
        assert graph.summary == "rows · 21 nodes"
        assert len(play.heard(GraphView.Laid)) == 2


async def test_keys_walk_along_the_lines() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.focus()
        graph.set_diagram(DIAGRAM)

        await play.press("right", "l", "right", "h", "up", "k", "left", "j")

        assert picked(play)[0] == BROKER
        assert graph.selected == picked(play)[-1]
        assert trigger("on-tests-ok") in picked(play)
        assert any("┏" in row for row in play.rows())


async def test_zoom_changes_the_size_of_boxes_until_it_fits_again() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.focus()
        graph.set_diagram(DIAGRAM)

        modes = []
        for key in ("Z", "Z", "z", "z", "f5"):
            await play.press(key)
            assert graph.drawing is not None
            modes.append(graph.drawing.mode)

        assert modes == ["rows", "rows", "boxes", "cards", "boxes"]


async def test_reply_lines_are_drawn_in_three_ways() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.focus()
        graph.set_diagram(DIAGRAM)
        whole = play.rows()

        await play.press("R")
        stubs = (graph.summary, "".join(play.rows()).count("◀"))
        await play.press("R")
        none = (graph.summary, "╌" in "".join(play.rows()))
        await play.press("R")

        assert "╌" in "".join(whole)
        assert stubs[0].endswith("replies stubs")
        assert stubs[1] > 0
        assert none[0].endswith("replies off")
        assert not none[1]
        assert play.rows() == whole


async def test_a_click_selects_a_box_a_line_or_nothing() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)
        line = line_of(DIAGRAM, trigger("on-merged"), service("builder"), LineKind.FLOW)
        assert graph.drawing is not None
        x, y = graph.drawing.paths[line][2]
        left, top = graph.cell_at(0, 0)

        await play.click(*cell_of(graph, BROKER))
        box = graph.selected
        await play.click(x - left, y - top)
        chosen = (graph.selected, graph.told.line)
        await play.click(1, 26)

        assert box == BROKER
        assert chosen == (None, line)
        said = [(one.node, one.line) for one in play.heard(GraphView.Selected)]
        assert said == [(BROKER, None), ("", line), ("", None)]
        assert (graph.selected, graph.told.line) == (None, None)


async def test_a_double_click_opens_a_namespace() -> None:
    graph = GraphView()
    async with playing(graph, 100, 40) as play:
        graph.set_diagram(CROWD)
        await play.settle()

        await play.click(*cell_of(graph, "namespace/team-03"), times=2)

        assert graph.wish.expanded == {"team-03"}


async def test_enter_on_a_link_goes_to_its_other_end() -> None:
    graph = GraphView()
    async with playing(graph, 110, 50) as play:
        graph.focus()
        graph.set_diagram(teams("shop", "ship", "data", triggers=8))
        assert graph.drawing is not None
        link = next(iter(graph.drawing.links))
        graph.select(link)

        await play.press("enter")

        assert graph.drawing.style == "bands"
        assert graph.selected in graph.drawing.links[link]


async def test_a_namespace_opens_and_closes() -> None:
    graph = GraphView()
    async with playing(graph, 100, 40) as play:
        graph.focus()
        graph.set_diagram(CROWD)
        await play.settle()
        graph.select("namespace/team-03")

        await play.press("enter")
        assert graph.drawing is not None
        opened = (graph.drawing.style, graph.selected)
        await play.press("c")

        assert opened == ("focus", "broker/team-03/broker")
        assert graph.drawing.style == "map"
        assert graph.selected == "namespace/team-03"


async def test_closing_a_band_leaves_the_others_open() -> None:
    graph = GraphView()
    async with playing(graph, 110, 50) as play:
        graph.set_diagram(teams("shop", "ship", "data", triggers=8))
        assert graph.drawing is not None
        heading = next(h for h in graph.drawing.headings if h.text == "ship")
        left, top = graph.cell_at(0, 0)

        await play.click(heading.x - left, heading.y - top)
        closed = graph.wish
        graph.select("namespace/ship")
        graph.action_collapse()

        assert closed.expanded == {"shop", "data"}
        assert graph.wish.expanded == frozenset()
        assert not graph.wish.collapsed


async def test_the_only_namespace_is_not_folded() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.focus()
        graph.set_diagram(DIAGRAM)
        graph.select(BROKER)

        await play.press("c")

        assert graph.summary == "boxes · 21 nodes"


async def test_a_picture_larger_than_the_pane_is_scrolled_and_dragged() -> None:
    graph = GraphView()
    async with playing(graph, 40, 8) as play:
        graph.set_diagram(DIAGRAM)
        start = play.rows()

        await play.pilot._post_mouse_events([events.MouseScrollDown], graph, (5, 5))
        await play.settle()
        wheeled = graph.cell_at(0, 0)
        await play.pilot._post_mouse_events(
            [events.MouseScrollDown], graph, (5, 5), shift=True
        )
        await play.settle()
        aside = graph.cell_at(0, 0)
        await play.pilot.mouse_down(graph, offset=(5, 5))
        await play.pilot.hover(graph, offset=(9, 6))
        await play.pilot.mouse_up(graph, offset=(9, 6))
        await play.settle()

        assert start[0].endswith("▐")
        assert "━━━━" in start[-1]
        assert wheeled[1] == 2
        assert aside[0] == wheeled[0] + 6
        assert graph.cell_at(0, 0) == (aside[0] - 4, aside[1] - 1)
        assert graph.selected is None


async def test_ctrl_and_the_wheel_zoom() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)

        for turn in (events.MouseScrollDown, events.MouseScrollUp):
            await play.pilot._post_mouse_events([turn], graph, (5, 5), control=True)
            await play.settle()

        assert graph.drawing is not None
        assert graph.drawing.mode == "boxes"
        assert graph.wish.zoom == "boxes"


async def test_the_selected_box_is_kept_in_view() -> None:
    graph = GraphView()
    async with playing(graph, 40, 8) as play:
        graph.set_diagram(DIAGRAM)

        graph.select(service("dead-letters"))
        far = "✗ dead" in "".join(play.rows())
        graph.reveal(source("git-webhook"))
        graph.reveal("service/default/gone")

        assert far
        assert "» git" in "".join(play.rows())


async def test_the_mouse_over_a_box_or_line_tells_of_it() -> None:
    graph = GraphView()
    graph.tell = lambda node: f"last: 202 at {node}"
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)
        graph.set_frame(lively(DIAGRAM))
        assert graph.drawing is not None
        x, y = graph.drawing.paths[4][1]
        left, top = graph.cell_at(0, 0)

        await play.pilot.hover(graph, offset=cell_of(graph, trigger("on-merged")))
        box = str(graph.tooltip)
        await play.pilot.hover(graph, offset=(x - left, y - top))
        line = str(graph.tooltip)
        await play.pilot.hover(graph, offset=(0, 27))
        await play.settle()

        assert box.splitlines() == [
            "trigger default/on-merged",
            "filter  type = change.merged",
            "received  56",
            "lately  0 1 2 5 3 8 4 1",
            f"last: 202 at {trigger('on-merged')}",
        ]
        assert line.startswith("flow: on-merged → builder")
        assert graph.tooltip is None


async def test_a_frame_paints_only_the_rows_that_changed() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28):
        graph.set_diagram(DIAGRAM)
        graph.set_frame(quiet())
        strips = {y: graph.render_line(y) for y in range(28)}

        graph.set_frame(quiet()._replace(counts={BROKER: 5}))

        changed = [y for y in range(28) if graph.render_line(y) is not strips[y]]
        assert graph.drawing is not None
        place = graph.drawing.places[BROKER]
        top = graph.cell_at(0, 0)[1]
        assert changed == [place.y + at - top for at in range(3)]


async def test_what_was_told_survives_another_layout() -> None:
    graph = GraphView(moving=False)
    told = Told(
        way_lines=frozenset((1,)),
        way_nodes=frozenset((BROKER,)),
        lit=frozenset((BROKER,)),
        breaks=frozenset((BROKER,)),
        line_breaks=frozenset((4,)),
        faults={BROKER: "503"},
        misses=True,
        moving=False,
    )
    async with playing(graph, 150, 28) as play:
        graph.told = told
        graph.set_frame(rush(DIAGRAM, 1.0))
        graph.set_diagram(DIAGRAM)
        early = play.rows()

        graph.told = Told(moving=False)
        assert play.rows() != early
        graph.told = told
        graph.set_frame(rush(DIAGRAM, 1.0))

        assert play.rows() == early
        assert "!503" in "".join(early)
        assert "●" in "".join(early)
        graph.told = Told(moving=False)
        assert "●" not in "".join(play.rows())


async def test_a_smaller_pane_gets_another_picture() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)
        graph.select(BROKER)

        await play.pilot.resize_terminal(84, 24)
        await play.settle()

        assert graph.drawing is not None
        assert graph.drawing.mode.startswith("rows")
        assert graph.selected == BROKER


async def test_another_theme_paints_all_anew() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.set_diagram(DIAGRAM)
        graph.set_frame(lively(DIAGRAM))
        dark = graph.render_line(10)

        play.pilot.app.theme = "kn-sim-light"
        await play.settle()

        assert graph.render_line(10) != dark


async def test_a_selection_that_is_gone_is_forgotten() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28):
        graph.set_diagram(DIAGRAM)
        graph.select(line=20)

        graph.set_diagram(teams("shop"))

        assert graph.told.line is None
        graph.select(BROKER)
        assert graph.selected is None


async def test_boxes_seen_whole_are_known_by_their_place_on_the_screen() -> None:
    graph = GraphView()
    async with playing(graph, 40, 8):
        before = graph.box_regions()
        graph.set_diagram(DIAGRAM)

        regions = dict(graph.box_regions())

        assert before == []
        assert source("git-webhook") in regions
        assert service("dead-letters") not in regions


async def test_the_mouse_that_leaves_the_pane_is_over_nothing() -> None:
    graph = GraphView(id="graph")
    async with playing(graph, 150, 28) as play:
        await play.pilot.hover(graph, offset=(5, 5))
        graph.set_diagram(DIAGRAM)
        graph.set_frame(quiet())
        await play.pilot.hover(graph, offset=cell_of(graph, BROKER))
        over = graph.tooltip

        graph.post_message(events.Leave(graph))
        await play.settle()

        assert over
        assert graph.tooltip is None


async def test_a_box_can_be_selected_before_there_is_a_diagram() -> None:
    graph = GraphView()
    async with playing(graph, 150, 28) as play:
        graph.select(BROKER)
        graph.reveal(BROKER)

        graph.set_diagram(DIAGRAM)

        assert graph.selected == BROKER
        assert any("┏" in row for row in play.rows())
