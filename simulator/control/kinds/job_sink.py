"""A JobSink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.authorization import labels_of
from simulator.control.conditions import ConditionSet
from simulator.control.defaulting import from_webhook
from simulator.control.destinations import Resolution
from simulator.control.faults import Fault, neither_of
from simulator.control.given import ServiceDescription
from simulator.control.go_types import Struct, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SINKS, SYSTEM_NAMESPACE, service_hosts, system_url
from simulator.control.types_core import JOB_SPEC
from simulator.control.types_duck import OBJECT_META
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import JOB, node_name
from simulator.processes import JobTemplate
from simulator.resource import mapping
from simulator.wiring import Endpoint

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_SERVICE = "job-sink"
_MODE = {"name": "K_EXECUTION_MODE", "value": "batch"}


def set_defaults(sink: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.17; knative/eventing job_sink_defaults.go."""
    job = sink["spec"].get("job")
    if job is None:
        return
    pod = job["spec"]["template"]["spec"]
    for group in ("containers", "initContainers"):
        for index, container in enumerate(pod.get(group) or []):
            env = container.get("env") or []
            if any(each.get("name") == _MODE["name"] for each in env):
                continue
            path = f"spec.job.spec.template.spec.{group}[{index}].env"
            origin = from_webhook("execution mode of a job")
            defaulting.put(container, path, [*env, dict(_MODE)], origin)


def validate(sink: Fields, checking: Checking) -> list[Fault]:
    """Require the job; Kubernetes' own dry run of it is not done here.

    Source: knative-resources 6.17; knative/eventing job_sink_validation.go.
    """
    return [neither_of("spec.job")] if sink["spec"].get("job") is None else []


_JOB = Struct(
    name="v1.Job",
    fields=(
        text("kind"),
        text("apiVersion"),
        value("metadata", OBJECT_META),
        value("spec", JOB_SPEC),
        value("status", Struct(name="v1.JobStatus", takes_any=True, fields=())),
    ),
)


def address(sink: Admitted, cluster: Cluster) -> Resolution:
    """Source: knative-resources 2.3."""
    if not (_said(sink, cluster) or ServiceDescription()).reconciled:
        return Resolution()
    return Resolution(url=system_url(_SERVICE, sink.name, sink.namespace))


def reconcile(sink: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.17."""
    conditions = ConditionSet(("Addressable", "EventPoliciesReady"))
    cluster.authorization.mark_policies(conditions, sink)
    described = _said(sink, cluster)
    said = described or ServiceDescription()
    if said.reconciled:
        conditions.true("Addressable")
    hosts = service_hosts(_SERVICE, SYSTEM_NAMESPACE)
    if cluster.services.answers_at(SYSTEM_NAMESPACE, _SERVICE):
        cluster.services.use_host(hosts[-1])
        return Reconciled(conditions=conditions)
    name, namespace = sink.name, sink.namespace
    node = node_name(JOB, namespace, name)
    if described is None:
        message = (
            "nobody describes what its Jobs come to; each completes at once "
            f"(jobs: {{{node.partition('/')[2]}: …}} of a Simulation)"
        )
        cluster.findings.note(sink, "stub", message)
    jobs = Endpoint(
        node=node,
        namespace=namespace,
        name=name,
        hosts=(f"{name}.{namespace}.job.invalid",),
        stub=described is None,
        described=None if described is None else node,
        replies=False,
        emits=said.emits,
        private=True,
    )
    door = Endpoint(
        node=node_name("jobsink", namespace, name),
        namespace=namespace,
        name=name,
        hosts=hosts,
        replies=False,
        emits=(jobs.url,),
        process=JobTemplate(
            job=mapping(sink.spec.get("job")),
            runs=jobs.url,
            refusals=said.refusals,
            reconciled=said.reconciled,
        ),
        guard=cluster.authorization.guard(sink.key, labels_of(sink)),
        paths=(f"/{namespace}/{name}", f"/namespaces/{namespace}/name/{name}"),
    )
    return Reconciled(conditions=conditions, endpoints=(door, jobs))


def _said(sink: Admitted, cluster: Cluster) -> ServiceDescription | None:
    take = cluster.services.take
    return take(node_name(JOB, sink.namespace, sink.name)) or take(f"{JOB}/{sink.name}")


KIND: Final = Kind(
    group=SINKS,
    name="JobSink",
    webhooks=webhooks(
        "JobSink",
        ("v1alpha1",),
        pointer("job", _JOB),
        set_defaults=set_defaults,
        validate=validate,
    ),
    address=address,
    short=Short(
        version="v1alpha1", fields=("job",), notations={"job": shorthand.Job()}
    ),
    reconcile={Phase.PROCESSES: reconcile},
)
