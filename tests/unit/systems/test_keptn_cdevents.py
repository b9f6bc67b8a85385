"""What becomes of CDEvents for Keptn, and of Keptn's events, where the scenarios say nothing."""

from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology

FOLDER = Path(__file__).parents[3] / "topologies" / "cdevents"
BUILT = FOLDER / "cdevents-0.5"
RUNS_TO_KEPTN = """
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: runs-to-keptn}
spec:
  broker: events-broker
  filters: [{prefix: {type: dev.cdevents.pipelinerun.finished.}}]
  subscriber: {ref: {apiVersion: serving.knative.dev/v1, kind: Service, name: keptn-cdevents}}
"""


def deployed(*, fails: bool, also: str = "") -> Simulation:
    topology = Topology.load(BUILT)
    if also:
        topology += Topology.parse(also)
    sim = Simulation(topology, folder=BUILT)
    sim.decide("approval-service", "approve")
    if fails:
        sim.set_knob("tekton", "deploy-artifact", "fail")
    sim.run()
    return sim


def ends(sim: Simulation) -> list[Any]:
    finished = "sh.keptn.event.production.delivery.finished"
    return [e.event.data for e in sim.received("bridge") if e.event.type == finished]


def test_a_failed_deployment_that_keptn_is_not_told_of_stays_open_for_ever() -> None:
    # when
    sim = deployed(fails=True)

    # then
    assert ends(sim) == []
    assert "never finished" in sim.unfinished()[0][1]


def test_a_failed_deployment_that_keptn_is_told_of_ends_the_sequence() -> None:
    # when
    sim = deployed(fails=True, also=RUNS_TO_KEPTN)

    # then
    assert [each["result"] for each in ends(sim)] == ["fail"]
    assert sim.unfinished() == []


def test_a_run_that_ends_well_ends_no_task_by_itself() -> None:
    # when
    sim = deployed(fails=False, also=RUNS_TO_KEPTN)

    # then
    assert [each["result"] for each in ends(sim)] == ["pass"]
    answers = [e.event.type for e in sim.received("keptn")]
    assert answers.count("sh.keptn.event.deployment.finished") == 1


def test_the_context_of_keptn_is_the_chain_of_the_artifact() -> None:
    # when
    sim = deployed(fails=False)

    # then
    told = [each.event for each in sim.received("cloudevents-player")]
    chains = {e.data["context"]["chainId"] for e in told if "cdevents" in e.type}
    contexts = {e.event.get_extension("shkeptncontext") for e in sim.received("bridge")}
    assert chains == contexts
    assert len(chains) == 1


@pytest.mark.parametrize(
    "event",
    [
        {"type": "dev.cdevents.artifact.packaged.0.3.0", "data": {}},
        {"type": "dev.cdevents.change.merged.0.3.0", "data": {"context": {"chainId": "c"}, "subject": {}}},
        {"type": "dev.cdevents.service.deployed.0.3.0", "data": {"context": {"chainId": "c"}, "subject": {}}},
        {"type": "sh.keptn.event.release.triggered", "data": {}},
        {"type": "sh.keptn.event.deployment.triggered", "data": {"stage": "production"}},
        {"type": "sh.keptn.event.action.triggered", "data": {"action": {"action": "pray"}}},
        {"type": "order.placed"},
    ],
    ids=lambda event: event["type"],
)  # fmt: skip
def test_what_says_nothing_to_the_other_side_is_answered_and_dropped(
    event: dict[str, Any],
) -> None:
    # given
    sim = Simulation(Topology.load(BUILT), folder=BUILT)

    # when
    sent = sim.send(to="service/keptn-cdevents", id="e1", source="/s", **event)
    sim.run()

    # then
    assert sim.received("keptn-cdevents", caused_by=sent)[0].status == 200
    assert sim.received("keptn", caused_by=sent) == []


def test_an_incident_that_no_action_ends_is_never_resolved() -> None:
    # given
    folder = FOLDER / "cdevents-0.5-remediation"
    sim = Simulation(Topology.load(folder), folder=folder)
    sim.set_knob("lighthouse", "response_time_p95", "1800")

    # when
    sim.run()

    # then
    told = [each.event.type for each in sim.received("cloudevents-player")]
    assert len(told) == 5
    assert "dev.cdevents.incident.resolved.0.3.0" not in told
    assert sim.unfinished() == []
