"""Channels that deliver, of whatever kind: what a webhook and a controller make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.advice import on_delivery
from simulator.control.authorization import labels_of
from simulator.control.conditions import ConditionSet
from simulator.control.config import EVENT_TYPES, OIDC
from simulator.control.configuration import IN_MEMORY
from simulator.control.default_config import CHANNELS_KEY, CHANNELS_MAP
from simulator.control.defaulting import annotations_of, from_webhook
from simulator.control.destinations import Resolution
from simulator.control.go_types import (
    INT64,
    STRING,
    URL,
    ListOf,
    Struct,
    Text,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.hubs import HubState, is_asynchronous
from simulator.control.kind import Reconciled
from simulator.control.naming import MESSAGING, channel_url
from simulator.control.settings import delivery_of
from simulator.control.types_duck import DELIVERY_SPEC
from simulator.event_types import KIND, EventTypes
from simulator.profiles import IN_MEMORY_CHANNEL, of_channel
from simulator.resource import ResourceKey, mapping
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from simulator.access import Guard
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.settings import Delivery
    from simulator.profiles import Profile

TEMPLATE_SPEC = "spec.channelTemplate.spec"
_DEPENDENTS = (
    "ServiceReady",
    "EndpointsReady",
    "Addressable",
    "ChannelServiceReady",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)


def report_reading(
    cluster: Cluster, admitted: Admitted, profile: Profile, path: str
) -> None:
    cluster.findings.note(
        admitted,
        "reading",
        f"it is played by the profile {profile.name}, a reading: taken from the source "
        "of the real thing and its unit tests, not recorded from a run of it",
        path,
    )


def channel_profile(
    cluster: Cluster, admitted: Admitted, kind: str, path: str
) -> Profile:
    profile = of_channel(kind)
    if profile is not None:
        if profile.known_from == "read":
            report_reading(cluster, admitted, profile, path)
        return profile
    cluster.findings.warn(
        admitted,
        "channel-kind",
        f"{kind} is run as an {IN_MEMORY}: its storage, its order and its own "
        "backoff are not simulated",
        path,
    )
    return IN_MEMORY_CHANNEL


_NOT_OF_OTHERS = {
    OIDC: "does not ask here who sends: everybody is let in",
    EVENT_TYPES: "makes no EventTypes here",
}


def guard_of(
    cluster: Cluster, owner: Admitted, profile: Profile, key: ResourceKey | None = None
) -> Guard | None:
    """Give who may send to a broker or channel; *key* is None for the owner's own."""
    authorization = cluster.authorization
    if not profile.door.authorizes:
        for flag, what in _NOT_OF_OTHERS.items():
            if cluster.configuration.enabled(flag):
                text = f"{flag} is on, and {profile.name} {what}"
                cluster.findings.warn(owner, "feature-not-simulated", text)
        return None
    of_owner = owner.key, labels_of(owner)
    if key is None or key == owner.key:
        return authorization.guard(*of_owner)
    return authorization.guard(key, {}, of_owner)


def event_types_of(
    cluster: Cluster, owner: Admitted, profile: Profile, key: ResourceKey | None = None
) -> EventTypes | None:
    """Source: knative-resources 6.3 (replies, and channels: read)."""
    if not (profile.door.authorizes and cluster.configuration.enabled(EVENT_TYPES)):
        return None
    group, kind, namespace, name = owner.key if key is None else key
    return EventTypes(
        api_version=f"{group}/v1",
        kind=kind,
        namespace=namespace,
        name=name,
        there=tuple(
            each.name
            for each in cluster.resources
            if (each.kind, each.namespace) == (KIND, namespace)
        ),
    )


def template_kind(owner: Admitted) -> str:
    template = mapping(owner.spec.get("channelTemplate"))
    return str(template.get("kind") or IN_MEMORY)


def template_refused(cluster: Cluster, owner: Admitted) -> bool:
    return not_created(
        cluster, owner, TEMPLATE_SPEC, "what is made of it", "there is no channel"
    )


def not_created(
    cluster: Cluster, owner: Admitted, part: str, child: str, effect: str
) -> bool:
    """Say, and report, whether a webhook refuses what a controller makes of a part."""
    refused = owner.refused.get(part)
    for path, what in refused.faults if refused else ():
        cluster.findings.warn(
            owner,
            "not-created",
            f"the webhook refuses {child}: {what}; so {effect}, and the "
            f"{owner.key.kind} never becomes Ready",
            path,
        )
    return refused is not None


def template_delivery(owner: Admitted) -> Delivery | None:
    """Give the delivery of the channels that are made of a `channelTemplate`.

    Source: knative-kinds 8.3; E:pkg/reconciler/sequence/resources/channel.go: the spec of
        the template is that of the channel.
    """
    template = mapping(owner.spec.get("channelTemplate"))
    delivery = mapping(template.get("spec")).get("delivery")
    return delivery_of(owner, delivery, f"{TEMPLATE_SPEC}.delivery")


