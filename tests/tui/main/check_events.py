"""Keys of the event list and of the inspector."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.tui.screens.send_event import SendEvent
from tests.tui.main.checks import does

if TYPE_CHECKING:
    from tests.tui.main.show import Show


def is_at(show: Show, serial: int, node: str) -> bool:
    """Tell whether a record is about a node."""
    shape = show.stage.view.shape(serial)
    return node in (shape.start, shape.end, shape.facts.source, shape.facts.target)


@does("events.up", "events.down")
def moves_by_a_row(show: Show, key: str) -> None:
    show.press("2", "pageup")
    before = show.main.events.cursor
    show.press(key)
    by = -1 if key in ("up", "k") else 1
    assert show.main.events.cursor == before + by
    assert show.main.selection.now.serial == show.main.events.cursor_serial
    assert not show.main.events.following


@does("events.page_up", "events.page_down")
def moves_by_a_page(show: Show, key: str) -> None:
    page = show.main.events.size.height - 1
    show.press("2", "pageup", "pageup")
    before = show.main.events.cursor
    show.press(key)
    by = -page if key == "pageup" else page
    assert show.main.events.cursor == before + by


@does("events.first")
def goes_to_the_first_row(show: Show, key: str) -> None:
    show.press("2", key)
    assert show.main.events.cursor == 0
    show.frames(0.1)
    assert "newer" in show.text


@does("events.last")
def follows_the_newest_row(show: Show, key: str) -> None:
    show.press("2", "home", key)
    assert show.main.events.following
    assert show.main.events.cursor == show.count - 1
    assert "following" in show.text


@does("events.goto")
def moves_the_playhead_to_the_row(show: Show, key: str) -> None:
    show.press("2", "pageup")
    serial = show.main.events.cursor_serial
    assert serial is not None
    show.press(key)
    assert show.player.cursor == serial
    assert show.player.shown < len(show.stage.view)


@does("events.filter")
def shows_only_what_matches(show: Show, key: str) -> None:
    rows = show.count
    show.press(key)
    show.write("type:artifact*")
    show.press("enter")
    assert 0 < show.count < rows
    assert "events  type:artifact*" in show.text


@does("events.next_hit", "events.previous_hit")
def goes_through_the_hits_of_a_find(show: Show, key: str) -> None:
    rows = show.count
    show.press("2", "home")
    show.write("//builder")
    show.press("enter")
    assert show.count == rows
    first = show.main.selection.now.serial
    show.press("n")
    second = show.main.selection.now.serial
    assert first is not None
    assert second is not None
    assert first < second
    assert all(is_at(show, serial, "service/builder") for serial in (first, second))
    show.press("N")
    assert show.main.selection.now.serial == first


@does("events.group")
def folds_deliveries(show: Show, key: str) -> None:
    rows = show.count
    show.press(key)
    assert show.count < rows
    assert "by event" in show.text
    assert "↻2" in show.text
    show.press(key)
    assert show.count == rows


@does("events.all")
def shows_every_record(show: Show, key: str) -> None:
    rows = show.count
    show.press(key)
    assert show.count > rows
    assert "every record" in show.text
    show.press(key)
    assert show.count == rows


@does("events.trouble")
def shows_only_what_went_wrong(show: Show, key: str) -> None:
    rows = show.count
    show.press(key)
    assert 0 < show.count < rows
    assert "trouble only" in show.text
    show.press(key)
    assert show.count == rows


@does("events.copy")
def copies_the_event_as_json(show: Show, key: str) -> None:
    show.press("2", "up", key)
    serial = show.main.selection.now.serial
    assert serial is not None
    event = show.stage.view.record(serial).event
    assert json.loads(show.app.clipboard)["id"] == event.id
    show.press("3", key)
    assert "copied what the inspector says" in show.last_said
    assert event.type in show.app.clipboard


@does("events.again")
def sends_the_event_again(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.press(key)
    first = show.stage.view.record(0).event
    assert show.top(SendEvent).draft().type == first.type
    records = len(show.stage.view)
    show.press("ctrl+s")
    assert len(show.stage.view) == records
    assert show.stage.sim is not None
    assert show.last_said == f"sent {first.type}: space plays it"
    show.press("full_stop")
    show.until(lambda: len(show.stage.view) > records)
    assert show.stage.view.record(records).event.id != first.id


@does("inspect.event", "inspect.why", "inspect.data")
def shows_a_tab(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.press("L", key)
    assert show.inspector.tab == {"E": "event", "W": "why", "D": "data"}[key]
    text = show.call(show.inspector.copied_text)
    assert {"E": "ping-nightly-1", "W": "on-staged", "D": "nightly"}[key] in text


@does("inspect.lineage")
def shows_the_lineage_whole_or_its_own_line(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.press(key)
    assert show.inspector.tab == "lineage"
    last = max(
        s for s in range(len(show.stage.view)) if show.stage.view.trace_of(s) == 0
    )
    show.call(show.main.selection.choose_record, last)
    whole = show.call(show.inspector.copied_text)
    show.press(key)
    own = show.call(show.inspector.copied_text)
    assert whole != own


@does("inspect.try")
def tries_an_edited_copy(show: Show, key: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.press(key)
    tried = show.top(SendEvent)
    assert "without sending it" in show.text
    assert "on-merged" in show.text
    records = len(show.stage.view)
    show.press("ctrl+s")
    assert show.app.screen is tried
    show.press("escape")
    assert len(show.stage.view) == records
