"""The table of commands: what each needs, and that no two are in each other's way."""

import pytest

from simulator.tui.command import Facts
from simulator.tui.commands import COMMANDS

BUSY = Facts(
    records=9, event=True, node=True, approvals=1, breakpoints=1, bookmarks=1, before=True,
    after=True, failed=True, finding=True,
)  # fmt: skip
RECORDING = Facts(topology=False, live=False, records=3)
BY_ID = {each.id: each for each in COMMANDS}


@pytest.mark.parametrize("id_", BY_ID)
def test_where_everything_is_there_everything_is_possible(id_: str) -> None:
    facts = BUSY.replace(failed=id_ == "do.details")

    assert BY_ID[id_].needs(facts) == ""


@pytest.mark.parametrize(
    ("id_", "facts", "reason"),
    [
        ("do.send", Facts(topology=False, live=False), "there is no topology"),
        ("do.send", Facts(live=False), "a recorded trace"),
        ("do.send", RECORDING, "a recorded trace"),
        ("play.fork", Facts(), "nothing has happened yet"),
        ("play.fork", RECORDING, "a recorded trace"),
        ("play.fork", Facts(live=False, records=3), "a recorded trace"),
        ("play.step", Facts(topology=False, live=False), "there is no topology"),
        ("play.toggle", Facts(failed=True), "the engine has stopped"),
        ("play.on", Facts(), "select an event"),
        ("events.again", Facts(records=1), "select an event"),
        ("inspect.try", Facts(topology=False), "there is no topology"),
        ("inspect.try", Facts(), "select an event"),
        ("graph.break", Facts(), "select a box, a line or an event"),
        ("graph.break", Facts(node=True, live=False), "a recorded trace"),
        ("graph.line", Facts(), "select a box first"),
        ("play.break", Facts(), "there is no breakpoint"),
        ("do.approvals", Facts(), "no event waits"),
        ("do.approvals", Facts(live=False), "a recorded trace"),
        ("play.next_bookmark", Facts(), "there is no bookmark"),
        ("events.next_hit", Facts(), "there is no find"),
        ("events.copy", Facts(), "select an event"),
        ("do.problems", Facts(topology=False), "there is no topology"),
        ("do.problems", RECORDING, "says nothing of its topology"),
        ("do.restart", Facts(topology=False), "there is no topology"),
        ("do.details", Facts(), "the run has not failed"),
        ("do.save", Facts(), "nothing has happened yet"),
    ],
)
def test_what_is_missing_is_said(id_: str, facts: Facts, reason: str) -> None:
    assert reason in BY_ID[id_].needs(facts)


def test_a_recorded_trace_can_be_played_without_its_topology() -> None:
    assert BY_ID["play.toggle"].needs(RECORDING) == ""


@pytest.mark.parametrize(
    ("id_", "word"), [("do.earlier", "before"), ("do.later", "after")]
)
def test_the_end_of_the_selections_is_said(id_: str, word: str) -> None:
    assert word in BY_ID[id_].needs(Facts())


def test_no_two_commands_share_a_name_or_a_key_in_one_place() -> None:
    places = [
        (place, key)
        for each in COMMANDS
        for key in each.keys.split(",")
        for place in each.panes or ("screen",)
    ]

    assert len(BY_ID) == len(COMMANDS)
    assert len(set(places)) == len(places)
