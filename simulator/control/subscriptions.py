"""Subscriptions: one route each, from a channel to its subscriber and its reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.channels import CHANNEL, ChannelState
from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY
from simulator.control.destinations import Reference, Resolution, not_found
from simulator.control.settings import (
    Delivery,
    Effective,
    delivery_of,
    in_force,
    unread_setting,
)
from simulator.value import Value
from simulator.wiring import Route, node_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.channels import Channels
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted

SUBSCRIPTION_DEPENDENTS = (
    "ReferencesResolved",
    "AddedToChannel",
    "ChannelReady",
    "OIDCIdentityCreated",
)


class Part(Value):
    """A Destination of a subscription and where it is written.

    Args:
        url: Already resolved, for objects that a controller made itself.
    """

    destination: Mapping[str, Any] | None = None
    path: str = ""
    url: str | None = None


class Wanted(Value):
    """A subscription to be wired, written by hand or made by a flow.

    Args:
        owner: The resource it was made from; findings are about it.
        name: Of the Subscription object.
    """

    owner: Admitted
    name: str
    channel: ChannelState
    subscriber: Part
    reply: Part | None = None
    delivery: Delivery | None = None


class Subscriptions:
    """Reconciles subscriptions once the channels can be asked."""

    def __init__(self, cluster: Cluster, channels: Channels) -> None:
        self._cluster = cluster
        self._channels = channels

    def reconcile(
        self, subscription: Admitted
    ) -> tuple[ConditionSet, ChannelState | None, Route | None]:
        """Walk the steps of the controller for a Subscription of the topology.

        Source: knative-resources 6.9; E:pkg/reconciler/subscription/subscription.go.
        """
        channel, error = self._channel(subscription)
        if channel is None:
            conditions = ConditionSet(SUBSCRIPTION_DEPENDENTS)
            conditions.oidc_is_off()
            conditions.unknown(
                "ReferencesResolved",
                "ChannelReferenceFailed",
                f"Failed to get Spec.Channel or backing channel: {error}",
            )
            return conditions, None, None
        spec = subscription.spec
        wanted = Wanted(
            owner=subscription,
            name=subscription.name,
            channel=channel,
            subscriber=_part(spec, "subscriber") or Part(path="spec.subscriber"),
            reply=_part(spec, "reply"),
            delivery=delivery_of(subscription, spec.get("delivery"), "spec.delivery"),
        )
        conditions, route = self.wire(wanted)
        return conditions, channel, route

    def wire(self, wanted: Wanted) -> tuple[ConditionSet, Route | None]:
        """Resolve subscriber, reply and dead letter sink, in this order.

        Source: knative-resources 3.1 (its own block replaces the channel's, the dead
            letter sink falls back), 6.9.
        """
        conditions = ConditionSet(SUBSCRIPTION_DEPENDENTS)
        conditions.oidc_is_off()
        subscriber = self._resolved(wanted, wanted.subscriber)
        nobody = not wanted.subscriber.destination and wanted.subscriber.url is None
        if nobody:
            # The webhook refuses this; if it got through, the controller leaves the
            # URL empty, and every event fails (knative-runtime, Channel).
            subscriber = Resolution(url="")
        if subscriber.url is None:
            _failed(conditions, "Subscriber", "subscriber", subscriber)
            return conditions, None
        reply = Resolution()
        if wanted.reply is not None:
            reply = self._resolved(wanted, wanted.reply)
            if reply.url is None:
                _failed(conditions, "Reply", "reply", reply)
                return conditions, None
        channel, own = wanted.channel, wanted.delivery
        sink = own.dead_letter_sink if own else None
        url = None
        if own is not None and sink is not None:
            path = f"{own.path}.deadLetterSink"
            found = self._cluster.resolve_dead_letter_sink(sink, wanted.owner, path)
            if found.url is None:
                _failed(conditions, "DeadLetterSink", "delivery.deadLetterSink", found)
                return conditions, None
            url = found.url
        conditions.true("ReferencesResolved", "AddedToChannel")
        if channel.url is None:
            _not_marked_ready(conditions, wanted)
            return conditions, None
        if self._is_left_out(wanted):
            _not_marked_ready(conditions, wanted)
            return conditions, None
        conditions.true("ChannelReady")
        effective = in_force(
            channel.profile.in_force,
            (url, own),
            (channel.dead_letter, channel.delivery),
            self._cluster.findings,
        )
        if nobody:
            # Source: knative-kinds 8.2: it fails before retries and dead letters.
            effective = Effective()
        return conditions, Route(
            node=node_name("subscription", wanted.owner.namespace, wanted.name),
            resource=wanted.owner.key,
            filter=None,
            subscriber=subscriber.url,
            reply=reply.url,
            dead_letter=effective.dead_letter,
            retries=effective.retries,
            namespace=channel.namespace,
            origins=effective.origins,
        )

    def _is_left_out(self, wanted: Wanted) -> bool:
        """Say whether the dispatcher cannot read the delivery that counts.

        On a cluster it then takes in no subscription of the channel, also none with a
        delivery of its own that it could read; here those are taken in.

        Source: E:pkg/reconciler/inmemorychannel/dispatcher, newConfigForInMemoryChannel
            (read, not run); knative-resources 6.8 (the webhook looks at no delivery).
        """
        channel, own = wanted.channel, wanted.delivery
        is_own = own is not None and channel.profile.in_force.is_own(own.spec)
        counted = own if is_own else channel.delivery
        setting = unread_setting(counted) if counted is not None else None
        if counted is None or setting is None or channel.template != IN_MEMORY:
            return False
        self._cluster.findings.warn(
            counted.owner,
            "bad-duration",
            f"{counted.spec[setting]!r} is no ISO 8601 duration such as PT0.5S: the "
            "dispatcher of the channel cannot read it, and takes in no subscription",
            f"{counted.path}.{setting}",
        )
        return True

    def _resolved(self, wanted: Wanted, part: Part) -> Resolution:
        if part.url is not None:
            return Resolution(url=part.url)
        return self._cluster.resolve(part.destination or {}, wanted.owner, part.path)

    def _channel(self, subscription: Admitted) -> tuple[ChannelState | None, str]:
        ref = subscription.spec.get("channel")
        reference = Reference.of(
            ref if isinstance(ref, dict) else {}, subscription.namespace
        )
        key = reference.key
        state = self._channels.state(key)
        other = self._cluster.resources.get(key)
        if state is None and other is not None:
            return self._no_channel(subscription, other), ""
        if state is None:
            self._cluster.report_missing(
                subscription, key, "spec.channel", "; this subscription gets no events"
            )
            return None, not_found(key)
        generic = self._cluster.resources.get(key) if key[:2] == CHANNEL else None
        if generic is not None and not self._channels.conditions(generic).is_ready:
            return None, "channel is not ready."
        return state, ""

    def _no_channel(self, subscription: Admitted, other: Admitted) -> ChannelState:
        """Give what never delivers: no status of a Broker lists its subscribers.

        Source: E:pkg/reconciler/subscription/subscription.go, getChannel takes any
            object as a Channelable, checkChannelStatusForSubscription finds nothing.
        """
        self._cluster.findings.warn(
            subscription,
            "no-channel",
            f"a {other.key.kind} is no channel, so this subscription is never Ready and "
            "gets no events; expected a Channel or InMemoryChannel",
            "spec.channel",
        )
        return ChannelState(
            owner=other,
            namespace=other.namespace,
            name=other.name,
            url=None,
            template="",
            conditions=ConditionSet(()),
        )


def _part(spec: Mapping[str, Any], field: str) -> Part | None:
    destination = spec.get(field)
    if not isinstance(destination, dict) or not destination:
        return None
    return Part(destination=destination, path=f"spec.{field}")


def _failed(conditions: ConditionSet, what: str, field: str, found: Resolution) -> None:
    conditions.false(
        "ReferencesResolved",
        f"{what}ResolveFailed",
        f"Failed to resolve spec.{field}: {found.error}",
    )


def _not_marked_ready(conditions: ConditionSet, wanted: Wanted) -> None:
    conditions.unknown(
        "ChannelReady",
        "SubscriptionNotMarkedReadyByChannel",
        f'Failed to get subscription status: subscription "{wanted.name}" not present '
        f'in channel "{wanted.channel.name}" subscriber\'s list',
    )
