"""Keys that do something to the run, and those about the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.command import CommandPalette

from simulator.tui.screens.approvals import Approvals
from simulator.tui.screens.breakpoints import Breakpoints
from simulator.tui.screens.dialog import Details
from simulator.tui.screens.faults import Faults
from simulator.tui.screens.help import Help
from simulator.tui.screens.paths import Export
from simulator.tui.screens.problems import Problems
from simulator.tui.screens.send_event import SendEvent
from simulator.tui.screens.tables import Tables
from tests.tui.main.checks import does

if TYPE_CHECKING:
    from tests.tui.main.show import Show


@does("do.send")
def opens_the_dialog_for_an_event(show: Show, key: str) -> None:
    show.press(key)
    show.top(SendEvent)
    assert "would match" in show.text


@does("do.approvals")
def lists_what_waits(show: Show, key: str) -> None:
    assert show.stage.sim is not None
    show.stage.sim.run("40s")
    show.call(show.stage.tell_player)
    show.press(key)
    show.top(Approvals)
    assert "approval-gate" in show.text


@does("do.faults")
def lists_faults(show: Show, key: str) -> None:
    show.press(key)
    show.top(Faults)
    assert "no fault" in show.text


@does("do.breaks")
def lists_breakpoints(show: Show, key: str) -> None:
    show.press(key)
    show.top(Breakpoints)
    assert "no breakpoint" in show.text


@does("do.problems")
def lists_problems(show: Show, key: str) -> None:
    show.press(key)
    show.top(Problems)


@does("do.save")
def asks_where_to_save_the_trace(show: Show, key: str) -> None:
    show.press(key)
    show.top(Export)
    assert "trace.jsonl" in show.text


@does("do.keep")
def asks_where_to_write_the_test(show: Show, key: str) -> None:
    show.press(key)
    show.top(Export)
    assert "kept.yaml" in show.text


@does("do.palette")
def opens_the_palette(show: Show, key: str) -> None:
    show.press(key)
    show.top(CommandPalette)


@does("do.help")
def shows_all_keys(show: Show, key: str) -> None:
    show.press(key)
    show.top(Help)
    assert "walk against the lines" in show.text


@does("do.theme")
def takes_the_next_theme(show: Show, key: str) -> None:
    names = sorted(show.app.available_themes)
    at = names.index(show.app.theme)
    show.press(key)
    assert show.app.theme == names[(at + 1) % len(names)] == show.last_said


@does("do.earlier", "do.later")
def goes_through_the_selections(show: Show, key: str) -> None:
    for node in ("service/builder", "service/archive"):
        show.call(show.main.selection.choose_node, node)
    show.press("left_square_bracket")
    assert show.main.selection.now.node == "service/builder"
    assert show.inspector.title == "builder"
    show.press("right_square_bracket")
    assert show.main.selection.now.node == "service/archive"


@does("do.details")
def shows_the_error_in_full(show: Show, key: str) -> None:
    show.player.error = "the log is full"
    show.press(key)
    show.top(Details)
    assert "the log is full" in show.text


@does("do.restart")
def runs_again_from_the_start(show: Show, key: str) -> None:
    assert len(show.stage.view)
    show.press(key)
    assert not len(show.stage.view)
    assert show.state == "PAUSED"
    assert show.count == 0


@does("do.edit")
def opens_the_file_of_what_is_selected(show: Show, key: str) -> None:
    # No terminal here makes room for an editor: it says what it would have opened.
    show.call(show.main.selection.choose_node, "trigger/on-staged")
    show.press(key)
    assert "pipeline.yaml:49:" in show.last_said


@does("do.tables")
def shows_the_tables(show: Show, key: str) -> None:
    show.press(key)
    show.top(Tables)
    show.press("down", "down", "enter")
    assert show.main.selection.now.node == "trigger/on-staged"


@does("do.suspend")
def asks_for_the_shell(show: Show, key: str) -> None:
    asked: list[str] = []
    show.app.action_suspend_process = lambda: asked.append(key)  # type: ignore[method-assign]
    try:
        show.press(key)
    finally:
        del show.app.action_suspend_process
    assert asked == [key]


@does("do.quit")
def leaves(show: Show, key: str) -> None:
    left: list[object] = []
    show.app.exit = lambda *args, **said: left.append(args)  # type: ignore[method-assign]
    try:
        show.press(key)
    finally:
        del show.app.exit
    assert left
