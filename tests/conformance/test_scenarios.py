"""Every recorded scenario of Knative runs here as it was recorded there."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conformance import golden
from tests.conformance.golden import judge, main, read_scenario
from tests.conformance.scenario import play
from tests.shared_data import DATA

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMITTED = Path(__file__).parent / "golden" / "scenarios"
ALL = DATA / "golden" / "scenarios"


def _scenarios() -> list[Path]:
    """List all that there are; a clean checkout holds a part of them."""
    here = {file.name: file for file in COMMITTED.glob("*.json")}
    there = {file.name: file for file in ALL.glob("*.json")}
    return [file for _, file in sorted({**there, **here}.items())]


@pytest.mark.parametrize("file", _scenarios(), ids=lambda file: file.stem)
def test_a_scenario_runs_as_knative_recorded_it(file: Path) -> None:
    finding = judge(read_scenario(file))

    assert finding.differences == ()
    assert finding.skipped == ""


def _write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def _unmatched_broker(
    status: int = 202, resources: Sequence[object] = ()
) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "a"}
    return {
        "name": "one",
        "scenario": {
            "resources": list(resources),
            "brokers": [{"name": "default"}],
            "events": [{"to": "broker:default", "event": event}],
        },
        "expected": {
            "senders": [
                {"index": 0, "to": "broker:default", "status": status, "doneMs": 1}
            ],
            "requests": [],
        },
    }


def test_the_runner_counts_what_agrees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "below").mkdir()
    _write(tmp_path / "one.json", _unmatched_broker())
    _write(tmp_path / "below" / "two.json", _unmatched_broker())

    code = main([str(tmp_path)])

    assert (code, capsys.readouterr().out) == (0, "2 passed, 0 failed\n")


def test_the_runner_tells_each_mismatch_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = _write(tmp_path / "good.json", _unmatched_broker())
    bad = _write(tmp_path / "bad.json", _unmatched_broker(status=500))

    code = main([str(good), str(bad)])

    assert code == 1
    assert capsys.readouterr().out == (
        "bad: sender 0 to broker:default: expected 500, found 202\n1 passed, 1 failed\n"
    )


def test_an_unusable_file_does_not_keep_the_others_from_being_played(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = _write(tmp_path / "bad.json", [])
    good = _write(tmp_path / "good.json", _unmatched_broker())

    code = main([str(bad), str(good)])

    told = capsys.readouterr()
    assert (code, told.out) == (2, "1 passed, 0 failed\n")
    assert told.err.startswith(f"{bad}: ")


def _asynchronous(**limits: int) -> dict[str, Any]:
    event = {"specversion": "1.0", "id": "1", "source": "/s", "type": "a"}
    delivery = {"retry": 3, "backoffPolicy": "exponential", "backoffDelay": "PT1S"}
    return {
        "brokers": [{"name": "default", "async": True, "delivery": delivery}],
        "triggers": [{"name": "t", "subscriber": "one"}],
        "services": [{"name": "one", "responses": [{"status": 500}]}],
        "events": [{"to": "broker:default", "event": event}],
        **limits,
    }


@pytest.mark.parametrize(
    ("limits", "times"),
    [
        ({}, [0, 1000, 3000, 7000]),
        ({"quietMs": 2500}, [0, 1000, 3000]),
        ({"deadlineMs": 2000}, [0, 1000]),
    ],
)
def test_the_recorder_stops_after_a_quiet_time_and_at_its_deadline(
    limits: dict[str, int], times: list[int]
) -> None:
    played = play(_asynchronous(**limits))

    assert [request["atMs"] for request in played["requests"]] == times


def test_a_sender_without_an_answer_at_the_deadline_has_none() -> None:
    scenario = _asynchronous(deadlineMs=5000)
    scenario["brokers"][0]["async"] = False

    (sender,) = play(scenario)["senders"]

    assert (sender["error"], sender["doneMs"]) == ("no answer", 5000)


def test_a_recorded_crash_is_skipped_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = {**_unmatched_broker(), "expected": {"crashed": True, "error": "exit"}}

    code = main([str(_write(tmp_path / "crash.json", document))])

    assert code == 0
    assert capsys.readouterr().out == (
        "crash: skipped: Knative's dispatcher crashed, which is not re-enacted\n"
        "0 passed, 0 failed, 1 skipped\n"
    )


def test_a_kind_that_is_not_simulated_is_skipped_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sink = {
        "apiVersion": "sinks.knative.dev/v1alpha1",
        "kind": "WebSink",
        "metadata": {"name": "jobs"},
    }
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "free"}}
    document = _unmatched_broker(resources=[sink, config])

    code = main([str(_write(tmp_path / "sink.json", document))])

    assert code == 0
    assert capsys.readouterr().out == (
        "sink: skipped: not simulated: WebSink\n0 passed, 0 failed, 1 skipped\n"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{", "is not JSON in UTF-8"),
        ("[]", "expected an object with 'scenario' and 'expected'"),
        ("{}", "'scenario': expected an object"),
        ('{"scenario": {}}', "'expected': expected an object"),
        ('{"scenario": {}, "expected": {}}', "'events': expected a list"),
        (
            '{"scenario": {"events": [{}]}, "expected": {}}',
            "events[0]: expected an object with to",
        ),
        (
            '{"scenario": {"events": []}, "expected": {"senders": [1]}}',
            "senders[0]: expected an object with index, to, doneMs",
        ),
        (
            '{"scenario": {"events": []}, "expected": {"senders": []}}',
            "'requests': expected a list",
        ),
    ],
)
def test_an_odd_file_ends_the_runner_with_2_and_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, why: str
) -> None:
    file = tmp_path / "odd.json"
    file.write_text(content, encoding="utf-8")

    code = main([str(file)])

    error = capsys.readouterr().err
    assert code == 2
    assert error.startswith(f"{file}: {why}")
    assert error.count("\n") == 1


def test_a_manifest_that_cannot_be_read_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _write(tmp_path / "odd.json", _unmatched_broker(resources=[{"kind": "X"}]))

    code = main([str(file)])

    error = capsys.readouterr().err
    assert code == 2
    assert error.startswith(f"{file}: ")
    assert error.count("\n") == 1


def test_a_run_that_breaks_is_a_mismatch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = _unmatched_broker()
    document["scenario"]["events"][0]["event"] = "no object"

    code = main([str(_write(tmp_path / "odd.json", document))])

    out = capsys.readouterr().out
    assert code == 1
    assert out.startswith("odd: raised AttributeError: ")
    assert out.endswith("0 passed, 1 failed\n")


def test_a_missing_file_and_an_empty_directory_end_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = main([str(tmp_path / "none.json")])
    empty = main([str(tmp_path)])

    assert (missing, empty) == (2, 2)
    assert capsys.readouterr().err == (
        f"{tmp_path / 'none.json'}: there is no such file or directory\n"
        f"{tmp_path}: holds no scenario, expected files *.json\n"
    )


def test_a_directory_in_place_of_a_scenario_ends_the_runner_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.json").mkdir()

    code = main([str(tmp_path)])

    assert (code, capsys.readouterr().err) == (
        2,
        f"{tmp_path / 'odd.json'}: Is a directory\n",
    )


def test_what_is_no_event_is_played_as_such(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request = {
        "service": "one",
        "atMs": 0,
        "mode": "none",
        "headers": {"content-type": "text/csv"},
        "body": "a,b",
        "answer": {"status": 204},
    }
    raw = {
        "to": "service:one",
        "mode": "raw",
        "headers": {"content-type": "text/csv"},
        "body": "a,b",
    }
    document = {
        "scenario": {
            "services": [{"name": "one", "responses": [{"status": 204}]}],
            "events": [raw],
        },
        "expected": {
            "senders": [{"index": 0, "to": "service:one", "status": 204, "doneMs": 0}],
            "requests": [request],
        },
    }

    code = main([str(_write(tmp_path / "raw.json", document))])

    assert (code, capsys.readouterr().out) == (0, "1 passed, 0 failed\n")


def test_the_runner_is_a_command_that_tells_its_usage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["golden"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(golden.__file__, run_name="__main__")

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: python -m tests.conformance")
