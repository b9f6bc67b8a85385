"""The other dialogs, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region

from simulator.errors import UsageError
from simulator.event import Event
from simulator.kernel.log import Kind
from simulator.trace import Record, compare
from simulator.tui.commands import COMMANDS
from simulator.tui.glyphs import GLYPHS
from simulator.tui.screens.branches import Compare
from simulator.tui.screens.dialog import Details
from simulator.tui.screens.go_to import GoTo, Jump, letters_for
from simulator.tui.screens.help import Help
from simulator.tui.screens.paths import (
    Example,
    Export,
    Exportable,
    OpenTopology,
)
from simulator.tui.screens.table import Cell, Column, Table
from tests.tui.screens.host import NOT_LEFT, Theatre

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.trace import Comparison
    from tests.tui.screens.host import Play


def test_help_shows_keys_in_columns_that_scroll(play: Play) -> None:
    filters = [("is:dead", "dead letters")]
    keys = {"graph.fit": "f9"}
    wide = play(Help(COMMANDS, section="graph", keys=keys), size=(150, 45))
    narrow = play(Help(COMMANDS, filters=filters), size=(60, 18))
    end = play(Help(COMMANDS, filters=filters), "end", size=(60, 18))

    first = next(line for line in wide.lines if "GRAPH (HERE)" in line)
    assert any(title in first for title in ("EVENTS", "INSPECTOR", "DO"))
    assert "F9" in wide.text
    assert "kn-sim run prints everything as plain lines" in wide.text
    assert "GRAPH (HERE)" not in narrow.text
    assert "FILTERS" in end.text
    assert play(Help(), "question_mark").result is None


@pytest.mark.parametrize("size", [(3, 2), (7, 3)])
def test_the_help_may_have_no_room(play: Play, size: tuple[int, int]) -> None:
    assert play(Help(COMMANDS), "end", size=size).result is NOT_LEFT


def test_a_place_is_typed_and_told_when_it_is_none(play: Play) -> None:
    def fault_of(text: str) -> str:
        return "" if text == "1:03" else f"{text!r} is no place"

    wrong = play(GoTo(fault_of), "enter", "x", "enter")

    assert play(GoTo(fault_of), *"1:03", "enter").result == "1:03"
    assert "'x' is no place" in wrong.text
    assert "is empty" in play(GoTo(fault_of), "enter").text
    assert "half way to the live edge" in wrong.text


def test_the_first_dialog_of_an_app_looks_as_those_after_it() -> None:
    theatre = Theatre()

    first, second = (
        theatre.play(Details("error", "it has failed"), size=(120, 40)).lines
        for _ in range(2)
    )
    theatre.close()

    assert first == second
    assert not first[0].strip().startswith("╭"), "it stands in the middle"


def test_details_scroll_and_are_copied_as_they_are(play: Play) -> None:
    text = "Traceback [bold]\n" + "\n".join(f"line {n}" for n in range(60))

    played = play(Details("error", text), "y", "end")

    assert played.clipboard == text
    assert "line 59" in played.text
    assert "copied" in played.text
    assert play(Details("error", "x"), "q").result is None


def test_a_path_is_completed_step_by_step_and_opened(
    play: Play, tmp_path: Path
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.yaml").touch()
    screen = OpenTopology(value=f"{tmp_path}/s")

    played = play(screen, "down", "down", "enter", "down", "enter", "enter")

    assert played.result == f"{tmp_path}/shop/orders.yaml"


def test_an_example_is_opened_and_what_is_not_there_is_told(play: Play) -> None:
    examples = [
        Example(path="a.yaml", name="first"),
        Example(path="b.yaml", name="second"),
    ]

    chosen = play(OpenTopology(examples), "tab", "down", "enter").result
    wrong = play(OpenTopology(examples), *"x.yaml", "enter")
    empty = play(OpenTopology(), "enter")

    assert chosen == "b.yaml"
    assert "there is no file or folder 'x.yaml'" in wrong.text
    assert "expected the path of a YAML file" in empty.text


def test_the_last_example_is_in_sight_where_the_terminal_is_low(play: Play) -> None:
    examples = [Example(path=f"{n}.yaml", name=f"number-{n}") for n in range(30)]

    played = play(OpenTopology(examples), "tab", "end", size=(80, 18))

    assert any(GLYPHS.here in line and "number-29" in line for line in played.lines)


def test_what_is_exported_has_a_usual_path(play: Play, tmp_path: Path) -> None:
    exports = [
        Exportable(what="trace", label="records", path=f"{tmp_path}/trace.jsonl"),
        Exportable(what="curl", label="command", path="", copies=True),
    ]
    (tmp_path / "old.jsonl").touch()
    old = [exports[0]._replace(path=f"{tmp_path}/old.jsonl")]

    plain = play(Export(exports), "enter").result
    copied = play(Export(exports, first="curl"), "tab", "enter").result
    warned = play(Export(old), "enter")
    over = play(Export(old), "enter", "enter").result
    lacking = play(Export(exports), "tab", "ctrl+u", "enter")
    folder = play(Export(exports), "tab", "ctrl+u", *"/none/x", "enter")
    nothing = play(Export([]), "enter", "tab", "enter")

    assert plain == exports[0]
    assert copied == exports[1]
    assert "there is such a file; enter again writes over it" in warned.text
    assert over == old[0]
    assert "expected a path" in lacking.text
    assert "there is no folder '/none'" in folder.text
    assert nothing.result is NOT_LEFT


def _record(serial: int, node: str) -> Record:
    event = Event({"type": "order.placed", "id": "1"}, b"x" * 40)
    return Record(serial, serial, Kind.SENT, None, event, "", node, 1, 0, "a\nb")


RUNS = {
    "main": [_record(0, "broker/a"), _record(1, "broker/a")],
    "fork": [_record(0, "broker/a"), _record(1, "broker/b")],
}


def _compared(first: str, second: str) -> Comparison:
    if first == second == "fork":
        raise UsageError("fork is gone")
    return compare(RUNS[first], RUNS[second])


def test_two_branches_are_compared_and_enter_goes_to_the_difference(play: Play) -> None:
    shown = play(Compare(["main", "fork"], _compared), "end")
    narrow = play(Compare(["main", "fork"], _compared), "d", size=(60, 18))
    gone = play(Compare(["main", "fork"], _compared), "enter").result

    assert "1 record in common; they part at 1ns" in shown.text
    assert "x" * 40 in shown.text
    assert gone == 1
    assert "order.placed" not in narrow.text
    assert "+1" in narrow.text


def test_a_branch_to_compare_is_chosen_by_its_name(play: Play) -> None:
    screen = Compare(["main", "fork"], _compared, second="main")
    wide = play(screen, "tab", "enter")
    typed = play(Compare(["main", "fork"], _compared), "shift+tab", "x", "enter")
    refused = play(Compare(["main", "fork"], _compared, first="fork", second="fork"))

    assert "equal: 2 records in common, no difference" in wide.text
    assert "there is no difference to go to" in wide.text
    assert "there is no 'forkx'; did you" in typed.text
    assert typed.focus == "pairs"
    assert "fork is gone" in refused.text


def test_the_difference_is_gone_to_in_the_branch_on_the_screen(play: Play) -> None:
    runs = {
        "main": [_record(0, "broker/a"), _record(1, "broker/a")],
        "fork": [_record(0, "broker/a"), _record(7, "broker/b")],
        "early": [_record(0, "broker/a")],
    }

    def dialog(first: str, second: str) -> Compare:
        return Compare(
            list(runs),
            lambda a, b: compare(runs[a], runs[b]),
            first=first,
            second=second,
        )

    turned = ("shift+tab", "ctrl+u", *"main", "shift+tab", "ctrl+u", *"fork")

    assert play(dialog("main", "fork"), "enter").result == 1
    assert play(dialog("main", "fork"), *turned, "enter", "enter").result == 1
    shown = play(dialog("early", "main"), "enter").text
    assert "early, the current branch, has no such record" in shown


def test_a_letter_jumps_to_its_place(play: Play) -> None:
    letters = letters_for(30)
    spots = [(Region(at % 10 * 4, at // 10, 3, 1), at) for at in range(30)]

    shown = play(Jump(spots), "m")

    assert play(Jump(spots), letters[3]).result == 3
    assert play(Jump(spots), *letters[-1]).result == 29
    assert play(Jump(spots), "escape").result is None
    assert play(Jump(spots), "1").result is None
    assert "ma" in shown.text
    assert not shown.lines[0].startswith("a")


def test_the_cursor_of_a_table_moves_by_rows_pages_and_to_the_ends(play: Play) -> None:
    exports = [Exportable(what=f"row-{n}", label="x", path=f"p{n}") for n in range(60)]

    def path(*keys: str) -> str:
        return next(
            line for line in play(Export(exports), *keys).lines if "path  " in line
        )

    assert "p1 " in path("down", "down", "up") + " "
    assert "p59" in path("end", "pagedown")
    assert "p0 " in path("end", "home", "up") + " "
    assert "p1 " not in path("pagedown") + " "


def test_a_row_keeps_the_cursor_whatever_comes_before_it() -> None:
    names = ["a", "b", "c", "d"]
    columns = (Column(title="a"),)
    table = Table(columns, lambda: names, str, lambda n: (Cell(n),), empty="none")

    table.fill()
    table._cursor = 2
    names.insert(0, "new")
    table.fill()
    kept = table.here
    names[:] = ["a"]
    table.fill()

    assert kept == "c"
    assert table.here == "a"
