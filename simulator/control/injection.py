"""Brokers that Knative once made by itself, for who carries a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.resource import DEFAULT_NAMESPACE, ResourceKey

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted

_MARKS = ("eventing.knative.dev/injection", "knative-eventing-injection")


def why_none_is_injected(asker: Admitted, namespace: str, cluster: Cluster) -> str:
    """Say that the mark that *asker* or its namespace relies on makes no Broker.

    Returns:
        The end of a sentence; empty where neither carries one.

    Source: knative/eventing pkg/reconciler/sugar (README.md): a Broker is made where
        the selectors of config-sugar, which are shipped off, match.
    """
    place = ResourceKey("", "Namespace", DEFAULT_NAMESPACE, namespace)
    there = cluster.resources.get(place)
    for each in (asker,) if there is None else (asker, there):
        if _is_marked(each):
            return (
                f"; the injection mark of {each.resource.kind} {each.name} makes no "
                "Broker, as in a Knative whose config-sugar selects nothing: write it"
            )
    return ""


def _is_marked(admitted: Admitted) -> bool:
    metadata = admitted.resource.metadata
    written = [metadata.get("annotations"), metadata.get("labels")]
    return any(
        each.get(mark) == "enabled"
        for each in written
        if isinstance(each, dict)
        for mark in _MARKS
    )
