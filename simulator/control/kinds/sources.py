"""What the webhook does to ApiServerSource, ContainerSource and SinkBinding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from simulator.control.faults import (
    Fault,
    both_of,
    generic,
    invalid,
    missing,
    neither_of,
    via,
)
from simulator.control.features import API_SERVER_FILTERS
from simulator.control.filter_rules import check_filters
from simulator.control.go_types import ListOf, Struct, embed, pointer, text, value
from simulator.control.kind import Kind
from simulator.control.origins import from_webhook
from simulator.control.references import check_source
from simulator.control.types_duck import (
    FILTER_LIST,
    LABEL_SELECTOR,
    POD_TEMPLATE_SPEC,
    SOURCE_SPEC,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_MODES = ("Reference", "Resource")
_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_LENGTH = 63
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character (e.g. 'my-name',  or "
    "'123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)


def set_api_server_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Fill in mode and service account.

    Source: knative-resources 6.13; knative/eventing apiserver_defaults.go.
    """
    spec = source["spec"]
    for name, default in (("mode", "Reference"), ("serviceAccountName", "default")):
        if not spec.get(name):
            defaulting.put(spec, f"spec.{name}", default, from_webhook("its default"))


def validate_api_server(source: Fields, checking: Checking) -> list[Fault]:
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


def set_container_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Name the containers that have no name.

    Source: knative-resources 6.14; knative/eventing container_defaults.go.
    """
    containers = source["spec"]["template"]["spec"]["containers"] or []
    for index, each in enumerate(containers):
        if not each["name"]:
            path = f"spec.template.spec.containers[{index}].name"
            name = f"{defaulting.name}-{index}"
            defaulting.put(each, path, name, from_webhook("name of the source"))


def validate_container(source: Fields, checking: Checking) -> list[Fault]:
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


def set_sink_binding_defaults(binding: Fields, defaulting: Defaulting) -> None:
    """Fill in the namespaces of subject and sink.

    Source: knative-resources 2.1 and 6.15; knative/eventing sinkbinding_defaults.go.
    """
    spec = binding["spec"]
    defaulting.reference(spec["subject"], "spec.subject")
    defaulting.destination(spec["sink"], "spec.sink")


def validate_sink_binding(binding: Fields, checking: Checking) -> list[Fault]:
    """Check subject, sink and overrides.

    Source: knative-resources 6.15; knative/eventing sinkbinding_validation.go.
    """
    spec = binding["spec"]
    subject, namespace = spec["subject"], binding["metadata"]["namespace"]
    faults = _check_subject(subject)
    if subject.get("namespace") != namespace:
        faults.append(
            invalid(
                subject.get("namespace", ""), "namespace", ours=f"expected {namespace}"
            )
        )
    return via([*via(faults, "subject"), *check_source(spec, checking)], "spec")


def _check_subject(subject: Fields) -> list[Fault]:
    absent = [name for name in ("apiVersion", "kind") if not subject.get(name)]
    faults = [missing(name) for name in absent]
    if subject.get("apiVersion", "").count("/") > 1:
        faults.append(invalid(subject["apiVersion"], "apiVersion"))
    name, selector = subject.get("name", ""), subject.get("selector")
    if not name and selector is None:
        faults.append(neither_of("selector", "name"))
    elif name and selector is not None:
        faults.append(both_of("selector", "name"))
    elif name and len(name) > _LABEL_LENGTH:
        faults.append(
            invalid(f"must be no more than {_LABEL_LENGTH} characters", "name")
        )
    elif name and not _LABEL.fullmatch(name):
        faults.append(invalid(_LABEL_RULE, "name"))
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
_SUBJECT = Struct(
    name="tracker.Reference",
    fields=(
        text("apiVersion"),
        text("kind"),
        text("namespace"),
        text("name"),
        pointer("selector", LABEL_SELECTOR),
    ),
)
_BINDING_SPEC = Struct(name="v1.BindingSpec", fields=(value("subject", _SUBJECT),))
_VERSION = "sources.knative.dev/v1"

API_SERVER_SOURCE: Final = Kind(
    api_version=_VERSION,
    type=knative_object(
        "v1",
        "ApiServerSource",
        *embed(SOURCE_SPEC),
        value(
            "resources",
            ListOf(name="[]v1.APIVersionKindSelector", element=_GROUP_KIND_SELECTOR),
        ),
        pointer("owner", _GROUP_KIND),
        text("mode"),
        text("serviceAccountName"),
        pointer("namespaceSelector", LABEL_SELECTOR),
        value("filters", FILTER_LIST),
    ),
    set_defaults=set_api_server_defaults,
    validate=validate_api_server,
)
CONTAINER_SOURCE: Final = Kind(
    api_version=_VERSION,
    type=knative_object(
        "v1",
        "ContainerSource",
        *embed(SOURCE_SPEC),
        value("template", POD_TEMPLATE_SPEC),
    ),
    set_defaults=set_container_defaults,
    validate=validate_container,
)
SINK_BINDING: Final = Kind(
    api_version=_VERSION,
    type=knative_object("v1", "SinkBinding", *embed(SOURCE_SPEC, _BINDING_SPEC)),
    set_defaults=set_sink_binding_defaults,
    validate=validate_sink_binding,
)

KINDS: Final = (API_SERVER_SOURCE, CONTAINER_SOURCE, SINK_BINDING)
