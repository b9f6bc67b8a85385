"""Which kinds there are; each is imported when its first manifest comes.

Most runs meet two or three.

Source: knative-resources 1.1 (E:cmd/webhook/main.go, and the webhook of the
    InMemoryChannel).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from simulator.control.naming import EVENTING, FLOWS, MESSAGING, SERVING, SINKS, SOURCES

if TYPE_CHECKING:
    from simulator.control.kind import Kind, Webhook

_KINDS = "simulator.control.kinds"
# Group and kind -> its file.
_FILES = {
    (SOURCES, "PingSource"): "ping_source",
    (EVENTING, "Broker"): "broker",
    (EVENTING, "Trigger"): "trigger",
    (MESSAGING, "Channel"): "channel",
    (MESSAGING, "InMemoryChannel"): "in_memory_channel",
    (MESSAGING, "Subscription"): "subscription",
    (FLOWS, "Sequence"): "sequence",
    (FLOWS, "Parallel"): "parallel",
    (EVENTING, "EventType"): "event_type",
    (EVENTING, "EventPolicy"): "event_policy",
    (EVENTING, "EventTransform"): "event_transform",
    (EVENTING, "RequestReply"): "request_reply",
    (SOURCES, "ApiServerSource"): "api_server_source",
    (SOURCES, "ContainerSource"): "container_source",
    (SOURCES, "SinkBinding"): "sink_binding",
    (SOURCES, "IntegrationSource"): "integration_source",
    (SINKS, "IntegrationSink"): "integration_sink",
    (SINKS, "JobSink"): "job_sink",
}


# Kinds that are only accepted stand in one file.
_ACCEPTED = {
    "": ("ConfigMap", "Namespace", "Pod", "Secret", "Service", "ServiceAccount"),
    SERVING: ("Configuration", "DomainMapping", "Revision", "Route", "Service"),
    "apps": ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"),
    "batch": ("CronJob", "Job"),
    "rbac.authorization.k8s.io": (
        "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding",
    ),
}  # fmt: skip


@cache
def kind_of(group: str, name: str) -> Kind:
    """Give what is known of a kind, be it one that nobody here knows."""
    file = _FILES.get((group, name))
    if file is not None:
        return cast("Kind", import_module(f"{_KINDS}.{file}").KIND)
    if name in _ACCEPTED.get(group, ()):
        accepted = cast("tuple[Kind, ...]", import_module(f"{_KINDS}.kubernetes").KINDS)
        return next(k for k in accepted if (k.group, k.name) == (group, name))
    from simulator.control.foreign import foreign_kind  # few topologies have one

    return foreign_kind(group, name)


def names_in(group: str) -> tuple[str, ...]:
    """Name the kinds of a group that are known here."""
    files = [name for of, name in _FILES if of == group]
    return (*files, *_ACCEPTED.get(group, ()))


def versions_of(group: str, name: str) -> tuple[str, ...]:
    """Give the API versions in which a webhook knows a kind; empty for none."""
    return kind_of(group, name).versions


def webhook_of(api_version: str, name: str) -> Webhook | None:
    """Give what the webhook does to a kind in this version; None where there is none."""
    group, _, version = api_version.rpartition("/")
    return kind_of(group, name).webhooks.get(version)
