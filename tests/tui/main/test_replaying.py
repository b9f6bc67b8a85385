"""Recorded traces, with and without their topology; a start with nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.trace import Trace
from simulator.tui.actions.runs import look_at_files, open_file
from simulator.tui.commands import COMMANDS
from simulator.tui.screens.paths import OpenTopology
from tests.tui.main.theatre import PIPELINE, opened, played
from tests.tui.main.topologies import DESK
from tests.tui.places import town

if TYPE_CHECKING:
    from tests.tui.main.conftest import Write
    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre

CHANGES = {
    "send": "n",
    "approvals": "a",
    "faults": "f",
    "fork": "ctrl+f",
    "breakpoints": "X",
}


def recorded() -> Trace:
    sim = played(PIPELINE).sim
    assert sim is not None, "there is a topology"
    return Trace(list(sim.trace))


@pytest.fixture
def bare(theatre: Theatre) -> Show:
    """A recorded trace without its topology."""
    return theatre.show(opened(replay=recorded(), name="run.jsonl"))


def test_a_recording_is_drawn_from_its_records(bare: Show) -> None:
    assert "run.jsonl" in bare.lines[0]
    names = {box.name for box in bare.stage.view.diagram.boxes}
    assert {"broker/default", "service/builder", "trigger/on-merged"} <= names


def test_a_recording_of_another_topology_is_told_as_one(
    theatre: Theatre, write: Write
) -> None:
    other = write(DESK)
    show = theatre.show(opened(other, replay=recorded()))

    assert show.last_said == (
        f"the recording has 15 nodes that {other} has not, such as "
        "source/ping-nightly: what goes there goes along no line"
    )

    fitting = theatre.show(opened(PIPELINE, replay=recorded()))
    assert not fitting.said


def test_a_recording_is_played_to_its_end_and_again(bare: Show) -> None:
    bare.press(*["plus"] * 4, "space")
    assert bare.state == "REPLAY"
    bare.until(lambda: bare.state == "END")
    assert bare.player.shown == len(bare.stage.view)

    bare.press("space")

    assert bare.state == "REPLAY"


@pytest.mark.parametrize("files", [[], [PIPELINE]], ids=["bare", "with its topology"])
def test_a_recording_says_how_to_play_it(theatre: Theatre, files: list[str]) -> None:
    show = theatre.show(opened(*files, replay=recorded()))

    assert "nothing yet – space plays the recording" in show.text  # noqa: RUF001 - so it is written


def test_enter_at_a_box_of_a_bare_recording_opens_no_topology(bare: Show) -> None:
    bare.press("1", "right", "enter")

    assert bare.main.selection.now.node
    assert bare.screen is bare.main


@pytest.mark.parametrize("files", [[], [PIPELINE]], ids=["bare", "with its topology"])
@pytest.mark.parametrize("key", CHANGES.values(), ids=CHANGES.keys())
def test_a_recording_cannot_be_changed(
    theatre: Theatre, key: str, files: list[str]
) -> None:
    show = theatre.show(opened(*files, replay=recorded()))

    show.press(key)

    assert show.screen is show.main
    assert show.last_said.startswith("this is a recorded trace")


def test_the_topology_of_a_recording_says_why(theatre: Theatre) -> None:
    show = theatre.show(opened(PIPELINE, replay=recorded()))
    show.call(show.main.selection.choose_record, 0)

    show.press("end", "W")

    assert "on-merged" in show.call(show.inspector.copied_text)


def test_events_of_a_recording_are_tried(theatre: Theatre) -> None:
    show = theatre.show(opened(PIPELINE, replay=recorded()))
    show.call(show.main.selection.choose_record, 0)

    show.press("e")

    assert "on-staged" in show.text


def test_a_changed_topology_answers_for_a_recording(
    theatre: Theatre, write: Write
) -> None:
    path = write(DESK)
    sim = played(path).sim
    assert sim is not None
    show = theatre.show(opened(path, replay=Trace(list(sim.trace))))
    write(DESK.replace("  every: {subscriber: audit}", "  each: {subscriber: audit}"))

    show.call(look_at_files, show.main)

    assert not show.main.widgets.strip.text
    assert "each" in show.text


@pytest.fixture
def empty(theatre: Theatre) -> Show:
    """A start without a file."""
    return theatre.show(opened())


def test_without_a_topology_it_is_said_what_to_do(empty: Show) -> None:
    assert "No topology." in empty.text
    assert "press enter to open an example" in empty.text


def test_enter_opens_another_topology_where_one_has_no_boxes(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(write("topology: bare\nsources: {}\n")))
    assert "press enter to open an example" in show.text

    show.press("1", "enter")

    show.top(OpenTopology)


def test_enter_opens_a_topology_that_is_named(empty: Show, write: Write) -> None:
    path = write(DESK)

    empty.press("enter")
    empty.top(OpenTopology)
    empty.write(path)
    empty.press("enter")

    assert empty.screen is empty.main
    assert "pricing" in empty.text
    empty.send("order.placed")
    empty.press("space")
    empty.until(lambda: empty.state == "IDLE")
    assert len(empty.stage.view)


def test_while_another_topology_is_laid_out_the_one_before_is_not_shown(
    theatre: Theatre, write: Write
) -> None:
    show = theatre.show(opened(PIPELINE))
    path = write(town(9, 8, numbered=True))

    def opened_just_now() -> str:
        open_file(show.main, path)
        return show.main.graph.summary

    assert show.call(opened_just_now) == ""
    assert "team-01" in show.text


def test_what_is_opened_is_followed_as_it_changes(empty: Show, write: Write) -> None:
    path = write(DESK)
    empty.call(open_file, empty.main, path)
    write(DESK.replace("audit", "archive"))

    empty.call(look_at_files, empty.main)

    assert "archive" in empty.text


def test_an_example_is_opened(empty: Show) -> None:
    empty.press("enter")
    assert "pipeline" in empty.text

    empty.press("tab", "down", "enter")

    assert empty.screen is empty.main
    assert empty.stage.opening.files[0].endswith(".yaml")
    assert len(empty.stage.view.diagram.boxes) > 3


def test_a_faulty_topology_is_refused_with_its_fault(empty: Show, write: Write) -> None:
    path = write(DESK.replace("brokers:", "brokrs:"))

    empty.call(open_file, empty.main, path)

    assert "brokrs" in empty.last_said
    assert "No topology." in empty.text


def test_a_changed_mind_opens_nothing(empty: Show) -> None:
    empty.press("enter", "escape")

    assert empty.screen is empty.main
    assert "No topology." in empty.text


def test_every_key_can_be_pressed_where_there_is_nothing(empty: Show) -> None:
    for key in COMMANDS:
        if key.id not in ("do.quit", "do.palette"):
            for pressed in key.keys.split(","):
                empty.press(pressed)
                if empty.screen is not empty.main:
                    empty.press("escape")

    assert empty.app.is_running
