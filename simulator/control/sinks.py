"""Sinks that have an address on a cluster and that are not simulated themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.destinations import Resolution
from simulator.control.others import sink_url

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.resource import ResourceKey


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
