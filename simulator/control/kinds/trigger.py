"""A Trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.advice import on_delivery, on_hazards, on_trigger
from simulator.control.authorization import audiences_of
from simulator.control.channels import event_types_of
from simulator.control.conditions import ConditionSet
from simulator.control.config import CROSS_NAMESPACE
from simulator.control.defaulting import annotations_of, from_webhook
from simulator.control.destinations import Reference, Resolution
from simulator.control.faults import Fault, both_of, generic, missing, via
from simulator.control.filtering import (
    advise_on_filter,
    check_attributes,
    check_filters,
    filter_in_force,
)
from simulator.control.go_types import STRING, MapOf, Struct, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, immutable, webhooks
from simulator.control.naming import BROKER_LABEL, EVENTING
from simulator.control.settings import (
    AnnotationError,
    Effective,
    advise_on_annotations,
    delivery_of,
    in_force,
    queue_of,
)
from simulator.control.shared_rules import (
    check_delivery,
    check_destination,
    check_link,
    check_no_namespace,
)
from simulator.control.types_duck import (
    DELIVERY_SPEC,
    DESTINATION,
    FILTER_LIST,
    K_REFERENCE,
)
from simulator.errors import nearest
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role, node_name
from simulator.quoting import go_quote
from simulator.resource import ResourceKey, mapping
from simulator.wiring import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.hubs import HubState
    from simulator.control.kind import Checking
    from simulator.control.settings import Delivery

_BROKER = (EVENTING, "Broker")
INJECTION: Final = "eventing.knative.dev/injection"
_DEPENDENCY: Final = "knative.dev/dependency"

_TRIGGER_FILTER = Struct(
    name="v1.TriggerFilter",
    fields=(
        value("attributes", MapOf(value=STRING, name="v1.TriggerFilterAttributes")),
    ),
)


def set_defaults(trigger: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.2; knative/eventing trigger_defaults.go."""
    spec = trigger["spec"]
    broker = spec.get("broker", "")
    if defaulting.config.enabled(CROSS_NAMESPACE) and spec.get("brokerRef"):
        broker = spec["brokerRef"]["name"]
    if broker:
        origin = from_webhook("name of the broker")
        defaulting.label(trigger, BROKER_LABEL, broker, origin)
    if spec.get("filter") is None:
        defaulting.put(spec, "spec.filter", {}, from_webhook("no filter: all events"))
    defaulting.destination(spec["subscriber"], "spec.subscriber")
    defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate(trigger: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 5.3 and 6.2; knative/eventing trigger_validation.go."""
    spec = trigger["spec"]
    faults = _check_broker(spec, checking)
    attributes = (spec.get("filter") or {}).get("attributes") or {}
    faults += via(check_attributes(attributes), "filter.attributes")
    faults += via(check_filters(spec.get("filters") or []), "filters")
    faults += via(check_destination(spec["subscriber"], checking), "subscriber")
    faults += via(check_delivery(spec.get("delivery"), checking), "delivery")
    faults = via(faults, "spec") + _check_annotations(trigger)
    return faults + check_link(trigger, spec.get("brokerRef") or {}, checking)


def _check_broker(spec: Fields, checking: Checking) -> list[Fault]:
    broker, reference = spec.get("broker"), spec.get("brokerRef")
    if reference is None:
        return [] if broker else [missing("broker")]
    faults = [both_of("broker", "brokerRef")] if broker else []
    return faults + check_no_namespace(reference, checking)


def _check_annotations(trigger: Fields) -> list[Fault]:
    given = annotations_of(trigger)
    faults: list[Fault] = []
    if _DEPENDENCY in given:
        from simulator.control.dependency import check_dependency  # few name one

        namespace = trigger["metadata"]["namespace"]
        found = check_dependency(given[_DEPENDENCY], namespace)
        faults += via(found, f"metadata.annotations[{_DEPENDENCY}]")
    if INJECTION in given:
        found = _check_injection(given[INJECTION], trigger["spec"].get("broker", ""))
        faults += via(found, f"metadata.annotations[{INJECTION}]")
    return faults


def _check_injection(text: str, broker: str) -> list[Fault]:
    if text not in ("enabled", "disabled"):
        message = (
            'The provided injection annotation value can only be "enabled" or '
            f'"disabled", not {go_quote(text)}'
        )
        return [generic(message, "")]
    if broker != "default":
        message = (
            "The provided injection annotation is only used for default broker, "
            f"but non-default broker specified here: {go_quote(broker)}"
        )
        return [generic(message, "")]
    return []


def check_update(old: Fields, new: Fields) -> list[Fault]:
    before, after = old["spec"].get("broker", ""), new["spec"].get("broker", "")
    return immutable(before, after, "spec", "broker")


def check_among(
    old: Fields, new: Fields, objects: Mapping[ResourceKey, Mapping[str, Any]]
) -> list[Fault]:
    """Leave the filter as it is where the webhook of the broker's class wants that.

    Source: profiles 34, 3.4; eventing-rabbitmq, trigger_validation.go (read).
    """
    from simulator.control.broker_config import is_fixed  # few triggers are updated

    place = new["metadata"].get("namespace", ""), new["spec"].get("broker", "")
    if not is_fixed(objects.get(ResourceKey(*_BROKER, *place))):
        return []
    before, after = old["spec"].get("filter"), new["spec"].get("filter")
    return immutable(before, after, "spec", "filter")


_DEPENDENTS = (
    "BrokerReady",
    "SubscriptionReady",
    "DependencyReady",
    "SubscriberResolved",
    "DeadLetterSinkResolved",
    "OIDCIdentityCreated",
)


def reconcile(trigger: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.2; E:pkg/reconciler/broker/trigger/trigger.go."""
    conditions = ConditionSet(_DEPENDENTS)
    conditions.true(
        "OIDCIdentityCreated",
        reason="authentication-oidc feature not yet supported for this Broker class",
    )
    own = delivery_of(trigger, trigger.spec.get("delivery"), "spec.delivery")
    broker, route = _broker(trigger, conditions, cluster), None
    if broker is not None and broker.url is not None:
        route = _route(trigger, broker, own, conditions, cluster)
    played_by = None if broker is None else broker.profile
    on_delivery(cluster.findings, own, played_by, takes_format=True)
    routes: tuple[tuple[str, Route], ...] = ()
    if broker is not None and broker.url is not None and route is not None:
        on_trigger(cluster.findings, trigger, broker, own)
        advise_on_filter(trigger, route.filter, cluster.findings)
        advise_on_annotations(trigger, broker.profile, cluster.findings)
        on_hazards(cluster.findings, trigger, broker.profile, route)
        routes = ((broker.url, route),)
    asked = _BROKER[1], trigger.namespace, str(trigger.spec.get("broker"))
    return Reconciled(conditions=conditions, routes=routes, asked=asked)


def _broker(
    trigger: Admitted, conditions: ConditionSet, cluster: Cluster
) -> HubState | None:
    key, path = _broker_key(trigger, cluster)
    broker = cluster.hub(key)
    if broker is None:
        conditions.false(
            "BrokerReady", "BrokerDoesNotExist", f'Broker "{key.name}" does not exist'
        )
        _report_no_broker(trigger, key, path, cluster)
        return None
    conditions.copy("BrokerReady", broker.conditions.ready)
    return broker


def _broker_key(trigger: Admitted, cluster: Cluster) -> tuple[ResourceKey, str]:
    """A `brokerRef` counts only with the feature; without it the name is empty."""
    ref = trigger.spec.get("brokerRef")
    if isinstance(ref, dict) and cluster.configuration.enabled(CROSS_NAMESPACE):
        reference = Reference.of(ref, trigger.namespace)
        key = ResourceKey(*_BROKER, reference.namespace, reference.name)
        return key, "spec.brokerRef"
    name = str(trigger.spec.get("broker") or "")
    path = "spec.broker" if name else "spec.brokerRef"
    return ResourceKey(*_BROKER, trigger.namespace, name), path


def _route(
    trigger: Admitted,
    broker: HubState,
    own: Delivery | None,
    conditions: ConditionSet,
    cluster: Cluster,
) -> Route | None:
    subscriber = mapping(trigger.spec.get("subscriber"))
    found = cluster.resolve(subscriber, trigger, "spec.subscriber")
    if found.url is None:
        conditions.false(
            "SubscriberResolved", "Unable to get the Subscriber's URI", found.error
        )
        return None
    conditions.true("SubscriberResolved")
    sink = _own_sink(trigger, own, conditions, cluster)
    if sink is not None and sink.url is None:
        return None
    effective = _effective(sink, own, broker, conditions, cluster)
    try:
        queue = queue_of(trigger, broker.profile)
    except AnnotationError as error:
        path = "metadata.annotations"
        if error.refusal:
            cluster.findings.fault(trigger, "annotation", error.refusal, path)
            return None
        reason = "failed to reconcile consumer group"
        conditions.false("DependencyReady", reason, error.failure)
        said = (
            f"{broker.profile.queue.annotation}: {error}; this trigger gets no events"
        )
        cluster.findings.warn(trigger, "annotation", said, path)
        return None
    cluster.authorization.mark_identity(conditions)
    conditions.true("SubscriptionReady")
    _judge_dependency(trigger, conditions, cluster)
    reply = Resolution(url=broker.url, audience=broker.audience)
    sink = sink or Resolution(audience=broker.sink_audience)
    audiences = audiences_of(found, reply, sink)
    return Route(
        node=node_name("trigger", trigger.namespace, trigger.name),
        resource=trigger.key,
        filter=filter_in_force(trigger.spec, broker.profile, cluster),
        subscriber=found.url,
        reply=broker.url,
        dead_letter=effective.dead_letter,
        retries=effective.retries,
        format=own.format if own else "",
        namespace=trigger.namespace,
        origins=_with_format(effective.origins, own),
        delivery=None if own is None else own.spec,
        inherited=effective.inherited,
        queue=queue,
        identity=cluster.authorization.identity(trigger, audiences),
        event_types=event_types_of(cluster, trigger, broker.profile),
    )


def _judge_dependency(
    trigger: Admitted, conditions: ConditionSet, cluster: Cluster
) -> None:
    text = trigger.annotations.get(_DEPENDENCY)
    if text is None:
        conditions.true("DependencyReady")
        return
    from simulator.control.dependency import judge_dependency  # few name one

    judge_dependency(text, trigger, conditions, cluster)


def _own_sink(
    trigger: Admitted, own: Delivery | None, conditions: ConditionSet, cluster: Cluster
) -> Resolution | None:
    sink = own.dead_letter_sink if own else None
    if sink is None:
        return None
    found = cluster.resolve_dead_letter_sink(
        sink, trigger, "spec.delivery.deadLetterSink"
    )
    if found.url is None:
        conditions.false(
            "DeadLetterSinkResolved",
            "Unable to get the dead letter sink's URI",
            found.error,
        )
    return found


def _effective(
    sink: Resolution | None,
    own: Delivery | None,
    broker: HubState,
    conditions: ConditionSet,
    cluster: Cluster,
) -> Effective:
    """Decide which settings are in force.

    Source: knative-resources 3.1 (the trigger's block replaces the broker's whole,
        the dead letter sink falls back).
    """
    effective = in_force(
        broker.profile,
        (None if sink is None else sink.url, own),
        (broker.dead_letter, broker.delivery),
        cluster.findings,
    )
    if effective.dead_letter is None:
        conditions.no_dead_letter_sink()
    else:
        conditions.true("DeadLetterSinkResolved")
    return effective


def _report_no_broker(
    trigger: Admitted, key: ResourceKey, path: str, cluster: Cluster
) -> None:
    if not key.name:
        message = (
            "brokerRef counts only with the feature cross-namespace-event-links; "
            "name the broker in spec.broker"
        )
    else:
        near = nearest(key.name, cluster.names_of(key))
        hint = cluster.elsewhere(key) or near
        # Few triggers have no broker.
        from simulator.control.injection import why_none_is_injected

        why = why_none_is_injected(trigger, key.namespace, cluster)
        message = (
            f"there is no Broker {key.name!r} in namespace {key.namespace!r}{hint}; "
            f"this trigger gets no events{why}"
        )
    cluster.findings.warn(trigger, "no-broker", message, path)


def _with_format(origins: Mapping[str, str], own: Delivery | None) -> Mapping[str, str]:
    if own is None or not own.format:
        return origins
    return {**origins, "format": own.origin("format")}


KIND: Final = Kind(
    group=EVENTING,
    name="Trigger",
    webhooks=webhooks(
        "Trigger",
        ("v1",),
        text("broker"),
        pointer("brokerRef", K_REFERENCE),
        pointer("filter", _TRIGGER_FILTER),
        value("filters", FILTER_LIST),
        value("subscriber", DESTINATION),
        pointer("delivery", DELIVERY_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
        check_among=check_among,
    ),
    role=Role.TRIGGER,
    sends=True,
    reconcile={Phase.BROKER_ROUTES: reconcile},
    short=Short(
        fields=("broker", "brokerRef", "filter", "filters", "subscriber", "delivery"),
        notations={
            "brokerRef": shorthand.Reference(bare="broker"),
            "filter": shorthand.Filter(),
            "subscriber": shorthand.DESTINATION,
            "delivery": shorthand.DELIVERY,
        },
        usual={"broker": "default"},
        instead={"broker": "brokerRef"},
    ),
)
