"""Sequences and Parallels, lowered to the channels and subscriptions they are made of."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator.control.advice import on_delivery
from simulator.control.channels import (
    channel_profile,
    event_types_of,
    guard_of,
    running_conditions,
    set_template,
    template_delivery,
    template_kind,
    template_partitions,
    template_refused,
)
from simulator.control.conditions import ConditionSet
from simulator.control.destinations import Resolution
from simulator.control.go_types import pointer
from simulator.control.hubs import FlowState, HubState, Part
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import FLOWS, MESSAGING, channel_url, child_name
from simulator.control.subscribing import wire
from simulator.control.types_duck import CHANNEL_TEMPLATE_SPEC, DESTINATION
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.resource import ResourceKey
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.faults import Fault
    from simulator.control.given import Admitted
    from simulator.control.go_types import Field, Fields
    from simulator.control.hubs import Wanted
    from simulator.control.kind import Child, Reconcile, SetDefaults, Validate
    from simulator.control.objects import Object
    from simulator.manifests.sections import Notation
    from simulator.wiring import Route

    Mark = Callable[[ConditionSet, str, str, str], None]

POINTER = "<pointer>"
NIL = "<nil>"


def print_pointer(value: object) -> str:
    """Print a pointer inside a struct; its address is nobody's business."""
    return NIL if value is None else POINTER


def print_destination(destination: Fields) -> str:
    parts = (
        _print_reference(destination.get("ref")),
        destination.get("uri") or "",
        print_pointer(destination.get("CACerts")),
        print_pointer(destination.get("audience")),
    )
    return "{" + " ".join(parts) + "}"


def _print_reference(reference: Fields | None) -> str:
    if reference is None:
        return NIL
    return (
        f"Kind = {reference.get('kind', '')}, "
        f"Namespace = {reference.get('namespace', '')}, "
        f"Name = {reference.get('name', '')}, "
        f"APIVersion = {reference.get('apiVersion', '')}, "
        f"Group = {reference.get('group', '')}, "
        f"Address = {reference.get('address') or ''}"
    )


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


def set_flow_template(spec: Fields, defaulting: Defaulting) -> None:
    """Fill in the channel template; `namespaceDefaults` do not count.

    Source: knative-resources 6.10, 6.11: the look-up is made without the namespace.
    """
    if spec.get("channelTemplate") is None:
        set_template(spec, "", defaulting)


def said(wrong: Sequence[Fault]) -> str:
    """Say what Knative's own words leave out: what is wrong with it."""
    texts = [each.text + (f", {each.ours}" if each.ours else "") for each in wrong]
    return "; ".join(texts)


def make_parts(
    flow: Admitted, cluster: Cluster, lower: Callable[[Admitted, Cluster], FlowState]
) -> Reconciled:
    if template_refused(cluster, flow):
        state = FlowState(channels=(), wanted=(), is_whole=False)
    else:
        state = lower(flow, cluster)
    _take(flow, state, cluster)
    return Reconciled()


def _take(flow: Admitted, state: FlowState, cluster: Cluster) -> None:
    cluster.flows[flow.key] = state
    for channel in state.channels:
        key = ResourceKey(MESSAGING, channel.template, flow.namespace, channel.name)
        # A channel that another resource made under this name stays what it is.
        if cluster.hubs.setdefault(key, channel).owner is flow:
            cluster.hubs[key] = channel


def resolve_dead_letters(flow: Admitted, cluster: Cluster) -> Reconciled:
    """Resolve what its template names as dead letter sink, once all have addresses.

    A channel whose sink does not resolve has no address itself.

    Source: E:pkg/reconciler/inmemorychannel.
    """
    state = cluster.flows[flow.key]
    delivery = state.channels[0].delivery if state.channels else None
    sink = delivery.dead_letter_sink if delivery else None
    if delivery is not None and sink is not None:
        path = f"{delivery.path}.deadLetterSink"
        found = cluster.resolve_dead_letter_sink(sink, delivery.owner, path)
        _take(flow, state.ending_at(found), cluster)
    return Reconciled()


def address(flow: Admitted, cluster: Cluster) -> Resolution:
    channels = cluster.flows[flow.key].channels
    if not channels:
        return Resolution()
    return Resolution(url=channels[0].url, audience=channels[0].audience)


def start(flow: Admitted, cluster: Cluster) -> Reconciled:
    """Let the channels of a flow take events, the first under its own name, too."""
    state = cluster.flows[flow.key]
    for channel in state.channels[:1]:
        on_delivery(cluster.findings, channel.delivery, channel.profile, of_hub=True)
    for wanted in state.wanted:
        on_delivery(cluster.findings, wanted.delivery, wanted.channel.profile)
    return Reconciled(url=address(flow, cluster).url, hubs=state.channels)


