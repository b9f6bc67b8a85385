"""A ContainerSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.conditions import ConditionSet
from simulator.control.defaulting import from_webhook
from simulator.control.faults import Fault, missing, via
from simulator.control.go_types import embed, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SOURCES, child_name
from simulator.control.objects import deployment, sink_binding
from simulator.control.shared_rules import check_source
from simulator.control.sources import source_of
from simulator.control.types_core import POD_TEMPLATE_SPEC
from simulator.control.types_duck import SOURCE_SPEC
from simulator.manifests import shorthand
from simulator.manifests.sections import Short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.14; knative/eventing container_defaults.go."""
    containers = source["spec"]["template"]["spec"]["containers"] or []
    for index, each in enumerate(containers):
        if not each["name"]:
            path = f"spec.template.spec.containers[{index}].name"
            name = f"{defaulting.name}-{index}"
            defaulting.put(each, path, name, from_webhook("name of the source"))


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 6.14; knative/eventing container_validation.go."""
    spec = source["spec"]
    containers = spec["template"]["spec"]["containers"] or []
    faults = [] if containers else [missing("containers")]
    for index, each in enumerate(containers):
        absent = [name for name in ("name", "image") if not each.get(name)]
        faults += via([missing(name) for name in absent], f"containers[{index}]")
    return via([*faults, *check_source(spec, checking)], "spec")


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.14; knative-kinds 6."""
    wired = source_of(source, cluster, silent=True)
    conditions = ConditionSet(("SinkBindingReady", "ReceiveAdapterReady"))
    conditions.true("ReceiveAdapterReady")
    if wired.sink is None:
        conditions.false("SinkBindingReady", "NoAddressable")
    else:
        conditions.true("SinkBindingReady")
    return Reconciled(conditions=conditions, source=wired)


def expand(source: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Source: knative-kinds 6; E:pkg/reconciler/containersource/resources."""
    labels = {
        "sources.knative.dev/source": "container-source-controller",
        "sources.knative.dev/containerSource": source.name,
    }
    template = source.spec.get("template") or {}
    made = deployment(
        source,
        child_name(source.name, "-deployment"),
        labels,
        (template.get("spec") or {}).get("containers") or (),
        template,
    )
    annotations = (template.get("metadata") or {}).get("annotations")
    if annotations:
        made["metadata"]["annotations"] = annotations
    yield made
    yield sink_binding(source, child_name(source.name, "-sinkbinding"), made)


KIND: Final = Kind(
    group=SOURCES,
    name="ContainerSource",
    webhooks=webhooks(
        "ContainerSource",
        ("v1",),
        *embed(SOURCE_SPEC),
        value("template", POD_TEMPLATE_SPEC),
        set_defaults=set_defaults,
        validate=validate,
    ),
    reconcile={Phase.SOURCES: reconcile},
    sends=True,
    expand=expand,
    short=Short(
        fields=("template", "sink", "ceOverrides"),
        notations={"sink": shorthand.DESTINATION},
    ),
)
