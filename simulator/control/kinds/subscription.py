"""A Subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.advice import on_delivery, on_hazards
from simulator.control.conditions import ConditionSet
from simulator.control.config import KREFERENCE_GROUP
from simulator.control.destinations import NO_RESOURCE, Reference, not_found
from simulator.control.faults import Fault, missing, via
from simulator.control.go_types import pointer, value
from simulator.control.hubs import HubState, Part, Wanted, part_of
from simulator.control.kind import Kind, Phase, Reconciled, immutable, webhooks
from simulator.control.naming import MESSAGING
from simulator.control.settings import delivery_of
from simulator.control.shared_rules import (
    check_delivery,
    check_destination,
    check_link,
    check_no_namespace,
    check_reference,
)
from simulator.control.subscribing import DEPENDENTS, wire
from simulator.control.types_duck import DELIVERY_SPEC, DESTINATION, K_REFERENCE
from simulator.errors import with_article
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import Role
from simulator.resource import mapping
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey


def set_defaults(subscription: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 2.1; knative/eventing subscription_defaults.go."""
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
    found = check_reference(spec["channel"], grouped)
    found += check_no_namespace(spec["channel"], checking)
    faults = via(found, "channel")
    if not spec.get("subscriber"):
        details = "the Subscription must reference a subscriber"
        faults.append(missing("subscriber", details=details))
    else:
        faults += via(check_destination(spec["subscriber"], grouped), "subscriber")
    if spec.get("reply"):
        faults += via(check_destination(spec["reply"], checking), "reply")
    faults += via(check_delivery(spec.get("delivery"), checking), "delivery")
    return via(faults, "spec") + check_link(subscription, spec["channel"], checking)


def check_update(old: Fields, new: Fields) -> list[Fault]:
    return immutable(old["spec"]["channel"], new["spec"]["channel"], "spec")


def reconcile(subscription: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.9; E:pkg/reconciler/subscription/subscription.go."""
    spec = subscription.spec
    ref = mapping(spec.get("channel"))
    asked = str(ref.get("kind")), subscription.namespace, str(ref.get("name"))
    named = Reference.of(ref, subscription.namespace)
    key = named.key
    if cluster.is_unserved(named, subscription, "spec.channel"):
        channel, error = None, f"unable to track changes to spec.channel: {NO_RESOURCE}"
    else:
        channel, error = _channel(key, subscription, cluster)
    own = delivery_of(subscription, spec.get("delivery"), "spec.delivery")
    if channel is None:
        conditions = ConditionSet(DEPENDENTS)
        cluster.authorization.mark_identity(conditions)
        conditions.unknown(
            "ReferencesResolved",
            "ChannelReferenceFailed",
            f"Failed to get Spec.Channel or backing channel: {error}",
        )
        on_delivery(cluster.findings, own)
        return Reconciled(conditions=conditions, asked=asked)
    wanted = Wanted(
        owner=subscription,
        name=subscription.name,
        channel=channel,
        subscriber=part_of(spec, "subscriber", "spec.subscriber")
        or Part(path="spec.subscriber"),
        reply=part_of(spec, "reply", "spec.reply"),
        delivery=own,
    )
    conditions, route = wire(wanted, cluster)
    on_delivery(cluster.findings, own, channel.profile)
    if route is not None:
        on_hazards(cluster.findings, subscription, channel.profile, route)
    url = channel.url
    routes = () if route is None or url is None else ((url, route),)
    return Reconciled(conditions=conditions, routes=routes, asked=asked)


def _channel(
    key: ResourceKey, subscription: Admitted, cluster: Cluster
) -> tuple[HubState | None, str]:
    state = cluster.hub(key)
    if state is not None and state.kind is not HubKind.CHANNEL:
        state = None
    other = cluster.resources.get(key)
    if state is None and other is not None:
        return _no_channel(subscription, other, cluster), ""
    if state is None:
        cluster.report_missing(
            subscription, key, "spec.channel", "; this subscription gets no events"
        )
        return None, not_found(key)
    stands_for_another = other is not None and other.key.kind != state.template
    if stands_for_another and not cluster.conditions[key].is_ready:
        return None, "channel is not ready."
    return state, ""


def _no_channel(subscription: Admitted, other: Admitted, cluster: Cluster) -> HubState:
    """Give what never delivers: no status of a Broker lists its subscribers.

    Source: E:pkg/reconciler/subscription/subscription.go, getChannel takes any
        object as a Channelable, checkChannelStatusForSubscription finds nothing.
    """
    cluster.findings.warn(
        subscription,
        "no-channel",
        f"{with_article(other.key.kind)} is no channel, so this subscription is never Ready and "
        "gets no events; expected a Channel or InMemoryChannel",
        "spec.channel",
    )
    return HubState(
        owner=other,
        kind=HubKind.CHANNEL,
        name=other.name,
        url=None,
        conditions=ConditionSet(()),
    )


KIND: Final = Kind(
    group=MESSAGING,
    name="Subscription",
    open_paths=("spec.channel.", "spec.subscriber."),
    webhooks=webhooks(
        "Subscription",
        ("v1",),
        value("channel", K_REFERENCE),
        pointer("subscriber", DESTINATION),
        pointer("reply", DESTINATION),
        pointer("delivery", DELIVERY_SPEC),
        set_defaults=set_defaults,
        validate=validate,
        check_update=check_update,
    ),
    role=Role.SUBSCRIPTION,
    reconcile={Phase.CHANNEL_ROUTES: reconcile},
    sends=True,
    short=Short(
        fields=("channel", "subscriber", "reply", "delivery"),
        notations={
            "channel": shorthand.Reference(bare="channel"),
            "subscriber": shorthand.DESTINATION,
            "reply": shorthand.DESTINATION,
            "delivery": shorthand.DELIVERY,
        },
    ),
)
