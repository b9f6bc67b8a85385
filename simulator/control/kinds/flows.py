"""What the webhook does to a Sequence and to a Parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.delivery_rules import check_delivery, check_template
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.go_print import print_destination, print_pointer
from simulator.control.go_types import ListOf, Struct, embed, pointer, value
from simulator.control.kind import Kind
from simulator.control.kinds.channels import set_template
from simulator.control.references import check_destination
from simulator.control.types_duck import (
    CHANNEL_TEMPLATE_SPEC,
    DELIVERY_SPEC,
    DESTINATION,
    knative_object,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_BRANCH_ENDS = ("filter", "subscriber", "reply")


def _set_flow_template(spec: Fields, defaulting: Defaulting) -> None:
    # The look-up is made without the namespace: namespaceDefaults do not count.
    if spec.get("channelTemplate") is None:
        set_template(spec, "", defaulting)


def set_sequence_defaults(sequence: Fields, defaulting: Defaulting) -> None:
    """Fill in the template and the namespaces.

    Source: knative-resources 6.10; knative/eventing sequence_defaults.go.
    """
    spec = sequence["spec"]
    _set_flow_template(spec, defaulting)
    for index, step in enumerate(spec["steps"] or []):
        defaulting.destination(step, f"spec.steps[{index}]")
        defaulting.delivery(step.get("delivery"), f"spec.steps[{index}].delivery")
    defaulting.destination(spec.get("reply"), "spec.reply")


def validate_sequence(sequence: Fields, checking: Checking) -> list[Fault]:
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
            faults.append(invalid(shown, f"steps[{index}]", ours=_why(wrong)))
    faults += check_template(spec.get("channelTemplate"))
    faults += via(check_destination(spec.get("reply"), checking), "reply")
    return via(faults, "spec")


def set_parallel_defaults(parallel: Fields, defaulting: Defaulting) -> None:
    """Fill in the template and the namespaces.

    Source: knative-resources 6.11; knative/eventing parallel_defaults.go.
    """
    spec = parallel["spec"]
    _set_flow_template(spec, defaulting)
    for index, branch in enumerate(spec["branches"] or []):
        for end in _BRANCH_ENDS:
            defaulting.destination(branch.get(end), f"spec.branches[{index}].{end}")
        path = f"spec.branches[{index}].delivery"
        defaulting.delivery(branch.get("delivery"), path)
    defaulting.destination(spec.get("reply"), "spec.reply")


def validate_parallel(parallel: Fields, checking: Checking) -> list[Fault]:
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
                faults.append(invalid(shown, path, ours=_why(wrong)))
    template = spec.get("channelTemplate")
    faults += check_template(template)
    if template is not None:
        faults += via(check_destination(spec.get("reply"), checking), "reply")
    return via(faults, "spec")


def _why(wrong: Sequence[Fault]) -> str:
    """Say what Knative's own words leave out: what is wrong with it."""
    said = [each.text + (f", {each.ours}" if each.ours else "") for each in wrong]
    return "; ".join(said)


def _print_branch(branch: Fields) -> str:
    parts = (
        print_pointer(branch.get("filter")),
        print_destination(branch["subscriber"]),
        print_pointer(branch.get("reply")),
        print_pointer(branch.get("delivery")),
    )
    return "{" + " ".join(parts) + "}"


_STEP = Struct(
    name="v1.SequenceStep",
    fields=(*embed(DESTINATION), pointer("delivery", DELIVERY_SPEC)),
)
_BRANCH = Struct(
    name="v1.ParallelBranch",
    fields=(
        pointer("filter", DESTINATION),
        value("subscriber", DESTINATION),
        pointer("reply", DESTINATION),
        pointer("delivery", DELIVERY_SPEC),
    ),
)

SEQUENCE: Final = Kind(
    api_version="flows.knative.dev/v1",
    type=knative_object(
        "v1",
        "Sequence",
        value("steps", ListOf(name="[]v1.SequenceStep", element=_STEP), omit=False),
        pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
        pointer("reply", DESTINATION),
    ),
    set_defaults=set_sequence_defaults,
    validate=validate_sequence,
)

PARALLEL: Final = Kind(
    api_version="flows.knative.dev/v1",
    type=knative_object(
        "v1",
        "Parallel",
        value(
            "branches", ListOf(name="[]v1.ParallelBranch", element=_BRANCH), omit=False
        ),
        pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
        pointer("reply", DESTINATION),
    ),
    set_defaults=set_parallel_defaults,
    validate=validate_parallel,
)

KINDS: Final = (SEQUENCE, PARALLEL)
