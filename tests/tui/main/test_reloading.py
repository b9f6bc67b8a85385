"""The topology's file changes while it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from simulator.tui.actions.runs import look_at_files
from simulator.tui.main.choice import Choice
from simulator.tui.screens.problems import Problems
from tests.tui.main.topologies import DESK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.main.show import Show

MORE = DESK.replace(
    "  every: {subscriber: audit}\n",
    "  every: {subscriber: audit}\n"
    "  ship: {filter: {type: order.priced}, subscriber: shipping}\n",
).replace("  audit: {}\n", "  audit: {}\n  shipping: {}\n")
BROKEN = DESK.replace("subscriber: pricing", "subscribr: pricing")


LOST = MORE.replace("subscriber: shipping}", "subscriber: shiping}")


def rewrite(show: Show, text: str) -> None:
    """Write the file anew, and let the screen look at it."""
    path = show.stage.opening.files[0]
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(text)
    os.utime(path, ns=(0, len(text)))  # the clock of files may be coarse
    show.call(look_at_files, show.main)


def test_a_trigger_that_is_added_is_drawn_and_works(desk: Show) -> None:
    rewrite(desk, MORE)

    assert "ship" in desk.text
    assert desk.last_said.startswith("added Trigger ship; changed Simulation ")
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    assert any(
        r.target == "service/shipping" and r.kind.value == "dispatched"
        for r in desk.stage.current.records
    )


def test_nothing_happens_while_the_file_stays(desk: Show) -> None:
    desk.call(look_at_files, desk.main)

    assert not desk.said


def test_a_broken_file_is_told_in_a_strip_and_the_old_one_runs_on(desk: Show) -> None:
    boxes = desk.stage.view.diagram.boxes

    rewrite(desk, BROKEN)

    assert "shop.yaml:6:41" in desk.main.widgets.strip.text
    assert "'subscribr'" in desk.main.widgets.strip.text
    assert "'subscriber'" in desk.main.widgets.strip.text
    assert "keeping the last good version" in desk.main.widgets.strip.text
    assert "shop.yaml" in desk.lines[1]
    assert "*" in desk.lines[0]
    assert desk.stage.view.diagram.boxes == boxes
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    assert len(desk.stage.view) > 5


def test_the_problems_of_a_broken_file_are_listed(desk: Show) -> None:
    rewrite(desk, BROKEN)

    desk.press("p")

    desk.top(Problems)
    assert "reload" in desk.text
    assert "the last good version runs on" in desk.text.replace("\n", " ")


def test_the_strip_opens_the_list(desk: Show) -> None:
    rewrite(desk, BROKEN)
    desk.call(desk.main.widgets.strip.focus)

    desk.press("enter")

    desk.top(Problems)


def test_when_the_file_is_mended_the_strip_goes(desk: Show) -> None:
    rewrite(desk, BROKEN)

    rewrite(desk, MORE)

    assert not desk.main.widgets.strip.text
    assert "*" not in desk.lines[0]
    assert "ship" in desk.text


def test_the_selection_and_the_records_survive(desk: Show) -> None:
    desk.send("order.placed")
    desk.press("space")
    desk.until(lambda: desk.state == "IDLE")
    records = desk.stage.current.records
    desk.call(desk.main.selection.choose_node, "service/pricing")

    rewrite(desk, MORE)

    assert desk.main.selection.now.node == "service/pricing"
    assert desk.main.graph.selected == "service/pricing"
    assert desk.inspector.title == "pricing"
    assert desk.stage.current.records[: len(records)] == records


def test_a_selected_box_that_goes_is_no_longer_selected(desk: Show) -> None:
    rewrite(desk, MORE)
    desk.call(desk.main.selection.choose_node, "service/shipping")

    rewrite(desk, DESK)

    assert desk.main.selection.now.is_none
    assert desk.main.graph.selected is None
    assert desk.inspector.title == "overview"


def test_a_selected_line_is_the_same_one_among_others(desk: Show) -> None:
    rewrite(desk, MORE)
    lines = desk.stage.view.diagram.lines
    (audit,) = (line for line in lines if line.end == "service/audit")
    shipping = [n for n, line in enumerate(lines) if line.end == "service/shipping"]
    desk.call(desk.main.selection.choose, Choice(line=shipping[0]))
    desk.call(desk.main.selection.choose, Choice(line=lines.index(audit)))

    rewrite(
        desk,
        DESK.replace(
            "  price: {filter: {type: order.placed}, subscriber: pricing}\n", ""
        ),
    )

    line = desk.main.selection.now.line
    assert line is not None
    assert desk.stage.view.diagram.lines[line] == audit
    desk.press("left_square_bracket")
    assert desk.main.selection.now.is_none


def test_a_file_that_is_gone_for_a_moment_is_told_of(
    desk: Show, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").unlink()
    desk.call(look_at_files, desk.main)
    assert "shop.yaml" in desk.main.widgets.strip.text

    rewrite(desk, DESK)

    assert not desk.main.widgets.strip.text


def test_a_file_of_other_looks_only_changes_nothing(desk: Show) -> None:
    rewrite(desk, DESK + "# a note\n")

    assert desk.last_said == "nothing changed"


def test_a_warning_that_a_change_brings_is_told_and_stays_until_it_is_seen(
    desk: Show,
) -> None:
    rewrite(desk, LOST)

    assert desk.last_said.endswith("1 new warning: p lists them")
    assert "shiping" in desk.main.widgets.strip.text
    assert "keeping" not in desk.main.widgets.strip.text

    rewrite(desk, LOST + "\n# another line\n")
    assert "new warning" not in desk.last_said
    assert "shiping" in desk.main.widgets.strip.text

    desk.press("p", "escape")
    assert not desk.main.widgets.strip.text


def test_a_warning_that_is_mended_is_shown_no_longer(desk: Show) -> None:
    rewrite(desk, LOST)

    rewrite(desk, MORE)

    assert not desk.main.widgets.strip.text
    assert "new warning" not in desk.last_said


def test_the_row_of_a_change_says_what_changed(desk: Show) -> None:
    rewrite(desk, MORE)
    desk.press("2", "V")

    assert "added Trigger ship" in desk.text
