"""Sinks that have an address on a cluster and that are not simulated themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reconcile.destinations import Resolution
from simulator.reconcile.naming import EVENTING, SINKS, service_url, system_url

if TYPE_CHECKING:
    from simulator.reconcile.cluster import Cluster
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


class StubSinks:
    """Gives the addresses of such sinks; what claims their hosts answers, or a stub.

    Source: knative-resources 2.3.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a declared sink."""
        if key not in self._cluster.resources:
            return None
        url = sink_url(key)
        self._cluster.answer(url)
        return Resolution(url=url)


def sink_url(key: ResourceKey) -> str:
    """Give the address that Knative gives to a sink of these kinds."""
    kind = key[:2]
    if kind in _ONE_FOR_ALL:
        return system_url(_ONE_FOR_ALL[kind], key.name, key.namespace)
    return service_url(f"{key.name}{_EACH_ITS_OWN[kind]}", key.namespace)
