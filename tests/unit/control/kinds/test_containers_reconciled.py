"""SinkBindings and ContainerSources: whose containers send what to where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Blueprint, Topology
from simulator.control import GeneratorDescription
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    broker,
    broker_ref,
    findings,
    manifest,
    texts,
    wire,
)

if TYPE_CHECKING:
    from simulator.wiring import Wiring

BROKER_URL = f"{INGRESS}/default/default"
APP = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "app"}


def binding(name: str = "bind", **spec: object) -> Manifest:
    whole = {"subject": APP, "sink": broker_ref("default"), **spec}
    return manifest("sources.knative.dev/v1", "SinkBinding", name, "default", whole)


def deployment(name: str = "app", **containers: object) -> Manifest:
    pod = {"containers": [{"name": "main", "image": "app"}], **containers}
    made = manifest(
        "apps/v1", "Deployment", name, "default", {"template": {"spec": pod}}
    )
    made["metadata"]["labels"] = {"app": name}
    return made


def selecting(**selector: object) -> Manifest:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "selector": selector}


def said(wiring: Wiring, code: str) -> list[str]:
    return [each.message for each in findings(wiring, code)]


def env(*manifests: Manifest) -> dict[str, list[Manifest]]:
    """Give what is in the end in the environment of each container."""
    (bound,) = Blueprint(Topology.of(*manifests)).expansions
    pod = bound.objects[0]["spec"]["template"]["spec"]
    containers = [*pod.get("initContainers", ()), *pod["containers"]]
    return {each["name"]: each.get("env", []) for each in containers}


@pytest.mark.parametrize(
    "speaks", ["SinkBinding/bind", "Deployment/app", "deployment/app"]
)
def test_a_generator_speaks_for_the_containers_that_are_bound(speaks: str) -> None:
    overrides = {"extensions": {"Team": "blue"}}
    generators = {"app": GeneratorDescription(for_resource=speaks)}

    wiring = wire(
        broker(), deployment(), binding(ceOverrides=overrides), generators=generators
    )

    (source,) = wiring.sources
    assert (source.sink, source.overrides) == (BROKER_URL, {"team": "blue"})
    assert source.generator == "app"
    assert [str(each) for each in wiring.not_simulated] == []


def test_who_could_speak_for_containers_that_are_bound_is_told() -> None:
    wiring = wire(broker(), deployment(), deployment("other"), binding())

    bound, other = said(wiring, "not-simulated")
    assert bound == (
        "its containers do not run; a source of a Simulation can send for them "
        "(for: Deployment/app)"
    )
    assert other.startswith("a workload plays no part")


def test_a_workload_is_selected_by_its_labels() -> None:
    subject = selecting(
        matchExpressions=[{"key": "app", "operator": "In", "values": ["app"]}]
    )

    wiring = wire(broker(), deployment(), deployment("b"), binding(subject=subject))

    assert wiring.sources[0].speakers == ("deployment/app",)


def test_a_subject_that_is_not_there_is_told_and_strictly_missing() -> None:
    manifests = broker(), deployment("apps"), binding()

    loose, strict = wire(*manifests), wire(*manifests, strict=True)

    (told,) = said(loose, "unresolved")
    assert told.startswith("there is no Deployment 'app' in namespace 'default'; did")
    assert told.endswith("; K_SINK is injected into nothing")
    assert texts(loose, "SinkBinding", "bind")["Ready"] == "True"
    assert texts(strict, "SinkBinding", "bind")["Ready"] == (
        'False SubjectMissing: deployments.apps "app" not found'
    )


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ({"matchLabels": {"app": "other"}}, "it selects no Deployment here"),
        (
            {"matchExpressions": [{"key": "a", "operator": "Like"}]},
            '"Like" is not a valid label selector operator',
        ),
    ],
)
def test_a_selector_that_finds_nothing_is_told(selector: Manifest, told: str) -> None:
    wiring = wire(broker(), deployment(), binding(subject=selecting(**selector)))

    assert said(wiring, "unresolved") == [f"{told}; K_SINK is injected into nothing"]
    assert wiring.sources[0].speakers == ()


def test_a_subject_without_a_template_of_pods_gets_nothing() -> None:
    pod = manifest("v1", "Pod", "app", "default", {"containers": []})
    subject = {"apiVersion": "v1", "kind": "Pod", "name": "app"}

    wiring = wire(broker(), pod, binding(subject=subject))

    assert said(wiring, "no-effect") == [
        "Pod app has no pods of its own at spec.template; K_SINK is injected into nothing"
    ]


def test_two_bindings_of_one_workload_are_told() -> None:
    other = binding("other", subject=selecting(matchLabels={"app": "app"}))

    wiring = wire(broker(), deployment(), binding(), other)

    (finding,) = findings(wiring, "bound-twice")
    assert finding.subject == "SinkBinding other"
    assert "Deployment app is bound by SinkBinding bind, too" in finding.message


def test_a_binding_without_a_sink_that_resolves_is_not_ready() -> None:
    wiring = wire(deployment(), binding())

    assert texts(wiring, "SinkBinding", "bind")["SinkProvided"] == "False NoAddressable"
    assert wiring.sources[0].sink is None


def test_what_stood_there_before_is_taken_away_though_the_sink_does_not_resolve() -> (
    None
):
    old = [{"name": "K_SINK", "value": "http://old"}, {"name": "A", "value": "1"}]
    containers = [{"name": "main", "image": "app", "env": old}]

    injected = env(deployment(containers=containers), binding())

    assert injected == {"main": [{"name": "A", "value": "1"}]}


def test_init_containers_get_it_too_and_overrides_are_written_as_go_does() -> None:
    overrides = {"extensions": {"b": "<&>", "a": "é"}}
    init = [{"name": "first", "image": "app"}]

    injected = env(
        broker(), deployment(initContainers=init), binding(ceOverrides=overrides)
    )

    wanted = [
        {"name": "K_SINK", "value": BROKER_URL},
        {
            "name": "K_CE_OVERRIDES",
            "value": '{"extensions":{"a":"é","b":"\\u003c\\u0026\\u003e"}}',
        },
    ]
    assert injected == {"first": wanted, "main": wanted}


def test_a_container_source_is_ready_once_its_sink_resolves() -> None:
    template = {"spec": {"containers": [{"image": "beat"}]}}
    spec = {"template": template, "sink": broker_ref("default")}
    source = manifest(
        "sources.knative.dev/v1", "ContainerSource", "beat", "default", spec
    )

    there, gone = wire(broker(), source), wire(source)

    assert texts(there, "ContainerSource", "beat")["Ready"] == "True"
    assert texts(gone, "ContainerSource", "beat")["Ready"] == "False NoAddressable"


@pytest.mark.parametrize(
    "template",
    [5, {"spec": "x"}, {"spec": {"containers": "x"}}, {"spec": {"containers": ["x", {"env": 3}]}}],
)  # fmt: skip
def test_a_workload_that_nobody_can_read_is_left_as_far_as_it_is_none(
    template: Any,
) -> None:
    workload = manifest(
        "apps/v1", "Deployment", "app", "default", {"template": template}
    )

    (bound,) = Blueprint(Topology.of(broker(), workload, binding())).expansions

    assert bound.changes


def cron_job() -> Manifest:
    pod = {"containers": [{"name": "main", "image": "beat"}]}
    made = {
        "metadata": {"labels": {"app": "beat"}},
        "spec": {"template": {"spec": pod}},
    }
    return manifest("batch/v1", "CronJob", "beat", "default", {"jobTemplate": made})


def test_jobs_of_a_cron_job_are_selected_by_the_labels_of_its_template() -> None:
    labels = {"matchLabels": {"app": "beat"}}
    subject = {"apiVersion": "batch/v1", "kind": "Job", "selector": labels}
    generators = {"beat": GeneratorDescription(for_resource="CronJob/beat")}

    wiring = wire(broker(), cron_job(), binding(subject=subject), generators=generators)

    assert [source.generator for source in wiring.sources] == ["beat"]
    assert findings(wiring, "unresolved") == []
    (bound,) = Blueprint(
        Topology.of(broker(), cron_job(), binding(subject=subject))
    ).expansions
    job = bound.objects[0]["spec"]["jobTemplate"]
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert [each["name"] for each in container["env"]] == ["K_SINK", "K_CE_OVERRIDES"]


def test_a_cron_job_has_no_pods_where_a_binding_looks_for_them() -> None:
    subject = {"apiVersion": "batch/v1", "kind": "CronJob", "name": "beat"}

    wiring = wire(broker(), cron_job(), binding(subject=subject))

    assert len(said(wiring, "no-effect")) == 1
    (bound,) = Blueprint(
        Topology.of(broker(), cron_job(), binding(subject=subject))
    ).expansions
    assert bound.objects == ()
