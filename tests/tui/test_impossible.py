"""Why keys can do nothing."""

import pytest

from simulator.tui.keys import KEYS
from simulator.tui.main.impossible import Facts, impossible

BUSY = Facts(
    records=9, event=True, node=True, approvals=1, breakpoints=1, bookmarks=1, before=True,
    after=True, failed=True, finding=True,
)  # fmt: skip
ACTIONS = sorted({key.action.partition("(")[0] for key in KEYS})


@pytest.mark.parametrize("action", ACTIONS)
def test_where_everything_is_there_everything_is_possible(action: str) -> None:
    facts = BUSY.replace(failed=action == "details")

    assert impossible(action, facts, 1) == ""


@pytest.mark.parametrize(
    ("action", "facts", "reason"),
    [
        ("send", Facts(topology=False, live=False), "there is no topology"),
        ("send", Facts(live=False), "a recorded trace"),
        ("fork", Facts(), "nothing has happened yet"),
        ("fork", Facts(live=False, records=3), "a recorded trace"),
        ("step", Facts(topology=False, live=False), "there is no topology"),
        ("toggle_play", Facts(failed=True), "the engine has stopped"),
        ("step_lineage", Facts(), "select an event"),
        ("send_again", Facts(records=1), "select an event"),
        ("try_edited", Facts(topology=False), "there is no topology"),
        ("try_edited", Facts(), "select an event"),
        ("toggle_break", Facts(), "select a box, a line or an event"),
        ("toggle_break", Facts(node=True, live=False), "a recorded trace"),
        ("next_line", Facts(), "select a box first"),
        ("run_to_break", Facts(), "there is no breakpoint"),
        ("approvals", Facts(), "no event waits"),
        ("approvals", Facts(live=False), "a recorded trace"),
        ("next_bookmark", Facts(), "there is no bookmark"),
        ("next_hit", Facts(), "there is no find"),
        ("copy", Facts(), "select an event"),
        ("problems", Facts(topology=False), "there is no topology"),
        ("restart", Facts(topology=False), "there is no topology"),
        ("details", Facts(), "nothing has gone wrong"),
        ("save_trace", Facts(), "nothing has happened yet"),
    ],
)
def test_what_is_missing_is_said(action: str, facts: Facts, reason: str) -> None:
    assert reason in impossible(action, facts)


def test_a_recorded_trace_can_be_played_without_its_topology() -> None:
    assert impossible("toggle_play", Facts(topology=False, live=False, records=1)) == ""


@pytest.mark.parametrize(("direction", "word"), [(-1, "before"), (1, "after")])
def test_the_end_of_the_selections_is_said(direction: int, word: str) -> None:
    assert word in impossible("history", Facts(), direction)
