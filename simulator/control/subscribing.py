"""A subscription to a channel, written by hand or made by a flow: one route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.authorization import audiences_of
from simulator.control.channels import event_types_of
from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY
from simulator.control.destinations import Resolution
from simulator.control.settings import Effective, in_force, unread_setting
from simulator.nodes import node_name
from simulator.wiring import Route

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.hubs import Part, Wanted

DEPENDENTS = (
    "ReferencesResolved",
    "AddedToChannel",
    "ChannelReady",
    "OIDCIdentityCreated",
)


def wire(wanted: Wanted, cluster: Cluster) -> tuple[ConditionSet, Route | None]:
    """Resolve subscriber, reply and dead letter sink, in this order.

    Source: knative-resources 3.1 (its own block replaces the channel's, the dead
        letter sink falls back), 6.9.
    """
    conditions = ConditionSet(DEPENDENTS)
    cluster.authorization.mark_identity(conditions)
    subscriber = _resolved(cluster, wanted, wanted.subscriber)
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
        reply = _resolved(cluster, wanted, wanted.reply)
        if reply.url is None:
            _failed(conditions, "Reply", "reply", reply)
            return conditions, None
    channel, own = wanted.channel, wanted.delivery
    sink = own.dead_letter_sink if own else None
    dead_letter = Resolution(url=channel.dead_letter, audience=channel.sink_audience)
    url = None
    if own is not None and sink is not None:
        path = f"{own.path}.deadLetterSink"
        found = cluster.resolve_dead_letter_sink(sink, wanted.owner, path)
        if found.url is None:
            _failed(conditions, "DeadLetterSink", "delivery.deadLetterSink", found)
            return conditions, None
        url, dead_letter = found.url, found
    conditions.true("ReferencesResolved", "AddedToChannel")
    if channel.url is None or _is_left_out(cluster, wanted):
        conditions.unknown(
            "ChannelReady",
            "SubscriptionNotMarkedReadyByChannel",
            f'Failed to get subscription status: subscription "{wanted.name}" not '
            f'present in channel "{channel.name}" subscriber\'s list',
        )
        return conditions, None
    conditions.true("ChannelReady")
    effective = in_force(
        channel.profile,
        (url, own),
        (channel.dead_letter, channel.delivery),
        cluster.findings,
    )
    if nobody:
        # Source: knative-kinds 8.2: it fails before retries and dead letters.
        effective = Effective()
    ends = subscriber, reply, dead_letter
    return conditions, _route(wanted, effective, ends, cluster)


def _route(
    wanted: Wanted,
    effective: Effective,
    ends: tuple[Resolution, Resolution, Resolution],
    cluster: Cluster,
) -> Route:
    channel, own, (subscriber, reply, _) = wanted.channel, wanted.delivery, ends
    types = None
    if wanted.owner.key not in cluster.flows:
        types = event_types_of(cluster, wanted.owner, channel.profile)
    return Route(
        node=node_name("subscription", wanted.owner.namespace, wanted.name),
        resource=wanted.owner.key,
        filter=None,
        subscriber=subscriber.url or "",
        reply=reply.url,
        dead_letter=effective.dead_letter,
        retries=effective.retries,
        namespace=channel.owner.namespace,
        origins=effective.origins,
        inherited=effective.inherited,
        delivery=None if own is None else own.spec,
        identity=cluster.authorization.identity(wanted.owner, audiences_of(*ends)),
        event_types=types,
        path=wanted.subscriber.path,
    )


def _is_left_out(cluster: Cluster, wanted: Wanted) -> bool:
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
    cluster.findings.warn(
        counted.owner,
        "bad-duration",
        f"{counted.spec[setting]!r} is no ISO 8601 duration such as PT0.5S: the "
        "dispatcher of the channel cannot read it, and takes in no subscription",
        f"{counted.path}.{setting}",
    )
    return True


def _resolved(cluster: Cluster, wanted: Wanted, part: Part) -> Resolution:
    if part.url is not None:
        return Resolution(url=part.url, audience=part.audience)
    return cluster.resolve(part.destination or {}, wanted.owner, part.path)


def _failed(conditions: ConditionSet, what: str, field: str, found: Resolution) -> None:
    conditions.false(
        "ReferencesResolved",
        f"{what}ResolveFailed",
        f"Failed to resolve spec.{field}: {found.error}",
    )
