"""A KafkaSink: an address at which events are written to a topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channels import guard_of, report_reading
from simulator.control.conditions import ConditionSet
from simulator.control.defaulting import from_webhook
from simulator.control.destinations import Resolution
from simulator.control.faults import Fault, invalid, via
from simulator.control.go_types import (
    INT16,
    INT32,
    STRING,
    STRINGS,
    Struct,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import EVENTING
from simulator.control.topics import partitions_of, report_topic, topic_hub, topic_of
from simulator.manifests.sections import Short
from simulator.nodes import node_name
from simulator.profiles.kafka import KAFKA_SINK, KAFKA_SOURCE
from simulator.wiring import Entrance

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_MODES = ("binary", "structured")
# What Kafka's controllers say of a resource that has a topic and an address.
_DEPENDENTS = (
    "Addressable",
    "ConfigMapUpdated",
    "ConfigParsed",
    "DataPlaneAvailable",
    "EventPoliciesReady",
    "TopicReady",
)
_AT_LEAST = ("numPartitions", "replicationFactor")
_FIXED = ("topic", "replicationFactor", "numPartitions")


def set_defaults(sink: Fields, defaulting: Defaulting) -> None:
    """Source: control-plane/pkg/apis/eventing/v1/kafka_sink_defaults.go (read)."""
    spec = sink["spec"]
    if not spec.get("contentMode"):
        origin = from_webhook("content mode")
        defaulting.put(spec, "spec.contentMode", "binary", origin)


def validate(sink: Fields, checking: Checking) -> list[Fault]:
    """Source: control-plane/pkg/apis/eventing/v1/kafka_sink_validation.go (read)."""
    spec = sink["spec"]
    faults = []
    if spec["contentMode"] not in _MODES:
        ours = f"expected {' or '.join(_MODES)}"
        faults.append(invalid(spec["contentMode"], "contentMode", ours=ours))
    if not spec.get("bootstrapServers"):
        ours = "expected at least one, such as my-cluster-kafka-bootstrap.kafka:9092"
        faults.append(invalid([], "bootstrapServers", ours=ours))
    if not spec.get("topic"):
        faults.append(invalid("", "topic", ours="expected a name"))
    faults += [
        invalid(spec[name], name, ours="expected 1 or more")
        for name in _AT_LEAST
        if spec.get(name) is not None and spec[name] <= 0
    ]
    secret = (spec.get("auth") or {}).get("secret") or {}
    if secret.get("ref") is not None and not secret["ref"].get("name"):
        faults.append(invalid("", "auth.secret.ref.name", ours="expected a name"))
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Source: control-plane/pkg/apis/eventing/v1/kafka_sink_validation.go (read)."""
    before, after = old["spec"], new["spec"]
    changed = [name for name in _FIXED if before.get(name) != after.get(name)]
    wrong = "Immutable field updated"
    return via([Fault(message=wrong, paths=(name,)) for name in changed], "spec")


def address(sink: Admitted, cluster: Cluster) -> Resolution:
    return Resolution(url=KAFKA_SINK.address(sink.name, sink.namespace))


def reconcile(sink: Admitted, cluster: Cluster) -> Reconciled:
    """Open a door to its topic, which is made where it says how.

    Source: control-plane/pkg/reconciler/sink (read); profiles 3.3.
    """
    spec = sink.spec
    name = str(spec.get("topic"))
    topic = topic_of(name, spec.get("bootstrapServers"), cluster)
    makes = all(spec.get(each) for each in _AT_LEAST)
    partitions = spec["numPartitions"] if makes else partitions_of(name, cluster)
    url = KAFKA_SINK.address(sink.name, sink.namespace)
    entrance = Entrance(
        node=node_name("kafkasink", sink.namespace, sink.name),
        url=url,
        door=KAFKA_SINK,
        structured=spec.get("contentMode") == "structured",
    )
    return Reconciled(
        url=url,
        hubs=(topic_hub(sink, topic, partitions),),
        entrances=((topic.url, entrance),),
    )


def check_topic(sink: Admitted, cluster: Cluster) -> Reconciled:
    conditions = ConditionSet(_DEPENDENTS)
    conditions.true(*_DEPENDENTS)
    cluster.authorization.mark_policies(conditions, sink)
    guard_of(cluster, sink, KAFKA_SOURCE)
    report_reading(cluster, sink, KAFKA_SOURCE, "kind")
    if not all(sink.spec.get(each) for each in _AT_LEAST):
        report_topic(sink, str(sink.spec.get("topic")), "spec.topic", cluster)
    return Reconciled(conditions=conditions)


_REFERENCE = Struct(name="v1.SecretReference", fields=(text("name", omit=False),))
_SECRET = Struct(name="v1.Secret", fields=(pointer("ref", _REFERENCE),))
_AUTH = Struct(name="v1.Auth", fields=(pointer("secret", _SECRET),))

KIND: Final = Kind(
    group=EVENTING,
    name="KafkaSink",
    webhooks=webhooks(
        "KafkaSink",
        ("v1", "v1alpha1"),
        text("topic", omit=False),
        pointer("numPartitions", INT32),
        pointer("replicationFactor", INT16),
        value("bootstrapServers", STRINGS, omit=False),
        pointer("contentMode", STRING),
        pointer("auth", _AUTH),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    served_by="kafka-webhook-eventing",
    address=address,
    reconcile={Phase.HUBS: reconcile, Phase.CHANNEL_ROUTES: check_topic},
    short=Short(
        fields=(
            *("topic", "bootstrapServers", "contentMode", "numPartitions"),
            *("replicationFactor", "auth"),
        )
    ),
)
