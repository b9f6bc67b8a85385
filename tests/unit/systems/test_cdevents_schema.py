import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.event import Event
from simulator.systems.cdevents import CDEvent, type_of
from simulator.systems.cdevents_schema import cdevent_faults, contents, schema
from tests.shared_data import DATA
from tests.unit.systems.recorded import FOLDER, recorded_events

NEGATIVES: list[dict[str, Any]] = json.loads(
    (FOLDER / "negative-0.5.1.json").read_text()
)["vectors"]
DEPLOYED = "dev.cdevents.service.deployed.0.3.0"


@pytest.mark.parametrize("vector", NEGATIVES, ids=lambda vector: vector["what"])
@pytest.mark.parametrize("said", ["ours", "its own"])
def test_a_negative_is_judged_as_recorded(vector: dict[str, Any], said: str) -> None:
    # given
    type_ = DEPLOYED if said == "ours" else vector["data"]["context"]["type"]

    # when
    faults = list(cdevent_faults(type_, vector["data"]))

    # then
    assert [list(each) for each in faults] == vector["faults"]
    assert bool(faults) is vector["refused"]


@pytest.mark.parametrize("event", recorded_events(), ids=lambda event: event.type)
def test_every_recorded_event_is_taken(event: Event) -> None:
    assert list(cdevent_faults(event.type, event.data)) == []


def test_an_event_of_the_release_before_is_judged_by_its_own_schema() -> None:
    # given
    event = CDEvent(
        kind="pipelinerun.started",
        source="/t",
        subject="r",
        content={"pipelineName": "p", "url": "http://t"},
        at_ns=0,
        chain="c",
    )

    # when
    old = event.event("0.4.1")
    new = event.event()

    # then
    assert list(cdevent_faults(old.type, old.data)) == []
    assert [path for path, _ in cdevent_faults(new.type, new.data)] == [
        "subject/content",
        "subject/content",
    ]


def test_a_type_that_is_none_is_told_with_the_nearest() -> None:
    # when
    (fault,) = cdevent_faults("dev.cdevents.service.deploied.0.3.0", {})

    # then
    assert "did you mean 'service.deployed'?" in fault[1]


def test_a_type_of_the_next_release_is_told_to_be_of_its_draft() -> None:
    # when
    (fault,) = cdevent_faults("dev.cdevents.approval.closed.0.1.0", {})

    # then
    assert fault[1].endswith("0.4.1 or 0.5.1; it is of the draft of 0.6")


@pytest.mark.parametrize("data", [None, "text", []])
def test_data_that_is_no_object_is_refused(data: object) -> None:
    assert len(list(cdevent_faults(DEPLOYED, data))) == 1


@pytest.mark.parametrize("kind", contents("0.5.1"))
def test_a_schema_of_0_5_1_refuses_what_the_draft_of_0_6_refuses(kind: str) -> None:
    """The copies at hand are of the draft, which lists the outcomes of a task too."""
    # given
    name = kind.replace(".", "")
    copy = DATA / "cdevents" / "schemas" / f"{name}.json"
    if not copy.exists():
        pytest.skip(f"{copy} is not there")
    theirs = json.loads(copy.read_text())
    if kind == "taskrun.finished":
        content = theirs["properties"]["subject"]["properties"]["content"]
        assert content["properties"]["outcome"].pop("enum")

    # then
    ours = schema(kind, "0.5.1")
    assert _rules(ours["properties"]["subject"]) == _rules(
        theirs["properties"]["subject"]
    )
    for member in ("id", "source", "type", "timestamp", "schemaUri", "chainId"):
        assert _rules(ours["properties"]["context"]["properties"][member]) == _rules(
            theirs["properties"]["context"]["properties"][member]
        )
    Draft202012Validator.check_schema(dict(ours))


@pytest.mark.parametrize(
    ("release", "kind", "content", "refused"),
    [
        ("0.4.1", "testsuiterun.queued", {"testSuite": {"id": "s", "url": "u"}}, False),
        ("0.4.1", "testsuiterun.queued", {"testSuite": {"id": "s", "uri": "u"}}, True),
        ("0.4.1", "testsuiterun.started", {"testSuite": {"id": "s", "uri": "u"}}, False),
        ("0.5.1", "testsuiterun.queued", {"testSuite": {"id": "s", "uri": "u"}}, False),
        ("0.5.1", "testsuiterun.queued", {"testSuite": {"id": "s", "url": "u"}}, True),
        ("0.5.1", "taskrun.finished", {"outcome": "timeout"}, False),
        ("0.5.1", "pipelinerun.finished", {"outcome": "timeout"}, True),
        ("0.4.1", "pipelinerun.finished", {"outcome": "timeout"}, False),
    ],
)  # fmt: skip
def test_a_release_is_judged_by_what_its_own_schemas_say(
    release: str, kind: str, content: dict[str, Any], refused: bool
) -> None:
    """Source: cdevents/spec v0.4.1, v0.5.0, schemas/testsuiterunqueued.json and others."""
    # given
    environment = {"environment": {"id": "e"}} if kind.startswith("test") else {}
    told = CDEvent(
        kind=kind,
        source="/t",
        subject="r",
        content=environment | content,
        at_ns=0,
        chain="c",
    ).event(release)

    # when
    faults = list(cdevent_faults(told.type, told.data))

    # then
    assert bool(faults) is refused


def _rules(schema_: Any) -> Any:
    """Leave out what asserts nothing, and an enumeration that any text passes."""
    if isinstance(schema_, list):
        return sorted(map(_rules, schema_), key=str)
    if not isinstance(schema_, dict):
        return schema_
    if schema_.get("anyOf", [None])[-1] == {"type": "string"}:
        return {"type": "string"}
    silent = (
        "format",
        "default",
        "description",
        "example",
        "$schema",
        "contentEncoding",
    )
    kept = {n: _rules(of) for n, of in schema_.items() if n not in silent}
    if "enum" in kept:
        kept.pop("minLength", None)
    if kept.get("required") == []:
        del kept["required"]
    return kept


def test_each_release_has_the_same_types() -> None:
    # given, when, then
    assert contents("0.4.1").keys() == contents("0.5.1").keys()
    assert all(type_of(kind, "0.4.1") != type_of(kind) for kind in contents("0.4.1"))
