"""The dialogs of approvals, problems and branches, by keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.event import Event
from simulator.session import Approval
from simulator.tui.screens.approvals import Approvals
from simulator.tui.screens.branches import BranchChoice, Branches
from simulator.tui.screens.problems import Problems
from simulator.wiring import Finding, Severity
from tests.tui.screens.host import NOT_LEFT, Done

if TYPE_CHECKING:
    import pytest

    from tests.tui.screens.host import Play

SECOND = 1_000_000_000
Did = list[tuple[Any, ...]]


class _Run:
    """A run in which something waits until it is decided on."""

    now_ns = SECOND

    def __init__(self, did: Did, waiting: list[Approval]) -> None:
        self._did, self._waiting = did, waiting

    @property
    def approvals(self) -> list[Approval]:
        decided = [serial for word, serial in self._did if word != "edit"]
        return [each for each in self._waiting if each.serial not in decided]

    def service_spec(self, service: str) -> Any:
        then = "reject" if service == "service/strict" else "timeout"
        return SimpleNamespace(approval=SimpleNamespace(then=then))


def _approvals(did: Did, waiting: list[Approval], **given: Any) -> Approvals:
    run: Any = _Run(did, waiting)

    usual = {
        "act": Done(did),
        "edit": lambda serial: did.append(("edit", serial)),
    }
    return Approvals(lambda: run, **{**usual, **given})


def _waits(serial: int, name: str, type_: str, until_s: int = 0) -> Approval:
    return Approval(
        serial=serial,
        service=f"service/{name}",
        event=Event({"type": type_}),
        since_ns=0,
        deadline_ns=until_s * SECOND or None,
        attempt=1,
    )


def _waiting() -> list[Approval]:
    return [
        _waits(1, "gate", "suite.done"),
        _waits(2, "strict", "t", until_s=5),
        _waits(3, "gate", "t", until_s=10),
    ]


def test_what_waits_is_approved_rejected_or_edited_one_by_one(play: Play) -> None:
    did: Did = []

    played = play(_approvals(did, _waiting()), "y", "e", "n")

    assert did == [("approve", 1), ("edit", 2), ("reject", 2)]
    assert played.result is NOT_LEFT
    assert "suite.done" not in played.text


def test_all_are_approved_at_once_and_then_nothing_waits(play: Play) -> None:
    did: Did = []

    played = play(_approvals(did, _waiting()), "Y", "y", "e")

    assert did == [("approve", 1), ("approve", 2), ("approve", 3)]
    assert "nothing waits for an approval" in played.text


def test_a_deadline_is_told_and_enter_gives_what_is_looked_at(play: Play) -> None:
    shown = play(_approvals([], _waiting()), "down")
    forever = play(_approvals([], _waiting()), size=(60, 18))
    chosen = play(_approvals([], _waiting()), "j", "enter").result

    assert "it is rejected by itself in 4.0s of virtual time" in shown.text
    assert "it waits until somebody decides" in forever.text
    assert chosen == 2


def test_what_cannot_be_decided_is_told(play: Play) -> None:
    late = Done([], refuses=UsageError("nothing waits under 1"))

    played = play(_approvals([], _waiting(), act=late), "y")

    assert "nothing waits under 1" in played.text


def test_what_changed_is_shown_when_the_list_is_looked_at_again(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = _waiting()[:1]

    def comes(serial: int) -> None:
        waiting.append(_waits(serial + 1, "new", "t"))

    # It does not look by itself: only the key makes it look.
    monkeypatch.setattr(Approvals, "EVERY_S", 0)

    assert "new" in play(_approvals([], waiting, edit=comes), "e").text


def test_problems_stand_by_severity_and_enter_selects_the_box(play: Play) -> None:
    finding = Finding(
        severity=Severity.NOTE, code="stub", subject="Service a", message="m", path="p"
    )
    faults = [f"f:1:2: {'x' * 90}"]

    def node_of(each: Finding) -> str:
        return "service/a" if each is finding else ""

    shown = play(Problems([finding], faults=faults), "enter")
    chosen = play(
        Problems([finding], faults=faults, node_of=node_of), "end", "enter"
    ).result
    empty = play(Problems([]), "enter")

    assert "problems: 1 fault, 1 note" in shown.text
    assert shown.text.index("fault  ") < shown.text.index("note  ")
    assert "there is no box for it" in shown.text
    assert "f:1:2" in shown.text
    assert chosen == "service/a"
    assert "nothing to say" in empty.text


def _branch(name: str, *, records: int, **given: Any) -> Any:
    usual = {"name": name, "parent": "", "forked_at": None, "view": range(records)}
    return SimpleNamespace(**{**usual, "player": SimpleNamespace(now_ns=0), **given})


def test_a_branch_is_switched_to_compared_or_removed(play: Play) -> None:
    gone: list[str] = []
    main = _branch("main", records=3)
    fork = _branch("fork", records=5, parent="main", forked_at=2)

    def remove(branch: Any) -> None:
        if gone:
            raise UsageError("it is gone")
        gone.append(branch.name)

    def screen() -> Branches:
        return Branches(lambda: [main, fork], main, remove=remove)

    assert play(screen(), "down", "enter").result == BranchChoice(name="fork")
    compared = play(screen(), "down", "C").result
    assert compared == BranchChoice(name="fork", compare=True)
    assert "fork is removed" in play(screen(), "down", "delete").text
    assert "it is gone" in play(screen(), "down", "delete").text
    kept = play(screen(), "C", "delete")
    assert "the current branch cannot be removed" in kept.text
    assert gone == ["fork"]


def test_a_row_is_chosen_by_clicking_it_twice(play: Play) -> None:
    shown = play(_approvals([], _waiting()))
    row = next(y for y, line in enumerate(shown.lines) if "in 9.0s" in line)

    once = play(_approvals([], _waiting()), f"click:20,{row},1", "y")
    twice = play(_approvals([], _waiting()), f"click:20,{row},2").result

    assert "in 9.0s" not in once.text
    assert twice == 3