def template_partitions(owner: Admitted) -> int:
    return partitions_in(mapping(owner.spec.get("channelTemplate")).get("spec"))


def partitions_in(spec: object) -> int:
    number = mapping(spec).get("numPartitions")
    return number if isinstance(number, int) else 0


def running_conditions() -> ConditionSet:
    conditions = ConditionSet(_DEPENDENTS, ("DispatcherReady",))
    conditions.true(
        "DispatcherReady", "ServiceReady", "EndpointsReady", "ChannelServiceReady"
    )
    return conditions


def start_hub(admitted: Admitted, cluster: Cluster) -> Reconciled:
    state = cluster.hub(admitted.key)
    assert state is not None, "it is declared, and a hub"
    on_delivery(cluster.findings, state.delivery, state.profile, of_hub=True)
    return Reconciled(conditions=state.conditions, hubs=(state,))


def declared_channel(admitted: Admitted, cluster: Cluster) -> HubState:
    kind = admitted.key.kind
    profile = channel_profile(cluster, admitted, kind, "kind")
    delivery = delivery_of(admitted, admitted.spec.get("delivery"), "spec.delivery")
    return physical_channel(admitted, kind, profile, delivery, cluster)


def physical_channel(
    owner: Admitted,
    kind: str,
    profile: Profile,
    delivery: Delivery | None,
    cluster: Cluster,
) -> HubState:
    """Source: knative-resources 6.8; E:pkg/reconciler/inmemorychannel."""
    conditions = running_conditions()
    found, url = _dead_letter(owner, kind, delivery, conditions, cluster)
    key = ResourceKey(MESSAGING, kind, owner.namespace, owner.name)
    return HubState(
        owner=owner,
        kind=HubKind.CHANNEL,
        name=owner.name,
        url=url,
        template=kind,
        conditions=conditions,
        profile=profile,
        delivery=delivery,
        dead_letter=found.url,
        sink_audience=found.audience,
        asynchronous=is_asynchronous(owner),
        guard=guard_of(cluster, owner, profile, key),
        partitions=partitions_in(owner.spec) or template_partitions(owner),
        event_types=event_types_of(cluster, owner, profile, key),
    )


def _dead_letter(
    channel: Admitted,
    kind: str,
    delivery: Delivery | None,
    conditions: ConditionSet,
    cluster: Cluster,
) -> tuple[Resolution, str | None]:
    url = channel_url(channel.name, channel.namespace, kind)
    sink = delivery.dead_letter_sink if delivery else None
    found = Resolution()
    if sink is None:
        conditions.no_dead_letter_sink()
    else:
        path = delivery.path if delivery else ""
        found = cluster.resolve_dead_letter_sink(
            sink, channel, f"{path}.deadLetterSink"
        )
        if found.url is None:
            conditions.false(
                "DeadLetterSinkResolved",
                "Unable to get the DeadLetterSink's URI",
                found.error,
            )
            return found, None
        conditions.true("DeadLetterSinkResolved")
    conditions.true("Addressable")
    cluster.authorization.mark_policies(conditions, channel)
    return found, url


SUBSCRIBABLE: Final = "messaging.knative.dev/subscribable"

_SUBSCRIBER_SPEC = Struct(
    name="v1.SubscriberSpec",
    fields=(
        pointer("name", STRING),
        value("uid", Text(name="types.UID")),
        value("generation", INT64),
        pointer("subscriberUri", URL),
        pointer("subscriberCACerts", STRING),
        pointer("subscriberAudience", STRING),
        pointer("replyUri", URL),
        pointer("replyCACerts", STRING),
        pointer("replyAudience", STRING),
        pointer("delivery", DELIVERY_SPEC),
        pointer(
            "auth",
            Struct(
                name="v1.AuthStatus",
                fields=(text("serviceAccountName"),),
                takes_any=True,
            ),
        ),
    ),
)

_SUBSCRIBABLE_SPEC = Struct(
    name="v1.SubscribableSpec",
    fields=(
        value(
            "subscribers", ListOf(name="[]v1.SubscriberSpec", element=_SUBSCRIBER_SPEC)
        ),
    ),
)

CHANNELABLE_SPEC = Struct(
    name="v1.ChannelableSpec",
    fields=(*embed(_SUBSCRIBABLE_SPEC), pointer("delivery", DELIVERY_SPEC)),
)


def set_template(spec: Fields, namespace: str, defaulting: Defaulting) -> None:
    """Fill in the template of default-ch-webhook for a namespace, or the cluster."""
    template, found_in = defaulting.config.channels.template(namespace)
    if template is not None:
        origin = defaulting.from_config(CHANNELS_MAP, CHANNELS_KEY, found_in)
        defaulting.put_all(spec, "spec.channelTemplate", dict(template), origin)


def set_subscribable(channel: Fields, defaulting: Defaulting) -> None:
    if SUBSCRIBABLE not in annotations_of(channel):
        origin = from_webhook("version of the subscribable contract")
        defaulting.annotation(channel, SUBSCRIBABLE, "v1", origin)
