"""Events told by the story of one artefact, and what a pipeline's events measure."""

import json
from typing import Any

import pytest

from simulator.event import Event
from simulator.kernel.log import Kind
from simulator.story.chains import Chain, Chains
from simulator.story.measures import Measures, lead_ns, measures_of
from simulator.trace import Record
from tests.unit.story.test_flow import record
from tests.unit.systems.recorded import scenarios

S = 10**9


def event(type_: str, id_: str = "", data: Any = None, **attributes: str) -> Event:
    own = {"specversion": "1.0", "type": type_, "id": id_ or type_, "source": "/s"}
    body = None if data is None else json.dumps(data).encode()
    if body is not None:
        own["datacontenttype"] = "application/json"
    return Event({**own, **attributes}, body)


def sent(number: int, told: Event, cause: int | None = None, at_s: int = 0) -> Record:
    return record(
        number, Kind.SENT, "", "broker/b", cause=cause, at_ns=at_s * S, event=told
    )


def chained(*records: Record) -> Chains:
    chains = Chains()
    for each in records:
        chains.add(each)
    return chains


def members(chains: Chains) -> list[list[str]]:
    return [[each.event.id for each in chain.events] for chain in chains.all]


def played(*names: str, apart_s: int = 0) -> list[Chain]:
    """Send the events of recorded scenarios, each scenario so long after the one before."""
    found: list[Record] = []
    begin = 0
    for name in names:
        for each in scenarios()[name]:
            told = event(
                data=each["data"], type_=each["ce"]["type"], id_=each["ce"]["id"]
            )
            found.append(sent(len(found), told, at_s=int(begin + each["after_s"])))
        begin = found[-1].at_ns // S + apart_s
    return chained(*found).all


def test_what_no_event_names_is_one_story_by_its_causes() -> None:
    chains = chained(
        sent(0, event("a")),
        record(1, Kind.DISPATCHED, cause=0),
        sent(2, event("b")),
        sent(3, event("c"), cause=1),
        record(4, Kind.FAULT_SET),
    )

    assert members(chains) == [["a", "c"], ["b"]]
    assert [chain.told_by for chain in chains.all] == ["cause", "cause"]
    assert chains.of[4] is None


def test_a_story_takes_the_name_that_its_events_get_on_the_way() -> None:
    chains = chained(
        sent(0, event("packaged")),
        sent(1, event("triggered", shkeptncontext="k"), cause=0),
        sent(2, event("finished", shkeptncontext="k")),
        sent(3, event("late", triggeredid="finished")),
    )

    assert members(chains) == [["packaged", "triggered", "finished", "late"]]
    assert chains.all[0].told_by == "shkeptncontext"


def test_an_event_with_another_name_begins_a_story_that_follows_from_that_of_its_cause() -> (
    None
):
    chains = chained(
        sent(0, event("one", shkeptncontext="1")),
        sent(1, event("two", shkeptncontext="2"), cause=0),
    )

    assert members(chains) == [["one"], ["two"]]
    assert chains.all[1].parent is chains.all[0]


@pytest.mark.parametrize("end", ["target", "from"])
def test_links_join_what_has_no_other_name(end: str) -> None:
    links = {"context": {"links": [{end: {"contextId": "first"}}]}}

    chains = chained(
        sent(0, event("dev.cdevents.build.queued.0.3.0", "first")),
        sent(1, event("dev.cdevents.build.started.0.3.0", "second", links)),
    )

    assert members(chains) == [["first", "second"]]
    assert chains.all[0].told_by == "links"


@pytest.mark.parametrize(
    "data",
    [None, [], "text", {"context": 1}, {"context": {"links": [1, {"from": []}]}}],
)
def test_data_that_is_no_cdevent_names_nothing(data: Any) -> None:
    chains = chained(
        sent(0, event("dev.cdevents.artifact.packaged.0.3.0", "a", data)),
        sent(1, event("cd.artifact.published.v1", "b", data)),
        sent(2, event("sh.keptn.event.deployment.finished", "c", data)),
    )

    assert members(chains) == [["a"], ["b"], ["c"]]


