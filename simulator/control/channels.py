"""Channels: which hubs there are, their addresses, their conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator import profiles
from simulator.control.brokers import channel_profile, is_asynchronous
from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY
from simulator.control.destinations import Resolution
from simulator.control.naming import MESSAGING, channel_url
from simulator.control.settings import delivery_of
from simulator.resource import ResourceKey
from simulator.value import Value

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.control.settings import Delivery
    from simulator.profiles import Profile

CHANNEL = (MESSAGING, "Channel")
IN_MEMORY_CHANNEL = (MESSAGING, IN_MEMORY)
_TEMPLATE_SPEC = "spec.channelTemplate.spec"
_CHANNEL_DEPENDENTS = (
    "BackingChannelReady",
    "Addressable",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)
_IN_MEMORY_DEPENDENTS = (
    "ServiceReady",
    "EndpointsReady",
    "Addressable",
    "ChannelServiceReady",
    "DeadLetterSinkResolved",
    "EventPoliciesReady",
)


def is_channel(key: ResourceKey) -> bool:
    """Tell channels of all kinds, those of others too, such as KafkaChannel."""
    return key.group == MESSAGING and key.kind.endswith("Channel")


class ChannelState(Value):
    """A reconciled channel that delivers, whoever made it.

    Args:
        owner: The resource that it was made for, or itself.
        url: Its address; None while it is not ready.
        template: The kind of channel it is.
        profile: Plays it.
    """

    owner: Admitted
    namespace: str
    name: str
    url: str | None
    template: str
    conditions: ConditionSet
    profile: Profile = profiles.IN_MEMORY_CHANNEL
    delivery: Delivery | None = None
    dead_letter: str | None = None
    asynchronous: bool = False


class Channels:
    """All channels, each reconciled once, when it is first needed."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._done: dict[ResourceKey, ChannelState] = {}
        self._busy: dict[ResourceKey, None] = {}
        self._generic: dict[ResourceKey, ConditionSet] = {}

    def add(self, state: ChannelState) -> None:
        """Take in a channel that a Sequence or Parallel made, or made again."""
        key = ResourceKey(MESSAGING, state.template, state.namespace, state.name)
        if self._done.setdefault(key, state).owner is state.owner:
            self._done[key] = state

    def address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a channel; one that waits for itself has none."""
        if key in self._busy:
            return Resolution()
        state = self.state(key)
        return None if state is None else Resolution(url=state.url)

    def state(self, key: ResourceKey) -> ChannelState | None:
        """Reconcile a channel.

        Returns:
            For a Channel its backing channel; None when there is none of this key.
        """
        admitted = self._cluster.resources.get(key) if is_channel(key) else None
        return self._done.get(key) if admitted is None else self.declared(admitted)

    def declared(self, admitted: Admitted) -> ChannelState:
        """Reconcile a channel of the topology."""
        key = admitted.key
        if key not in self._done:
            self._busy[key] = None
            if key[:2] == CHANNEL:
                self._done[key] = self._backing(admitted)
            else:
                profile = channel_profile(self._cluster, admitted, key.kind, "kind")
                self._done[key] = self._physical(admitted, key.kind, profile)
            del self._busy[key]
        return self._done[key]

    def conditions(self, admitted: Admitted) -> ConditionSet:
        """Give the conditions of a channel of the topology."""
        state = self.declared(admitted)
        return self._generic.get(admitted.key, state.conditions)

    def all(self) -> list[ChannelState]:
        """Give each delivering channel once."""
        return list({id(state): state for state in self._done.values()}.values())

    def _backing(self, channel: Admitted) -> ChannelState:
        """Make or find the channel behind a Channel; its status is mirrored.

        Source: knative-resources 6.7; E:pkg/reconciler/channel/channel.go.
        """
        written = channel.spec.get("channelTemplate")
        template = written if isinstance(written, dict) else {}
        kind = str(template.get("kind") or IN_MEMORY)
        key = ResourceKey(MESSAGING, kind, channel.namespace, channel.name)
        there = self._cluster.resources.get(key)
        if there is not None and key not in self._busy:
            state = self.declared(there)
        elif template_refused(self._cluster, channel):
            return self._failed(channel, kind)
        else:
            profile = channel_profile(
                self._cluster, channel, kind, "spec.channelTemplate"
            )
            state = self._physical(channel, kind, profile)
            self._done[key] = state
        self._generic[channel.key] = _mirrored(channel, state)
        return state

    def _failed(self, channel: Admitted, kind: str) -> ChannelState:
        """Give what is there when the webhook refuses the backing channel: nothing.

        Source: knative-resources 6.7; E:pkg/reconciler/channel/channel.go (read, not run).
        """
        conditions = ConditionSet(_CHANNEL_DEPENDENTS)
        why = channel.refused[_TEMPLATE_SPEC].text
        conditions.false("BackingChannelReady", "ChannelFailure", why)
        return ChannelState(
            owner=channel,
            namespace=channel.namespace,
            name=channel.name,
            url=None,
            template=kind,
            conditions=conditions,
        )

    def _physical(self, owner: Admitted, kind: str, profile: Profile) -> ChannelState:
        """Reconcile what really delivers.

        Source: knative-resources 6.8; E:pkg/reconciler/inmemorychannel.
        """
        conditions = running_conditions()
        delivery = delivery_of(owner, owner.spec.get("delivery"), "spec.delivery")
        if delivery is None and owner.key[:2] == CHANNEL:
            delivery = template_delivery(owner)
        dead_letter, url = self._dead_letter(owner, delivery, conditions)
        return ChannelState(
            owner=owner,
            namespace=owner.namespace,
            name=owner.name,
            url=url,
            template=kind,
            conditions=conditions,
            profile=profile,
            delivery=delivery,
            dead_letter=dead_letter,
            asynchronous=is_asynchronous(owner),
        )

    def _dead_letter(
        self, channel: Admitted, delivery: Delivery | None, conditions: ConditionSet
    ) -> tuple[str | None, str | None]:
        url = channel_url(channel.name, channel.namespace)
        sink = delivery.dead_letter_sink if delivery else None
        found = Resolution()
        if sink is None:
            conditions.no_dead_letter_sink()
        else:
            path = delivery.path if delivery else ""
            found = self._cluster.resolve_dead_letter_sink(
                sink, channel, f"{path}.deadLetterSink"
            )
            if found.url is None:
                conditions.false(
                    "DeadLetterSinkResolved",
                    "Unable to get the DeadLetterSink's URI",
                    found.error,
                )
                return None, None
            conditions.true("DeadLetterSinkResolved")
        conditions.true("Addressable")
        conditions.policies_are_off()
        return found.url, url


def template_refused(cluster: Cluster, owner: Admitted) -> bool:
    """Say whether the webhook refuses the channels that are made of a template."""
    return not_created(
        cluster,
        owner,
        _TEMPLATE_SPEC,
        "what is made of it",
        "there is no channel",
    )


def not_created(
    cluster: Cluster, owner: Admitted, part: str, child: str, effect: str
) -> bool:
    """Say whether a webhook refuses what a controller makes of a part of a resource.

    That is a finding, too.
    """
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
    template = owner.spec.get("channelTemplate")
    spec = template.get("spec") if isinstance(template, dict) else None
    delivery = spec.get("delivery") if isinstance(spec, dict) else None
    return delivery_of(owner, delivery, f"{_TEMPLATE_SPEC}.delivery")


def running_conditions() -> ConditionSet:
    """Give the conditions of an in-memory channel as far as the installation goes."""
    conditions = ConditionSet(_IN_MEMORY_DEPENDENTS, ("DispatcherReady",))
    conditions.true(
        "DispatcherReady", "ServiceReady", "EndpointsReady", "ChannelServiceReady"
    )
    return conditions


def _mirrored(channel: Admitted, backing: ChannelState) -> ConditionSet:
    conditions = ConditionSet(_CHANNEL_DEPENDENTS)
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
    conditions.policies_are_off()
    return conditions
