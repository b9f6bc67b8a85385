"""The autoscaler does as Knative's was recorded to do, and the runner notices if not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.kpa import main, mismatches, read_runs

RECORDED = Path(__file__).parent / "golden" / "systems" / "kpa" / "autoscaler.json"
RUNS = {run["name"]: run for run in read_runs(RECORDED)}


@pytest.mark.parametrize("name", RUNS)
def test_each_recorded_load_gets_the_same_pods_spare_and_panic_at_each_tick(
    name: str,
) -> None:
    assert list(mismatches(RUNS[name])) == []


def test_all_recorded_runs_are_done() -> None:
    assert len(RUNS) == 20


def test_a_tick_that_differs_is_one_line_and_ends_the_runner_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    run, other = document["scenarios"][:2]
    run["ticks"] = run["ticks"][:2]
    run["ticks"][1][5] = 3
    document["scenarios"] = [run, {**other, "metric": "cpu"}]
    file = tmp_path / "kpa.json"
    file.write_text(json.dumps(document), encoding="utf-8")

    code = main([str(file)])

    lines = capsys.readouterr().out.splitlines()
    assert (code, lines[-1]) == (1, "0 passed, 1 failed, 1 skipped")
    assert lines[0].startswith("steady-100: t=2: recorded [2, 0, 100, 100, True, 3")
    assert lines[1] == "steady-1: skipped: metric 'cpu'"


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": "kpa-vectors/1"}'])
def test_a_file_that_is_no_recording_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "kpa.json"
    file.write_text(text, encoding="utf-8")

    assert main([str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}: ")
