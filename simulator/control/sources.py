"""Sources: what posts new events, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.conditions import ConditionSet
from simulator.control.destinations import Resolution
from simulator.control.kind import Reconciled
from simulator.nodes import node_name
from simulator.resource import mapping
from simulator.wiring import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted

# Source: sdk-go v2/event/eventcontext_v1.go; knative-kinds, ApiServerSource, for `data`.
_ATTRIBUTES = frozenset({
    "id", "source", "type", "datacontenttype", "subject", "time", "specversion",
    "dataschema", "data",
})  # fmt: skip
NO_SINK = "it has no sink that events could be sent to"


def source_of(
    admitted: Admitted,
    cluster: Cluster,
    *,
    silent: bool,
    sink: Mapping[str, Any] | None = None,
) -> Source:
    """Wire a source; it is *silent* where nothing says what it sends."""
    if sink is None:
        sink = admitted.spec.get("sink")
    found = Resolution()
    if isinstance(sink, dict):
        found = cluster.resolve(sink, admitted, "spec.sink", dispatched=False)
    return Source(
        node=node_name(admitted.key.kind.lower(), admitted.namespace, admitted.name),
        resource=admitted.key,
        sink=found.url,
        overrides=_overrides(admitted),
        namespace=admitted.namespace,
        silent=silent,
        authorization=cluster.authorization.header(admitted, found.audience),
    )


def silent_source(admitted: Admitted, cluster: Cluster) -> Reconciled:
    """Wire a source of which nothing says what it sends.

    It is told by its sink; what has a source beside it is a connector.

    Source: knative-resources 7.5.
    """
    spec = admitted.spec
    if not isinstance(spec.get("sink"), dict) or "source" in spec:
        return Reconciled()
    return Reconciled(source=source_of(admitted, cluster, silent=True))


def unsendable_overrides(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the overrides that make each event of a source invalid, and why.

    Source: knative-kinds, ApiServerSource and PingSource (run): admission lets those
        pass that are alphanumeric.
    """
    for name in (spec.get("ceOverrides") or {}).get("extensions") or {}:
        path = f"spec.ceOverrides.extensions.{name}"
        if name.lower() in _ATTRIBUTES:
            yield path, f"{name!r} is an attribute of its own, and no extension"
        elif not (name.isascii() and name.isalnum()):
            yield path, f"{name!r} is no name of an extension"


def report_unsendable(
    cluster: Cluster, source: Admitted, found: Iterable[tuple[str, str]]
) -> None:
    for path, why in found:
        text = f"{why}: no event of it is ever sent, and nothing else says so"
        cluster.findings.warn(source, "unsendable", text, path)


def conditions_of_source(
    cluster: Cluster, sink: str | None, *needed: str
) -> ConditionSet:
    """Source: knative-resources 6.12 and 6.13."""
    conditions = ConditionSet(
        ("SinkProvided", "Deployed", *needed, "OIDCIdentityCreated")
    )
    if sink is None:
        conditions.false("SinkProvided", "NotFound")
        return conditions
    conditions.true("SinkProvided", "Deployed", *needed)
    cluster.authorization.mark_identity(conditions)
    return conditions


def _overrides(admitted: Admitted) -> Mapping[str, str]:
    overrides = mapping(admitted.spec.get("ceOverrides"))
    extensions = mapping(overrides.get("extensions"))
    return {str(name).lower(): str(value) for name, value in extensions.items()}
