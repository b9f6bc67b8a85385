"""What Tekton runs, and what it tells of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.systems.cdevents_schema import cdevent_faults
from simulator.systems.system import OptionError
from simulator.systems.tekton import Tekton

PIPELINES = (
    Path(__file__).parents[3] / "topologies/cdevents/cdevents-0.5/pipelines.yaml"
)
RESULTS = {
    "image-build.IMAGE_DIGEST": "sha256:1a2b",
    "clone-repo.commit": "c0ffee",
    "deploy.generation": "$(generation)",
}
BUILD = {"pipeline": "build-artifact", "name": "b"}
DEPLOY = {"image": "r/poc:v1", "name": "poc", "envId": "production"}
PUBLISHED = {
    "type": "dev.cdevents.artifact.published.0.3.0",
    "id": "p1",
    "data": {
        "context": {"chainId": "c1"},
        "subject": {"id": "pkg:oci/poc@sha256%3A1a2b", "content": {}},
        "customData": {"stage": "production"},
    },
}
TOPOLOGY = """
topology: t
brokers: {default: {}}
triggers:
  all: {filters: [{cesql: "type NOT LIKE '%published%'"}], subscriber: player}
  el: {filters: [{prefix: {type: dev.cdevents.artifact.published.}}], subscriber: tekton}
