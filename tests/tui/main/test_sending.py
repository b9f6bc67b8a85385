"""Events that are written: sent, sent again, tried; templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.trace import Trace
from simulator.tui.screens.send_event import SendEvent
from simulator.tui.screens.templates import Templates
from tests.tui.main.theatre import PIPELINE, Theatre, opened, played
from tests.tui.main.topologies import TWO_NAMESPACES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show


def test_an_event_is_sent_and_played(desk: Show) -> None:
    desk.press("n")
    assert desk.top(SendEvent).draft().type == "order.placed"
    assert "✓ price" in desk.text
    assert "✓ every" in desk.text

    desk.press("ctrl+s")
    assert desk.last_said == "sent order.placed: space plays it"
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")

    assert desk.stage.view.record(0).event.type == "order.placed"
    assert desk.stage.view.record(0).event.id == "sent-1"
    assert "order.priced" in desk.text


def test_what_would_match_is_seen_while_one_types(desk: Show) -> None:
    desk.press("n", "ctrl+u")
    assert "✓ every" in desk.text

    desk.write("order.priced")

    line = next(line for line in desk.lines if "would match" in line)
    assert "✓ bill" in line
    assert "✓ every" in line
    assert "1 other" in line


def test_a_box_is_where_an_event_goes(desk: Show) -> None:
    desk.call(desk.main.selection.choose_node, "broker/default")

    desk.press("n")

    assert desk.top(SendEvent).draft().to == "broker/default"


def test_a_namespace_is_its_hub_where_an_event_goes(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(TWO_NAMESPACES)))
    show.call(show.main.selection.choose_node, "namespace/shop")

    show.press("n")

    assert show.top(SendEvent).draft().to == "broker/shop/default"


def test_where_it_goes_is_checked(desk: Show) -> None:
    desk.press("n", "shift+tab")
    desk.write("broker/defalt")

    desk.press("ctrl+s")

    desk.top(SendEvent)
    assert "broker/default" in desk.text
    assert not len(desk.stage.view)


def test_an_event_is_sent_several_times(desk: Show) -> None:
    desk.press("n", "ctrl+r", "backspace")
    desk.write("3")
    desk.press("ctrl+s", "space")
    assert "3 times" in desk.said[0]

    desk.until(lambda: desk.state == "IDLE")

    sent = [r for r in desk.stage.current.records if r.kind.value == "sent"]
    assert [r.event.id for r in sent] == ["sent-1", "sent-2", "sent-3"]
    assert [r.at_ns for r in sent] == [0, 1_000_000_000, 2_000_000_000]


def test_what_is_sent_happens_at_the_live_edge(show: Show) -> None:
    show.press("home")
    assert show.player.shown == 0
    edge = len(show.stage.view)

    show.press("n", "ctrl+s", "space")
    show.until(lambda: len(show.stage.view) > edge)

    assert show.player.shown >= edge
    assert show.stage.view.record(edge).at_ns >= show.stage.view.record(edge - 1).at_ns


def test_an_event_sent_again_keeps_all_but_its_id(show: Show) -> None:
    show.call(show.main.selection.choose_record, 0)
    first = show.stage.view.record(0)

    show.press("r")

    draft = show.top(SendEvent).draft()
    assert (draft.type, draft.source, draft.subject, draft.to, draft.id) == (
        first.event.type,
        first.event.source,
        "web",
        "broker/default",
        "",
    )
    assert "environment=staging" in draft.extensions


def test_an_edited_copy_is_tried_and_nothing_is_sent(show: Show) -> None:
    show.call(show.main.selection.choose_record, 0)
    records = len(show.stage.view)
    show.press("e", "ctrl+u")

    show.write("change.merged")

    assert "✓ on-merged" in show.text
    show.press("escape", "space")
    show.frames(0.2)
    show.press("space")
    assert [r.kind.value for r in show.stage.current.records[records:]].count(
        "sent"
    ) == 0


def test_a_template_is_saved_and_taken(theatre: Theatre, tmp_path: Path) -> None:
    show = theatre.show(opened(PIPELINE), state=tmp_path)
    show.press("n", "ctrl+t")
    show.top(Templates)
    show.write("mine")
    show.press("enter", "escape", "escape")

    again = theatre.show(opened(PIPELINE), state=tmp_path)
    again.press("n", "ctrl+t")

    assert "mine" in again.text
    again.press("delete")
    assert "mine is deleted" in again.text


def test_a_folder_that_cannot_be_written_is_told_of(
    theatre: Theatre, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    show = theatre.show(opened(PIPELINE), state=tmp_path / "file")
    show.press("n", "ctrl+t")
    show.write("mine")

    show.press("enter")

    assert "mine could not be saved" in show.text


def test_a_recording_sends_nothing(theatre: Theatre) -> None:
    sim = played(PIPELINE).sim
    assert sim is not None
    show = theatre.show(opened(replay=Trace(sim.trace)))

    show.press("n")

    assert show.screen is show.main
    assert show.last_said.startswith("this is a recorded trace")
