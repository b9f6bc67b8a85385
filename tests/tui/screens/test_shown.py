"""What screens show, as plain values."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

from simulator import Simulation, Topology
from simulator.errors import UsageError
from simulator.event import Event
from simulator.session.why import nearest_first
from simulator.trace import compare
from simulator.tui.commands import COMMANDS
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.approvals import tenths
from simulator.tui.screens.branches import difference_text, pairs_of, summary
from simulator.tui.screens.dialog import hint_line
from simulator.tui.screens.draft import Draft, check
from simulator.tui.screens.go_to import letters_for
from simulator.tui.screens.help import (
    Block,
    Entry,
    columns_of,
    key_blocks,
    legend_blocks,
    page,
)
from simulator.tui.screens.outside_editor import (
    command_at,
    edit_outside,
    editor_command,
)
from simulator.tui.screens.paths import path_fault, paths_like, target_fault
from simulator.tui.screens.problems import reload_problem
from simulator.tui.screens.send_event import in_full, validity, would_match
from simulator.tui.screens.table import Column, fit_columns

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.session.why import Why

TOPOLOGY = """
topology: shop
brokers: {default: {}, other: {}}
triggers:
  placed: {filter: {type: order.placed}, subscriber: a}
  orders: {filters: [{prefix: {type: order.}}], subscriber: a}
  paid: {filter: {type: order.paid, env: prod}, subscriber: a}
  all: {subscriber: a}
  broken: {filters: [{cesql: "'no boolean'"}], subscriber: a}
  elsewhere: {broker: other, filter: {type: x}, subscriber: a}
