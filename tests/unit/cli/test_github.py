"""Annotations in the log of GitHub Actions."""

import json
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.cli.findings import annotation_lines


def test_faults_are_errors_at_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text("topology: t\nbrokers: {b: {delivery: {retry: -1}}}\n")

    code = main(["check", "t.yaml", "-o", "github"])

    assert code == 1
    assert capsys.readouterr().out == (
        "::error file=t.yaml,line=2,col=26,title=Broker b::"
        "Broker b: invalid value: -1: spec.delivery.retry (expected 0 or more)\n"
    )


def test_what_does_not_become_ready_is_an_error_and_findings_are_as_grave_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(
        "topology: t\nbrokers: {b: {}}\ntriggers: {t: {broker: c, subscriber: s}}\n"
    )

    code = main(["check", "t.yaml", "-o", "github"])

    assert code == 1
    assert [line.split("::")[1] for line in capsys.readouterr().out.splitlines()] == [
        "error file=t.yaml,line=3,col=12,title=Trigger t",
        "notice file=t.yaml,line=2,col=11,title=KN210 Broker b",
        "warning file=t.yaml,line=3,col=16,title=KN205 Trigger t",
    ]


def test_a_resource_that_is_written_twice_has_its_place_and_its_name_as_other_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("topology: a\nbrokers: {b: {}}\n")
    Path("b.yaml").write_text("topology: b\nbrokers: {b: {delivery: {timeout: 1s}}}\n")

    main(["check", "a.yaml", "b.yaml", "-o", "json"])

    found = json.loads(capsys.readouterr().out)["findings"]
    [again] = [each for each in found if each["id"] == "KN002"]
    assert (again["subject"], again["file"], again["line"], again["column"]) == (
        ("Broker b", "b.yaml", 2, 11)
    )


def test_what_controllers_make_has_no_place_in_a_list_of_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text("topology: t\nbrokers: {b: {}}\n")

    code = main(["check", "t.yaml", "--expand", "-o", "github"])

    said = "kn-sim: --expand is for -o text or json; github lists findings\n"
    assert (code, *capsys.readouterr()) == (2, "", said)


def test_signs_that_mean_something_there_are_escaped() -> None:
    found = {
        "severity": "warning", "id": "KN1", "subject": "Trigger a", "path": "",
        "message": "50 % of\na: \x1b[2Jb, c", "file": "a,b:c.yaml", "line": 1, "column": None,
    }  # fmt: skip

    assert list(annotation_lines([found])) == [
        "::warning file=a%2Cb%3Ac.yaml,line=1,title=KN1 Trigger a::50 %25 of%0Aa: \\x1b[2Jb, c"
    ]


def test_explain_says_which_flow_a_channel_is_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(
        "topology: t\nbrokers: {default: {}}\n"
        "triggers: {t: {subscriber: sequence/steps}}\n"
        "sequences: {steps: {steps: [one, two]}}\n"
    )

    main(["explain", "t.yaml", "--send", "type=a"])

    assert (
        "trigger/t matches → channel/steps-kn-sequence-0 (sequence/steps)"
        in capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (
            ["run", "shop.yaml", "--seed", "x"],
            "usage",
            "argument --seed: expected a whole",
        ),
        (["check", "shop.yaml", "--sede", "x"], "usage", "unknown option --sede"),
        (
            ["explain", "shop.yaml"],
            "usage",
            "one of the arguments --send --trace is required",
        ),
        (["trace", "show", "no.jsonl"], "file", "no.jsonl: No such file or directory"),
        (["trace", "shw"], "usage", "unknown command 'shw'; did you mean 'show'?"),
        (["run", "shop.yaml", "--send", "type=a,data=@no"], "file", "no: No such file"),
    ],
)
def test_wrong_words_and_missing_files_are_told_as_json_too(
    words: list[str],
    code: str,
    told: str,
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    done = main([*words, "-o", "json"])

    out, err = capsys.readouterr()
    error = json.loads(out)
    assert done == 2
    assert (error["format"], error["command"]) == ("kn-sim-error/1", words[0])
    assert [each["code"] for each in error["faults"]] == [code]
    assert told in error["faults"][0]["message"]
    assert told in err
