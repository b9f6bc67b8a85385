"""A KafkaChannel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channels import (
    CHANNELABLE_SPEC,
    declared_channel,
    set_subscribable,
    start_hub,
)
from simulator.control.defaulting import from_webhook
from simulator.control.faults import Fault, invalid, via
from simulator.control.go_types import INT16, INT32, embed, text, value
from simulator.control.kind import Kind, Phase, immutable, webhooks
from simulator.control.naming import MESSAGING
from simulator.control.shared_rules import A_DURATION
from simulator.delivery import PeriodError, parse_period
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_DEFAULTS = {"numPartitions": 1, "replicationFactor": 1, "retentionDuration": "PT168H"}
_NUMBERS = ("numPartitions", "replicationFactor")


def set_defaults(channel: Fields, defaulting: Defaulting) -> None:
    """Source: control-plane/pkg/apis/messaging/v1/kafka_channel_defaults.go (read)."""
    set_subscribable(channel, defaulting)
    spec = channel["spec"]
    for name, default in _DEFAULTS.items():
        if not spec.get(name):
            origin = from_webhook(f"{name} of a topic")
            defaulting.put(spec, f"spec.{name}", default, origin)
    defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate(channel: Fields, checking: Checking) -> list[Fault]:
    """Check what its topic is made with; the delivery is not looked at.

    Source: control-plane/pkg/apis/messaging/v1/kafka_channel_validation.go (read).
    """
    spec = channel["spec"]
    faults = [
        invalid(spec[name], name, ours="expected 1 or more")
        for name in _NUMBERS
        if spec[name] <= 0
    ]
    retention = spec["retentionDuration"]
    try:
        length = parse_period(retention)
    except PeriodError:
        length = -1
    if length < 0:
        faults.append(invalid(retention, "retentionDuration", ours=A_DURATION))
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    before, after = (
        [each["spec"].get(name) for name in _DEFAULTS] for each in (old, new)
    )
    return immutable(before, after, "spec")


KIND: Final = Kind(
    group=MESSAGING,
    name="KafkaChannel",
    open_paths=("spec.",),  # not looked at
    webhooks=webhooks(
        "KafkaChannel",
        ("v1", "v1beta1"),
        value("numPartitions", INT32, omit=False),
        value("replicationFactor", INT16, omit=False),
        text("retentionDuration", omit=False),
        *embed(CHANNELABLE_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    served_by="kafka-webhook-eventing",
    hub=declared_channel,
    role=Role.CHANNEL,
    reconcile={Phase.HUBS: start_hub},
    short=Short(
        fields=(*_DEFAULTS, "delivery", "subscribers"),
        notations={"delivery": shorthand.DELIVERY},
    ),
)
