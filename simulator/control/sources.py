"""Sources: what posts new events, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.kind import Reconciled
from simulator.nodes import node_name
from simulator.wiring import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.resource import ResourceKey

NO_SINK = "it has no sink that events could be sent to"


def source_of(admitted: Admitted, cluster: Cluster, *, silent: bool) -> Source:
    """Wire a source.

    Args:
        admitted: The source.
        cluster: Where it is.
        silent: Nothing says what it sends.
    """
    sink = admitted.spec.get("sink")
    return Source(
        node=node_name(admitted.key.kind.lower(), admitted.namespace, admitted.name),
        resource=admitted.key,
        sink=cluster.resolve(sink, admitted, "spec.sink", dispatched=False).url
        if isinstance(sink, dict)
        else None,
        overrides=_overrides(admitted),
        namespace=admitted.namespace,
        silent=silent,
    )


def speaker(key: ResourceKey) -> str:
    """Give the name by which a generator speaks for the containers of a workload."""
    return node_name(key.kind, key.namespace, key.name).lower()


def silent_source(admitted: Admitted, cluster: Cluster) -> Reconciled:
    """Wire a source of which nothing says what it sends.

    It is told by its sink; what has a source beside it is a connector.

    Source: knative-resources 7.5.
    """
    spec = admitted.spec
    if not isinstance(spec.get("sink"), dict) or "source" in spec:
        return Reconciled()
    return Reconciled(source=source_of(admitted, cluster, silent=True))


def _overrides(admitted: Admitted) -> Mapping[str, str]:
    overrides = admitted.spec.get("ceOverrides")
    extensions = overrides.get("extensions") if isinstance(overrides, dict) else None
    if not isinstance(extensions, dict):
        return {}
    return {str(name).lower(): str(value) for name, value in extensions.items()}
