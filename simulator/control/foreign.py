"""Kinds of others: channels and sources of extensions, and all that is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.channels import declared_channel, start_hub
from simulator.control.kind import Kind, Phase
from simulator.control.naming import MESSAGING, SOURCES
from simulator.control.sources import NO_SINK, silent_source
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.resource import ResourceKey


def foreign_kind(group: str, name: str) -> Kind:
    """Source: knative-resources 2.3 and 7.5."""
    if group == MESSAGING and name.endswith("Channel"):
        return Kind(
            group=group,
            name=name,
            hub=declared_channel,
            role=Role.CHANNEL,
            reconcile={Phase.HUBS: start_hub},
        )
    of_kubernetes = "." not in group or group.endswith(".k8s.io")
    of_knative = group.endswith(_KNATIVE)
    is_source = of_knative and name.endswith("Source")
    return Kind(
        group=group,
        name=name,
        guessed_url=None if of_kubernetes or is_source else _made_up,
        reconcile={Phase.SOURCES: silent_source},
        sends=is_source,
        means=_OF_KINDS.get(name)
        or _OF_GROUPS.get(group, _UNKNOWN if of_knative else _NO_PART),
    )


_KNATIVE = ".knative.dev"
_NO_PART = "it plays no part in the flow of events"
_UNKNOWN = f"no such kind of Knative is known here; {_NO_PART}"
_OF_KINDS = {
    "KafkaTopic": "its partitions count where its topic is read or written; Kafka itself "
    "is not simulated",
    "RabbitmqBrokerConfig": "which cluster and which type of queue a broker has makes no "
    "difference here",
}
_OF_GROUPS = {
    SOURCES: NO_SINK,
    "jetstream.nats.io": "NATS itself is not simulated",
    "operator.knative.dev": "it installs Knative; its spec.config is not read: write the "
    "ConfigMaps themselves",
    "kafka.strimzi.io": "Kafka itself is not simulated",
    "rabbitmq.com": "RabbitMQ itself is not simulated",
    "kustomize.config.k8s.io": "it is read by kustomize, not by a cluster",
}


def _made_up(key: ResourceKey) -> str:
    """Make up a host for what may have an address: ``NAME.NAMESPACE.KIND.GROUP``.

    Source: knative-resources 2.2 (any object with `status.address`); Kubernetes has no
        `status.address` in its own kinds.
    """
    return f"http://{key.name}.{key.namespace}.{key.kind.lower()}.{key.group}"
