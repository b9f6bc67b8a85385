"""A Service of Knative Serving: its address, while somebody else answers there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.kind import Kind, Phase, Reconciled
from simulator.control.naming import SERVING
from simulator.control.service_registry import NOBODY_SENDS
from simulator.errors import nearest
from simulator.resource import mapping
from simulator.serving.config import (
    CLASSES,
    GROUP,
    NAMES,
    Annotations,
    as_int,
    settings,
)
from simulator.serving.refusals import refusals
from simulator.serving.revision import MOST_PODS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.config import ClusterConfig
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
_SCALING = (
    "nothing is scaled, and no cold start takes time, without pods: in a Simulation"
)
# What has no effect of a service that has pods.
_UNTIMED = "idleTimeoutSeconds"
_OF_PODS = ("min-scale", "max-scale", "initial-scale", "activation-scale")


def reconcile(service: Admitted, cluster: Cluster) -> Reconciled:
    if cluster.services.serves(service):
        described = cluster.services.description(service.namespace, service.name)
        scaled = described is not None and described.starts_ns is not None
        for path, why in _ignored(service.spec, scaled=scaled):
            message = f"has no effect: {why}"
            cluster.findings.note(service, "field-ignored", message, path)
    return Reconciled()


def _ignored(spec: Mapping[str, Any], *, scaled: bool) -> Iterator[tuple[str, str]]:
    template = mapping(spec.get("template"))
    for name, why in _OF_REVISIONS.items():
        value = mapping(template.get("spec")).get(name)
        if value and not (scaled and name != _UNTIMED):  # 0 is no limit
            yield f"spec.template.spec.{name}", why.format(value)
    below = "spec.template.metadata.annotations"
    given = mapping(mapping(template.get("metadata")).get("annotations"))
    said = Annotations(given)
    unknown = list(said.unknown())
    scaling = [key for key in given if str(key).startswith(f"{GROUP}/")]
    if scaling and not scaled:
        named = ", ".join(str(name).removeprefix(f"{GROUP}/") for name in scaling)
        yield below, f"{_SCALING} ({named})"
    for key in unknown if scaled else ():
        near = nearest(key.removeprefix(f"{GROUP}/"), list(NAMES))
        yield f"{below}[{key}]", f"Knative Serving does not know it{near}"
    for name in _OF_PODS if scaled else ():
        number = as_int(said.get(name) or "") or 0
        if number > MOST_PODS:
            why = f"no more than {MOST_PODS:,} pods of a service are simulated"
            yield f"{below}[{said.key(name)}]", why
    class_ = said.get("class")
    if scaled and class_ not in (None, CLASSES[0]):
        why = f"{class_} is not simulated: it is scaled as {CLASSES[0]} would"
        yield f"{below}[{said.key('class')}]", why
    if scaled and said.get("initial-scale") is not None:
        why = "a run begins with min-scale pods, as long after the first start; a revision that a reload makes begins with it"
        yield f"{below}[{said.key('initial-scale')}]", why


def _refuses(
    manifest: Mapping[str, Any], config: ClusterConfig
) -> Iterator[tuple[str, str]]:
    return refusals(manifest, settings(config.autoscaler))


KIND: Final = Kind(
    group=SERVING,
    name="Service",
    reconcile={Phase.ENDPOINTS: reconcile},
    means=NOBODY_SENDS,
    refuses=_refuses,
)
