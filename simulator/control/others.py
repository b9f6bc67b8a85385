"""Addresses that a cluster gives to what is not simulated itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import EVENTING, SERVING, SINKS, service_url, system_url

if TYPE_CHECKING:
    from simulator.resource import ResourceKey

_ONE_FOR_ALL = {
    (SINKS, "JobSink"): "job-sink",
    (EVENTING, "RequestReply"): "request-reply",
    (EVENTING, "KafkaSink"): "kafka-sink-ingress",
}
_EACH_ITS_OWN = {
    (SINKS, "IntegrationSink"): "-deployment",
    (EVENTING, "EventTransform"): "-jsonata",
}
STUB_SINKS = (*_ONE_FOR_ALL, *_EACH_ITS_OWN)
_ROUTE = (SERVING, "Route")
_DOMAIN_MAPPING = (SERVING, "DomainMapping")
_KNATIVE = ".knative.dev"
_WITHOUT_ADDRESS = (
    "Trigger", "EventType", "EventPolicy", "Subscription", "SinkBinding",
    "Configuration", "Revision",
)  # fmt: skip


def sink_url(key: ResourceKey) -> str:
    """Give the address that Knative gives to a sink of these kinds."""
    kind = key[:2]
    if kind in _ONE_FOR_ALL:
        return system_url(_ONE_FOR_ALL[kind], key.name, key.namespace)
    return service_url(f"{key.name}{_EACH_ITS_OWN[kind]}", key.namespace)


def url_of_other(key: ResourceKey) -> str | None:
    """Give an address for a declared resource of a kind that is not simulated at all.

    Returns:
        None for kinds that have none. For one that nobody here knows, and whose own
        controller may give it one, a made-up host: ``NAME.NAMESPACE.KIND.GROUP``.

    Source: knative-resources 2.2 (any object with `status.address`); knative/serving
        pkg/apis/serving, RouteStatus and DomainMappingStatus; Kubernetes has no
        `status.address` in its own kinds.
    """
    if key[:2] == _ROUTE:
        return service_url(key.name, key.namespace)
    if key[:2] == _DOMAIN_MAPPING:
        return f"http://{key.name}"
    of_kubernetes = "." not in key.group or key.group.endswith(".k8s.io")
    knatives = key.group.endswith(_KNATIVE) and (
        key.kind in _WITHOUT_ADDRESS or key.kind.endswith("Source")
    )
    if of_kubernetes or knatives:
        return None
    return f"http://{key.name}.{key.namespace}.{key.kind.lower()}.{key.group}"
