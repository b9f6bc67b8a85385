"""Sequences and Parallels, lowered to the channels and subscriptions they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.brokers import channel_profile
from simulator.control.channels import (
    ChannelState,
    not_created,
    running_conditions,
    template_delivery,
    template_refused,
)
from simulator.control.conditions import ConditionSet
from simulator.control.configuration import IN_MEMORY
from simulator.control.destinations import Resolution
from simulator.control.naming import FLOWS, channel_url, child_name
from simulator.control.settings import delivery_of
from simulator.control.subscriptions import Part, Wanted
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.channels import Channels
    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.control.subscriptions import Subscriptions
    from simulator.resource import ResourceKey
    from simulator.wiring import Route

SEQUENCE = (FLOWS, "Sequence")
PARALLEL = (FLOWS, "Parallel")
_DEPENDENTS = (
    "ChannelsReady",
    "SubscriptionsReady",
    "Addressable",
    "EventPoliciesReady",
)
_NO_CHANNELS = (
    "ChannelsReady",
    "ChannelsNotReady",
    "Channels are not ready yet, or there are none",
)
_NO_ADDRESS = ("Addressable", "emptyAddress", "addressable is nil")
_NOT_READY = (
    "SubscriptionsReady",
    "SubscriptionsNotReady",
    "Subscriptions are not ready yet, or there are none",
)


class FlowState(Value):
    """A lowered flow.

    Args:
        channels: Its channels, the one that is its address first.
        wanted: Its subscriptions.
        is_whole: The webhooks took all that its controller made for it.
    """

    channels: tuple[ChannelState, ...]
    wanted: tuple[Wanted, ...]
    is_whole: bool = True

    def ending_at(self, dead_letter: str | None) -> FlowState:
        """Give it with the dead letter sink of its channels; None: it does not resolve."""
        ending = {
            channel.name: channel.replace(
                dead_letter=dead_letter, url=channel.url if dead_letter else None
            )
            for channel in self.channels
        }
        return self.replace(
            channels=tuple(ending.values()),
            wanted=tuple(
                each.replace(channel=ending[each.channel.name]) for each in self.wanted
            ),
        )


class Flows:
    """All Sequences and Parallels; their addresses depend on nothing else."""

    def __init__(self, cluster: Cluster, channels: Channels) -> None:
        self._cluster = cluster
        self._channels = channels
        self._states: dict[ResourceKey, FlowState] = {}
        for admitted in cluster.resources.values():
            if admitted.key[:2] not in (SEQUENCE, PARALLEL):
                continue
            if template_refused(cluster, admitted):
                state = FlowState(channels=(), wanted=(), is_whole=False)
            elif admitted.key[:2] == SEQUENCE:
                state = self._sequence(admitted)
            else:
                state = self._parallel(admitted)
            self._take(admitted.key, state)

    def _take(self, key: ResourceKey, state: FlowState) -> None:
        self._states[key] = state
        for channel in state.channels:
            self._channels.add(channel)

    def resolve_dead_letters(self) -> None:
        """Resolve what templates name as dead letter sink, once all have addresses.

        A channel whose sink does not resolve has no address itself.

        Source: E:pkg/reconciler/inmemorychannel.
        """
        for key, state in self._states.items():
            delivery = state.channels[0].delivery if state.channels else None
            sink = delivery.dead_letter_sink if delivery else None
            if delivery is None or sink is None:
                continue
            found = self._cluster.resolve_dead_letter_sink(
                sink, delivery.owner, f"{delivery.path}.deadLetterSink"
            )
            self._take(key, state.ending_at(found.url))

    def address(self, key: ResourceKey) -> Resolution | None:
        """Give the address of a flow: that of its first channel."""
        state = self._states.get(key)
        if state is None:
            return None
        return Resolution(url=state.channels[0].url if state.channels else None)

    def state(self, key: ResourceKey) -> FlowState:
        """Give the lowered form of a flow."""
        return self._states[key]

    def reconcile(
        self, flow: Admitted, subscriptions: Subscriptions
    ) -> tuple[ConditionSet, list[tuple[Wanted, Route]]]:
        """Wire the subscriptions of a flow.

        Returns:
            Its conditions, and its routes with the subscription each was made from.

        Where a webhook refuses what it makes, the controller ends with an error before it
        says anything of the channels, or of the subscriptions: those are Unknown.

        Source: knative-resources 6.10 and 6.11 (a Sequence that is not ready is
            Unknown, a Parallel is False); read, not run: E:pkg/reconciler/parallel,
            ReconcileKind.
        """
        conditions = ConditionSet(_DEPENDENTS)
        state = self._states[flow.key]
        if not state.is_whole and not state.channels:
            return conditions, []
        failing = conditions.unknown if flow.key[:2] == SEQUENCE else conditions.false
        if all(channel.url is not None for channel in state.channels):
            conditions.true("ChannelsReady", "Addressable")
        else:
            failing(*_NO_CHANNELS)
            failing(*_NO_ADDRESS)
        routes = []
        all_ready = True
        for wanted in state.wanted:
            made, route = subscriptions.wire(wanted)
            all_ready = all_ready and made.is_ready
            if route is not None:
                routes.append((wanted, route))
        if not state.is_whole:
            return conditions, routes
        if all_ready:
            conditions.true("SubscriptionsReady")
        else:
            failing(*_NOT_READY)
        conditions.policies_are_off()
        return conditions, routes

    def _channel(self, flow: Admitted, suffix: str) -> ChannelState:
        name = child_name(flow.name, suffix)
        return ChannelState(
            owner=flow,
            namespace=flow.namespace,
            name=name,
            url=channel_url(name, flow.namespace),
            template=_template(flow),
            conditions=running_conditions(),
            profile=channel_profile(
                self._cluster, flow, _template(flow), "spec.channelTemplate"
            ),
            delivery=template_delivery(flow),
        )

    def _sequence(self, flow: Admitted) -> FlowState:
        """Chain the steps: the reply of each goes to the channel of the next.

        Source: knative-resources 6.10; E:pkg/reconciler/sequence.
        """
        steps = _mappings(flow.spec.get("steps"))
        if not steps:
            return FlowState(channels=(), wanted=())
        channels = [
            self._channel(flow, f"-kn-sequence-{at}") for at in range(len(steps))
        ]
        last = _part(flow.spec, "reply", "spec.reply")
        replies = [*(Part(url=each.url) for each in channels[1:]), last]
        wanted = [
            Wanted(
                owner=flow,
                name=channel.name,
                channel=channel,
                subscriber=Part(destination=step, path=f"spec.steps[{at}]"),
                reply=reply,
                delivery=delivery_of(
                    flow, step.get("delivery"), f"spec.steps[{at}].delivery"
                ),
            )
            for at, (step, channel, reply) in enumerate(
                zip(steps, channels, replies, strict=True)
            )
        ]
        return FlowState(channels=tuple(channels), wanted=tuple(wanted))

    def _parallel(self, flow: Admitted) -> FlowState:
        """Fan out from one channel to a filter and a channel for each branch.

        All channels are made first. At the first Subscription that the webhook refuses the
        controller stops: what follows is not made.

        Source: knative-resources 6.11; E:pkg/reconciler/parallel.
        """
        ingress = self._channel(flow, "-kn-parallel")
        branches = _mappings(flow.spec.get("branches"))
        channels = [
            self._channel(flow, f"-kn-parallel-{at}") for at in range(len(branches))
        ]
        refused = [
            at
            for at in range(len(branches))
            if self._is_refused(flow, channels[at], at)
        ]
        filters: list[Wanted] = []
        subscribers: list[Wanted] = []
        for at, (branch, channel) in enumerate(zip(branches, channels, strict=True)):
            filters.append(_branch_filter(flow, branch, at, ingress, channel))
            if at in refused:
                break
            subscribers.append(_branch_subscriber(flow, branch, at, channel))
        return FlowState(
            channels=(ingress, *channels),
            wanted=(*filters, *subscribers),
            is_whole=not refused,
        )

    def _is_refused(self, flow: Admitted, channel: ChannelState, at: int) -> bool:
        part = f"spec.branches[{at}].delivery"
        return not_created(
            self._cluster,
            flow,
            part,
            f"the Subscription {channel.name!r} that is made of it",
            "this branch and those after it have no subscriber",
        )


def _branch_filter(
    flow: Admitted,
    branch: Mapping[str, Any],
    at: int,
    ingress: ChannelState,
    channel: ChannelState,
) -> Wanted:
    passes = Part(url=channel.url)
    judge = _part(branch, "filter", f"spec.branches[{at}].filter")
    return Wanted(
        owner=flow,
        name=child_name(flow.name, f"-kn-parallel-filter-{at}"),
        channel=ingress,
        subscriber=judge or passes,
        reply=passes if judge else None,
    )


def _branch_subscriber(
    flow: Admitted, branch: Mapping[str, Any], at: int, channel: ChannelState
) -> Wanted:
    path = f"spec.branches[{at}]"
    return Wanted(
        owner=flow,
        name=channel.name,
        channel=channel,
        subscriber=_part(branch, "subscriber", f"{path}.subscriber")
        or Part(path=f"{path}.subscriber"),
        reply=_part(branch, "reply", f"{path}.reply")
        or _part(flow.spec, "reply", "spec.reply"),
        delivery=delivery_of(flow, branch.get("delivery"), f"{path}.delivery"),
    )


def _template(flow: Admitted) -> str:
    """Give the kind of its channels."""
    template = flow.spec.get("channelTemplate")
    kind = template.get("kind") if isinstance(template, dict) else None
    return str(kind or IN_MEMORY)


def _mappings(values: object) -> list[Mapping[str, Any]]:
    if not isinstance(values, list):
        return []
    return [value if isinstance(value, dict) else {} for value in values]


def _part(spec: Mapping[str, Any], field: str, path: str) -> Part | None:
    destination = spec.get(field)
    if not isinstance(destination, dict) or not destination:
        return None
    return Part(destination=destination, path=path)
