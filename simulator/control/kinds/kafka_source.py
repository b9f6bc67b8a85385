"""A KafkaSource: a consumer group that sends the records of topics to a sink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.advice import on_hazards
from simulator.control.channels import report_reading
from simulator.control.conditions import ConditionSet
from simulator.control.defaulting import from_webhook
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.go_types import (
    INT32,
    STRINGS,
    Foreign,
    Text,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind, Phase, Reconciled, immutable, webhooks
from simulator.control.naming import SOURCES
from simulator.control.settings import SETTINGS, Effective, delivery_of, in_force
from simulator.control.shared_rules import check_source
from simulator.control.sources import source_of
from simulator.control.topics import partitions_of, report_topic, topic_hub, topic_of
from simulator.control.types_duck import DELIVERY_SPEC, SOURCE_SPEC
from simulator.delivery import BackoffPolicy, Retries
from simulator.errors import nearest
from simulator.event.consumer import Consumer
from simulator.event.kafka import KEY_TYPES
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import node_name
from simulator.profiles.kafka import KAFKA_SOURCE, UNORDERED
from simulator.wiring import Route, Source

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.hubs import Topic
    from simulator.control.kind import Checking

_KEY_TYPE = "kafkasources.sources.knative.dev/key-type"
_CHOICES = {
    "initialOffset": ("earliest", "latest"),
    "ordering": ("ordered", "unordered"),
}
_DEFAULTS = {"consumers": 1, "initialOffset": "latest", "ordering": "ordered"}
# Source: profiles 3.3: without a block of its own.
_DELIVERY = Retries(
    retry=10,
    policy=BackoffPolicy.EXPONENTIAL,
    delay_ns=300_000_000,
    timeout_ns=600_000_000_000,
)


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Fill in consumers, offset and order; the name of the group is left to chance.

    Source: control-plane/pkg/apis/sources/v1/kafka_defaults.go (read).
    """
    spec = source["spec"]
    for name, default in _DEFAULTS.items():
        if spec.get(name) in (None, ""):
            origin = from_webhook(f"{name} of a source")
            defaulting.put(spec, f"spec.{name}", default, origin)
    defaulting.destination(spec.get("sink"), "spec.sink")
    defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Source: control-plane/pkg/apis/sources/v1/kafka_validation.go (read)."""
    spec = source["spec"]
    faults = check_source(spec, checking)
    needed = ("topics", "bootstrapServers")
    faults += [missing(name) for name in needed if not spec.get(name)]
    for name, allowed in _CHOICES.items():
        if spec.get(name) not in allowed:
            ours = f"expected {' or '.join(allowed)}"
            faults.append(invalid(spec.get(name), name, ours=ours))
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    groups = [each["spec"].get("consumerGroup", "") for each in (old, new)]
    return immutable(*groups, "spec")


def topics(source: Admitted, cluster: Cluster) -> Reconciled:
    hubs = [
        topic_hub(source, each, partitions_of(each.name, cluster))
        for each in _topics(source, cluster)
    ]
    return Reconciled(hubs=tuple(hubs))


def records(source: Admitted, cluster: Cluster) -> Reconciled:
    made = Source(
        node=node_name("kafkasource", source.namespace, source.name),
        resource=source.key,
        sink=None,
        silent=True,
        namespace=source.namespace,
        topics={each.name: each.url for each in _topics(source, cluster)},
    )
    return Reconciled(source=made)


def _topics(source: Admitted, cluster: Cluster) -> list[Topic]:
    servers = source.spec.get("bootstrapServers")
    return [topic_of(name, servers, cluster) for name in _names(source)]


def _names(source: Admitted) -> tuple[str, ...]:
    """Each once; none where no webhook has looked."""
    named = source.spec.get("topics")
    return tuple(dict.fromkeys(map(str, named if isinstance(named, list) else ())))


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """Source: control-plane/pkg/reconciler/source (read); profiles 3.3."""
    conditions = ConditionSet(("ConsumerGroup", "SinkProvided"))
    wired = source_of(source, cluster, silent=False)
    read = _topics(source, cluster)
    report_reading(cluster, source, KAFKA_SOURCE, "kind")
    for number, each in enumerate(read):
        report_topic(source, each.name, f"spec.topics[{number}]", cluster)
    if wired.sink is None:
        conditions.false("SinkProvided", "NotFound")
        return Reconciled(conditions=conditions)
    effective = _delivery(source, cluster)
    if effective is None:
        conditions.false("ConsumerGroup", "failed to reconcile consumer group")
        return Reconciled(conditions=conditions)
    conditions.true("ConsumerGroup", "SinkProvided")
    if not _reads(source, cluster):
        return Reconciled(conditions=conditions)
    sink = cluster.resolve(
        source.spec.get("sink") or {}, source, "spec.sink", dispatched=False
    )
    unordered = str(source.spec.get("ordering")) == "unordered"
    key_type = _key_type(source, cluster)
    routes = []
    for each in read:
        name = source.name if each is read[0] else f"{source.name}/{each.name}"
        made_of = f"/apis/v1/namespaces/{source.namespace}/kafkasources/{source.name}"
        route = Route(
            node=node_name("kafkasource", source.namespace, name),
            resource=source.key,
            filter=None,
            subscriber=wired.sink,
            reply=None,
            dead_letter=effective.dead_letter,
            retries=effective.retries,
            namespace=source.namespace,
            origins=effective.origins,
            delivery=source.spec.get("delivery"),
            queue=UNORDERED if unordered else None,
            path="spec.sink",
            identity=cluster.authorization.identity(source, {"event": sink.audience}),
            consumer=Consumer(
                source=f"{made_of}#{each.name}",
                key_type=key_type,
                overrides=wired.overrides,
            ),
        )
        routes.append((each.url, route))
    for _, route in routes[:1]:
        on_hazards(cluster.findings, source, KAFKA_SOURCE, route)
    return Reconciled(conditions=conditions, routes=tuple(routes))


def _delivery(source: Admitted, cluster: Cluster) -> Effective | None:
    """Give the settings in force; None where its dead letter sink does not resolve."""
    own = delivery_of(source, source.spec.get("delivery"), "spec.delivery")
    if own is None:
        names = [name for name in SETTINGS if name != "retryAfterMax"]
        said = f"default of {KAFKA_SOURCE.name}"
        return Effective(retries=_DELIVERY, origins=dict.fromkeys(names, said))
    url, sink = None, own.dead_letter_sink
    if sink is not None:
        path = f"{own.path}.deadLetterSink"
        url = cluster.resolve_dead_letter_sink(sink, source, path).url
        if url is None:
            return None
    return in_force(KAFKA_SOURCE, (url, own), (None, None), cluster.findings)


def _reads(source: Admitted, cluster: Cluster) -> bool:
    spec, findings = source.spec, cluster.findings
    group = spec.get("consumerGroup")
    for key, other in cluster.resources.items():
        if key == source.key:
            break
        if key[:2] != source.key[:2]:
            continue
        shared = [each for each in _names(other) if each in _names(source)]
        if group and shared and other.spec.get("consumerGroup") == group:
            findings.warn(
                source,
                "shared-group",
                f"{other.resource} reads the topic {shared[0]!r} in the same consumer "
                f"group: on a cluster each record goes to one of the two, here to both",
                "spec.consumerGroup",
                also=(other, "spec.consumerGroup"),
            )
    if spec.get("consumers") == 0:
        findings.warn(
            source, "no-effect", "0 consumers: nothing is read", "spec.consumers"
        )
        return False
    return True


def _key_type(source: Admitted, cluster: Cluster) -> str:
    """Source: control-plane/pkg/core/config, KeyTypeFromString (read)."""
    labels = (source.manifest.get("metadata") or {}).get("labels") or {}
    word = str(labels.get(_KEY_TYPE, ""))
    if word and word not in KEY_TYPES:
        cluster.findings.warn(
            source,
            "no-effect",
            f"{word!r} is no type of keys{nearest(word, KEY_TYPES)} (there are: "
            f"{', '.join(KEY_TYPES)}): keys are read as string",
            f"metadata.labels.{_KEY_TYPE}",
        )
    return word


KIND: Final = Kind(
    group=SOURCES,
    name="KafkaSource",
    open_paths=("spec.",),  # not looked at
    webhooks=webhooks(
        "KafkaSource",
        ("v1", "v1beta1"),
        pointer("consumers", INT32),
        value("bootstrapServers", STRINGS, omit=False),
        # What it says to Kafka: SASL and TLS, with a secret in each field.
        value("net", Foreign(name="v1.KafkaNetSpec")),
        value("topics", STRINGS, omit=False),
        text("consumerGroup"),
        text("initialOffset"),
        pointer("delivery", DELIVERY_SPEC),
        pointer("ordering", Text(name="v1.DeliveryOrdering")),
        # Of v1alpha1; the API server leaves it out.
        value("resources", Foreign(name="v1.ResourceRequirements")),
        *embed(SOURCE_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    served_by="kafka-webhook-eventing",
    reconcile={
        Phase.HUBS: topics,
        Phase.SOURCES: records,
        Phase.CHANNEL_ROUTES: reconcile,
    },
    sends=True,
    short=Short(
        fields=(
            *("topics", "bootstrapServers", "consumerGroup", "consumers"),
            *("initialOffset", "ordering", "net", "sink", "delivery", "ceOverrides"),
        ),
        notations={"sink": shorthand.DESTINATION, "delivery": shorthand.DELIVERY},
    ),
)
