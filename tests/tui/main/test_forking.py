"""Branches: forked, shown, compared, switched between, removed; restarts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.tui.actions.runs import show_branches
from simulator.tui.branch import compared
from simulator.tui.screens.branches import Branches, Compare
from tests.tui.main.topologies import DESK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.main.show import Show


@pytest.fixture
def forked(show: Show) -> Show:
    """The pipeline, and a fork of it after a few records."""
    show.press("g")
    show.write("#20")
    show.press("enter", "ctrl+f")
    return show


def test_a_fork_has_the_same_records_before_it(forked: Show) -> None:
    main, fork = forked.stage.branches

    assert fork.forked_at == 22  # two records of one instant
    assert fork.records == main.records[:22]
    assert forked.stage.current is fork
    assert "fork 1" in forked.lines[0]
    assert "the same run up to record #22" in forked.last_said


def test_a_fork_that_nobody_touches_goes_the_same_way(forked: Show) -> None:
    main, fork = forked.stage.branches

    forked.press(*["plus"] * 10, "space")
    forked.until(lambda: len(fork.view) > len(main.view))

    assert fork.records[: len(main.view)] == main.records


def test_what_is_done_to_a_fork_leaves_the_first_run_alone(forked: Show) -> None:
    main, fork = forked.stage.branches
    records = len(main.view)

    forked.send("mine")
    forked.press("space")
    forked.until(lambda: len(fork.view) > 25)

    assert len(main.view) == records
    assert any(r.event.type == "mine" for r in fork.records)


def test_branches_are_listed_and_switched_between(forked: Show) -> None:
    forked.call(show_branches, forked.main)
    forked.top(Branches)
    assert "#22" in forked.text

    forked.press("up", "enter")

    assert forked.stage.current.name == "main"
    assert "fork 1" not in forked.lines[0]
    assert forked.player.shown == 22


def test_the_branch_on_the_screen_cannot_be_removed(forked: Show) -> None:
    forked.call(show_branches, forked.main)

    forked.press("delete")
    assert "the current branch cannot be removed" in forked.text
    forked.press("up", "delete")

    assert [branch.name for branch in forked.stage.branches] == ["fork 1"]


def test_two_branches_are_compared(forked: Show) -> None:
    forked.send("mine")
    forked.press("space")
    forked.until(lambda: len(forked.stage.view) > 25)
    forked.press("space")

    forked.call(show_branches, forked.main)
    forked.press("up", "C")

    forked.top(Compare)
    assert "; compared up to " in forked.text
    assert ", where fork 1 ends" in forked.text
    assert "first difference" in forked.text
    forked.press("enter")
    serial = forked.main.selection.now.serial
    assert serial is not None
    assert serial >= 22


def test_what_follows_from_a_fault_is_the_difference_not_that_it_was_set(
    forked: Show,
) -> None:
    main, fork = forked.stage.branches
    forked.main.sim.fault("service/archive", status=503)
    forked.call(forked.main.changed)
    forked.press(*["plus"] * 10, "space")
    forked.until(lambda: fork.end_ns > main.end_ns)

    found = compared(main, fork)

    assert found.second is not None
    assert (found.second.kind, found.second.status) == ("responded", 503)
    assert all(each.first == each.second for each in found.kinds if each.name == "sent")


def test_a_fork_of_a_fork_has_a_name_of_its_own(forked: Show) -> None:
    forked.press("ctrl+f")

    assert [b.name for b in forked.stage.branches] == ["main", "fork 1", "fork 2"]


def test_selections_of_one_branch_are_none_of_another(show: Show) -> None:
    last = len(show.stage.view) - 1
    show.call(show.main.selection.choose_record, last)
    show.press("home", "full_stop", "ctrl+f")
    assert show.main.selection.now.is_none

    show.press("left_square_bracket")

    assert show.last_said == "there is no selection before this one"


def test_before_anything_has_happened_nothing_is_forked(desk: Show) -> None:
    desk.press("ctrl+f")

    assert desk.last_said.startswith("nothing has happened yet")
    assert len(desk.stage.branches) == 1


def test_a_restart_forgets_forks(forked: Show) -> None:
    forked.press("ctrl+r")

    assert [branch.name for branch in forked.stage.branches] == ["main"]
    assert not len(forked.stage.view)
    assert "fork" not in forked.lines[0]


def test_a_restart_of_a_broken_file_leaves_what_runs(
    desk: Show, tmp_path: Path
) -> None:
    before = desk.stage.current
    (tmp_path / "shop.yaml").write_text(DESK.replace("brokers:", "brokrs:"))

    desk.press("ctrl+r")

    assert desk.stage.current is before
    assert "brokrs" in desk.last_said
