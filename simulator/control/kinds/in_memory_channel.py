"""An InMemoryChannel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channels import (
    CHANNELABLE_SPEC,
    declared_channel,
    set_subscribable,
    start_hub,
)
from simulator.control.defaulting import annotations_of
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.go_types import embed
from simulator.control.kind import Kind, Phase, immutable, webhooks
from simulator.control.naming import MESSAGING
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

SCOPE: Final = "eventing.knative.dev/scope"

_CONTROLLER = "system:serviceaccount:knative-eventing:eventing-controller"


def set_defaults(channel: Fields, defaulting: Defaulting) -> None:
    set_subscribable(channel, defaulting)
    defaulting.delivery(channel["spec"].get("delivery"), "spec.delivery")


def validate(channel: Fields, checking: Checking) -> list[Fault]:
    """Check the subscribers and the scope; the delivery is not looked at.

    Source: knative-resources 6.8; knative/eventing in_memory_channel_validation.go.
    """
    faults: list[Fault] = []
    for index, each in enumerate(channel["spec"].get("subscribers") or []):
        if each.get("replyUri") is None and each.get("subscriberUri") is None:
            details = "expected at least one of, got none"
            absent = missing("replyURI", "subscriberURI", details=details)
            faults += via([absent], f"spec.subscribable.subscriber[{index}]")
    scope = annotations_of(channel).get(SCOPE)
    if scope not in (None, "cluster", "namespace"):
        wrong = invalid(scope, "", "expected either 'cluster' or 'namespace'")
        faults += via([wrong], f"metadata.annotations.[{SCOPE}]")
    return faults


def check_update(old: Fields, new: Fields) -> list[Fault]:
    before = old["spec"].get("subscribers") or []
    after = new["spec"].get("subscribers") or []
    message = (
        "Channel.Spec.Subscribers changed by user  "
        f"which was not the {_CONTROLLER} service account"
    )
    return [
        fault.replace(message=message)
        for fault in immutable(before, after, "spec.subscribers")
    ]


KIND: Final = Kind(
    group=MESSAGING,
    name="InMemoryChannel",
    webhooks=webhooks(
        "InMemoryChannel",
        ("v1",),
        *embed(CHANNELABLE_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    served_by="inmemorychannel",
    hub=declared_channel,
    role=Role.CHANNEL,
    reconcile={Phase.HUBS: start_hub},
    short=Short(
        fields=("delivery", "subscribers"), notations={"delivery": shorthand.DELIVERY}
    ),
)
