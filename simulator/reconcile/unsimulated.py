"""What each kind that plays no part means for a run, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.reconcile.naming import EVENTING, FLOWS, MESSAGING, SOURCES
from simulator.reconcile.sinks import STUB_SINKS, sink_url
from simulator.wiring import host_of

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
    ("", "ConfigMap"): "it counts only where a Broker or a webhook reads it",
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
_KINDS = {
    EVENTING: ("Broker", "Trigger", "EventType", "EventPolicy", "EventTransform", "RequestReply"),
    MESSAGING: ("Channel", "InMemoryChannel", "Subscription", "KafkaChannel"),
    FLOWS: ("Sequence", "Parallel"),
    SOURCES: ("PingSource", "ApiServerSource", "ContainerSource", "SinkBinding",
              "IntegrationSource", "KafkaSource"),
}  # fmt: skip
_GROUPS = {
    SOURCES: "it has no sink that events could be sent to",
    "kustomize.config.k8s.io": "it is read by kustomize, not by a cluster",
}


def meaning(key: ResourceKey) -> str:
    """Say what it means for a run that a resource is not simulated."""
    if key[:2] in STUB_SINKS:
        host = host_of(sink_url(key))
        return (
            "it is not simulated; a stub accepts with 202 at its address (a service "
            f"can claim it: hosts: [{host}])"
        )
    known = _MEANS.get(key[:2])
    if known is None and key.group in _KINDS and key.kind not in _KINDS[key.group]:
        near = nearest(key.kind, _KINDS[key.group])
        if near:
            return f"Knative has no such kind{near}"
    return known or _GROUPS.get(key.group) or _NO_PART
