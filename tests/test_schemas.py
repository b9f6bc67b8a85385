"""What each command prints as JSON is what its schema in the docs says."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.cli import main

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
TOPOLOGIES = [
    *sorted((ROOT / "topologies").glob("*.yaml")),
    ROOT / "topologies/knative",
    ROOT / "topologies/cdevents/auto-approval",
]
COMMANDS = {
    "check": ["check"],
    "compare": [
        "compare",
        "--send",
        "type=order.placed",
        "--for",
        "2s",
        "--limit",
        "2000",
    ],
    "explain": ["explain", "--send", "type=order.placed"],
    "graph": ["graph"],
    "summary": ["run", "-q", "--for", "2s", "--limit", "2000", "--by", "chain"],
    "timetable": ["timetable"],
}
TESTS = ROOT / "examples" / "13_tests.yaml"


@cache
def validator(name: str) -> Draft202012Validator:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(name: str, found: object) -> list[str]:
    errors = validator(name).iter_errors(found)
    return [f"{error.json_path}: {error.message}" for error in errors]


def printed(capfd: pytest.CaptureFixture[str], words: list[str]) -> tuple[int, Any]:
    code = main([*words, "--format", "json"])
    return code, json.loads(capfd.readouterr().out)


@pytest.mark.parametrize("topology", TOPOLOGIES, ids=lambda path: path.name)
@pytest.mark.parametrize("schema", COMMANDS)
def test_the_output_of_a_command_is_as_its_schema_says(
    schema: str, topology: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, found = printed(capfd, [*COMMANDS[schema], str(topology)])

    wanted = "error" if code == 2 else schema
    assert found["format"] == f"kn-sim-{wanted}/1"
    assert faults(wanted, found) == []


def test_what_changes_for_events_is_as_its_schema_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    old = ROOT / "topologies" / "orders.yaml"
    new = tmp_path / "new.yaml"
    new.write_text(old.read_text("utf-8").replace("retry: ", "retry: 1"), "utf-8")

    words = ["diff", str(old), str(new), "--failing", "each=503x1"]
    _, found = printed(capfd, [*words, "--only", "behaviour"])
    _, with_resources = printed(capfd, words)

    assert faults("behaviour", found) == []
    assert not found["same"]
    assert with_resources["Behaviour"] == found


@pytest.mark.parametrize("words", [[], ["--max-ttl", "1", "-x"], ["-k", "refused"]])
def test_what_came_of_tests_is_as_its_schema_says(
    words: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    code, found = printed(capfd, ["test", str(TESTS), *words])

    assert faults("test", found) == []
    assert code == (1 if found["failed"] else 0)
    assert len(found["tests"]) == found["passed"] + found["failed"]


@pytest.mark.parametrize("hit", ["503", "slow"])
def test_what_a_search_came_to_is_as_its_schema_says(
    hit: str, capfd: pytest.CaptureFixture[str]
) -> None:
    topology = str(ROOT / "topologies" / "quickstart.yaml")
    words = ["explore", topology, "--send", "type=order.placed", "--no-dead-letters"]
    code, found = printed(capfd, [*words, "--hit", hit, "--faults", "3"])

    assert faults("explore", found) == []
    assert code == (0 if found["counter_example"] is None else 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "bad.yaml"], "not valid YAML: did not find"),
        (["graph", "bad.yaml"], "not valid YAML: did not find"),
        (["timetable", "bad.yaml"], "not valid YAML: did not find"),
        (["explain", "bad.yaml", "--send", "type=a"], "not valid YAML: did not find"),
        (["convert", "bad.yaml", "--to", "knative"], "not valid YAML: did not find"),
        (
            ["run", "good.yaml", "--send", "type=a", "--to", "x"],
            "nothing has the address",
        ),
        (["timetable", "good.yaml", "x"], "there is no trigger"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_refused_is_json_too(
    words: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text("topology: [\n")
    Path("good.yaml").write_text("topology: a\nbrokers: {default: {}}\n")

    code, found = printed(capfd, words)

    assert code == 2
    assert faults("error", found) == []
    assert found["command"] == words[0]
    assert [message in fault["message"] for fault in found["faults"]] == [True]


def test_the_faults_of_a_topology_have_their_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text("topology: [\n")

    code, found = printed(capfd, ["check", "bad.yaml"])

    assert code == 1
    assert faults("check", found) == []
    places = [(each["file"], each["line"], each["column"]) for each in found["faults"]]
    assert places == [("bad.yaml", 2, 1)]


def test_rules_are_as_their_schema_says(capfd: pytest.CaptureFixture[str]) -> None:
    _, found = printed(capfd, ["rule", "--all"])

    assert faults("rules", found) == []


def test_a_coverage_is_as_its_schema_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trace, topology = str(tmp_path / "run.jsonl"), str(ROOT / "topologies/orders.yaml")
    main(["run", topology, "-q", "--for", "1m", "--trace", trace])
    capfd.readouterr()

    _, found = printed(capfd, ["trace", "coverage", trace, "--of", topology])

    assert faults("coverage", found) == []
    assert len(found["items"]) == found["totals"]["items"] > 0


@pytest.mark.parametrize("more", [[], ["--redrive"]])
def test_dead_letters_are_as_their_schema_says(
    more: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    trace, topology = str(tmp_path / "run.jsonl"), tmp_path / "shop.yaml"
    topology.write_text(
        "topology: shop\nbrokers: {default: {delivery: {deadLetterSink: bin}}}\n"
        "triggers: {all: {subscriber: shop}}\nservices: {shop: {responses: [500]}, bin: {}}"
    )
    main(["run", str(topology), "-q", "--send", "type=a", "--trace", trace])
    capfd.readouterr()

    _, found = printed(capfd, ["trace", "dead-letters", trace, *more])

    assert faults("dead-letters", found) == []
    assert found["dead_letters"] == len(found["groups"][0]["letters"]) == 1
    assert (found["redrive"] is None) is not bool(more)


@pytest.mark.parametrize("how", [["--list"], ["-k", "retry"]])
def test_mutants_are_as_their_schema_says(
    how: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["mutate", *how, "-o", "json", str(TESTS)]
    code = main([*words, "--", "kn-sim", "test", str(TESTS)])
    found = json.loads(capfd.readouterr().out)

    assert code == 0
    assert faults("mutants", found) == []
    assert len(found["mutants"]) == found["totals"]["mutants"] > 0


def test_manifests_as_json_are_the_same_topology(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    topology = str(ROOT / "topologies" / "orders.yaml")

    main(["convert", "--to", "knative", "-o", "json", topology])
    Path("list.json").write_text(capfd.readouterr().out)
    read = Path("list.json").read_text()
    before = printed(capfd, ["graph", topology])
    after = printed(capfd, ["graph", "list.json"])

    assert json.loads(read)["kind"] == "List"
    assert before == after
