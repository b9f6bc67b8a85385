"""Which tests come across what, as their processes have noted it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from simulator.mutation.recording import Notes, within

if TYPE_CHECKING:
    from pathlib import Path

RETRIED = frozenset({"text: broker/default delivery.retry: retried"})


def noted(folder: Path, *lines: tuple[object, ...]) -> Notes:
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    (folder / "noted-1.jsonl").write_text(text)
    return Notes(folder)


def test_a_test_that_runs_a_text_may_notice_what_it_covers(tmp_path: Path) -> None:
    notes = noted(
        tmp_path,
        ("a.py::retries", 1, "read", "text"),
        ("a.py::retries", 1, "ran", "text", *RETRIED),
        ("a.py::sends", 1, "ran", "text", "text: trigger/a subscriber: matched"),
        ("a.py::other", 1, "ran", "another", *RETRIED),
    )

    assert notes.tests("text", RETRIED) == ["a.py::retries"]
    assert notes.tests("text", None) == ["a.py::retries", "a.py::sends"]
    assert notes.tests("unread", None) == []


def test_a_test_that_only_reads_a_text_may_notice_anything(tmp_path: Path) -> None:
    notes = noted(
        tmp_path,
        ("a.py::looks", 1, "read", "text"),
        ("a.py::starts", 1, "ran", "text"),
        ("a.py::starts", 2, "read", "text"),  # a process in which nobody notes runs
        ("a.py::forgets", 1, "ran", "text", "*"),
    )

    assert notes.tests("text", RETRIED) == [
        "a.py::forgets",
        "a.py::looks",
        "a.py::starts",
    ]


def test_what_is_read_while_nothing_is_known_concerns_all_tests(tmp_path: Path) -> None:
    notes = noted(tmp_path, ("a.py", 1, "read", "text"), ("", 1, "read", "text"))

    assert notes.tests("text", RETRIED) == [""]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("", True),
        ("t/a.py", True),
        ("t", True),
        ("t/a.py::X", True),
        ("t/a.py::X::f[1]", True),
        ("t/a.py::X::f", False),
        ("t/a", False),
        ("a.py", False),
    ],
)
def test_a_module_stands_for_all_its_tests(name: str, *, meant: bool) -> None:
    assert within("t/a.py::X::f[1]", [name]) is meant
