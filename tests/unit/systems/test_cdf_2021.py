"""Translator, adapter and Spinnaker: which event becomes which, by the PoC's tables."""

import json
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.session.views import Received
from simulator.systems import System
from simulator.systems.cdf_2021 import Adapter, Translator
from simulator.systems.spinnaker import Spinnaker

PLACE = {"project": "cde", "stage": "production", "service": "poc"}
RUN = {"status": {"pipelineResults": [{"name": "sh.keptn.context", "value": "c1"},
                                      {"name": "sh.keptn.trigger.id", "value": "t1"}]}}  # fmt: skip
DEPLOYED = {"type": "cd.service.deployed.v1", "servicename": "poc"}


def told_by(system: System, to: str, **event: Any) -> list[Received]:
    """Send a system an event, and give what it has told."""
    topology = Topology.parse(
        "topology: t\nservices: {played: {}, keptn: {}, player: {}}\n"
        "brokers: {default: {}}\ntriggers: {all: {subscriber: player}}\n"
    )
    sim = Simulation(topology, services={"played": system})
    sim.send(to="service/played", **{"id": "e1", "source": "/s", **event})
    sim.run()
    assert [each.status for each in sim.received("played")] == [200]
    return sim.received(to)


def test_a_packaged_artifact_triggers_the_delivery_and_keptn_makes_the_context() -> (
    None
):
    # when
    [event] = [each.event for each in told_by(
        Translator(), "keptn", type="cd.artifact.packaged.v1",
        artifactid="r:5000/poc@sha256:1a", artifactname="poc",
    )]  # fmt: skip

    # then
    assert event.type == "sh.keptn.event.production.delivery.triggered"
    assert event.source == "keptn-cdf-translator"
    assert event.get_extension("shkeptncontext") is None
    assert event.data == {
        **PLACE,
        "message": "deployment handled by Tekton/Spinnaker",
        "configurationChange": {"values": {"image": "r:5000/poc@sha256:1a"}},
        "deployment": {"deploymentURIsLocal": None, "deploymentstrategy": ""},
    }


def test_a_published_artifact_is_the_start_of_the_deployment() -> None:
    # when
    [event] = [each.event for each in told_by(
        Translator(), "keptn", type="cd.artifact.published.v1", artifactname="poc",
        data={"shkeptncontext": "c1", "triggerid": "t1"},
    )]  # fmt: skip

    # then
    assert event.type == "sh.keptn.event.deployment.started"
    assert event.get_extension("shkeptncontext") == "c1"
    assert event.get_extension("triggeredid") == "t1"
    assert event.data["status"] == "unknown"


@pytest.mark.parametrize(
    "data",
    [{"pipelinerun": json.dumps(RUN)}, {"contextId": "c1", "triggerId": "t1"}],
    ids=["of Tekton", "of Spinnaker"],
)
def test_a_deployed_service_is_always_a_success(data: dict[str, str]) -> None:
    # when
    [event] = [each.event for each in told_by(Translator(), "keptn", **DEPLOYED, data=data)]  # fmt: skip

    # then
    assert event.type == "sh.keptn.event.deployment.finished"
    assert event.get_extension("shkeptncontext") == "c1"
    assert event.get_extension("triggeredid") == "t1"
    assert (event.data["status"], event.data["result"]) == ("succeeded", "pass")
    url = ["http://poc-127.0.0.1.nip.io"]
    assert event.data["deployment"]["deploymentURIsPublic"] == url


@pytest.mark.parametrize("type_", ["cd.pipelinerun.finished.v1", "order.placed"])
def test_what_the_translator_has_no_handler_for_is_200_and_nothing(type_: str) -> None:
    assert told_by(Translator(), "keptn", type=type_, data={"a": 1}) == []


@pytest.mark.parametrize("run", ["no JSON", "[]", '{"status": 1}'])
def test_a_run_without_the_ids_of_keptn_belongs_to_no_task(run: str) -> None:
    # when
    [event] = told_by(Translator(), "keptn", **DEPLOYED, data={"pipelinerun": run})

    # then
    assert event.event.get_extension("triggeredid") is None


def test_a_deployment_of_an_image_is_told_as_a_published_artifact() -> None:
    # when
    [event] = [each.event for each in told_by(
        Adapter(), "player", type="sh.keptn.event.deployment.triggered", id="t1",
        shkeptncontext="c1",
        data={**PLACE, "configurationChange": {"values": {"image": "r/poc"}}},
    )]  # fmt: skip

    # then
    assert event.type == "cd.artifact.published.v1"
    assert event.source == "keptn-cd-translator-service"
    assert event.subject is None
    assert event.get_extension("artifactid") == "r/poc"
    assert event.get_extension("artifactversion") == ""
    assert event.data == {"shkeptncontext": "c1", "triggerid": "t1", "image": "r/poc"}


@pytest.mark.parametrize("change", [None, {}, {"values": {}}, {"values": 1}])
def test_a_deployment_without_an_image_is_not_told(change: object) -> None:
    assert told_by(
        Adapter(), "player", type="sh.keptn.event.deployment.triggered",
        shkeptncontext="c1", data={**PLACE, "configurationChange": change},
    ) == []  # fmt: skip


def test_spinnaker_answers_after_a_minute_and_assumes_success() -> None:
    # when
    told = told_by(
        Spinnaker(), "player", type="cd.artifact.published.v1", artifactname="poc",
        artifactid="kind-registry:5000/poc", data={"shkeptncontext": "c1", "triggerid": "t1"},
    )  # fmt: skip

    # then
    started, finished, deployed = [each.event for each in told]
    assert started.get_extension("pipelinerunid") == "pipelineRunId"
    assert started.data["contextId"] is None
    assert finished.get_extension("pipelinerunstatus") == "SUCCESSFUL"
    assert deployed.type == "cd.service.deployed.v1"
    assert deployed.get_extension("serviceid") == "serviceId"
    assert deployed.get_extension("serviceenvid") is None
    assert deployed.data["triggerId"] == "t1"
    assert deployed.data["artifactId"] == "localhost:5000/poc"
    assert deployed.get_datacontenttype() == "application/json; charset=UTF-8"
    assert {each.event.source for each in told} == {"cdevents-sdk-java"}


def test_spinnaker_fails_for_any_other_type() -> None:
    # given
    sim = Simulation(
        Topology.parse("topology: t\nservices: {s: {}}\n"), services={"s": Spinnaker(sink="service/s")}
    )  # fmt: skip

    # when
    sim.send(type="cd.artifact.packaged.v1", to="service/s")
    sim.run()

    # then
    assert [each.status for each in sim.received("s")] == [500]
