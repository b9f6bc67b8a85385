"""A Trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.decoding import DecodeError
from simulator.control.defaulting import annotations_of
from simulator.control.delivery_rules import check_delivery
from simulator.control.faults import Fault, both_of, disallowed, generic, missing, via
from simulator.control.features import CROSS_NAMESPACE
from simulator.control.filter_rules import check_attributes, check_filters
from simulator.control.go_types import STRING, MapOf, Struct, pointer, text, value
from simulator.control.kind import Kind, Webhook, immutable
from simulator.control.naming import BROKER_LABEL, EVENTING
from simulator.control.origins import from_webhook
from simulator.control.references import check_destination, check_link
from simulator.control.types_duck import (
    DELIVERY_SPEC,
    DESTINATION,
    FILTER_LIST,
    K_REFERENCE,
    OBJECT_REFERENCE,
    knative_object,
)
from simulator.quoting import go_quote

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

DEPENDENCY: Final = "knative.dev/dependency"
INJECTION: Final = "eventing.knative.dev/injection"

_TRIGGER_FILTER = Struct(
    name="v1.TriggerFilter",
    fields=(
        value("attributes", MapOf(value=STRING, name="v1.TriggerFilterAttributes")),
    ),
)


def set_defaults(trigger: Fields, defaulting: Defaulting) -> None:
    """Fill in the label, an empty filter and the namespaces.

    Source: knative-resources 6.2; knative/eventing trigger_defaults.go.
    """
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
    """Check broker, filters, subscriber, delivery and two annotations.

    Source: knative-resources 5.3 and 6.2; knative/eventing trigger_validation.go.
    """
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
    if reference.get("namespace") and not checking.config.enabled(CROSS_NAMESPACE):
        faults.append(
            disallowed(
                "namespace",
                details="only name, apiVersion and kind are supported fields when "
                "feature.CrossNamespaceEventLinks is disabled",
            )
        )
    return faults


def _check_annotations(trigger: Fields) -> list[Fault]:
    given = annotations_of(trigger)
    faults: list[Fault] = []
    if DEPENDENCY in given:
        namespace = trigger["metadata"]["namespace"]
        found = _check_dependency(given[DEPENDENCY], namespace)
        faults += via(found, f"metadata.annotations[{DEPENDENCY}]")
    if INJECTION in given:
        found = _check_injection(given[INJECTION], trigger["spec"].get("broker", ""))
        faults += via(found, f"metadata.annotations[{INJECTION}]")
    return faults


def _check_dependency(text: str, namespace: str) -> list[Fault]:
    from simulator.control.go_json import unmarshal  # few triggers have one

    try:
        reference = unmarshal(OBJECT_REFERENCE, text)
    except DecodeError as error:
        message = (
            "The provided annotation was not a corev1.ObjectReference: "
            f"{go_quote(text)}"
        )
        return [generic(message, "", details=str(error))]
    needed = ("kind", "name", "apiVersion")
    faults = [missing(name) for name in needed if not reference.get(name)]
    if reference.get("namespace") and reference["namespace"] != namespace:
        message = (
            "Namespace must be empty or equal to the trigger namespace "
            f"{go_quote(namespace)}"
        )
        faults.append(generic(message, "namespace"))
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
    """Keep the broker's name; everything else may change."""
    before, after = old["spec"].get("broker", ""), new["spec"].get("broker", "")
    return immutable(before, after, "spec", "broker")


KIND: Final = Kind(
    group=EVENTING,
    name="Trigger",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Trigger",
                text("broker"),
                pointer("brokerRef", K_REFERENCE),
                pointer("filter", _TRIGGER_FILTER),
                value("filters", FILTER_LIST),
                value("subscriber", DESTINATION),
                pointer("delivery", DELIVERY_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
            check_update=check_update,
        )
    },
)
