"""The package answers the TCK and the recordings as it should, and the runners notice if not."""

from __future__ import annotations

import json
import runpy
from typing import TYPE_CHECKING

import pytest

from tests.conformance import cesql_tck, golden_cesql
from tests.conformance.cesql_cases import main, mismatches, normal_time
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@needs_data
def test_every_case_of_the_tck_is_answered_right() -> None:
    cases = cesql_tck.read(DATA / "cesql_tck")

    assert len(cases) == 275
    assert mismatches(cases) == []


@needs_data
def test_every_recorded_expression_is_answered_as_knative_does() -> None:
    cases = golden_cesql.read(DATA / "golden" / "cesql.json")

    assert len(cases) == 600
    assert mismatches(cases) == []


@needs_data
def test_the_specification_decides_every_disputed_expression() -> None:
    text = (DATA / "golden" / "cesql_disputed.json").read_text(encoding="utf-8")
    recorded = json.loads(text)["cases"]

    cases = [golden_cesql.case(one, disputed=False) for one in recorded]

    assert len(cases) == 63
    assert mismatches(cases) == []


RECORDED = {
    "name": "one",
    "expression": "myint + 1",
    "event": {"myint": 5, "gone": None, "data": 1, "mybool": True},
    "value": 6,
    "errorKind": "",
}


def recording(tmp_path: Path, **changes: object) -> Path:
    file = tmp_path / "cesql.json"
    file.write_text(json.dumps({"cases": [{**RECORDED, **changes}]}), encoding="utf-8")
    return file


def test_a_right_answer_ends_the_golden_runner_with_0(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = recording(tmp_path)

    code = main([str(file)], "usage", golden_cesql.read)

    assert (code, capsys.readouterr().out) == (0, "1 passed, 0 failed\n")


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"value": 7}, "one: 'myint + 1': 6, not 7\n"),
        ({"value": "6"}, "one: 'myint + 1': 6, not '6'\n"),
        ({"errorKind": "math"}, "one: 'myint + 1': 6, not 6 and a math error\n"),
        (
            {"expression": "gone"},
            "one: 'gone': False and a missing attribute error, not 6\n",
        ),
        ({"expression": "1 +"}, "one: '1 +': a parse error, not 6\n"),
        ({"expression": "mybool", "binary": True}, "one: 'mybool': 'true', not 6\n"),
        (
            {"value": 8, "spec": {"value": 7, "errorKind": ""}},
            "one: 'myint + 1': 6, not 8 or 7\n",
        ),
    ],
    ids=["value", "type", "error", "missing", "parse", "binary", "disputed"],
)
def test_a_wrong_answer_is_shown_in_one_line_and_ends_with_1(
    changes: dict[str, object],
    line: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = recording(tmp_path, **changes)

    code = main([str(file)], "usage", golden_cesql.read)

    assert (code, capsys.readouterr().out) == (1, line + "0 passed, 1 failed\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "no JSON"),
        ("[]", "not of the form of cesql.json"),
        ('{"cases": [{"name": "x", "event": 5}]}', "not of the form of cesql.json"),
        (json.dumps({"cases": [{**RECORDED, "errorKind": "bad"}]}), "no answer"),
        (json.dumps({"cases": [{**RECORDED, "event": {"time": "noon"}}]}), "RFC 3339"),
    ],
)
def test_a_file_that_is_no_recording_ends_with_2_and_one_line(
    content: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(content, encoding="utf-8")

    code = main([str(file)], "usage", golden_cesql.read)

    error = capsys.readouterr().err
    assert code == 2
    assert said in error
    assert error.count("\n") == 1


def test_a_missing_file_ends_with_2_and_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(tmp_path / "none.json")], "usage", golden_cesql.read)

    assert code == 2
    assert "none.json: cannot be read" in capsys.readouterr().err


def test_a_runner_called_without_a_path_shows_its_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main([], "run FILE", golden_cesql.read)

    assert (code, capsys.readouterr().err) == (2, "usage: run FILE\n")


TCK_FILE = """
name: Times
tests:
  - name: A time stays text
    expression: time
    event: {time: 2018-04-26T14:48:09+02:00}
    result: 2018-04-26T14:48:09+02:00
  - name: A wrong one
    expression: subject
    eventOverrides: {subject: x}
    result: y
  - name: An error alone
    expression: missing
    error: missingAttribute
"""


def test_the_tck_runner_reads_events_overrides_and_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "times.yaml").write_text(TCK_FILE, encoding="utf-8")

    code = main([str(tmp_path)], "usage", cesql_tck.read)

    wrong = "times: A wrong one: 'subject': 'x', not 'y'\n"
    assert (code, capsys.readouterr().out) == (1, wrong + "2 passed, 1 failed\n")


@pytest.mark.parametrize(
    "content",
    [
        "a: [",
        "[]",
        "tests: [{name: x, expression: a}]",
        "tests: [{name: x, expression: a, event: 5, result: 1}]",
        "tests: [{name: x, expression: a, result: 1, error: odd}]",
    ],
)
def test_a_file_that_is_no_tck_ends_with_2_and_one_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.yaml").write_text(content, encoding="utf-8")

    code = main([str(tmp_path)], "usage", cesql_tck.read)

    error = capsys.readouterr().err
    assert code == 2
    assert "odd.yaml" in error
    assert error.count("\n") == 1


def test_a_directory_without_yaml_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([str(tmp_path)], "usage", cesql_tck.read)

    assert code == 2
    assert "no directory with files *.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "utc", "normal"),
    [
        ("2018-04-26T14:48:09+02:00", False, "2018-04-26T14:48:09+02:00"),
        ("2018-04-26T14:48:09+02:00", True, "2018-04-26T12:48:09Z"),
        ("2020-01-02T03:04:05.120Z", False, "2020-01-02T03:04:05.12Z"),
        ("2020-01-02T03:04:05.000Z", True, "2020-01-02T03:04:05Z"),
        ("2020-01-02T03:04:05.123456789Z", True, "2020-01-02T03:04:05.123456789Z"),
    ],
)
def test_time_is_written_without_needless_digits(
    text: str, *, utc: bool, normal: str
) -> None:
    assert normal_time(text, utc=utc) == normal


@pytest.mark.parametrize("runner", [cesql_tck, golden_cesql])
def test_a_runner_is_a_command(
    runner: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["runner"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(runner.__file__), run_name="__main__")

    assert ended.value.code == 2
    assert f"usage: python -m {runner.__name__}" in capsys.readouterr().err
