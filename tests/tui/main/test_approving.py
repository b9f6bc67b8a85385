"""Events that wait for somebody: told of, approved, rejected, answered otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.screens.approvals import Approvals
from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.theatre import PIPELINE, opened, played
from tests.tui.main.topologies import GATE

if TYPE_CHECKING:
    from simulator import Simulation
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre

AT = "37s"


@pytest.fixture
def gate(theatre: Theatre) -> Show:
    """The pipeline, while the change of payments waits."""
    show = theatre.show(played(PIPELINE, for_=AT))
    assert any(each.deadline_ns for each in sim_of(show).approvals)
    return show


def sim_of(show: Show) -> Simulation:
    sim = show.stage.sim
    assert sim is not None, "there is a topology"
    return sim


def decided(show: Show, word: str) -> bool:
    return any(r.kind.value == word for r in show.stage.current.records)


def test_a_toast_tells_that_something_waits(gate: Show) -> None:
    assert "an event waits for an approval: a shows it" in gate.said


def test_no_toast_tells_of_what_the_policy_decides(
    theatre: Theatre, write: Write
) -> None:
    decides = f"{GATE}      policy: {{approve: EXISTS source, after: 3s}}\n"
    show = theatre.show(opened(write(decides)))
    show.send("order.placed")
    show.press("space")
    show.until(lambda: show.sim.approvals)

    show.until(lambda: decided(show, "approved"))

    assert not [text for text in show.said if "waits for an approval" in text]


def test_many_that_wait_are_told_of_by_one_toast_at_a_time(theatre: Theatre) -> None:
    show = theatre.show(opened(PIPELINE))
    show.press(*["plus"] * 10, "space")

    show.until(lambda: len(show.stage.view) > 2_000)

    told = [text for text in show.said if "waits for an approval" in text]
    assert len(told) <= show.theatre.clock.now / 4 + 1


def test_y_approves_what_the_cursor_is_on(gate: Show) -> None:
    gate.press("a")
    serial = sim_of(gate).approvals[0].serial
    assert "approval-gate" in gate.text

    gate.press("y")

    assert serial not in [each.serial for each in sim_of(gate).approvals]
    gate.press("escape", "space")
    gate.until(lambda: decided(gate, "approved"))


def test_n_rejects_what_the_cursor_is_on(gate: Show) -> None:
    gate.press("a", "n", "escape", "space")

    gate.until(lambda: decided(gate, "rejected"))


def test_a_reply_is_edited_before_it_is_sent(gate: Show) -> None:
    waiting = len(sim_of(gate).approvals)
    gate.press("a", "e")
    assert "edit reply" in gate.text
    gate.press("ctrl+u")
    gate.write("approval.granted")
    assert "on-approved" in gate.text

    gate.press("ctrl+s")

    gate.top(Approvals)
    assert len(sim_of(gate).approvals) == waiting - 1
    gate.press("escape", "space")
    gate.until(
        lambda: any(
            r.kind.value == "replied" and r.event.type == "approval.granted"
            for r in gate.stage.current.records
        )
    )


def test_enter_shows_what_waits_in_the_inspector(gate: Show) -> None:
    serial = sim_of(gate).approvals[0].serial

    gate.press("a", "enter")

    assert gate.screen is gate.main
    assert gate.main.selection.now.serial == serial


def test_capital_y_approves_all(gate: Show) -> None:
    gate.press("a", "Y")

    assert not sim_of(gate).approvals
    assert "nothing waits for an approval" in gate.text


def test_where_nothing_waits_the_key_says_so(desk: Show) -> None:
    desk.press("a")

    assert desk.screen is desk.main
    assert desk.last_said == "no event waits for an approval"


def test_the_reply_that_the_gate_would_give_stands_in_the_fields(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(GATE)))
    show.send("order.placed")
    show.press("space")
    show.until(lambda: show.sim.approvals)

    show.press("a", "e")

    draft = show.top(SendEvent).draft()
    assert (draft.type, draft.extensions) == ("order.approved", "by=desk")
    assert "42" in draft.data
    show.press("ctrl+s", "escape")
    show.until(lambda: show.state == "IDLE")
    assert any(
        r.kind.value == "replied" and r.event.type == "order.approved"
        for r in show.stage.current.records
    )
