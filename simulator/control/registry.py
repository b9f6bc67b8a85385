"""Which kinds there are; each is imported when its first manifest comes.

Most runs meet two or three.

Source: knative-resources 1.1 (E:cmd/webhook/main.go, and the webhook of the
    InMemoryChannel).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from simulator.control.naming import EVENTING, FLOWS, MESSAGING, SINKS, SOURCES

if TYPE_CHECKING:
    from simulator.control.kind import Kind, Webhook

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


@cache
def kind_of(group: str, name: str) -> Kind | None:
    """Give what is known of a kind; None when nothing is."""
    file = _FILES.get((group, name))
    if file is None:
        return None
    return cast("Kind", import_module(f"simulator.control.kinds.{file}").KIND)


def versions_of(group: str, name: str) -> tuple[str, ...]:
    """Give the API versions in which a webhook knows a kind; empty for none."""
    kind = kind_of(group, name)
    return () if kind is None else kind.versions


def webhook_of(api_version: str, name: str) -> Webhook | None:
    """Give what the webhook does to a kind in this version; None where there is none."""
    group, _, version = api_version.rpartition("/")
    kind = kind_of(group, name)
    return None if kind is None else kind.webhooks.get(version)
