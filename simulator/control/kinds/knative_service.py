"""A Service of Knative Serving: its address, while somebody else answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.kind import Kind, Phase, Reconciled
from simulator.control.naming import SERVING
from simulator.control.service_registry import NOBODY_SENDS
from simulator.manifests.sections import Section
from simulator.serving.refusals import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted

# Source: knative/serving pkg/apis/serving/v1/revision_types.go.
_OF_REVISIONS = {
    "timeoutSeconds": (
        "its service takes as long as its description says; on a cluster a request "
        "that takes longer than {} s is ended with 504"
    ),
    "responseStartTimeoutSeconds": "no answer is ended for being late; on a cluster, after {} s",
    "idleTimeoutSeconds": "no answer is ended for being idle; on a cluster, after {} s",
    "containerConcurrency": "any number of requests is taken at once; on a cluster {}",
}
_AUTOSCALING = "autoscaling.knative.dev/"
_SCALING = "nothing is scaled, and no cold start takes time"


def reconcile(service: Admitted, cluster: Cluster) -> Reconciled:
    """Say what of it has no effect, if anything is sent to it."""
    if cluster.services.serves(service):
        for path, why in _ignored(service.spec):
            message = f"has no effect: {why}"
            cluster.findings.note(service, "field-ignored", message, path)
    return Reconciled()


def _ignored(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    template = _mapping(spec.get("template"))
    for name, why in _OF_REVISIONS.items():
        value = _mapping(template.get("spec")).get(name)
        if value:  # 0 is no limit
            yield f"spec.template.spec.{name}", why.format(value)
    annotations = _mapping(_mapping(template.get("metadata")).get("annotations"))
    scaling = [name for name in annotations if str(name).startswith(_AUTOSCALING)]
    if scaling:
        named = ", ".join(str(name).removeprefix(_AUTOSCALING) for name in scaling)
        yield "spec.template.metadata.annotations", f"{_SCALING} ({named})"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


KIND: Final = Kind(
    group=SERVING,
    name="Service",
    reconcile={Phase.ENDPOINTS: reconcile},
    means=NOBODY_SENDS,
    refuses=refusals,
    section=Section(name="ksvcs", api_version="serving.knative.dev/v1", kind="Service"),
)
