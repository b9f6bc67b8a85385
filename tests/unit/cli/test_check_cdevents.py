"""What `kn-sim check --cdevents` says of the events that a topology describes."""

import json
import sys
from pathlib import Path

import pytest

from simulator.cli import main
from tests.unit.systems.recorded import FOLDER, recorded_events

PIPELINE = """\
topology: pipeline
brokers: {default: {}}
triggers: {all: {subscriber: keptn}}
services:
  keptn:
    emit:
      - to: broker/default
        match: {type: dev.cdevents.artifact.published.0.3.0}
        event: %s
    reply: {type: order.placed, data: {}}
"""
NEGATIVES = json.loads((FOLDER / "negative-0.5.1.json").read_text())["vectors"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(event: object, *options: str) -> int:
    Path("p.yaml").write_text(PIPELINE % json.dumps(event))
    return main(["check", "p.yaml", "--cdevents", *options])


@pytest.mark.parametrize("vector", NEGATIVES, ids=lambda vector: vector["what"])
def test_check_judges_an_event_as_the_released_schema_does(
    vector: dict[str, object], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    event = {"type": "dev.cdevents.service.deployed.0.3.0", "data": vector["data"]}

    # when
    code = checked(event, "-o", "json")

    # then
    found = json.loads(capsys.readouterr().out)["findings"]
    told = [each for each in found if each["code"] == "cdevents-invalid"]
    assert code == (1 if vector["refused"] else 0)
    assert [each["message"].partition(": data/")[2] for each in told] == [
        f"{path}: {message}"
        for path, message in vector["faults"]  # type: ignore[attr-defined]
    ]
    for each in told:
        assert (each["file"], each["line"], each["column"]) == ("p.yaml", 9, 9)
        assert each["path"] == "spec.services.keptn.emit[0].event"
        assert each["subject"] == "service keptn"


def test_check_judges_each_line_of_a_replay(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    good = recorded_events()[0].to_json()
    bad = {**good, "id": "2", "data": {}}
    lines = [json.dumps(each) for each in (good, {**good, "type": "x"}, bad)]
    Path("events.jsonl").write_text("\n".join(lines))
    Path("p.yaml").write_text(
        "topology: p\nbrokers: {default: {}}\ntriggers: {all: {subscriber: a}}\n"
        "sources: {ci: {replay: events.jsonl, sink: broker/default}}\nservices: {a: {}}\n"
    )

    # when
    code = main(["check", "p.yaml", "--cdevents"])

    # then
    out = capsys.readouterr().out
    assert code == 1
    assert out.count("events.jsonl:3:1: KN501") == 2
    assert "events.jsonl:3:1: KN501 source ci: dev.cdevents.pipelinerun.queued" in out


def test_an_attribute_that_is_not_what_the_cdevent_says_is_a_warning(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    event = {**recorded_events()[0].to_json(), "subject": "other"}

    # when
    code = checked(event)

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert "subject is 'other', but in the data it is 'build-artifact-run-x'" in out


def test_check_without_the_option_judges_none(folder: Path) -> None:
    # given
    Path("p.yaml").write_text(
        PIPELINE % "{type: dev.cdevents.service.deployed.0.3.0, data: {}}"
    )

    # when, then
    assert main(["check", "p.yaml"]) == 0


def test_without_the_package_that_judges_check_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    monkeypatch.setitem(sys.modules, "jsonschema", None)

    # when
    code = checked({"type": "t"})

    # then
    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: --cdevents needs jsonschema: pip install 'kn-sim[cdevents]'\n"
    )


@pytest.mark.parametrize("kind", ["order.placed", "dev.cdevents.build.queued.0.2.0"])
def test_it_is_said_where_no_cdevent_is_there_to_be_judged(
    kind: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    checked({"type": kind, "data": {}})

    # then
    said = "kn-sim: --cdevents judges nothing: no dev.cdevents.* event is written out\n"
    assert capsys.readouterr().err == (said if kind == "order.placed" else "")
