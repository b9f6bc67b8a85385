"""Webhooks read pods as strictly as all else."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.control import ClusterConfig, admit
from simulator.control.misfits import misfits

SINK = {"uri": "http://log.default.svc.cluster.local"}


def of_containers(*containers: dict[str, Any], **pod: Any) -> dict[str, Any]:
    return {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "ContainerSource",
        "metadata": {"name": "beat"},
        "spec": {
            "template": {"spec": {"containers": [*containers], **pod}},
            "sink": SINK,
        },
    }


def refusal(manifest: dict[str, Any]) -> str:
    admission = admit(manifest, config=ClusterConfig.shipped())
    return admission.faults[0].text if admission.faults else ""


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            of_containers({"image": "i", "env": [{"name": "PERIOD", "value": 5}]}),
            (
                "json: cannot unmarshal number into Go struct field "
                "EnvVar.spec.template.spec.containers.env.value of type string"
            ),
        ),
        (
            of_containers({"image": "i", "args": ["--period", 5]}),
            (
                "json: cannot unmarshal number into Go struct field "
                "Container.spec.template.spec.containers.args of type string"
            ),
        ),
        (
            of_containers({"image": "i", "envs": []}),
            'json: unknown field "envs"',
        ),
        (
            of_containers({"image": "i"}, sink=SINK),
            'json: unknown field "sink"',
        ),
    ],
)
def test_a_slip_within_a_pod_is_refused(source: dict[str, Any], text: str) -> None:
    assert refusal(source) == f"cannot decode incoming new object: {text}: "


def test_what_kubernetes_knows_of_pods_is_kept_as_it_is() -> None:
    container = {
        "name": "c",
        "image": "i",
        "command": ["/run"],
        "env": [{"name": "POD", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}],
        "envFrom": [{"secretRef": {"name": "s"}}],
        "ports": [{"containerPort": 8080}],
        "resources": {"limits": {"cpu": 1}},
        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
        "livenessProbe": {"httpGet": {"path": "/healthz", "port": 8080}},
        "securityContext": {"runAsNonRoot": True},
    }
    source = of_containers(
        container,
        serviceAccountName="sa",
        volumes=[{"name": "v", "emptyDir": {}}],
        nodeSelector={"disk": "ssd"},
    )

    admission = admit(source, config=ClusterConfig.shipped())

    assert misfits(source) == ()
    assert admission.defaulted is not None
    pod = admission.defaulted["spec"]["template"]["spec"]
    assert pod == source["spec"]["template"]["spec"]


def test_a_slip_in_the_job_of_a_job_sink_is_refused() -> None:
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "i"}]}
    job = {"spec": {"template": {"spec": pod}, "backofLimit": 3}}
    sink = {
        "apiVersion": "sinks.knative.dev/v1alpha1",
        "kind": "JobSink",
        "metadata": {"name": "run"},
        "spec": {"job": job},
    }

    assert refusal(sink) == (
        'cannot decode incoming new object: json: unknown field "backofLimit": '
    )
