"""A Channel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.channels import (
    CHANNELABLE_SPEC,
    TEMPLATE_SPEC,
    channel_profile,
    physical_channel,
    set_subscribable,
    set_template,
    start_hub,
    template_delivery,
    template_kind,
    template_refused,
)
from simulator.control.conditions import ConditionSet
from simulator.control.faults import Fault, disallowed, via
from simulator.control.go_types import embed, pointer
from simulator.control.hubs import HubState
from simulator.control.kind import Kind, Phase, Reconciled, immutable, webhooks
from simulator.control.naming import MESSAGING
from simulator.control.settings import delivery_of
from simulator.control.shared_rules import check_delivery, check_template
from simulator.control.types_duck import CHANNEL_TEMPLATE_SPEC
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role
from simulator.resource import ResourceKey
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
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
    """Source: knative-resources 6.7; knative/eventing channel_validation.go."""
    spec = channel["spec"]
    own = checking.replace(own_namespace=channel["metadata"]["namespace"])
    faults = check_template(spec.get("channelTemplate"))
    if spec.get("subscribers"):
        faults.append(disallowed("subscribable.subscribers"))
    faults += via(check_delivery(spec.get("delivery"), own), "delivery")
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    before, after = ({**each["spec"], "subscribers": None} for each in (old, new))
    return immutable(before, after, "spec")


_DEPENDENTS = (
    "BackingChannelReady",
    "Addressable",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)


def make(channel: Admitted, cluster: Cluster) -> HubState:
    """Source: knative-resources 6.7; E:pkg/reconciler/channel/channel.go."""
    kind = template_kind(channel)
    key = ResourceKey(MESSAGING, kind, channel.namespace, channel.name)
    there = cluster.declared_hub(key)
    if there is not None:
        return there
    if template_refused(cluster, channel):
        return _failed(channel, kind)
    profile = channel_profile(cluster, channel, kind, "spec.channelTemplate")
    own = delivery_of(channel, channel.spec.get("delivery"), "spec.delivery")
    delivery = own or template_delivery(channel)
    state = physical_channel(channel, kind, profile, delivery, cluster)
    cluster.hubs[key] = state
    return state


def start(channel: Admitted, cluster: Cluster) -> Reconciled:
    started = start_hub(channel, cluster)
    [backing] = started.hubs
    if backing.owner is channel and TEMPLATE_SPEC in channel.refused:
        return started
    conditions = _mirrored(channel, backing)
    cluster.authorization.mark_policies(conditions, channel)
    return started.replace(conditions=conditions)


def _failed(channel: Admitted, kind: str) -> HubState:
    """Give what is there when the webhook refuses the backing channel: nothing.

    Source: knative-resources 6.7; E:pkg/reconciler/channel/channel.go (read, not run).
    """
    conditions = ConditionSet(_DEPENDENTS)
    why = channel.refused[TEMPLATE_SPEC].text
    conditions.false("BackingChannelReady", "ChannelFailure", why)
    return HubState(
        owner=channel,
        kind=HubKind.CHANNEL,
        name=channel.name,
        template=kind,
        conditions=conditions,
    )


def _mirrored(channel: Admitted, backing: HubState) -> ConditionSet:
    conditions = ConditionSet(_DEPENDENTS)
    conditions.copy("BackingChannelReady", backing.conditions.ready)
    if backing.url is None:
        conditions.false("Addressable", "EmptyHostname", "hostname is the empty string")
    else:
        conditions.true("Addressable")
    own = delivery_of(channel, channel.spec.get("delivery"), "spec.delivery")
    if own is None or own.dead_letter_sink is None:
        conditions.no_dead_letter_sink()
    elif backing.dead_letter is None:
        conditions.false(
            "DeadLetterSinkResolved",
            f"Backing Channel {backing.name} didn't set status.deadLetterSinkURI",
        )
    else:
        conditions.true("DeadLetterSinkResolved")
    return conditions


KIND: Final = Kind(
    group=MESSAGING,
    name="Channel",
    webhooks=webhooks(
        "Channel",
        ("v1",),
        pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
        *embed(CHANNELABLE_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    hub=make,
    role=Role.CHANNEL,
    reconcile={Phase.HUBS: start},
    short=Short(
        fields=("channelTemplate", "delivery", "subscribers"),
        notations={"delivery": shorthand.DELIVERY},
    ),
)
