"""Why a key can do nothing just now: grey in the bottom line, told when it is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Facts(Value):
    """What decides what is possible.

    Args:
        topology: Whether there is one.
        live: Whether something runs.
        records: How many records have happened.
        event: Whether an event is selected, or lit in the list that has the focus.
        node: Whether a box is selected.
        line: Whether a line is selected.
        approvals: How many events wait for an approval.
        breakpoints: How many there are.
        bookmarks: How many there are.
        before: Whether there is a selection before.
        after: Whether there is a selection after.
        failed: Whether the engine has stopped.
        finding: Whether a find is active.
    """

    topology: bool = True
    live: bool = True
    records: int = 0
    event: bool = False
    node: bool = False
    line: bool = False
    approvals: int = 0
    breakpoints: int = 0
    bookmarks: int = 0
    before: bool = False
    after: bool = False
    failed: bool = False
    finding: bool = False


_NO_TOPOLOGY = "there is no topology: kn-sim ui FILE, or open one from the palette"
_RECORDED = "this is a recorded trace: nothing runs that could be changed"
_NOTHING_YET = "nothing has happened yet: space plays, n sends an event"
_NO_EVENT = "select an event in the list first (2, then ↑ ↓)"


def _runs(facts: Facts) -> str:
    if not facts.topology:
        return _NO_TOPOLOGY
    return "" if facts.live else _RECORDED


def _plays(facts: Facts) -> str:
    if not facts.topology and not facts.records:
        return _NO_TOPOLOGY
    if facts.failed:
        return "the engine has stopped: ctrl+e says why, ctrl+r begins again"
    return ""


def _has_records(facts: Facts) -> str:
    return "" if facts.records else _NOTHING_YET


def _has_event(facts: Facts) -> str:
    return "" if facts.event else _NO_EVENT


def _can_fork(facts: Facts) -> str:
    return _runs(facts) or _has_records(facts)


def _can_send_again(facts: Facts) -> str:
    return _runs(facts) or _has_event(facts)


def _can_try(facts: Facts) -> str:
    return (_NO_TOPOLOGY if not facts.topology else "") or _has_event(facts)


def _can_break(facts: Facts) -> str:
    if facts.node or facts.line or facts.event:
        return _runs(facts)
    return _runs(facts) or "select a box, a line or an event to break at"


def _can_run_to_break(facts: Facts) -> str:
    if not facts.breakpoints:
        return _runs(facts) or "there is no breakpoint: x sets one at what is selected"
    return _runs(facts)


def _has_approvals(facts: Facts) -> str:
    if facts.approvals:
        return _runs(facts)
    return _runs(facts) or "no event waits for an approval"


OF_AN_EVENT = ("step_lineage", "toggle_break", "copy", "send_again", "try_edited")
"""What is done with an event."""

_REASONS: Mapping[str, Callable[[Facts], str]] = {
    "toggle_play": _plays,
    "step": _plays,
    "step_lineage": _has_event,
    "until_quiet": _plays,
    "run_to_break": _can_run_to_break,
    "seek_start": _has_records,
    "seek_live": _has_records,
    "go_to": _has_records,
    "bookmark": _has_records,
    "next_bookmark": lambda f: (
        "" if f.bookmarks else "there is no bookmark: B sets one"
    ),
    "fork": _can_fork,
    "toggle_break": _can_break,
    "next_line": lambda f: (
        "" if f.node or f.line else "select a box first (1, then arrows)"
    ),
    "breakpoints": _runs,
    "next_hit": lambda f: "" if f.finding else "there is no find: / then /text finds",
    "copy": lambda f: "" if f.event or f.node else _NO_EVENT,
    "send_again": _can_send_again,
    "try_edited": _can_try,
    "send": _runs,
    "approvals": _has_approvals,
    "faults": _runs,
    "problems": lambda f: "" if f.topology else _NO_TOPOLOGY,
    "save_trace": _has_records,
    "keep_test": _can_fork,
    "restart": lambda f: "" if f.topology else _NO_TOPOLOGY,
    "details": lambda f: "" if f.failed else "nothing has gone wrong",
}


def impossible(action: str, facts: Facts, direction: int = 0) -> str:
    """Say why an action can do nothing; empty when it can.

    Args:
        action: Its name without arguments.
        facts: How things are.
        direction: Of ``history``: -1 or 1.
    """
    if action == "history":
        there = facts.before if direction < 0 else facts.after
        word = "before" if direction < 0 else "after"
        return "" if there else f"there is no selection {word} this one"
    reason = _REASONS.get(action)
    return "" if reason is None else reason(facts)
