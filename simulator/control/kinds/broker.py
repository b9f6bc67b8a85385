"""A Broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channels import (
    channel_profile,
    event_types_of,
    guard_of,
    partitions_in,
    report_reading,
    start_hub,
)
from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY, TemplateError
from simulator.control.default_config import BROKERS_KEY, BROKERS_MAP, Found
from simulator.control.defaulting import annotations_of
from simulator.control.faults import Fault, missing, via
from simulator.control.go_types import pointer
from simulator.control.hubs import HubState, is_asynchronous
from simulator.control.kind import Kind, Phase, immutable, webhooks
from simulator.control.naming import BROKER_CLASS, EVENTING, class_name
from simulator.control.settings import advise_on_annotations, delivery_of
from simulator.control.shared_rules import check_delivery, check_reference
from simulator.control.types_duck import DELIVERY_SPEC, K_REFERENCE
from simulator.errors import nearest
from simulator.implementations import OF_CLASS
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role
from simulator.profiles import MT_CHANNEL, PROFILES, of_broker
from simulator.resource import mapping
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.profiles import Profile

_DEFAULTED_DELIVERY = ("deadLetterSink", "retry", "backoffPolicy", "backoffDelay")


def set_defaults(broker: Fields, defaulting: Defaulting) -> None:
    """Fill in configuration, delivery and class.

    A configuration that is written is looked up once more with its kind as the
    class; delivery is filled in for every class.

    Source: knative-resources 6.1; knative/eventing broker_defaults.go.
    """
    spec = broker["spec"]
    defaults, namespace = defaulting.config.brokers, defaulting.namespace
    if spec.get("config") is not None:
        found = defaults.config(namespace, spec["config"]["kind"])
    else:
        found = defaults.config(namespace, annotations_of(broker).get(BROKER_CLASS))
    if found is not None:
        _fill(spec, found, defaulting)
    defaulting.reference(spec.get("config"), "spec.config")
    defaulting.delivery(spec.get("delivery"), "spec.delivery")
    _set_class(broker, defaulting)


def _fill(spec: Fields, found: Found, defaulting: Defaulting) -> None:
    origin = defaulting.from_config(BROKERS_MAP, BROKERS_KEY, found.namespace)
    config = found.config
    if spec.get("config") is None and config.reference is not None:
        defaulting.put_all(spec, "spec.config", config.reference, origin)
    if spec.get("delivery") is None and config.delivery is not None:
        copied = {
            name: config.delivery[name]
            for name in _DEFAULTED_DELIVERY
            if name in config.delivery
        }
        defaulting.put_all(spec, "spec.delivery", copied, origin)


def _set_class(broker: Fields, defaulting: Defaulting) -> None:
    if BROKER_CLASS in annotations_of(broker):
        return
    name, namespace = defaulting.config.brokers.broker_class(defaulting.namespace)
    if name:
        origin = defaulting.from_config(BROKERS_MAP, BROKERS_KEY, namespace)
        defaulting.annotation(broker, BROKER_CLASS, name, origin)


def validate(broker: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 6.1; knative/eventing broker_validation.go."""
    namespace = broker["metadata"]["namespace"]
    if checking.config.brokers.own_namespace_only(namespace):
        checking = checking.replace(own_namespace=namespace)
    faults = [] if annotations_of(broker).get(BROKER_CLASS) else [missing(BROKER_CLASS)]
    spec = broker["spec"]
    if spec.get("config") is not None:
        faults += via(check_reference(spec["config"], checking), "spec.config")
        class_ = annotations_of(broker).get(BROKER_CLASS, "")
        default = checking.config.brokers.config(namespace, class_)
        if default is None or default.config.reference != spec["config"]:
            from simulator.control.broker_config import check_config  # few have one

            faults += check_config(class_, spec["config"], namespace)
    return faults + via(check_delivery(spec.get("delivery"), checking), "spec.delivery")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Source: knative-resources 6.1; of other classes profiles 3.4."""
    from simulator.control.broker_config import is_fixed  # few brokers are updated

    before, after = (
        annotations_of(old).get(BROKER_CLASS, ""),
        annotations_of(new).get(BROKER_CLASS, ""),
    )
    fixed = dict if is_fixed(new) else _fixed
    changed = immutable(fixed(old["spec"]), fixed(new["spec"]), "spec")
    if changed:
        return changed
    message = "Immutable annotations changed (-old +new)"
    return [
        fault.replace(message=message)
        for fault in immutable(before, after, "annotations")
    ]


def _fixed(spec: Fields) -> Fields:
    return {name: value for name, value in spec.items() if name != "delivery"}


_DEFAULT_CLASS = "MTChannelBasedBroker"
_CHANNEL_BASED = (
    "IngressReady",
    "TriggerChannelReady",
    "FilterReady",
    "Addressable",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)
# Of whatever implementation: what the specification wants of a broker's status.
_SPECIFIED = ("Addressable", "DeadLetterSinkResolved")


def make(broker: Admitted, cluster: Cluster) -> HubState:
    """Walk the steps of the controller; the first failure leaves the rest Unknown.

    Source: knative-resources 6.1; E:pkg/reconciler/broker/broker.go.
    """
    delivery = delivery_of(broker, broker.spec.get("delivery"), "spec.delivery")
    class_ = str(broker.annotations.get(BROKER_CLASS) or _DEFAULT_CLASS)
    own, conditions = _class_of(broker, class_, cluster)
    profile = own or MT_CHANNEL
    if cluster.played_by is not None:
        profile = cluster.played_by.at(profile.door)
    elif profile.known_from == "read":
        report_reading(cluster, broker, profile, "metadata.annotations")
    advise_on_annotations(broker, profile, cluster.findings, of_hub=True)
    failed = HubState(
        owner=broker,
        kind=HubKind.BROKER,
        name=broker.name,
        conditions=conditions,
        profile=profile,
        delivery=delivery,
    )
    if own is None:
        return failed
    topic = _topic(broker, own, conditions, cluster)
    if topic is None:
        return failed
    sink = delivery.dead_letter_sink if delivery else None
    dead_letter = sink_audience = None
    if sink is None:
        conditions.no_dead_letter_sink()
    else:
        found = cluster.resolve_dead_letter_sink(
            sink, broker, "spec.delivery.deadLetterSink"
        )
        if found.url is None:
            conditions.false(
                "DeadLetterSinkResolved",
                "Unable to get the dead letter sink's URI",
                found.error,
            )
            return failed
        dead_letter, sink_audience = found.url, found.audience
        conditions.true("DeadLetterSinkResolved")
    conditions.true("Addressable")
    if class_ == _DEFAULT_CLASS:
        cluster.authorization.mark_policies(conditions, broker)
    return failed.replace(
        url=own.door.address(broker.name, broker.namespace, class_name(class_)),
        dead_letter=dead_letter,
        sink_audience=sink_audience,
        guard=guard_of(cluster, broker, profile),
        event_types=event_types_of(cluster, broker, profile),
        asynchronous=profile.channel is not None and is_asynchronous(broker),
        partitions=topic,
    )


def _channel_based(
    broker: Admitted, conditions: ConditionSet, cluster: Cluster
) -> Profile | None:
    """Source: knative-resources 6.1."""
    kind: str | None = IN_MEMORY
    if BROKER_CLASS in broker.annotations:
        # Else nobody set defaults, so nobody named a config either.
        kind = _channel_kind(broker, conditions, cluster)
    if kind is None:
        return None
    conditions.true("TriggerChannelReady", "FilterReady", "IngressReady")
    return of_broker(_DEFAULT_CLASS, kind)


def _channel_kind(
    broker: Admitted, conditions: ConditionSet, cluster: Cluster
) -> str | None:
    config = broker.spec.get("config")
    try:
        kind = cluster.configuration.channel_kind(
            config if isinstance(config, dict) else None
        )
    except TemplateError as error:
        conditions.false(
            "TriggerChannelReady",
            "ChannelTemplateFailed",
            f"Error on setting up the ChannelTemplate: {error}",
        )
        cluster.findings.warn(broker, "channel-template", str(error), "spec.config")
        return None
    if cluster.played_by is None or cluster.played_by.channel is not None:
        channel_profile(cluster, broker, kind, "spec.config")
    return kind


def _class_of(
    broker: Admitted, class_: str, cluster: Cluster
) -> tuple[Profile | None, ConditionSet]:
    if class_ == _DEFAULT_CLASS:
        conditions = ConditionSet(_CHANNEL_BASED)
        return _channel_based(broker, conditions, cluster), conditions
    own = of_broker(class_)
    if own is None:
        _report_class(broker, class_, cluster)
        own = PROFILES["spec"]
    parsed = ("ConfigParsed",) if own.queue.partitions else ()
    return own, ConditionSet((*_SPECIFIED, *parsed))


def _topic(
    broker: Admitted, own: Profile, conditions: ConditionSet, cluster: Cluster
) -> int | None:
    """Give the partitions of a broker's topic, 0 for none; None where none is made."""
    if own.channel is not None:
        named = mapping(broker.spec.get("config"))
        return partitions_in(cluster.configuration.channel_spec(named))
    if not own.queue.partitions:
        return 0
    from simulator.control.broker_config import topic_config  # few brokers have topics

    found = topic_config(broker, cluster)
    if found.error:
        conditions.false("ConfigParsed", "", found.error)
        return None
    conditions.true("ConfigParsed")
    return found.partitions


