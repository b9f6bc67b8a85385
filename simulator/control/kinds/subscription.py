"""A Subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.delivery_rules import check_delivery
from simulator.control.faults import Fault, disallowed, missing, via
from simulator.control.features import CROSS_NAMESPACE, KREFERENCE_GROUP
from simulator.control.go_types import pointer, value
from simulator.control.kind import Kind, Webhook, immutable
from simulator.control.naming import MESSAGING
from simulator.control.references import check_destination, check_link, check_reference
from simulator.control.types_duck import (
    DELIVERY_SPEC,
    DESTINATION,
    K_REFERENCE,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


def set_defaults(subscription: Fields, defaulting: Defaulting) -> None:
    """Fill in the namespaces of subscriber, reply and dead letter sink.

    Source: knative-resources 2.1; knative/eventing subscription_defaults.go.
    """
    spec = subscription["spec"]
    defaulting.destination(spec.get("subscriber"), "spec.subscriber")
    defaulting.destination(spec.get("reply"), "spec.reply")
    defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate(subscription: Fields, checking: Checking) -> list[Fault]:
    """Check the channel first; without one nothing else is looked at.

    Source: knative-resources 6.9; knative/eventing subscription_validation.go.
    """
    spec = subscription["spec"]
    if not any(spec["channel"].values()):
        details = "the Subscription must reference a channel"
        return [missing("spec.channel", details=details)]
    grouped = checking.replace(group_allowed=checking.config.enabled(KREFERENCE_GROUP))
    faults = via(_check_channel(spec["channel"], grouped), "channel")
    if not spec.get("subscriber"):
        details = "the Subscription must reference a subscriber"
        faults.append(missing("subscriber", details=details))
    else:
        faults += via(check_destination(spec["subscriber"], grouped), "subscriber")
    if spec.get("reply"):
        faults += via(check_destination(spec["reply"], checking), "reply")
    faults += via(check_delivery(spec.get("delivery"), checking), "delivery")
    return via(faults, "spec") + check_link(subscription, spec["channel"], checking)


def _check_channel(channel: Fields, checking: Checking) -> list[Fault]:
    faults = check_reference(channel, checking)
    if channel.get("namespace") and not checking.config.enabled(CROSS_NAMESPACE):
        details = (
            "only name, apiVersion and kind are supported fields when "
            "feature.CrossNamespaceEventLinks is disabled"
        )
        faults.append(disallowed("namespace", details=details))
    return faults


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Keep the channel; subscriber, reply and delivery may change."""
    return immutable(old["spec"]["channel"], new["spec"]["channel"], "spec")


KIND: Final = Kind(
    group=MESSAGING,
    name="Subscription",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Subscription",
                value("channel", K_REFERENCE),
                pointer("subscriber", DESTINATION),
                pointer("reply", DESTINATION),
                pointer("delivery", DELIVERY_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
            check_update=check_update,
        )
    },
)
