"""What goes wrong while it runs: loops, code that raises, a log that is full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator import Simulation
from simulator.tui.command import Facts
from simulator.tui.opening import Opening
from simulator.tui.screens.dialog import Details
from simulator.tui.stage import Stage
from tests.tui.main.theatre import opened, played
from tests.tui.main.topologies import DESK, LOOP, RAISES, RAISING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator import Topology
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


def test_a_loop_without_end_pauses_and_is_told_by_name(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write(LOOP)))
    show.send("again")
    show.press(*["plus"] * 10, "space")

    show.until(lambda: not show.player.playing)

    assert show.state == "PAUSED"
    assert "poster" in show.last_said
    assert "go in a circle: " in show.last_said
    assert "turns" in show.last_said
    records = len(show.stage.view)
    show.press("space")
    show.until(lambda: len(show.stage.view) > records)


def test_code_that_raises_shows_its_traceback(
    theatre: Theatre, write: Write, tmp_path: Path
) -> None:
    (tmp_path / "boom.py").write_text(RAISING)

    def begin(topology: Topology, files: Sequence[str]) -> Simulation:
        return Simulation(
            topology,
            journal=True,
            folder=str(tmp_path),
            handlers=[str(tmp_path / "boom.py")],
        )

    show = theatre.show(Stage(Opening([write(RAISES)], begin)))
    show.send("x")
    show.press("space")
    show.until(lambda: show.state == "IDLE")
    shown = [line for line in show.lines if "boom" in line]
    assert shown

    failed = next(
        r for r in show.stage.current.records if "ValueError" in str(r.detail)
    )
    show.call(show.main.selection.choose_record, failed.serial)
    show.press("E")

    text = show.call(show.inspector.copied_text)
    assert "no such customer" in text
    assert "boom.py" in text


@pytest.fixture
def full(theatre: Theatre, write: Write) -> Show:
    """A loop whose log takes a hundred records and then no more."""

    def begin(topology: Topology, files: Sequence[str]) -> Simulation:
        return Simulation(topology, journal=True, most=100)

    show = theatre.show(Stage(Opening([write(LOOP)], begin)))
    show.send("again")
    show.press(*["plus"] * 10, "space")
    show.until(lambda: show.state == "ERROR")
    show.frames(0.1)
    return show


def test_a_full_log_stops_the_engine_and_says_so(full: Show) -> None:
    assert "ERROR" in full.lines[1]
    assert "ctrl+e says more" in full.last_said
    assert full.count

    full.press("home", "full_stop")
    assert full.last_said.startswith("the engine has stopped")
    full.press("end", "2", "home")
    assert full.main.selection.now.serial is not None


def test_the_error_is_read_in_full_and_left_by_a_restart(full: Show) -> None:
    full.press("ctrl+e")
    full.top(Details)
    assert "the engine has stopped" in full.text
    assert full.stage.player.error.split()[0] in full.text
    full.press("escape", "ctrl+r")

    assert full.state == "PAUSED"
    assert not full.stage.player.error


def test_while_the_run_has_not_failed_there_are_no_details(desk: Show) -> None:
    desk.press("ctrl+e")

    assert desk.last_said == "the run has not failed: p lists problems"


# Keys that can do nothing at a desk to which nothing has been sent, nothing selected.
AT_REST = {
    "greater_than_sign": "play.on",
    "less_than_sign": "play.before",
    "home": "play.start",
    "end": "play.live",
    "g": "play.goto",
    "b": "play.break",
    "B": "play.bookmark",
    "apostrophe": "play.next_bookmark",
    "ctrl+f": "play.fork",
    "i": "graph.line",
    "x": "graph.break",
    "H": "graph.mute",
    "c": "graph.collapse",
    "N": "events.previous_hit",
    "y": "events.copy",
    "r": "events.again",
    "e": "inspect.try",
    "a": "do.approvals",
    "ctrl+s": "do.save",
    "left_square_bracket": "do.earlier",
    "right_square_bracket": "do.later",
    "ctrl+e": "do.details",
}


def test_a_key_that_can_do_nothing_says_why(desk: Show) -> None:
    for key, id_ in AT_REST.items():
        desk.app.clear_notifications()
        desk.press(key)

        assert desk.screen is desk.main, key
        assert desk.said == [desk.main.commands[id_].needs(Facts())], key
        assert desk.said[0], key


def test_boxes_that_can_get_no_smaller_or_larger_say_so(desk: Show) -> None:
    for key, size in (("Z", "small"), ("z", "large")):
        desk.press(*[key] * 4)

        assert desk.last_said == f"boxes are drawn as {size} as they can be: f5 fits"


def test_one_namespace_alone_is_not_collapsed(desk: Show) -> None:
    desk.call(desk.main.selection.choose_node, "broker/default")
    desk.press("c")

    assert desk.last_said == "there is one namespace: nothing to collapse"


def test_a_place_beyond_the_last_that_is_known_is_not_gone_to_in_silence(
    desk: Show,
) -> None:
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    for place in ("99:00", "#4711"):
        desk.press("g")
        desk.write(place)
        desk.press("enter")

        assert desk.last_said.startswith(f"{place} is beyond the last that is known: ")
        assert desk.player.shown == len(desk.stage.view)


def test_what_is_impossible_is_grey_in_the_bottom_line(desk: Show) -> None:
    hints = {hint.label: hint.on for hint in desk.main.widgets.bar._hints}
    assert hints["Send"]
    assert not hints["Approve"]


def test_a_record_that_is_dropped_is_no_longer_selected(
    theatre: Theatre, write: Write
) -> None:
    def begin(topology: Topology, files: Sequence[str]) -> Simulation:
        return Simulation(topology, journal=True, keep=200)

    show = theatre.show(Stage(Opening([write(LOOP)], begin)))
    show.send("again")
    show.press("full_stop")
    show.until(lambda: len(show.stage.view))
    show.press("full_stop", "comma")
    chosen = show.main.selection.now.serial
    assert chosen is not None
    show.press(*["plus"] * 10, "space")
    show.until(lambda: show.stage.view.first > chosen)
    show.press("space", "r")

    assert show.screen is show.main
    assert show.last_said.startswith("select an event")


def test_the_strip_is_silent_where_all_is_well(theatre: Theatre, write: Write) -> None:
    show = theatre.show(played(write(DESK), for_="1s"))

    assert not show.main.widgets.strip.text


def test_a_record_of_a_run_that_has_gone_is_not_selected(desk: Show) -> None:
    desk.call(desk.main.selection.choose_record, 5)

    assert desk.main.selection.now.is_none
