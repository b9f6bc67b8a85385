"""Every recorded answer of Knative's webhooks is ours."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from simulator.control import ClusterConfig, admit
from tests.conformance.golden_validate import main, mismatches, read_cases
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from pathlib import Path

RECORDING = DATA / "golden" / "validate.json"
FILTERS = DATA / "golden" / "filters.json"
CASES = read_cases(RECORDING) if RECORDING.is_file() else []
BARE_PATH = re.compile(r"([:,] )(filters?[\[.])")
A_BROKER = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker"}


@needs_data
@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_the_webhooks_answer_is_the_recorded_one(case: dict[str, Any]) -> None:
    assert mismatches(case) == []


@needs_data
def test_the_webhook_says_of_filters_what_was_recorded() -> None:
    wrong: list[str] = []
    for case in json.loads(FILTERS.read_text(encoding="utf-8"))["cases"]:
        spec = {name: case[name] for name in ("filter", "filters") if case.get(name)}
        trigger = {
            "apiVersion": "eventing.knative.dev/v1",
            "kind": "Trigger",
            "spec": {"broker": "b", "subscriber": {"uri": "http://x"}, **spec},
        }

        admission = admit(trigger, config=ClusterConfig.shipped())

        said = sorted(fault.text.partition("\n")[0] for fault in admission.faults)
        recorded = (text.partition("\n")[0] for text in case.get("validation") or [])
        expected = sorted(BARE_PATH.sub(r"\1spec.\2", text) for text in recorded)
        if admission.valid != case["admitted"] or said != expected:
            wrong.append(f"{case['name']}: expected {expected}, got {said}")

    assert wrong == []


def write(path: Path, value: object) -> str:
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def test_the_runner_counts_what_passed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nope = {"apiVersion": "v1", "kind": "Nope"}
    refused = {
        "valid": False,
        "stage": "decode",
        "errors": [{"message": "unhandled kind: v1, Kind=Nope"}],
    }
    cases = [{"name": "n", "input": nope, "result": refused}]

    code = main([write(tmp_path / "good.json", {"cases": cases})])

    assert code == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"


def test_the_runner_names_each_mismatch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [
        {"name": "one", "input": A_BROKER, "result": {"valid": False, "stage": "x"}},
        {"input": {"new": A_BROKER, "old": A_BROKER}, "result": {"valid": True}},
    ]

    code = main([write(tmp_path / "bad.json", {"cases": cases})])

    assert code == 1
    assert capsys.readouterr().out == (
        'one: valid: expected false, got true; stage: expected "x", got ""\n'
        "1 passed, 1 failed\n"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file or directory"),
        ("{", "no JSON"),
        ("[]", 'expected an object with a list under "cases"'),
        ('{"cases": [{}]}', 'cases[0]: expected an object with "input" and "result"'),
    ],
)
def test_the_runner_refuses_a_file_that_is_no_recording(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, why: str
) -> None:
    file = tmp_path / "file.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")

    assert main([str(file)]) == 2
    assert why in capsys.readouterr().err


def test_the_runner_wants_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "usage: " in capsys.readouterr().err
