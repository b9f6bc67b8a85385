"""The dialogs of faults and of breakpoints, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.event import Event
from simulator.kernel import Role
from simulator.session import Breakpoint, Held, InjectedFault
from simulator.tui.screens.breakpoints import (
    Breakpoints,
    BreakWish,
    condition_text,
    wish_of_break,
)
from simulator.tui.screens.faults import (
    FaultDraft,
    Faults,
    draft_of_fault,
    stepped,
    wish_of,
)
from tests.tui.screens.host import NOT_LEFT, Done

if TYPE_CHECKING:
    from tests.tui.screens.host import Play

SECOND = 1_000_000_000
Did = list[tuple[Any, ...]]


FAULT = InjectedFault(
    number=1,
    node="service/a",
    kind="status",
    value="503",
    on=True,
    hits=0,
    from_ns=0,
    until_ns=None,
    rate=1.0,
    count=None,
    where="",
)
BREAK = Breakpoint(number=1, node="", edge=None, type="", where="", on=True, hits=0)
HELD = Held(
    serial=4,
    event=Event({"type": "t", "subject": "s"}),
    source="trigger/t",
    target="service/a",
    role=Role.EVENT,
    attempt=1,
    breakpoint=1,
)


def _faults(did: Did, faults: list[InjectedFault], **given: Any) -> Faults:
    usual: dict[str, Any] = {
        "act": Done(did),
        "nodes": ["*", "service/a", "service/b"],
        "node": "service/b",
    }
    return Faults(lambda: faults, **{**usual, **given})


def test_a_fault_is_switched_lifted_and_stepped(play: Play) -> None:
    did: Did = []

    play(_faults(did, [FAULT]), "space", "right_square_bracket", "delete")

    assert did == [
        ("set_fault", 1, {"on": False}),
        ("fault", {"node": "service/a", "status": 504}),
        ("lift", 1),
        ("lift", 1),
    ]


def test_a_fault_is_added_for_the_selected_node(play: Play) -> None:
    did: Did = []
    kind = ["ctrl+a", "ctrl+k", "d", "r", "down", "enter"]
    keys = ["plus", *kind, *["tab"] * 3, *"2s", "ctrl+s"]

    played = play(_faults(did, []), *keys)

    assert did == [("fault", {"node": "service/b", "drop": True, "from_": "2s"})]
    assert "+ adds one for service/b" in played.text


def test_what_is_typed_on_a_value_changes_it(play: Play) -> None:
    did: Did = []
    faults = [FAULT, FAULT.replace(number=2, kind="outage", value="", rate=0.5)]

    play(_faults(did, faults), "down", "right", "9", *" %", "ctrl+s")

    assert did == [
        ("fault", {"node": "service/a", "outage": True, "rate": 0.09}),
        ("lift", 2),
    ]


def test_a_fault_is_changed_from_its_row_and_faults_of_it_are_told(play: Play) -> None:
    did: Did = []
    opened = play(_faults(did, [FAULT]), "enter", "x", "ctrl+s")
    left = play(_faults(did, [FAULT]), "enter", "escape", "escape")

    assert "change fault 1" in opened.text
    assert "'503x' is no HTTP status; expected 200 to 999" in opened.text
    assert left.result is None
    assert did == []


def test_a_fault_that_the_run_refuses_is_told(play: Play) -> None:
    refusing = Done([], refuses=UsageError("there is no fault 1"))

    played = play(_faults([], [FAULT], act=refusing), "space")

    assert "there is no fault 1" in played.text


def test_keys_do_nothing_where_there_is_no_fault(play: Play) -> None:
    did: Did = []

    keys = ["space", "delete", "left_square_bracket", "5", "enter", "left"]
    played = play(_faults(did, [], node=""), *keys)

    assert did == []
    assert "+ adds one for all nodes" in played.text


def test_a_fault_and_its_draft_say_the_same() -> None:
    fault = FAULT.replace(
        kind="latency",
        value="uniform 10ms to 30ms",
        from_ns=SECOND,
        until_ns=90 * SECOND,
        rate=0.855,
        count=3,
        where="EXISTS env",
    )

    wish, wrong = wish_of(draft_of_fault(fault))

    assert not wrong
    assert wish == {
        "node": "service/a",
        "latency": {"uniform": ["10ms", "30ms"]},
        "from_": "1s",
        "until": "90s",
        "count": 3,
        "where": "EXISTS env",
        "rate": 0.855,
    }


def test_all_that_is_wrong_with_a_fault_is_told_at_once() -> None:
    draft = FaultDraft(
        node="service/x", kind="latency", value="0s", rate="2", start="5s", until="5s",
        count="x", where="(",
    )  # fmt: skip

    _, wrong = wish_of(draft, ["service/a"])
    _, kind = wish_of(FaultDraft(kind="slow", start="x", until="1s"))

    assert list(wrong) == ["node", "value", "rate", "count", "where", "until"]
    assert wrong["until"] == "expected an instant later than from"
    assert list(kind) == ["kind", "start"]


def test_values_step_up_and_down_and_stay_in_their_range() -> None:
    base = FaultDraft(kind="latency", value="200ms", rate="100 %", count="1")

    steps = [
        stepped(base, "value", 1).value,
        stepped(base, "value", -1).value,
        stepped(base.replace(value="uniform 1s to 2s"), "value", 1).value,
        stepped(base.replace(kind="drop", value=""), "value", 1).value,
        stepped(FaultDraft(value="999"), "value", 1).value,
        stepped(base, "rate", 1).rate,
        stepped(base, "rate", -1).rate,
        stepped(base, "count", 1).count,
        stepped(base, "count", -1).count,
        stepped(base, "kind", 1).kind,
        stepped(base.replace(kind="outage"), "kind", 1).value,
        stepped(base, "node", 1).node,
    ]

    assert steps == [
        "400ms", "100ms", "uniform 1s to 2s", "", "999", "100 %", "95 %", "2", "",
        "timeout", "503", "*",
    ]  # fmt: skip


def _breakpoints(
    did: Did, points: list[Breakpoint], held: list[Held], **given: Any
) -> Breakpoints:
    usual: dict[str, Any] = {
        "act": Done(did),
        "edit": lambda serial: did.append(("edit", serial)),
        "go_on": lambda: did.append(("go_on",)),
        "nodes": ["service/a", "trigger/t"],
    }
    return Breakpoints(lambda: points, lambda: held, **{**usual, **given})


def test_breakpoints_are_added_switched_and_removed(play: Play) -> None:
    did: Did = []
    selected = BreakWish(node="service/a")
    screen = _breakpoints(did, [BREAK.replace(type="t")], [], selected=selected)

    played = play(screen, "space", "enter", "delete", "plus", "ctrl+s", "d")

    off = ("set_break", 1, {"on": False})
    set_ = ("break_at", "service/a", {"edge": None, "type": "", "where": ""})
    assert did == [off, off, ("unbreak", 1), set_]
    assert "nothing is held" in played.text
    assert "+ add · space on/off · del remove · tab what is held" in played.text


def test_held_requests_are_let_go_dropped_edited_or_looked_at(play: Play) -> None:
    did: Did = []
    held = [HELD, HELD.replace(serial=5, source="")]

    played = play(_breakpoints(did, [], held), "full_stop", "d", "down", "e")
    looked = play(_breakpoints([], [], held), "down", "enter").result
    gone = play(_breakpoints(did, [], held), "c").result

    assert did == [("release", 4), ("drop", 4), ("edit", 5), ("go_on",)]
    assert "HELD 2" in played.text
    assert ". let one go · d drop" in played.text
    assert "tab breakpoints · esc close" in played.text
    assert looked == 5
    assert gone is None


def test_a_breakpoint_that_the_run_refuses_is_told(play: Play) -> None:
    def refuse() -> None:
        raise UsageError("the run has ended")

    played = play(_breakpoints([], [], [], go_on=refuse), "c")

    assert played.result is NOT_LEFT
    assert "the run has ended" in played.text


def test_a_breakpoint_says_what_it_holds() -> None:
    whole = BREAK.replace(edge=("trigger/t", "service/a"), type="t", where="TRUE")

    assert condition_text(whole, "->") == "trigger/t -> a, type t, where TRUE"
    assert condition_text(BREAK.replace(node="service/a"), "->") == "at a"
    assert condition_text(BREAK, "->") == "every request"


def test_a_breakpoint_needs_a_condition_and_a_line_both_ends() -> None:
    empty = dict.fromkeys(("node", "from", "to", "type", "where"), "")

    assert list(wish_of_break(empty)[1]) == ["node"]
    assert list(wish_of_break({**empty, "from": "service/a"})[1]) == ["to"]
    assert list(wish_of_break({**empty, "where": "("})[1]) == ["where"]
    assert list(wish_of_break({**empty, "node": "x"}, ["y"])[1]) == ["node"]
    assert wish_of_break({**empty, "from": "a", "to": "b"})[0] == BreakWish(
        edge=("a", "b")
    )


def test_enter_goes_through_a_form_and_submits_it_at_its_end(play: Play) -> None:
    did: Did = []

    play(_faults(did, [FAULT]), "enter", *["enter"] * 5, *["enter"])

    assert did == [("fault", {"node": "service/a", "status": 503}), ("lift", 1)]
