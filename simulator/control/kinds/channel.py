"""A Channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channelable import (
    CHANNELABLE_SPEC,
    set_subscribable,
    set_template,
)
from simulator.control.delivery_rules import check_delivery, check_template
from simulator.control.faults import Fault, disallowed, via
from simulator.control.go_types import embed, pointer
from simulator.control.kind import Kind, Webhook, immutable
from simulator.control.naming import MESSAGING
from simulator.control.types_duck import CHANNEL_TEMPLATE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


def set_defaults(channel: Fields, defaulting: Defaulting) -> None:
    """Fill in the annotation and the template.

    A Channel that names its template keeps a dead letter sink without namespace.

    Source: knative-resources 6.7 [quirk]; knative/eventing channel_defaults.go.
    """
    set_subscribable(channel, defaulting)
    spec = channel["spec"]
    if spec.get("channelTemplate") is None:
        set_template(spec, defaulting.namespace, defaulting)
        defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate(channel: Fields, checking: Checking) -> list[Fault]:
    """Check template and delivery; nobody may list subscribers.

    Source: knative-resources 6.7; knative/eventing channel_validation.go.
    """
    spec = channel["spec"]
    own = checking.replace(own_namespace=channel["metadata"]["namespace"])
    faults = check_template(spec.get("channelTemplate"))
    if spec.get("subscribers"):
        faults.append(disallowed("subscribable.subscribers"))
    faults += via(check_delivery(spec.get("delivery"), own), "delivery")
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Let nothing change, not even the delivery."""
    before, after = ({**each["spec"], "subscribers": None} for each in (old, new))
    return immutable(before, after, "spec")


KIND: Final = Kind(
    group=MESSAGING,
    name="Channel",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Channel",
                pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
                *embed(CHANNELABLE_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
            check_update=check_update,
        )
    },
)