def _report_class(broker: Admitted, class_: str, cluster: Cluster) -> None:
    specified = PROFILES["spec"]
    played_by = cluster.played_by or specified
    as_what = f"as {played_by.name}"
    known = {each.lower(): each for each in OF_CLASS}
    near = next((known[n] for n in known if nearest(class_.lower(), [n], 0.8)), "")
    hint = f"; did you mean {near!r}?" if near else ""
    if played_by is specified:
        as_what = "as the specification of Knative Eventing says"
    cluster.findings.warn(
        broker,
        "no-profile",
        f"the broker class {class_!r} has no profile: it runs {as_what}, without "
        "the retries, the order, the replies and the dead letters of its own "
        f"(those of {', '.join(OF_CLASS)} run as they are{hint})",
        "metadata.annotations",
    )


KIND: Final = Kind(
    group=EVENTING,
    name="Broker",
    webhooks=webhooks(
        "Broker",
        ("v1",),
        pointer("config", K_REFERENCE),
        pointer("delivery", DELIVERY_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    hub=make,
    role=Role.BROKER,
    reconcile={Phase.HUBS: start_hub},
    short=Short(
        fields=("config", "delivery"),
        notations={
            "config": shorthand.Reference(bare="configmap"),
            "delivery": shorthand.DELIVERY,
        },
    ),
)