def connect(
    flow: Admitted, cluster: Cluster, failing: Mark
) -> tuple[ConditionSet, list[tuple[Wanted, Route]]]:
    """Wire the subscriptions of a flow.

    Returns:
        Its conditions, and its routes with the subscription each was made from.

    Where a webhook refuses what it makes, the controller ends with an error before it
    says anything of the channels, or of the subscriptions: those are Unknown.

    Source: knative-resources 6.10 and 6.11; read, not run: E:pkg/reconciler/parallel,
        ReconcileKind.
    """
    conditions = ConditionSet(_DEPENDENTS)
    state = cluster.flows[flow.key]
    if not state.is_whole and not state.channels:
        return conditions, []
    if all(channel.url is not None for channel in state.channels):
        conditions.true("ChannelsReady", "Addressable")
    else:
        failing(conditions, *_NO_CHANNELS)
        failing(conditions, *_NO_ADDRESS)
    routes = []
    all_ready = True
    for wanted in state.wanted:
        made, route = wire(wanted, cluster)
        all_ready = all_ready and made.is_ready
        if route is not None:
            routes.append((wanted, route))
    if not state.is_whole:
        return conditions, routes
    if all_ready:
        conditions.true("SubscriptionsReady")
    else:
        failing(conditions, *_NOT_READY)
    cluster.authorization.mark_policies(conditions, flow)
    return conditions, routes


def connected(
    conditions: ConditionSet, routes: list[tuple[Wanted, Route]]
) -> Reconciled:
    return Reconciled(
        conditions=conditions,
        routes=tuple(
            (wanted.channel.url, route)
            for wanted, route in routes
            if wanted.channel.url is not None
        ),
    )


def flow_channel(
    flow: Admitted, suffix: str, cluster: Cluster, *, is_first: bool
) -> HubState:
    name = child_name(flow.name, suffix)
    kind = template_kind(flow)
    profile = channel_profile(cluster, flow, kind, "spec.channelTemplate")
    key = ResourceKey(MESSAGING, kind, flow.namespace, name)
    guard = guard_of(cluster, flow, profile, key)
    if guard is not None and not is_first:
        guard = cluster.authorization.guard_of_own(key, flow)
    return HubState(
        owner=flow,
        kind=HubKind.CHANNEL,
        name=name,
        url=channel_url(name, flow.namespace, kind),
        template=kind,
        conditions=running_conditions(),
        profile=profile,
        delivery=template_delivery(flow),
        guard=guard,
        partitions=template_partitions(flow),
        event_types=event_types_of(cluster, flow, profile, key),
    )


def expand(flow: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give its channels, and the Subscriptions between them.

    Source: knative-resources 6.10 and 6.11; E:pkg/reconciler/{sequence,parallel}/resources.
    """
    state = cluster.flows[flow.key]
    template = flow.spec.get("channelTemplate") or {}
    references: dict[str | None, Object] = {}
    for channel in state.channels:
        typed = {"apiVersion": template.get("apiVersion"), "kind": channel.template}
        url = channel_url(channel.name, flow.namespace, channel.template)
        references[url] = {**typed, "name": channel.name}
        made: Object = {**typed, "metadata": _metadata(flow, channel.name)}
        yield {**made, "spec": template["spec"]} if template.get("spec") else made

    def destination(part: Part) -> Mapping[str, Any]:
        return part.destination or {"ref": references.get(part.url, {})}

    for wanted in state.wanted:
        spec: Object = {
            "channel": references[
                channel_url(
                    wanted.channel.name, flow.namespace, wanted.channel.template
                )
            ],
            "subscriber": destination(wanted.subscriber),
        }
        if wanted.reply is not None:
            spec["reply"] = destination(wanted.reply)
        if wanted.delivery is not None:
            spec["delivery"] = wanted.delivery.spec
        yield {
            "apiVersion": f"{MESSAGING}/v1",
            "kind": "Subscription",
            "metadata": _metadata(flow, wanted.name),
            "spec": spec,
        }


def _metadata(flow: Admitted, name: str) -> Object:
    return {"name": name, "namespace": flow.namespace}


def passes_to(channel: HubState) -> Part:
    return Part(url=channel.url, audience=channel.audience)


def members(values: object) -> list[Mapping[str, Any]]:
    """Give the members of a list; empty for those that are no mappings."""
    if not isinstance(values, list):
        return []
    return [value if isinstance(value, dict) else {} for value in values]


def flow_kind(
    name: str,
    members: Field,
    notation: Notation,
    *,
    set_defaults: SetDefaults,
    validate: Validate,
    makes: Callable[[Mapping[str, Any]], Iterator[Child]] | None = None,
    lower: Callable[[Admitted, Cluster], FlowState],
    start: Reconcile,
    connect: Reconcile,
) -> Kind:
    """Describe a Sequence or a Parallel: what differs is what its members are."""
    return Kind(
        group=FLOWS,
        name=name,
        webhooks=webhooks(
            name,
            ("v1",),
            members,
            pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
            pointer("reply", DESTINATION),
            set_defaults=set_defaults,
            validate=validate,
        ),
        makes=makes,
        address=address,
        reconcile={
            Phase.PARTS: partial(make_parts, lower=lower),
            Phase.DEAD_LETTERS: resolve_dead_letters,
            Phase.HUBS: start,
            Phase.FLOW_ROUTES: connect,
        },
        sends=True,
        expand=expand,
        short=Short(
            fields=(members.name, "channelTemplate", "reply"),
            notations={
                members.name: shorthand.ListOf(item=notation),
                "reply": shorthand.DESTINATION,
            },
        ),
    )
