"""Which kinds the webhooks know: by API version and kind.

A kind's rules are imported when its first manifest comes: most runs meet two or three.

Source: knative-resources 1.1 (E:cmd/webhook/main.go, and the webhook of the
    InMemoryChannel).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from simulator.control.kind import Kind

_EVENTING = "eventing.knative.dev"
_SOURCES = "sources.knative.dev"

_HOMES = {
    (f"{_EVENTING}/v1", "Broker"): "broker",
    (f"{_EVENTING}/v1", "Trigger"): "trigger",
    ("messaging.knative.dev/v1", "Channel"): "channels",
    ("messaging.knative.dev/v1", "InMemoryChannel"): "channels",
    ("messaging.knative.dev/v1", "Subscription"): "subscription",
    ("flows.knative.dev/v1", "Sequence"): "flows",
    ("flows.knative.dev/v1", "Parallel"): "flows",
    (f"{_SOURCES}/v1", "PingSource"): "ping_source",
    (f"{_SOURCES}/v1beta2", "PingSource"): "ping_source",
    (f"{_EVENTING}/v1beta1", "EventType"): "event_type",
    (f"{_EVENTING}/v1beta2", "EventType"): "event_type",
    (f"{_EVENTING}/v1beta3", "EventType"): "event_type",
    (f"{_SOURCES}/v1", "ApiServerSource"): "sources",
    (f"{_SOURCES}/v1", "ContainerSource"): "sources",
    (f"{_SOURCES}/v1", "SinkBinding"): "sources",
    (f"{_EVENTING}/v1alpha1", "EventPolicy"): "event_policy",
    (f"{_EVENTING}/v1alpha1", "EventTransform"): "event_transform",
    (f"{_EVENTING}/v1alpha1", "RequestReply"): "request_reply",
    (f"{_SOURCES}/v1alpha1", "IntegrationSource"): "integrations",
    ("sinks.knative.dev/v1alpha1", "IntegrationSink"): "integrations",
    ("sinks.knative.dev/v1alpha1", "JobSink"): "job_sink",
}


def versions_of(group: str, kind: str) -> tuple[str, ...]:
    """Give the API versions in which a webhook knows a kind; empty for none."""
    return tuple(v for v, k in _HOMES if k == kind and v.partition("/")[0] == group)


@cache
def kind_of(api_version: str, kind: str) -> Kind | None:
    """Give the rules of a kind; None when no webhook knows it."""
    home = _HOMES.get((api_version, kind))
    if home is None:
        return None
    module = import_module(f"simulator.control.kinds.{home}")
    kinds = cast("tuple[Kind, ...]", module.KINDS)
    return next(k for k in kinds if (k.api_version, k.name) == (api_version, kind))
