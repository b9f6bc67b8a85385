"""A Broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import broker_defaults
from simulator.control.defaulting import annotations_of
from simulator.control.delivery_rules import check_delivery
from simulator.control.faults import Fault, missing, via
from simulator.control.go_types import pointer
from simulator.control.kind import Kind, Webhook, immutable
from simulator.control.naming import EVENTING
from simulator.control.references import check_reference
from simulator.control.types_duck import DELIVERY_SPEC, K_REFERENCE, knative_object

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

CLASS: Final = "eventing.knative.dev/broker.class"
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
        found = defaults.config(namespace, annotations_of(broker).get(CLASS))
    if found is not None:
        _fill(spec, found, defaulting)
    defaulting.reference(spec.get("config"), "spec.config")
    defaulting.delivery(spec.get("delivery"), "spec.delivery")
    _set_class(broker, defaulting)


def _fill(spec: Fields, found: broker_defaults.Found, defaulting: Defaulting) -> None:
    origin = defaulting.from_config(
        broker_defaults.CONFIG_MAP, broker_defaults.KEY, found.namespace
    )
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
    if CLASS in annotations_of(broker):
        return
    name, namespace = defaulting.config.brokers.broker_class(defaulting.namespace)
    if name:
        origin = defaulting.from_config(
            broker_defaults.CONFIG_MAP, broker_defaults.KEY, namespace
        )
        defaulting.annotation(broker, CLASS, name, origin)


def validate(broker: Fields, checking: Checking) -> list[Fault]:
    """Check class, configuration and delivery.

    Source: knative-resources 6.1; knative/eventing broker_validation.go.
    """
    namespace = broker["metadata"]["namespace"]
    if checking.config.brokers.own_namespace_only(namespace):
        checking = checking.replace(own_namespace=namespace)
    faults = [] if annotations_of(broker).get(CLASS) else [missing(CLASS)]
    spec = broker["spec"]
    if spec.get("config") is not None:
        faults += via(check_reference(spec["config"], checking), "spec.config")
    return faults + via(check_delivery(spec.get("delivery"), checking), "spec.delivery")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Let nothing but the delivery change; the class is looked at last."""
    changed = immutable(_fixed(old["spec"]), _fixed(new["spec"]), "spec")
    if changed:
        return changed
    before, after = (
        annotations_of(old).get(CLASS, ""),
        annotations_of(new).get(CLASS, ""),
    )
    message = "Immutable annotations changed (-old +new)"
    return [
        fault.replace(message=message)
        for fault in immutable(before, after, "annotations")
    ]


def _fixed(spec: Fields) -> Fields:
    return {name: value for name, value in spec.items() if name != "delivery"}


KIND: Final = Kind(
    group=EVENTING,
    name="Broker",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Broker",
                pointer("config", K_REFERENCE),
                pointer("delivery", DELIVERY_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
            check_update=check_update,
        )
    },
)
