"""A Parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control import flows
from simulator.control.channels import not_created
from simulator.control.conditions import ConditionSet
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.flows import (
    flow_channel,
    members,
    passes_to,
    print_destination,
    print_pointer,
    said,
    set_flow_template,
)
from simulator.control.go_types import ListOf, Struct, pointer, value
from simulator.control.hubs import FlowState, Part, Wanted, part_of
from simulator.control.kind import Child, Reconciled
from simulator.control.naming import MESSAGING, child_name
from simulator.control.settings import delivery_of
from simulator.control.shared_rules import check_destination, check_template
from simulator.control.types_duck import DELIVERY_SPEC, DESTINATION
from simulator.manifests import shorthand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.hubs import HubState
    from simulator.control.kind import Checking

_BRANCH_ENDS = ("filter", "subscriber", "reply")


def set_defaults(parallel: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.11; knative/eventing parallel_defaults.go."""
    spec = parallel["spec"]
    set_flow_template(spec, defaulting)
    for index, branch in enumerate(spec["branches"] or []):
        for end in _BRANCH_ENDS:
            defaulting.destination(branch.get(end), f"spec.branches[{index}].{end}")
        path = f"spec.branches[{index}].delivery"
        defaulting.delivery(branch.get("delivery"), path)
    defaulting.destination(spec.get("reply"), "spec.reply")


def validate(parallel: Fields, checking: Checking) -> list[Fault]:
    """Check branches, template and reply; a branch's delivery is not looked at.

    Source: knative-resources 6.11; knative/eventing parallel_validation.go.
    """
    spec = parallel["spec"]
    faults = [] if spec["branches"] else [missing("branches")]
    for index, branch in enumerate(spec["branches"] or []):
        for end in _BRANCH_ENDS:
            wrong = via(check_destination(branch.get(end), checking), end)
            if wrong:
                path = f"branches.{end}[{index}]"
                shown = _print_branch(branch)
                faults.append(invalid(shown, path, ours=said(wrong)))
    template = spec.get("channelTemplate")
    faults += check_template(template)
    if template is not None:
        faults += via(check_destination(spec.get("reply"), checking), "reply")
    return via(faults, "spec")


def _print_branch(branch: Fields) -> str:
    parts = (
        print_pointer(branch.get("filter")),
        print_destination(branch["subscriber"]),
        print_pointer(branch.get("reply")),
        print_pointer(branch.get("delivery")),
    )
    return "{" + " ".join(parts) + "}"


_BRANCH = Struct(
    name="v1.ParallelBranch",
    fields=(
        pointer("filter", DESTINATION),
        value("subscriber", DESTINATION),
        pointer("reply", DESTINATION),
        pointer("delivery", DELIVERY_SPEC),
    ),
)


def lower(parallel: Admitted, cluster: Cluster) -> FlowState:
    """Make all channels first; stop at the first Subscription that is refused.

    Source: knative-resources 6.11; E:pkg/reconciler/parallel.
    """
    ingress = flow_channel(parallel, "-kn-parallel", cluster, is_first=True)
    branches = members(parallel.spec.get("branches"))
    channels = [
        flow_channel(parallel, f"-kn-parallel-{at}", cluster, is_first=False)
        for at in range(len(branches))
    ]
    refused = [
        at
        for at, channel in enumerate(channels)
        if not_created(
            cluster,
            parallel,
            f"spec.branches[{at}].delivery",
            f"the Subscription {channel.name!r} that is made of it",
            "this branch and those after it have no subscriber",
        )
    ]
    filters: list[Wanted] = []
    subscribers: list[Wanted] = []
    for at, (branch, channel) in enumerate(zip(branches, channels, strict=True)):
        filters.append(_filter(parallel, branch, at, (ingress, channel)))
        if at in refused:
            break
        subscribers.append(_subscriber(parallel, branch, at, channel))
    return FlowState(
        channels=(ingress, *channels),
        wanted=(*filters, *subscribers),
        is_whole=not refused,
    )


def _filter(
    parallel: Admitted,
    branch: Mapping[str, Any],
    at: int,
    between: tuple[HubState, HubState],
) -> Wanted:
    ingress, channel = between
    passes = passes_to(channel)
    judge = part_of(branch, "filter", f"spec.branches[{at}].filter")
    return Wanted(
        owner=parallel,
        name=child_name(parallel.name, f"-kn-parallel-filter-{at}"),
        channel=ingress,
        subscriber=judge or passes,
        reply=passes if judge else None,
    )


def _subscriber(
    parallel: Admitted, branch: Mapping[str, Any], at: int, channel: HubState
) -> Wanted:
    path = f"spec.branches[{at}]"
    return Wanted(
        owner=parallel,
        name=channel.name,
        channel=channel,
        subscriber=part_of(branch, "subscriber", f"{path}.subscriber")
        or Part(path=f"{path}.subscriber"),
        reply=part_of(branch, "reply", f"{path}.reply")
        or part_of(parallel.spec, "reply", "spec.reply"),
        delivery=delivery_of(parallel, branch.get("delivery"), f"{path}.delivery"),
    )


def makes(parallel: Mapping[str, Any]) -> Iterator[Child]:
    """Give the Subscriptions whose delivery its own webhook does not look at.

    Source: knative-resources 6.11 (branch.delivery is not validated); read, not run:
        E:pkg/reconciler/parallel/resources/subscription.go (NewSubscription).
    """
    spec, metadata = parallel["spec"], parallel["metadata"]
    template = spec.get("channelTemplate") or {}
    channel = {name: template.get(name) for name in ("apiVersion", "kind")}
    for at, branch in enumerate(spec.get("branches") or []):
        if branch.get("delivery"):
            subscription = {
                "apiVersion": f"{MESSAGING}/v1",
                "kind": "Subscription",
                "metadata": {k: metadata.get(k) for k in ("name", "namespace")},
                "spec": {
                    "channel": {**channel, "name": metadata.get("name")},
                    "subscriber": branch["subscriber"],
                    "delivery": branch["delivery"],
                },
            }
            part = f"spec.branches[{at}].delivery"
            yield Child(part, "spec.delivery", subscription)


def start(parallel: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 12.5."""
    for wanted in cluster.flows[parallel.key].wanted:
        path = wanted.subscriber.path
        if path.endswith(".subscriber") and wanted.reply is None:
            cluster.findings.note(
                parallel,
                "replies-dropped",
                "this branch has no reply, and the Parallel has none either: what its "
                "subscriber replies is dropped",
                path.removesuffix(".subscriber"),
            )
    return flows.start(parallel, cluster)


def connect(parallel: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.11."""
    return flows.connected(*flows.connect(parallel, cluster, ConditionSet.false))


KIND: Final = flows.flow_kind(
    "Parallel",
    value("branches", ListOf(name="[]v1.ParallelBranch", element=_BRANCH), omit=False),
    shorthand.Fields(
        notations={
            "filter": shorthand.DESTINATION,
            "subscriber": shorthand.DESTINATION,
            "reply": shorthand.DESTINATION,
            "delivery": shorthand.DELIVERY,
        }
    ),
    set_defaults=set_defaults,
    validate=validate,
    makes=makes,
    lower=lower,
    start=start,
    connect=connect,
)
