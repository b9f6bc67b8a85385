"""A Sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.delivery_rules import check_delivery, check_template
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.flow_rules import set_flow_template, why
from simulator.control.go_print import print_destination, print_pointer
from simulator.control.go_types import ListOf, Struct, embed, pointer, value
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import FLOWS
from simulator.control.references import check_destination
from simulator.control.types_duck import (
    CHANNEL_TEMPLATE_SPEC,
    DELIVERY_SPEC,
    DESTINATION,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


def set_defaults(sequence: Fields, defaulting: Defaulting) -> None:
    """Fill in the template and the namespaces.

    Source: knative-resources 6.10; knative/eventing sequence_defaults.go.
    """
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
            faults.append(invalid(shown, f"steps[{index}]", ours=why(wrong)))
    faults += check_template(spec.get("channelTemplate"))
    faults += via(check_destination(spec.get("reply"), checking), "reply")
    return via(faults, "spec")


_STEP = Struct(
    name="v1.SequenceStep",
    fields=(*embed(DESTINATION), pointer("delivery", DELIVERY_SPEC)),
)


KIND: Final = Kind(
    group=FLOWS,
    name="Sequence",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Sequence",
                value(
                    "steps", ListOf(name="[]v1.SequenceStep", element=_STEP), omit=False
                ),
                pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
                pointer("reply", DESTINATION),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
)
