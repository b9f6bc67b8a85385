"""Filters judge as the recordings of Knative do, and the runner notices if not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance.golden_filters import (
    Outcome,
    judge_admission,
    judge_case,
    main,
    read_cases,
)
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from pathlib import Path

EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "a"}
RECORDED = {
    "name": "one",
    "filters": [{"exact": {"type": "a"}}],
    "event": EVENT,
    "result": "pass",
    "admitted": True,
}


def recording(tmp_path: Path, **changes: object) -> str:
    file = tmp_path / "filters.json"
    file.write_text(json.dumps({"cases": [{**RECORDED, **changes}]}), encoding="utf-8")
    return str(file)


@needs_data
def test_every_recorded_event_is_judged_and_every_filter_admitted_as_by_knative() -> (
    None
):
    cases = read_cases(DATA / "golden" / "filters.json")

    findings = [
        (case["name"], finding.text)
        for case in cases
        for finding in (judge_case(case), judge_admission(case))
        if finding.outcome is Outcome.FAILED
    ]

    assert len(cases) == 600
    assert findings == []


def test_a_right_verdict_ends_the_runner_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([recording(tmp_path)])

    assert (code, capsys.readouterr().out) == (0, "1 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param(
            {"result": "fail"},
            "one: recorded blocked, found delivered | ✓ exact type: wanted 'a', got 'a'",
            id="another verdict",
        ),
        pytest.param(
            {"admitted": False},
            "one: recorded refused, found admitted ()",
            id="admission",
        ),
        pytest.param(
            {"event": {**EVENT, "id": ""}},
            "one: recorded delivered, found invalid event (",
            id="invalid event",
        ),
        pytest.param(
            {"result": "error", "error": "event: id: MUST be a non-empty string"},
            "one: recorded invalid event, found a valid event",
            id="valid event",
        ),
        pytest.param(
            {"result": "error", "error": "panic: boom"},
            "one: recorded panic, found delivered | ✓ exact type: wanted 'a', got 'a'",
            id="panic",
        ),
    ],
)
def test_a_mismatch_is_one_line_and_ends_the_runner_with_1(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    line: str,
) -> None:
    code = main([recording(tmp_path, **changes)])

    first, summary = capsys.readouterr().out.splitlines()
    assert (code, summary) == (1, "0 passed, 1 failed")
    assert first.startswith(line)


def test_an_invalid_event_counts_as_judged_when_it_was_recorded_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = {**EVENT, "source": ""}

    code = main(
        [recording(tmp_path, event=event, result="error", error="event: source")]
    )

    assert (code, capsys.readouterr().out) == (0, "1 passed, 0 failed\n")


@pytest.mark.parametrize(
    "filters",
    [
        [{"cesql": "("}],
        [{"not": {"all": [{"exact": {"type": "a"}}, {"cesql": "("}]}}],
    ],
    ids=["alone", "nested"],
)
def test_what_knatives_parser_refuses_and_the_webhook_too_is_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], filters: list[object]
) -> None:
    changes: dict[str, Any] = {"filters": filters, "result": "noFilter"}

    code = main([recording(tmp_path, **changes, admitted=False)])

    assert (code, capsys.readouterr().out) == (0, "0 passed, 0 failed, 1 skipped\n")


def test_an_admitted_filter_that_we_cannot_parse_is_a_mismatch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([recording(tmp_path, filters=[{"cesql": "("}])])

    assert code == 1
    assert capsys.readouterr().out.endswith("0 passed, 1 failed\n")


def test_a_case_that_does_not_record_the_admission_is_judged_all_the_same() -> None:
    case = {key: value for key, value in RECORDED.items() if key != "admitted"}

    assert judge_case(case).outcome is Outcome.PASSED
    assert judge_admission(case).outcome is Outcome.SKIPPED


BAD_CASES = {
    "case": (7, "cases[0]: expected an object, found 7"),
    "event": ({**RECORDED, "event": 1}, "cases[0]: 'event' must be an object"),
    "result": (
        {**RECORDED, "result": "maybe"},
        "cases[0]: 'result' must be one of pass, fail, noFilter, error",
    ),
    "error": (
        {**RECORDED, "result": "error"},
        "cases[0]: 'error' must be the text of the error",
    ),
    "filter": ({**RECORDED, "filter": [1]}, "cases[0]: 'filter' must be an object"),
    "attributes": (
        {**RECORDED, "filter": {"attributes": {"type": 1}}},
        "cases[0]: filter.attributes must have texts only",
    ),
    "filters": ({**RECORDED, "filters": 1}, "cases[0]: filters must be a list"),
    "element": ({**RECORDED, "filters": [1]}, "cases[0]: filters[0] must be an object"),
    "nested": (
        {**RECORDED, "filters": [{"all": [{"not": {"exact": 1, "cesql": 2}}]}]},
        (
            "cases[0]: filters[0].all[0].not.exact must be an object\n"
            "FILE: cases[0]: filters[0].all[0].not.cesql must be a text"
        ),
    ),
}


@pytest.mark.parametrize(("case", "message"), BAD_CASES.values(), ids=BAD_CASES)
def test_a_bad_case_ends_the_runner_with_2_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], case: object, message: str
) -> None:
    file = tmp_path / "filters.json"
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")

    code = main([str(file)])

    expected = f"{file}: {message}\n".replace("FILE", str(file))
    assert (code, capsys.readouterr().err) == (2, expected)


@pytest.mark.parametrize("text", ["{", "[]", '{"cases": 1}'])
def test_a_file_that_is_no_recording_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    file = tmp_path / "filters.json"
    file.write_text(text, encoding="utf-8")

    assert main([str(file)]) == 2
    assert capsys.readouterr().err.startswith(f"{file}: ")


def test_a_missing_file_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "none.json"

    assert main([str(file)]) == 2
    assert capsys.readouterr().err == f"{file}: No such file or directory\n"


def test_without_a_file_the_runner_says_how_it_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
