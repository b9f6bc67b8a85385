"""Every recorded answer of Knative's other kinds is ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.kinds import READERS, main, read_cases

GOLDEN = Path(__file__).parent / "golden"
CASES = [
    pytest.param(kind, case, id=f"{kind}: {case['name']}")
    for kind in READERS
    for case in read_cases(GOLDEN / f"{kind}.json")
]


@pytest.mark.parametrize(("kind", "case"), CASES)
def test_a_kind_answers_as_it_was_recorded(kind: str, case: dict[str, Any]) -> None:
    assert list(READERS[kind](case)) == []


def test_the_command_tells_each_difference_and_counts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = tmp_path / "event_transform.json"
    recording.write_text(
        '{"cases": [{"name": "one", "spec": {"jsonata": {"expression": "1"}}, "request":'
        ' {"event": {"id": "1"}}, "expected": {"response": {"status": 200}}}]}'
    )

    assert main([str(recording)]) == 1
    difference, count = capsys.readouterr().out.splitlines()
    assert difference.startswith("event_transform.json: one: answers 500 (TypeError: ")
    assert count == "0 passed, 1 failed, 0 skipped"


@pytest.mark.parametrize("content", ["", "{}", "[]"])
def test_what_is_no_recording_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    file = tmp_path / "event_transform.json"
    file.write_text(content)

    assert main([str(file)]) == 2
    assert "not of the form of a recording" in capsys.readouterr().err
    assert main([str(tmp_path / "other.json")]) == 2
    assert "no reader for it" in capsys.readouterr().err