def test_each_recorded_scenario_is_one_chain() -> None:
    chains = played("happy-path", "multi-stage", "remediation")

    assert [chain.told_by for chain in chains] == ["chainId"] * 3
    assert [len(chain.events) for chain in chains] == [
        len(scenarios()[name]) for name in ("happy-path", "multi-stage", "remediation")
    ]
    assert [lead_ns(each, "production") for each in chains] == [
        (3693 - 62) * S,
        (4041 - 62) * S,
        None,
    ]


def test_an_incident_makes_a_failure_of_the_deployment_before_it() -> None:
    chains = played("happy-path", "multi-stage", "remediation", apart_s=60)

    assert measures_of(chains) == Measures(
        environment="production",
        deployments=2,
        failed=1,
        lead_ns=(3631 * S, 3979 * S),
        restore_ns=(1900 * S,),
        open=0,
    )


def test_a_rollback_in_another_environment_is_no_failure_of_production() -> None:
    measures = measures_of(played("happy-path", "evaluation-fails-rollback"))

    assert (measures.deployments, measures.failed) == (1, 0)


@pytest.mark.parametrize("name", ["build-fails", "deploy-fails"])
def test_what_was_never_deployed_is_measured_by_nothing(name: str) -> None:
    measures = measures_of(played(name))

    assert measures == Measures("", 0, 0, (), (), 0)
    assert measures.failure_rate is measures.lead_median_ns is None


def test_what_keptn_repeats_of_a_cdevent_counts_once() -> None:
    here = {"stage": "production", "service": "poc", "result": "pass"}
    deployed = event(
        "cd.service.deployed.v1", servicename="poc", serviceenvid="http://x"
    )
    told = [
        event("cd.artifact.packaged.v1", artifactid="img"),
        deployed,
        event("sh.keptn.event.deployment.finished", data=here),
        event("sh.keptn.event.production.remediation.triggered", data=here),
        event(
            "sh.keptn.event.production.remediation.finished",
            "r1",
            here | {"result": "fail"},
        ),
        event("sh.keptn.event.production.remediation.triggered", "again", data=here),
        event("sh.keptn.event.production.remediation.finished", "r2", here),
    ]
    records = [
        sent(number, each, None if not number else 0, at_s=number)
        for number, each in enumerate(told)
    ]

    chains = chained(*records, records[1]._replace(serial=7))

    assert measures_of(chains.all) == Measures(
        environment="production",
        deployments=1,
        failed=1,
        lead_ns=(1 * S,),
        restore_ns=(3 * S,),
        open=0,
    )


def test_of_keptn_tasks_deploy_and_roll_back_and_an_incident_is_told_once() -> None:
    here = {"stage": "staging", "service": "poc", "result": "pass"}
    types = [
        "deployment.finished",
        "staging.deployment.finished",
        "rollback.finished",
        "staging.rollback.finished",
        "staging.remediation.triggered",
        "staging.remediation.triggered",
        "staging.remediation.finished",
        "staging.remediation.triggered",
    ]
    told = [
        event(f"sh.keptn.event.{type_}", f"{number}", here, shkeptncontext="k")
        for number, type_ in enumerate(types)
    ]

    [chain] = chained(*(sent(n, each) for n, each in enumerate(told))).all

    assert [(m.step.value, m.record.serial) for m in chain.milestones] == [
        ("deployed", 0),
        ("rolled-back", 2),
        ("incident-detected", 4),
        ("incident-resolved", 6),
        ("incident-detected", 7),
    ]


def test_an_incident_that_nobody_resolves_stays_open() -> None:
    [chain] = played("remediation")
    chain.milestones = chain.milestones[:1]

    assert measures_of([chain]).open == 1
