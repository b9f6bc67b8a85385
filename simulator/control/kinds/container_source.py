"""A ContainerSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, missing, via
from simulator.control.go_types import embed, value
from simulator.control.kind import Kind, Phase, Webhook
from simulator.control.naming import SOURCES
from simulator.control.origins import from_webhook
from simulator.control.references import check_source
from simulator.control.sources import NO_SINK, silent_source
from simulator.control.types_duck import POD_TEMPLATE_SPEC, SOURCE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Name the containers that have no name.

    Source: knative-resources 6.14; knative/eventing container_defaults.go.
    """
    containers = source["spec"]["template"]["spec"]["containers"] or []
    for index, each in enumerate(containers):
        if not each["name"]:
            path = f"spec.template.spec.containers[{index}].name"
            name = f"{defaulting.name}-{index}"
            defaulting.put(each, path, name, from_webhook("name of the source"))


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Check containers and sink; the paths leave out the template.

    Source: knative-resources 6.14; knative/eventing container_validation.go.
    """
    spec = source["spec"]
    containers = spec["template"]["spec"]["containers"] or []
    faults = [] if containers else [missing("containers")]
    for index, each in enumerate(containers):
        absent = [name for name in ("name", "image") if not each.get(name)]
        faults += via([missing(name) for name in absent], f"containers[{index}]")
    return via([*faults, *check_source(spec, checking)], "spec")


KIND: Final = Kind(
    group=SOURCES,
    name="ContainerSource",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "ContainerSource",
                *embed(SOURCE_SPEC),
                value("template", POD_TEMPLATE_SPEC),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    reconcile={Phase.SOURCES: silent_source},
    means=NO_SINK,
)
