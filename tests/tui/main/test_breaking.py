"""Breakpoints: set, hit, let go one by one, dropped, edited, gone on from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.main.choice import Choice
from simulator.tui.screens.breakpoints import Breakpoints
from simulator.tui.screens.form import Form
from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.theatre import PIPELINE, opened
from tests.tui.main.topologies import TWO_NAMESPACES

if TYPE_CHECKING:
    from simulator import Simulation
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def sim_of(show: Show) -> Simulation:
    sim = show.stage.sim
    assert sim is not None, "there is a topology"
    return sim


@pytest.fixture
def held(desk: Show) -> Show:
    """A desk where an order is held before pricing and before audit."""
    for node in ("service/pricing", "service/audit"):
        desk.call(desk.main.selection.choose_node, node)
        desk.press("x")
    desk.send("order.placed")
    desk.press("escape", "space")
    desk.until(lambda: desk.state == "BREAK")
    desk.frames(0.1)
    return desk


def test_what_is_held_is_told_and_selected(held: Show) -> None:
    assert "BREAK" in held.lines[1]
    assert any(
        text.startswith("order.placed is held before service/") for text in held.said
    )
    assert held.main.selection.now.serial == held.stage.holds[0].serial


def test_a_full_stop_lets_one_go(held: Show) -> None:
    waiting = len(held.stage.holds)

    held.press("full_stop")

    assert len(held.stage.holds) == waiting - 1
    held.until(lambda: held.state in {"STEP", "BREAK"})


def test_space_lets_all_go_and_plays(held: Show) -> None:
    targets = []
    while held.state == "BREAK":
        targets.append(held.stage.holds[0].target)
        held.press("space")
        assert not held.stage.holds
        held.until(lambda: held.state in {"BREAK", "IDLE"})

    assert targets == ["service/pricing", "service/audit", "service/audit"]


def test_the_list_shows_what_is_held_and_goes_on(held: Show) -> None:
    held.press("X")
    held.top(Breakpoints)
    assert f"HELD {len(held.stage.holds)}" in held.text

    held.press("c")

    assert held.screen is held.main
    assert held.player.playing


def test_d_drops_what_is_held(held: Show) -> None:
    target = held.stage.holds[0].target
    waiting = len(held.stage.holds)

    held.press("X", "d")

    assert len(held.stage.holds) == waiting - 1
    held.press("c")
    held.until(lambda: held.state in {"BREAK", "IDLE"})
    assert not any(
        r.target == target and r.kind.value == "responded"
        for r in held.stage.current.records
        if r.event.type == "order.placed"
    )


def test_what_is_held_is_edited_and_let_go(held: Show) -> None:
    held.press("X", "e")
    held.top(SendEvent)
    assert "edit and release" in held.text

    held.press("ctrl+u")
    held.write("order.changed")
    held.press("ctrl+s", "c")
    held.until(lambda: held.state in {"BREAK", "IDLE"})

    assert any(r.event.type == "order.changed" for r in held.stage.current.records)


def test_enter_shows_what_is_held(held: Show) -> None:
    serial = held.stage.holds[0].serial

    held.press("X", "enter")

    assert held.screen is held.main
    assert held.main.selection.now.serial == serial


@pytest.mark.parametrize(
    ("ends", "request_"),
    [
        (("broker/default", "trigger/price"), ("trigger/price", "service/pricing")),
        (("trigger/price", "service/pricing"), ("trigger/price", "service/pricing")),
        (("service/pricing", "broker/default"), ("trigger/price", "broker/default")),
        (("trigger/bill", "service/dead"), ("trigger/bill", "service/dead")),
    ],
    ids=["offered", "dispatched", "replied", "dead"],
)
def test_a_breakpoint_at_a_line_holds_what_goes_along(
    desk: Show, ends: tuple[str, str], request_: tuple[str, str]
) -> None:
    lines = desk.stage.view.diagram.lines
    at = [n for n, line in enumerate(lines) if (line.start, line.end) == ends]
    desk.call(desk.main.selection.choose, Choice(line=at[0]))
    desk.press("x")
    assert desk.main.graph.told.line_breaks == frozenset(at)

    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "BREAK")

    held = desk.stage.holds[0]
    assert (held.source, held.target) == request_
    desk.call(desk.main.selection.choose, Choice(line=at[0]))
    desk.press("x")
    assert not sim_of(desk).breakpoints


def test_a_breakpoint_at_a_line_of_a_channel_holds_for_its_subscription(
    theatre: Theatre,
) -> None:
    show = theatre.show(opened(PIPELINE))
    lines = show.stage.view.diagram.lines
    (at,) = (n for n, line in enumerate(lines) if line.end == "service/archive")
    show.call(show.main.selection.choose, Choice(line=at))

    show.press("x", "b")
    show.until(lambda: show.state == "BREAK")

    assert show.stage.holds[0].source == "subscription/to-archive"
    assert show.main.graph.told.line_breaks == {at}


def test_a_namespace_is_no_place_for_a_breakpoint(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(TWO_NAMESPACES)))
    show.press("right", "c", "right", "left")
    assert show.main.selection.now.node == "namespace/shop"
    assert "enter  open it in the graph" in show.text
    assert "x  breakpoint" not in show.text

    show.press("x")

    assert show.last_said.startswith("nothing has the address 'namespace/shop'")


def test_a_breakpoint_at_an_event_holds_its_type(desk: Show) -> None:
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    desk.call(desk.main.selection.choose_record, 0)
    desk.press("x")
    assert sim_of(desk).breakpoints[0].type == "order.placed"

    desk.send("order.placed")
    desk.press("b")

    desk.until(lambda: desk.state == "BREAK")
    assert desk.stage.holds[0].event.type == "order.placed"


def test_a_breakpoint_is_written_switched_off_and_removed(desk: Show) -> None:
    desk.press("X", "plus")
    desk.top(Form)
    desk.press("ctrl+s")
    desk.top(Form)
    assert "say where, or which events" in desk.text
    desk.write("service/audit")
    desk.press("ctrl+s")
    desk.top(Breakpoints)
    assert [b.node for b in sim_of(desk).breakpoints] == ["service/audit"]

    desk.press("space")
    assert not sim_of(desk).breakpoints[0].on
    desk.press("delete")

    assert not sim_of(desk).breakpoints


def test_without_a_breakpoint_b_says_how_to_set_one(desk: Show) -> None:
    desk.press("b")

    assert desk.last_said == ("there is no breakpoint: x sets one at what is selected")


def test_with_nothing_selected_x_says_what_to_select(desk: Show) -> None:
    desk.press("x")

    assert desk.last_said == "select a box, a line or an event to break at"
