"""Faults: added, switched, changed, lifted; seen in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.screens.faults import Faults
from simulator.tui.screens.form import Form

if TYPE_CHECKING:
    from simulator.session.faults import InjectedFault
    from tests.tui.main.show import Show


def faults_of(show: Show) -> tuple[InjectedFault, ...]:
    assert show.stage.sim is not None
    return show.stage.sim.faults


def test_a_fault_is_added_at_the_selected_box_and_hits(desk: Show) -> None:
    desk.call(desk.main.selection.choose_node, "service/audit")
    desk.press("f", "plus")
    desk.top(Form)

    desk.press("ctrl+s")

    desk.top(Faults)
    (fault,) = faults_of(desk)
    assert (fault.node, fault.kind, fault.value, fault.on) == (
        "service/audit",
        "status",
        "503",
        True,
    )
    desk.press("escape")
    assert desk.main.graph.told.faults == {"service/audit": "503"}
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    assert faults_of(desk)[0].hits


def test_a_fault_of_a_box_that_nothing_is_posted_to_is_one_of_all_nodes(
    desk: Show,
) -> None:
    desk.call(desk.main.selection.choose_node, "trigger/audit")

    desk.press("f")

    assert "+ adds one for all nodes" in desk.text


def test_a_fault_is_switched_off_and_lifted(desk: Show) -> None:
    desk.press("f", "plus", "ctrl+s")
    assert faults_of(desk)[0].node == "*"

    desk.press("space")
    assert not faults_of(desk)[0].on
    assert "[ ]" in desk.text

    desk.press("space", "delete")

    assert not faults_of(desk)


def test_a_fault_is_changed_by_steps(desk: Show) -> None:
    desk.press("f", "plus", "ctrl+s")
    before = faults_of(desk)[0].value

    desk.press("right_square_bracket")

    assert faults_of(desk)[0].value != before


def test_what_is_wrong_with_a_fault_is_said_in_its_form(desk: Show) -> None:
    desk.press("f", "plus", "shift+tab", "backspace")
    desk.write("service/adit")
    desk.press("ctrl+s")

    desk.top(Form)
    assert "service/audit" in desk.text
    assert not faults_of(desk)


def test_a_fault_of_a_restarted_run_is_forgotten_in_the_graph(desk: Show) -> None:
    desk.call(desk.main.selection.choose_node, "service/audit")
    desk.press("f", "plus", "ctrl+s", "escape")
    assert desk.main.graph.told.faults

    desk.press("ctrl+r")

    assert not faults_of(desk)
    assert not desk.main.graph.told.faults
