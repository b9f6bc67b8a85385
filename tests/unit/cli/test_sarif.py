"""What `check` finds, as SARIF."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from simulator.cli import main

SCHEMA = json.loads((Path(__file__).parent / "sarif/sarif-2.1.0.json").read_bytes())
ROOT = Path(__file__).parents[3]
NOT_READY = "topology: t\nbrokers: {b: {}}\ntriggers: {t: {broker: c, subscriber: s}}\n"


def log(
    capsys: pytest.CaptureFixture[str], code: int, *words: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the rules and the results of a log that is as its schema says."""
    done = main(["check", *words, "-o", "sarif"])

    found = json.loads(capsys.readouterr().out)
    errors = [f"{e.json_path}: {e.message}" for e in Draft7Validator(SCHEMA).iter_errors(found)]  # fmt: skip
    assert (done, errors) == (code, [])
    [run] = found["runs"]
    return run["tool"]["driver"]["rules"], run["results"]


@pytest.mark.parametrize("name", ["orders.yaml", "reply-loop.yaml", "knative"])
def test_the_log_of_a_topology_is_as_the_schema_of_sarif_says(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ROOT / "topologies" / name

    rules, results = log(capsys, 0, str(path), "--select", "ALL")

    assert {each["ruleId"] for each in results} <= {each["id"] for each in rules}


def test_each_result_has_its_place_and_its_rule(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a t.yaml").write_text(NOT_READY)

    rules, results = log(capsys, 1, "a t.yaml", "--select", "KN205")

    assert [each["ruleId"] for each in results] == ["fault", "KN205"]
    missing = results[1]
    [location] = missing["locations"]
    assert rules[missing["ruleIndex"]]["id"] == "KN205"
    assert missing["level"] == "warning"
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20t.yaml", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 16},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Trigger t"}]


def test_where_two_places_disagree_both_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    broker = "topology: t\nbrokers: {b: {delivery: {retry: 3}}}\n"
    trigger = "topology: u\ntriggers: {t: {broker: b, subscriber: s, delivery: {timeout: 1s}}}\n"
    Path("b.yaml").write_text(broker)
    Path("t.yaml").write_text(trigger)

    _, [replaced] = log(capsys, 0, "b.yaml", "t.yaml", "--select", "KN110")

    [also] = replaced["relatedLocations"]
    assert also["message"] == {"text": "Broker b"}
    assert also["physicalLocation"]["artifactLocation"]["uri"] == "b.yaml"
    assert also["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 26}


def test_what_cannot_be_read_is_in_the_log_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text("topology: [\n")

    _, [fault] = log(capsys, 1, "t.yaml")

    assert (fault["ruleId"], fault["level"]) == ("fault", "error")
