"""What each kind that plays no part means for a run, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import EVENTING, SOURCES
from simulator.control.others import STUB_SINKS, sink_url
from simulator.urls import host_of

if TYPE_CHECKING:
    from simulator.resource import ResourceKey

_DESCRIBE = "describe what it answers under services: of a Simulation"
_WORKLOAD = f"a workload plays no part; where a Service stands for it, {_DESCRIBE}"
_PERMISSION = "permissions are not simulated"
_NO_PART = "it plays no part in the flow of events"

_MEANS = {
    ("apps", "Deployment"): _WORKLOAD,
    ("apps", "StatefulSet"): _WORKLOAD,
    ("apps", "DaemonSet"): _WORKLOAD,
    ("apps", "ReplicaSet"): _WORKLOAD,
    ("batch", "Job"): _WORKLOAD,
    ("batch", "CronJob"): _WORKLOAD,
    ("", "Pod"): _WORKLOAD,
    ("", "ConfigMap"): (
        "no Broker and no webhook reads it: those read by name, in knative-eventing"
    ),
    ("", "Secret"): "secrets are not read",
    ("", "Namespace"): "namespaces need not be declared",
    ("", "ServiceAccount"): _PERMISSION,
    ("", "Service"): f"nothing sends to it; to call it yourself, {_DESCRIBE}",
    ("serving.knative.dev", "Service"): (
        f"nothing sends to it; to call it yourself, {_DESCRIBE}"
    ),
    ("rbac.authorization.k8s.io", "Role"): _PERMISSION,
    ("rbac.authorization.k8s.io", "RoleBinding"): _PERMISSION,
    ("rbac.authorization.k8s.io", "ClusterRole"): _PERMISSION,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _PERMISSION,
    (EVENTING, "EventType"): "event types never affect routing",
    (EVENTING, "EventPolicy"): "OIDC is off, so every sender is let in",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _NO_PART,
}
_GROUPS = {
    SOURCES: "it has no sink that events could be sent to",
    "kustomize.config.k8s.io": "it is read by kustomize, not by a cluster",
}

_READ_ELSEWHERE = ("config-sugar", "config-kreference-mapping", "config-imc-event-dispatcher", "config-leader-election",
                   "config-logging", "config-observability", "config-tracing")  # fmt: skip


def meaning(key: ResourceKey, url: str | None = None) -> str:
    """Say what it means for a run that a resource is not simulated.

    Args:
        key: Of the resource.
        url: Where a stub stands for it.
    """
    if key[:2] in STUB_SINKS:
        url = sink_url(key)
    if url is not None:
        host = host_of(url)
        return (
            "it is not simulated; a stub accepts with 202 at its address (a service "
            f"can claim it: hosts: [{host}])"
        )
    if key[:2] == ("", "ConfigMap") and key.name in _READ_ELSEWHERE:
        return "what it sets is not simulated"
    return _MEANS.get(key[:2]) or _GROUPS.get(key.group) or _NO_PART
