"""A Parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.delivery_rules import check_template
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.flow_rules import set_flow_template, why
from simulator.control.go_print import print_destination, print_pointer
from simulator.control.go_types import ListOf, Struct, pointer, value
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

_BRANCH_ENDS = ("filter", "subscriber", "reply")


def set_defaults(parallel: Fields, defaulting: Defaulting) -> None:
    """Fill in the template and the namespaces.

    Source: knative-resources 6.11; knative/eventing parallel_defaults.go.
    """
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
                faults.append(invalid(shown, path, ours=why(wrong)))
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


KIND: Final = Kind(
    group=FLOWS,
    name="Parallel",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "Parallel",
                value(
                    "branches",
                    ListOf(name="[]v1.ParallelBranch", element=_BRANCH),
                    omit=False,
                ),
                pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
                pointer("reply", DESTINATION),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
)
