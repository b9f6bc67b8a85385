"""A JobSink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, neither_of
from simulator.control.go_types import Struct, pointer, text, value
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import SINKS, system_url
from simulator.control.origins import from_webhook
from simulator.control.types_duck import OBJECT_META, POD_TEMPLATE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey

_MODE = {"name": "K_EXECUTION_MODE", "value": "batch"}


def set_defaults(sink: Fields, defaulting: Defaulting) -> None:
    """Give each container the execution mode, unless it sets one.

    Source: knative-resources 6.17; knative/eventing job_sink_defaults.go.
    """
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
        value(
            "spec",
            Struct(
                name="v1.JobSpec",
                takes_any=True,
                fields=(value("template", POD_TEMPLATE_SPEC),),
            ),
        ),
        value("status", Struct(name="v1.JobStatus", takes_any=True, fields=())),
    ),
)


def stub_url(key: ResourceKey) -> str:
    """Give its address.

    Source: knative-resources 2.3.
    """
    return system_url("job-sink", key.name, key.namespace)


KIND: Final = Kind(
    group=SINKS,
    name="JobSink",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object("v1alpha1", "JobSink", pointer("job", _JOB)),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    stub_url=stub_url,
)
