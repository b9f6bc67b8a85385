"""A Sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import flows
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
from simulator.control.go_types import ListOf, Struct, embed, pointer, value
from simulator.control.hubs import FlowState, Part, Wanted, part_of
from simulator.control.naming import service_of_host
from simulator.control.settings import delivery_of
from simulator.control.shared_rules import (
    check_delivery,
    check_destination,
    check_template,
)
from simulator.control.types_duck import DELIVERY_SPEC, DESTINATION
from simulator.manifests import shorthand
from simulator.urls import host_of

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking, Reconciled
    from simulator.wiring import Route


def set_defaults(sequence: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.10; knative/eventing sequence_defaults.go."""
    spec = sequence["spec"]
    set_flow_template(spec, defaulting)
    for index, step in enumerate(spec["steps"] or []):
        defaulting.destination(step, f"spec.steps[{index}]")
        defaulting.delivery(step.get("delivery"), f"spec.steps[{index}].delivery")
    defaulting.destination(spec.get("reply"), "spec.reply")


def validate(sequence: Fields, checking: Checking) -> list[Fault]:
    """Check steps, template and reply; of a bad step only the whole is shown.

    Source: knative-resources 6.10; knative/eventing sequence_validation.go.
    """
    spec = sequence["spec"]
    faults = [] if spec["steps"] else [missing("steps")]
    for index, step in enumerate(spec["steps"] or []):
        delivery = step.get("delivery")
        wrong = [
            *check_destination(step, checking),
            *via(check_delivery(delivery, checking), "delivery"),
        ]
        if wrong:
            shown = f"{{{print_destination(step)} {print_pointer(delivery)}}}"
            faults.append(invalid(shown, f"steps[{index}]", ours=said(wrong)))
    faults += check_template(spec.get("channelTemplate"))
    faults += via(check_destination(spec.get("reply"), checking), "reply")
    return via(faults, "spec")


_STEP = Struct(
    name="v1.SequenceStep",
    fields=(*embed(DESTINATION), pointer("delivery", DELIVERY_SPEC)),
)


def lower(sequence: Admitted, cluster: Cluster) -> FlowState:
    """Source: knative-resources 6.10; E:pkg/reconciler/sequence."""
    steps = members(sequence.spec.get("steps"))
    channels = [
        flow_channel(sequence, f"-kn-sequence-{at}", cluster, is_first=not at)
        for at in range(len(steps))
    ]
    last = part_of(sequence.spec, "reply", "spec.reply")
    replies = [*(passes_to(each) for each in channels[1:]), last]
    wanted = [
        Wanted(
            owner=sequence,
            name=channel.name,
            channel=channel,
            subscriber=Part(destination=step, path=f"spec.steps[{at}]"),
            reply=reply,
            delivery=delivery_of(
                sequence, step.get("delivery"), f"spec.steps[{at}].delivery"
            ),
        )
        for at, (step, channel, reply) in enumerate(
            zip(steps, channels, replies[: len(steps)], strict=True)
        )
    ]
    return FlowState(channels=tuple(channels), wanted=tuple(wanted))


def connect(sequence: Admitted, cluster: Cluster) -> Reconciled:
    """One that is not ready leaves the Sequence Unknown.

    Source: knative-resources 6.10.
    """
    conditions, routes = flows.connect(sequence, cluster, ConditionSet.unknown)
    for wanted, route in routes:
        _advise_on_silence(sequence, route, wanted.subscriber.path, cluster)
    return flows.connected(conditions, routes)


def _advise_on_silence(
    sequence: Admitted, route: Route, path: str, cluster: Cluster
) -> None:
    """Source: knative-resources 12.5."""
    place = service_of_host(host_of(route.subscriber))
    if route.reply is None or place is None:
        return
    name, namespace = place[:2]
    described = cluster.services.description(namespace, name)
    known = cluster.services.in_use(namespace, name)
    if described is not None and described.replies is False:
        why = f"{name!r} never replies"
    elif described is None and known:
        why = f"{name!r} is a stub and never replies"
    else:
        return
    cluster.findings.warn(
        sequence, "sequence-ends", f"{why}, so every event ends at this step", path
    )


KIND: Final = flows.flow_kind(
    "Sequence",
    value("steps", ListOf(name="[]v1.SequenceStep", element=_STEP), omit=False),
    shorthand.Fields(
        notations={"delivery": shorthand.DELIVERY}, whole=shorthand.DESTINATION
    ),
    set_defaults=set_defaults,
    validate=validate,
    lower=lower,
    start=flows.start,
    connect=connect,
)
