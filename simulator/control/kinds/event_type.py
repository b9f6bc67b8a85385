"""An EventType, in each of its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.conditions import ConditionSet
from simulator.control.destinations import Reference, not_found
from simulator.control.faults import Fault, invalid, missing, via
from simulator.control.go_types import BOOL, URL, ListOf, Struct, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import EVENTING
from simulator.control.service_registry import CORE_SERVICE
from simulator.control.types_duck import K_REFERENCE
from simulator.manifests import shorthand
from simulator.manifests.sections import Short

if TYPE_CHECKING:
    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_BROKER = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker"}
_REQUIRED_ATTRIBUTES = ("type", "source", "specversion", "id")


def set_defaults(event_type: Fields, defaulting: Defaulting) -> None:
    """Source: data/golden/validate.json, EventType."""
    defaulting.reference(event_type["spec"].get("reference"), "spec.reference")


def validate_v1beta1(event_type: Fields, checking: Checking) -> list[Fault]:
    """Require the type; a source or schema that is written must not be empty.

    Source: knative-resources 6.3; knative/eventing v1beta1 eventtype_validation.go.
    """
    spec = event_type["spec"]
    faults = validate_v1beta2(event_type, checking)
    faults += [
        invalid("", f"spec.{name}")
        for name in ("source", "schema")
        if spec.get(name) == ""
    ]
    return faults


def validate_v1beta2(event_type: Fields, checking: Checking) -> list[Fault]:
    return [] if event_type["spec"].get("type") else [missing("spec.type")]


def validate_v1beta3(event_type: Fields, checking: Checking) -> list[Fault]:
    """Require the four attributes every event has.

    The rule is in the Go type; the webhook as shipped does not list this version, so
    that nobody enforces it (`is_asked`).

    Source: knative-resources 1.1 [quirk] and 6.3; data/golden/validate.json.
    """
    attributes = event_type["spec"].get("attributes") or []
    found = [each["name"] for each in attributes]
    absent = [name for name in _REQUIRED_ATTRIBUTES if name not in found]
    return via([missing(*absent)], "spec.attributes") if absent else []


def reconcile(event_type: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.3."""
    spec = event_type.spec
    reference, broker = spec.get("reference"), spec.get("broker")
    path = "spec.reference"
    if not reference and broker:
        reference, path = {**_BROKER, "name": broker}, "spec.broker"
    types: tuple[str, ...] = ("ReferenceExists",)
    if event_type.resource.api_version.endswith("/v1beta1"):
        types = ("BrokerExists", "BrokerReady")
    conditions = ConditionSet(types)
    if not reference:
        conditions.true(*types, reason="ReferenceNotSet")
        return Reconciled(conditions=conditions)
    key = Reference.of(reference, event_type.namespace).key
    is_service = key[:2] == CORE_SERVICE
    there = is_service and cluster.services.exists(key.namespace, key.name)
    if there or key in cluster.resources:
        conditions.true(*types)
        return Reconciled(conditions=conditions)
    conditions.false(types[0], "ResourceDoesNotExist", not_found(key))
    cluster.report_missing(event_type, key, path)
    return Reconciled(conditions=conditions)


_OLD_FIELDS = (
    text("type", omit=False),
    pointer("source", URL),
    pointer("schema", URL),
    text("schemaData"),
    text("broker"),
    pointer("reference", K_REFERENCE),
    text("description"),
)
_ATTRIBUTE = Struct(
    name="v1beta3.EventAttributeDefinition",
    fields=(
        text("name", omit=False),
        value("required", BOOL, omit=False),
        text("value"),
    ),
)

KIND: Final = Kind(
    group=EVENTING,
    name="EventType",
    open_paths=("spec.reference.address.",),
    webhooks={
        **webhooks("EventType", ("v1beta1",), *_OLD_FIELDS, validate=validate_v1beta1),
        **webhooks(
            "EventType",
            ("v1beta2",),
            *_OLD_FIELDS,
            set_defaults=set_defaults,
            validate=validate_v1beta2,
        ),
        **webhooks(
            "EventType",
            ("v1beta3",),
            pointer("reference", K_REFERENCE),
            text("description"),
            value(
                "attributes",
                ListOf(name="[]v1beta3.EventAttributeDefinition", element=_ATTRIBUTE),
                omit=False,
            ),
            set_defaults=set_defaults,
            validate=validate_v1beta3,
            is_asked=False,
        ),
    },
    reconcile={Phase.ENDPOINTS: reconcile},
    short=Short(
        version="v1beta2",
        fields=(
            *("type", "source", "schema", "schemaData", "broker"),
            *("reference", "description", "attributes"),
        ),
        notations={"reference": shorthand.Reference(bare="broker")},
    ),
)