services: {player: {}, tekton: {}}
"""


def played(pipelines: Path = PIPELINES, **options: Any) -> Simulation:
    tekton = Tekton(
        **{"pipelines": pipelines, "results": RESULTS, "vocabulary": "cdevents-0.5", **options}
    )  # fmt: skip
    return Simulation(Topology.parse(TOPOLOGY), services={"tekton": tekton})


def told(sim: Simulation) -> list[str]:
    """Give the types of what it tells, CDEvents without prefix and version."""
    return [
        each.event.type.removeprefix("dev.cdevents.").rpartition(".0.")[0]
        for each in sim.received("player")
    ]


def start(sim: Simulation, data: object = BUILD) -> None:
    sim.send(type="tekton.start", data=data, to="service/tekton")
    sim.run()


def test_a_run_goes_through_its_tasks_one_after_the_other() -> None:
    # given
    sim = played(
        takes={"clone-repo": "1s", "image-build": "58s", "export-results": "2s"}
    )

    # when
    start(sim)

    # then
    assert told(sim) == [
        "pipelinerun.queued",
        "pipelinerun.started",
        *("taskrun.started", "taskrun.finished") * 3,
        "artifact.packaged",
        "pipelinerun.finished",
    ]
    assert sim.now_text() == "2026-01-01T00:01:02Z"


def test_a_run_that_fails_tells_of_no_artifact_and_ends_with_its_finally() -> None:
    # given
    sim = played(takes={"image-build": "58s"}, errors={"image-build": "exit code 1"})
    sim.set_knob("tekton", "build-artifact", "fail")

    # when
    start(sim)

    # then
    ended = [each.event.data["subject"] for each in sim.received("player")]
    failed, last = ended[-4], ended[-1]
    assert failed["id"] == "b-image-build"
    assert failed["content"]["errors"] == "exit code 1"
    assert ended[-2]["id"] == "b-export-results"
    assert last["content"] == {
        "pipelineName": "build-artifact",
        "outcome": "failure",
        "errors": "image-build failed",
    }
    assert sim.unfinished() == []


def test_a_run_that_fails_at_its_first_task_never_begins_the_second() -> None:
    # given
    sim = played()
    sim.set_knob("tekton", "build-artifact", "clone-repo")

    # when
    start(sim)

    # then
    subjects = [each.event.subject for each in sim.received("player")]
    assert "b-clone-repo" in subjects
    assert "b-image-build" not in subjects


def test_a_run_under_way_is_unfinished() -> None:
    # given
    sim = played()
    sim.send(type="tekton.start", data=BUILD, to="service/tekton")

    # when
    sim.run("10s")

    # then
    assert sim.unfinished() == [("service/tekton", "the run b has not ended")]


def test_the_listener_answers_202_with_an_event_and_then_makes_a_run() -> None:
    # given
    sim = played()

    # when
    sent = sim.send(to="broker/default", **PUBLISHED)  # type: ignore[arg-type]
    sim.run()

    # then
    accepted, *others = sim.received("player", caused_by=sent)
    assert accepted.event.type == "dev.tekton.event.triggers.accepted.v1"
    assert accepted.event.source == "cdevent-listener"
    assert accepted.event.data["namespace"] == "cdevents"
    assert accepted.event.id == accepted.event.data["eventID"]
    assert others[0].event.subject == "deploy-artifact-production"
    assert {each.event.data["context"]["chainId"] for each in others} == {"c1"}
    [deployed] = [each.event for each in others if "service" in each.event.type]
    assert deployed.data["subject"]["content"] == {
        "environment": {"id": "production", "source": "http://poc-127.0.0.1.nip.io"},
        "artifactId": "pkg:oci/poc@sha256%3A1a2b",
    }


def test_a_listener_of_before_answers_json_which_is_no_event() -> None:
    # given
    sim = played(answers="json")

    # when
    sim.send(to="broker/default", **PUBLISHED)  # type: ignore[arg-type]
    sim.run()

    # then
    assert "dev.tekton.event.triggers.accepted.v1" not in [
        each.event.type for each in sim.received("player")
    ]
    assert len(sim.received("tekton")) > 1  # the broker tries again


@pytest.mark.parametrize(
    ("had", "word"),
    [
        ([], "service.deployed"),
        (["pkg:oci/poc@sha256%3A0f0f"], "service.upgraded"),
        (["pkg:oci/poc@sha256%3A0f0f", ""], "service.deployed"),
        (["pkg:oci/poc@sha256%3A1a2b", "pkg:oci/poc@sha256%3A0f0f"], "service.rolledback"),
    ],
)  # fmt: skip
def test_what_ran_there_before_says_how_a_deployment_is_called(
    had: Sequence[str], word: str
) -> None:
    # given
    sim = played(released={"production/poc": list(had)})

    # when
    sim.send(to="broker/default", **PUBLISHED)  # type: ignore[arg-type]
    sim.run()

    # then
    assert word in told(sim)


@pytest.mark.parametrize("vocabulary", ["cdevents-0.4", "cdevents-0.5"])
def test_every_event_is_one_that_the_schema_of_its_release_takes(
    vocabulary: str,
) -> None:
    # given
    sim = played(vocabulary=vocabulary)
    sim.set_knob("tekton", "deploy-artifact", "fail")

    # when
    start(sim)
    start(sim, {"pipeline": "deploy-artifact", "params": DEPLOY})

    # then
    told = [each.event for each in sim.received("player")]
    assert len(told) == 15
    for event in told:
        assert list(cdevent_faults(event.type, event.data)) == []


def test_the_artifact_before_can_be_asked_for() -> None:
    # given
    sim = played(released={"production/poc": ["pkg:oci/poc@old", "pkg:oci/poc@new"]})
    params = {"image": "$(previous)", "name": "poc", "envId": "production"}

    # when
    start(sim, {"pipeline": "deploy-artifact", "params": params, "cause": "i1"})

    # then
    [event] = [e.event for e in sim.received("player") if "rolledback" in e.event.type]
    assert event.data["subject"]["content"]["artifactId"] == "pkg:oci/poc@old"


def test_the_controller_of_2021_sends_the_run_as_text() -> None:
    # given
    sim = played(vocabulary="cd-v1")

    # when
    start(sim, {**BUILD, "params": {"version": "v2"}})

    # then
    *_, packaged, finished = [each.event for each in sim.received("player")]
    assert packaged.type == "cd.artifact.packaged.v1"
    assert packaged.source == "/tekton/namespaces/default/pipelinerun"
    assert packaged.subject == "b"
    assert packaged.get_extension("artifactid") == (
        "kind-registry:5000/cdevent/poc@sha256:1a2b"
    )
    assert packaged.data["artifactVersion"] == "v2"
    status = json.loads(finished.data["pipelinerun"])["status"]
    assert {"name": "cd.artifact.name", "value": "poc"} in status["pipelineResults"]
    assert finished.get_extension("pipelinerunstatus") == "Finished"


def test_tekton_by_itself_tells_of_runs_and_tasks_alone() -> None:
    # given
    sim = played(vocabulary="tekton")

    # when
    start(sim)

    # then
    told = [each.event for each in sim.received("player")]
    task = [f"taskrun.{word}" for word in ("started", "running", "successful")]
    assert [each.type.removeprefix("dev.tekton.event.") for each in told] == [
        f"{kind}.v1"
        for kind in (
            *("pipelinerun.started", "pipelinerun.running"),
            *task * 3,
            "pipelinerun.successful",
        )
    ]
    last = told[-1]
    assert last.source == "/apis/tekton.dev/v1beta1/namespaces/default/PipelineRun/b"
    assert last.subject == "b"
    [condition] = last.data["pipelineRun"]["status"]["conditions"]
    assert (condition["status"], condition["reason"]) == ("True", "Succeeded")


def test_a_failed_run_of_2021_only_tells_that_it_ended_in_error() -> None:
    # given
    sim = played(vocabulary="cd-v1")
    sim.set_knob("tekton", "build-artifact", "fail")

    # when
    start(sim)

    # then
    types = [each.event.type for each in sim.received("player")]
    last = sim.received("player")[-1].event
    assert "cd.artifact.packaged.v1" not in types
    assert last.get_extension("pipelinerunstatus") == "Error"
    assert last.get_extension("pipelinerunerrors") != ""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (None, "there is no pipeline ''"),
        ({"pipeline": "deploy-artefact"}, "there is no pipeline 'deploy-artefact'; did you mean 'deploy-artifact'?"),
        ({"pipeline": "deploy-artifact"}, "pipeline deploy-artifact needs params: image, name, envId"),
        ({"pipeline": "build-artifact", "params": 1}, "params: expected a mapping"),
    ],
)  # fmt: skip
def test_a_start_of_nothing_that_can_be_run_is_refused(data: object, why: str) -> None:
    # given
    sim = played()

    # when
    start(sim, data)

    # then
    assert sim.received("tekton")[0].status == 400
    assert why in [record.detail for record in sim.trace]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("runAfter: [clone-repo]", "runAfter: [clone]", ":19:7: spec.tasks[1].runAfter: there is no task 'clone'; did you mean 'clone-repo'?"),
        ("runAfter: [clone-repo]", "runAfter: [image-build]", "spec.tasks: wait for each other: image-build"),
        ("canonical", "canonica", "canonica() is not simulated; did you mean 'canonical'?"),
        ("ref: deploy-artifact", "ref: deploy", "template.ref: there is no TriggerTemplate 'deploy'"),
        ("{ref: artifact-published}", "{ref: published}", "bindings[0].ref: there is no TriggerBinding 'published'"),
        ("pipelineRef: {name: deploy-artifact}", "pipelineRef: {name: deploy}", "there is no Pipeline 'deploy'"),
        ("value: $(params.target-name)}", "value: $(params.target)/$(params.x)}", "nothing gives $(params.x)"),
        ("tasks.clone-repo.results.commit", "tasks.clone.results.commit", "there is no task 'clone'"),
        ("$(tt.params.image)", "$(tt.params.imge)", "params[0].value: undeclared param $(tt.params.imge); did you mean 'image'?"),
        ("- {name: name, value: $(tt.params.name)}", "", "spec.params: Pipeline deploy-artifact needs a param 'name'"),
        ("$(body.customData.stage)", "$(body.*.stage)", "$(body.*.stage) is not simulated"),
        ("- name: artifact-published\n      interceptors", "- triggerRef: x\n      interceptors", "triggers[0].triggerRef: is not simulated"),
        ("ref: {name: cel}", "ref: {name: github}", "is not simulated: expected an interceptor of CEL"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_told_with_its_place(
    old: str, new: str, fault: str, tmp_path: Path
) -> None:
    # given
    path = tmp_path / "p.yaml"
    path.write_text(PIPELINES.read_text().replace(old, new))

    # when
    with pytest.raises(TopologyError) as raised:
        Tekton(pipelines=path, results=RESULTS)

    # then
    assert fault in str(raised.value)


@pytest.mark.parametrize(
    ("option", "fault"),
    [
        ({"takes": {"clone": "1s"}}, "takes.clone: the file has no 'clone'; did you mean 'clone-repo'?"),
        ({"takes": {"deploy": "soon"}}, "takes.deploy: "),
        ({"quiet": ["build-artifact/x"]}, "quiet: the file has no 'build-artifact/x'"),
        ({"results": {}}, "results: pipeline build-artifact has a result made of 'image-build.IMAGE_DIGEST'"),
        ({"vocabulary": "cdevents"}, "vocabulary: expected one of tekton, cd-v1, cdevents-0.4, cdevents-0.5, found 'cdevents'"),
        ({"answers": "html"}, "answers: expected one of event, json"),
        ({"released": {"poc": []}}, "released.poc: expected ENVIRONMENT/SERVICE"),
    ],
)  # fmt: skip
def test_an_option_that_fits_no_file_is_refused(
    option: dict[str, Any], fault: str
) -> None:
    with pytest.raises(
        ValueError, match="^" + fault.replace("(", r"\(").split("'")[0]
    ) as raised:
        played(**option)
    assert fault in str(raised.value)


def test_all_options_that_fit_no_file_are_told_at_once() -> None:
    with pytest.raises(OptionError) as raised:
        played(takes={"clone": "1s", "deploy": "soon"}, uri={"deploy": "x"})
    assert [each.path for each in raised.value.all] == [
        "takes.clone",
        "uri.deploy",
        "takes.deploy",
    ]


def test_fields_that_no_release_of_tekton_knows_are_warnings(tmp_path: Path) -> None:
    text = PIPELINES.read_text()
    assert "runAfter: [clone-repo]" in text
    text = text.replace("runAfter: [clone-repo]", "runAfer: [clone-repo]", 1)
    (tmp_path / "p.yaml").write_text(text.replace("interceptors:", "intercepters:"))

    tekton = Tekton(pipelines=tmp_path / "p.yaml", results=RESULTS)

    assert [each.reason.partition(" (")[0] for each in tekton.warnings] == [
        "spec.tasks[1].runAfer: unknown field; did you mean 'runAfter'?",
        "spec.triggers[0].intercepters: unknown field; did you mean 'interceptors'?",
    ]


def test_an_annotation_says_which_result_names_the_artifact(tmp_path: Path) -> None:
    original = PIPELINES.parents[1] / "poc-2021" / "pipelines.yaml"
    renamed = original.read_text().replace("{name: cd.artifact.id,", "{name: image,")
    annotation = "{cd.artifact.packaged: enabled"
    other = f"{annotation}, cd.events/results.artifact.id: image"
    (tmp_path / "p.yaml").write_text(renamed.replace(annotation, other))
    results = {"image-build.IMAGE-DIGEST": "sha256:1a2b", "deploy.serviceVersion": "1"}
    tekton = Tekton(pipelines=tmp_path / "p.yaml", results=results)
    sim = Simulation(Topology.parse(TOPOLOGY), services={"tekton": tekton})

    start(sim)
    sim.run()

    [packaged] = sim.received("player", type="cd.artifact.packaged.v1")
    image = "kind-registry:5000/cdevent/poc@sha256:1a2b"
    assert (
        packaged.attributes["artifactid"] == packaged.event.data["artifactId"] == image
    )
