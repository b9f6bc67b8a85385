"""An ApiServerSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, generic, invalid, missing, via
from simulator.control.features import API_SERVER_FILTERS
from simulator.control.filter_rules import check_filters
from simulator.control.go_types import ListOf, Struct, embed, pointer, text, value
from simulator.control.kind import Kind, Phase, Webhook
from simulator.control.naming import SOURCES
from simulator.control.origins import from_webhook
from simulator.control.references import check_source
from simulator.control.sources import NO_SINK, silent_source
from simulator.control.types_duck import (
    FILTER_LIST,
    LABEL_SELECTOR,
    SOURCE_SPEC,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking


_MODES = ("Reference", "Resource")


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Fill in mode and service account.

    Source: knative-resources 6.13; knative/eventing apiserver_defaults.go.
    """
    spec = source["spec"]
    for name, default in (("mode", "Reference"), ("serviceAccountName", "default")):
        if not spec.get(name):
            defaulting.put(spec, f"spec.{name}", default, from_webhook("its default"))


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Check mode, resources, owner, sink and filters.

    Source: knative-resources 6.13; knative/eventing apiserver_validation.go.
    """
    spec = source["spec"]
    faults = check_source(spec, checking)
    if spec["mode"] not in _MODES:
        faults.append(
            invalid(spec["mode"], "mode", ours=f"expected {' or '.join(_MODES)}")
        )
    resources = spec.get("resources") or []
    if not resources:
        faults.append(missing("resources"))
    for index, each in enumerate(resources):
        faults += via(_check_group_kind(each), f"resources[{index}]")
    if spec.get("owner") is not None:
        faults += via(_check_group_kind(spec["owner"]), "owner")
    filters = spec.get("filters") or []
    if checking.config.enabled(API_SERVER_FILTERS):
        faults += via(check_filters(filters), "filters")
    elif filters:
        message = (
            "Filters is not empty but the NewAPIServerFilters feature is disabled."
        )
        faults.append(generic(message))
    return via(faults, "spec")


def _check_group_kind(each: Fields) -> list[Fault]:
    faults: list[Fault] = []
    version = each.get("apiVersion", "")
    if version.count("/") > 1:
        faults.append(invalid(version, "apiVersion"))
    if not each.get("kind", "").strip():
        faults.append(missing("kind"))
    return faults


_GROUP_KIND_SELECTOR = Struct(
    name="v1.APIVersionKindSelector",
    fields=(
        text("apiVersion", omit=False),
        text("kind", omit=False),
        pointer("selector", LABEL_SELECTOR),
    ),
)


_GROUP_KIND = Struct(
    name="v1.APIVersionKind",
    fields=(text("apiVersion", omit=False), text("kind", omit=False)),
)


KIND: Final = Kind(
    group=SOURCES,
    name="ApiServerSource",
    webhooks={
        "v1": Webhook(
            type=knative_object(
                "v1",
                "ApiServerSource",
                *embed(SOURCE_SPEC),
                value(
                    "resources",
                    ListOf(
                        name="[]v1.APIVersionKindSelector", element=_GROUP_KIND_SELECTOR
                    ),
                ),
                pointer("owner", _GROUP_KIND),
                text("mode"),
                text("serviceAccountName"),
                pointer("namespaceSelector", LABEL_SELECTOR),
                value("filters", FILTER_LIST),
            ),
            set_defaults=set_defaults,
            validate=validate,
        )
    },
    reconcile={Phase.SOURCES: silent_source},
    means=NO_SINK,
)
