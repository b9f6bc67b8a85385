"""What is taken out: the trace, an event, a command, a diagram, a picture."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator import Simulation, Topology
from simulator.cli import main
from simulator.event import Event
from simulator.trace import Trace
from simulator.tui.actions.export import export, kinds
from simulator.tui.opening import Opening
from simulator.tui.screens.draft import SendRequest
from simulator.tui.screens.paths import EXPORTS, Export
from simulator.tui.stage import Stage
from tests.pages import ROOT
from tests.tui.main.theatre import played
from tests.tui.test_stage import CODE, POSTING, drive, order

ORDERS = str(ROOT / "topologies" / "orders.yaml")

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.main.show import Show
    from tests.tui.main.theatre import Theatre


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_trace_is_saved_as_run_writes_it(show: Show, tmp_path: Path) -> None:
    show.press("ctrl+s", "enter")

    assert show.last_said == "written: trace.jsonl"
    read = Trace.read(str(tmp_path / "trace.jsonl"))
    assert [r.kind for r in read] == [r.kind for r in show.stage.current.records]


def test_a_file_that_is_there_is_asked_about(show: Show, tmp_path: Path) -> None:
    (tmp_path / "trace.jsonl").write_text("mine")

    show.press("ctrl+s", "enter")
    show.top(Export)
    assert "enter again writes over it" in show.text
    show.press("enter")

    assert (tmp_path / "trace.jsonl").read_text() != "mine"


BEGINS = {
    "event": "{",
    "curl": "curl -v http",
    "mermaid": "flowchart",
    "svg": "<svg",
    "test": "apiVersion: simulator/v1\nkind: Test",
    "trace": '{"format"',
    "text": " ◆ kn-sim",
}


@pytest.mark.parametrize("what", [each.what for each in EXPORTS])
def test_each_kind_is_written(show: Show, tmp_path: Path, what: str) -> None:
    show.call(show.main.selection.choose_record, 0)
    path = next(each.path for each in EXPORTS if each.what == what)

    show.call(export, show.main, what)
    show.press("enter")

    assert show.last_said == f"written: {path}"
    written = (tmp_path / path).read_text(encoding="utf-8")
    assert written.startswith(BEGINS[what])


def test_the_diagram_shows_what_services_were_seen_to_post(
    theatre: Theatre, tmp_path: Path
) -> None:
    path, code = tmp_path / "posting.yaml", tmp_path / "code.py"
    path.write_text(POSTING)
    code.write_text(CODE)

    def begin(topology: Topology, _: object) -> Simulation:
        return Simulation(topology, handlers=[code], journal=True)

    stage = Stage(Opening([str(path)], begin))
    event = Event({**order().attributes, "id": "1", "type": "a"})
    stage.send(SendRequest(event=event, to="broker/default"))
    stage.player.play()
    drive(stage, 40)
    show = theatre.show(stage)

    show.call(export, show.main, "mermaid")
    show.press("enter")

    [file] = tmp_path.glob("*.mmd")
    assert "emit, seen" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["screen.svg", "screen.txt"])
def test_a_picture_shows_the_screen_and_not_the_dialog(
    show: Show, tmp_path: Path, name: str
) -> None:
    show.call(export, show.main, "svg" if name.endswith("svg") else "text")
    show.press("enter")

    drawn = (tmp_path / name).read_text()
    assert "builder" in drawn
    assert "export" not in drawn


def test_the_test_of_a_run_holds_of_its_topology(
    theatre: Theatre, tmp_path: Path
) -> None:
    show = theatre.show(played(ORDERS, for_="8s"))

    show.press("T", "enter")

    assert show.last_said == "written: kept.yaml"
    suite = [ORDERS, str(tmp_path / "kept.yaml")]
    assert main(["test", *suite]) == 0


def test_an_empty_path_copies(show: Show) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.call(export, show.main, "event")
    show.press("tab", "ctrl+u", "enter")

    assert show.last_said == "copied the event"
    assert json.loads(show.app.clipboard)["type"] == "service.deployed"


def test_the_command_posts_to_where_the_event_went(show: Show) -> None:
    show.call(show.main.selection.choose_record, 0)
    show.call(export, show.main, "curl")
    show.press("tab", "ctrl+u", "enter")

    assert "/default/default" in show.app.clipboard
    assert "ce-environment: staging" in show.app.clipboard.lower()


def test_without_an_event_there_is_none_to_write(show: Show) -> None:
    assert {kind for kind, _ in kinds(show.main)} >= {"trace", "mermaid", "svg"}
    assert "event" not in {kind for kind, _ in kinds(show.main)}

    show.call(export, show.main, "event")
    show.press("enter")

    assert show.last_said == "select an event in the list first"


def test_what_cannot_be_written_is_told_of(show: Show, tmp_path: Path) -> None:
    show.press("ctrl+s", "tab", "ctrl+u")
    show.write("gone/trace.jsonl")
    show.press("enter")

    show.top(Export)
    assert "there is no folder 'gone'" in show.text


def test_before_anything_has_happened_there_is_no_trace(desk: Show) -> None:
    desk.press("ctrl+s")

    assert desk.screen is desk.main
    assert desk.last_said.startswith("nothing has happened yet")


def test_the_newest_records_are_kept_for_another_session(
    show: Show, tmp_path: Path
) -> None:
    show.app.keep_in(tmp_path / "state", 10)

    kept = Trace.read(str(tmp_path / "state" / "last.jsonl"))
    assert [r.serial for r in kept] == [
        r.serial for r in show.stage.current.records[-10:]
    ]


def test_a_trace_that_cannot_be_kept_is_no_trouble(show: Show, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    show.call(show.app.keep_in, tmp_path / "file", 10)

    assert not show.said