services: {a: {}}
"""


@pytest.fixture(scope="module")
def whys() -> list[Why]:
    sim = Simulation(Topology.parse(TOPOLOGY))
    event = Event(
        {"specversion": "1.0", "id": "1", "source": "/", "type": "order.placed"}
    )
    return nearest_first(sim.whys(event, at="broker/default"))


def test_the_routes_that_take_an_event_are_named_and_the_others_counted(
    whys: list[Why],
) -> None:
    line = would_match(whys, 90).plain

    assert line == "would match  ✓ placed ✓ orders ✓ all   ✗ 1 other  ! 1 panic"


def test_names_that_do_not_fit_are_counted(whys: list[Why]) -> None:
    line = would_match(whys, 48).plain

    assert line == "would match  ✓ placed +2   ✗ 1 other  ! 1 panic"


def test_a_line_says_when_nothing_matches_or_filters(whys: list[Why]) -> None:
    paid = [why for why in whys if why.trigger == "trigger/paid"]

    assert would_match(paid, 60).plain == "would match    ✗ none of 1"
    assert would_match([], 60).plain.endswith("no filter stands in its way")
    assert would_match([], 60, nowhere=True).plain.endswith("leads nowhere")


def test_every_verdict_is_written_with_the_parts_of_its_filter(whys: list[Why]) -> None:
    text = in_full(whys).plain

    assert "✓ all\n    · none: no filter, every event passes\n" in text
    assert "✗ paid\n    ✗ attributes" in text
    assert "      ✗ attributes type: wanted 'order.paid', got 'order.placed'\n" in text
    assert "    it would match with type=order.paid, env=prod\n" in text
    assert in_full([]).plain.startswith("nothing filters there")


def test_the_first_fault_of_an_event_is_told_and_the_others_counted() -> None:
    valid = check(Draft(type="t"))
    wrong = check(Draft(type="", source="%zz", data="{"))

    assert validity(valid, 60).plain == "event        ✓ valid CloudEvent 1.0"
    assert validity(wrong, 50).plain == (
        "event        ✗ source: '%zz' is no URI refe…  (+2)"
    )


def test_columns_take_what_they_need_and_one_takes_the_rest() -> None:
    columns = (
        Column(title="a"),
        Column(title="name", grow=True),
        Column(title="n", most=3),
    )

    assert fit_columns(columns, [("1", "xy", "12345")], 20) == (1, 12, 3)


def test_the_widest_column_is_cut_first_then_columns_are_left_out() -> None:
    columns = (
        Column(title="a", least=4),
        Column(title="b", least=4, drop=1),
        Column(title="c", least=4, drop=1),
    )
    rows = [("x" * 10, "y" * 6, "")]

    assert fit_columns(columns, rows, 16) == (6, 5, 1)
    assert fit_columns(columns, rows, 10) == (4, 4, 0)
    assert fit_columns(columns, rows, 6) == (6, 0, 0)
    assert fit_columns(columns[:1] * 2, [("x" * 10, "y" * 10)], 7) == (3, 2)


def test_a_help_line_keeps_the_way_out() -> None:
    hints = [("y", "approve"), ("n", "reject"), ("esc", "close")]

    def line(width: int) -> str:
        return hint_line(hints, width, "-").plain

    assert line(80) == line(32) == "y approve - n reject - esc close"
    assert line(31) == line(21) == "y approve - esc close"
    assert line(20) == line(5) == "esc close"


def test_help_begins_with_the_keys_of_the_focused_pane() -> None:
    blocks = list(key_blocks(COMMANDS, "events", {"play.toggle": "p"}))

    assert [block.title for block in blocks[:2]] == ["events (here)", "playback"]
    assert blocks[1].entries[0] == Entry("p", "play or pause", "$o-wait underline")
    assert sum(len(block.entries) for block in blocks) == len(COMMANDS)


def test_help_explains_every_glyph_of_the_graph() -> None:
    signs = {entry.sign for block in legend_blocks() for entry in block.entries}

    assert signs >= {
        *GLYPHS.kinds.values(),
        *GLYPHS.dots.values(),
        "──",
        "╌╌",
        "┈┈",
        "━━",
    }


def test_blocks_are_spread_over_columns_of_about_one_height() -> None:
    blocks = [
        Block(name, (Entry("k", "x"),) * size)
        for name, size in (("a", 6), ("b", 3), ("c", 2))
    ]

    assert [[b.title for b in column] for column in columns_of(blocks, 2)] == [
        ["a"],
        ["b", "c"],
    ]
    assert len(columns_of(blocks, 1)) == 1
    assert columns_of([], 3) == []


def test_a_page_breaks_lines_within_its_width() -> None:
    block = Block(
        "keys",
        (Entry("ctrl+f", "fork here and go on live"), Entry("a-very-long-sign", "x")),
    )

    lines = page([block, block], 20).plain.splitlines()

    assert lines[:4] == [
        "KEYS",
        "ctrl+f      fork",
        "            here and",
        "            go on",
    ]
    assert max(map(cell_len, lines)) <= 20


def test_no_name_of_a_place_begins_another() -> None:
    for count in (0, 5, 23, 24, 60, 529):
        names = letters_for(count)
        assert len(set(names)) == count
        assert not [a for a in names for b in names if a != b and b.startswith(a)]
    assert not set("".join(letters_for(529))) & set("ilo")
    assert len(letters_for(1000)) == 529


def test_a_failed_reload_says_where() -> None:
    faults = ["a.yaml:14:3: triggers: unknown broker", "no place: at all"]
    found = [reload_problem(fault) for fault in faults]

    assert [(each.where, each.message) for each in found] == [
        ("a.yaml:14:3", "triggers: unknown broker"),
        ("", "no place: at all"),
    ]


def test_waits_are_written_in_tenths_and_long_ones_in_seconds() -> None:
    assert [tenths(ns) for ns in (-1, 4_560_000_000, 90_400_000_000)] == [
        "0.0s",
        "4.5s",
        "1m 30s",
    ]


def test_two_runs_are_compared_record_by_record() -> None:
    runs = []
    for kind in ("order.placed", "order.paid"):
        sim = Simulation(Topology.parse(TOPOLOGY))
        sim.send(type="order.placed", to="broker/other")
        sim.run()
        if kind == "order.paid":
            sim.send(type=kind, to="broker/default", data={"a": 1})
            sim.run()
        runs.append(list(sim.trace))

    found = compare(*runs)
    same = compare(runs[0], runs[0])

    assert summary(same, ("a", "b")).startswith("equal: ")
    assert pairs_of(same) == ()
    assert summary(found, ("a", "b")).endswith("then a ends, and b goes on")
    shown = {pair.name: pair for pair in pairs_of(found)}
    assert shown["type"].second == "order.paid"
    assert shown["data"].second == '{"a":1}'
    assert shown["type"].first != shown["type"].second
    assert [difference_text(t) for t in found.kinds if t.name == "sent"] == ["+1"]
    assert {difference_text(tally) for tally in same.kinds} == {""}


def test_runs_that_part_say_when() -> None:
    runs = []
    for until in ("2s", "3s"):
        sim = Simulation(Topology.parse(TOPOLOGY))
        sim.run(until=until)
        sim.send(type="order.placed", to="broker/default")
        sim.run()
        runs.append(list(sim.trace))

    for found in (compare(*runs), compare(*runs[::-1])):
        said = summary(found, ("a", "b"))
        assert said == "0 records in common; they part at 2s"


def test_paths_of_yaml_files_and_folders_are_completed(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    for name in ("shop.yaml", "ship.yml", "shape.txt", ".hidden.yaml"):
        (tmp_path / name).touch()

    assert paths_like(f"{tmp_path}/sh") == tuple(
        f"{tmp_path}/{name}" for name in ("ship.yml", "shop/", "shop.yaml")
    )
    assert paths_like(f"{tmp_path}/.h") == (f"{tmp_path}/.hidden.yaml",)
    assert paths_like(f"{tmp_path}/none/x") == ()
    assert path_fault(str(tmp_path)) == ""
    assert path_fault("nowhere.yaml") == "there is no file or folder 'nowhere.yaml'"


def test_nothing_is_written_to_a_folder_or_into_none(tmp_path: Path) -> None:
    assert target_fault(f"{tmp_path}/trace.jsonl") == ""
    assert "is a folder" in target_fault(str(tmp_path))
    assert target_fault(f"{tmp_path}/none/x").startswith("there is no folder")


def test_the_users_editor_is_taken() -> None:
    assert editor_command({"EDITOR": "code --wait", "VISUAL": ""}, windows=False) == [
        "code",
        "--wait",
    ]
    assert editor_command({"VISUAL": "emacs", "EDITOR": "ed"}, windows=False) == [
        "emacs"
    ]
    assert editor_command({"EDITOR": " "}, windows=False) == ["vi"]
    assert editor_command({}, windows=False) == ["vi"]
    assert editor_command({}, windows=True) == ["notepad"]


@pytest.mark.parametrize(
    ("editor", "words"),
    [
        ("vim", ["vim", "+12", "a.yaml"]),
        ("emacs -nw", ["emacs", "-nw", "+12", "a.yaml"]),
        ("code --wait", ["code", "--wait", "--goto", "a.yaml:12"]),
        ("/usr/bin/hx", ["/usr/bin/hx", "a.yaml:12"]),
        ("notepad", ["notepad", "a.yaml"]),
    ],
)
def test_a_file_is_opened_at_its_line_as_the_editor_wants_it(
    editor: str, words: list[str]
) -> None:
    assert command_at(editor.split(), "a.yaml", 12) == words


def test_a_text_comes_back_as_the_editor_left_it() -> None:
    script = "import sys, pathlib; f = pathlib.Path(sys.argv[1]); f.write_text(f.read_text() + 'é', 'utf-8')"

    assert edit_outside("a", [sys.executable, "-c", script]) == "aé"


_SPOILS = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_bytes(b'\\xff')"


def test_an_editor_that_fails_is_told() -> None:
    with pytest.raises(UsageError, match="ended with 3"):
        edit_outside("a", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(UsageError, match="cannot be started"):
        edit_outside("a", ["no-such-editor"])
    with pytest.raises(UsageError, match="no text in UTF-8"):
        edit_outside("a", [sys.executable, "-c", _SPOILS])


@pytest.mark.parametrize("name", ["'", "ed '"])
def test_an_editor_that_is_no_command_is_told(name: str) -> None:
    with pytest.raises(UsageError, match="No closing quotation"):
        editor_command({"EDITOR": name}, windows=False)
