"""The Go types that most Knative kinds share: references, destinations, delivery.

Source: knative/pkg apis/duck/v1 (knative_reference.go, destination.go,
source_types.go) and knative/eventing pkg/apis/duck/v1/delivery_types.go, as in
knative-resources 2.1 and 3; encodings as recorded in data/golden/validate.json.
"""

from __future__ import annotations

from simulator.control.go_types import (
    INT32,
    INT64,
    STRING,
    STRING_MAP,
    STRINGS,
    URL,
    Anything,
    Field,
    Foreign,
    Later,
    ListOf,
    Struct,
    Text,
    embed,
    pointer,
    text,
    value,
)

K_REFERENCE = Struct(
    name="v1.KReference",
    fields=(
        text("kind", omit=False),
        text("namespace"),
        text("name", omit=False),
        text("apiVersion"),
        text("group"),
        pointer("address", STRING),
    ),
)

# The fields of a reference that the schemas of most CRDs leave out.
IN_FEW_SCHEMAS = frozenset(("group", "address"))

DESTINATION = Struct(
    name="v1.Destination",
    fields=(
        pointer("ref", K_REFERENCE),
        pointer("uri", URL),
        pointer("CACerts", STRING),
        pointer("audience", STRING),
    ),
)

DELIVERY_SPEC = Struct(
    name="v1.DeliverySpec",
    fields=(
        pointer("deadLetterSink", DESTINATION),
        pointer("retry", INT32),
        pointer("timeout", STRING),
        pointer("backoffPolicy", Text(name="v1.BackoffPolicyType")),
        pointer("backoffDelay", STRING),
        pointer("retryAfterMax", STRING),
        pointer("format", Text(name="v1.FormatType")),
    ),
)

TYPE_META = Struct(name="v1.TypeMeta", fields=(text("kind"), text("apiVersion")))

CHANNEL_TEMPLATE_SPEC = Struct(
    name="v1.ChannelTemplateSpec",
    fields=(*embed(TYPE_META), pointer("spec", Anything())),
)

# Source: k8s.io/api core/v1 types.go, ObjectReference.
OBJECT_REFERENCE = Struct(
    name="v1.ObjectReference",
    fields=(
        text("kind"),
        text("namespace"),
        text("name"),
        value("uid", Text(name="types.UID")),
        text("apiVersion"),
        text("resourceVersion"),
        text("fieldPath"),
    ),
)

CLOUD_EVENT_OVERRIDES = Struct(
    name="v1.CloudEventOverrides", fields=(value("extensions", STRING_MAP),)
)

SOURCE_SPEC = Struct(
    name="v1.SourceSpec",
    fields=(value("sink", DESTINATION), pointer("ceOverrides", CLOUD_EVENT_OVERRIDES)),
)

_REQUIREMENT = Struct(
    name="v1.LabelSelectorRequirement",
    fields=(
        text("key", omit=False),
        value("operator", Text(name="v1.LabelSelectorOperator"), omit=False),
        value("values", STRINGS),
    ),
)
_REQUIREMENTS = ListOf(name="[]v1.LabelSelectorRequirement", element=_REQUIREMENT)

LABEL_SELECTOR = Struct(
    name="v1.LabelSelector",
    fields=(
        value("matchLabels", STRING_MAP),
        value("matchExpressions", _REQUIREMENTS),
    ),
)


def _foreign_list(name: str) -> ListOf:
    return ListOf(name=f"[]{name}", element=Foreign(name=name))


OBJECT_META = Struct(
    name="v1.ObjectMeta",
    fields=(
        text("name"),
        text("generateName"),
        text("namespace"),
        text("selfLink"),
        value("uid", Text(name="types.UID")),
        text("resourceVersion"),
        value("generation", INT64),
        pointer("creationTimestamp", Anything(name="v1.Time")),
        pointer("deletionTimestamp", Anything(name="v1.Time")),
        pointer("deletionGracePeriodSeconds", INT64),
        value("labels", STRING_MAP),
        value("annotations", STRING_MAP),
        value("ownerReferences", _foreign_list("v1.OwnerReference")),
        value("finalizers", STRINGS),
        value("managedFields", _foreign_list("v1.ManagedFieldsEntry")),
    ),
)


def _filter() -> Struct:
    return SUBSCRIPTIONS_API_FILTER


FILTER_LIST = ListOf(name="[]v1.SubscriptionsAPIFilter", element=Later(resolve=_filter))

SUBSCRIPTIONS_API_FILTER = Struct(
    name="v1.SubscriptionsAPIFilter",
    fields=(
        value("all", FILTER_LIST),
        value("any", FILTER_LIST),
        pointer("not", Later(resolve=_filter)),
        value("exact", STRING_MAP),
        value("prefix", STRING_MAP),
        value("suffix", STRING_MAP),
        text("cesql"),
    ),
)


def knative_object(version: str, kind: str, *spec: Field) -> Struct:
    return Struct(
        name=f"{version}.{kind}",
        fields=(
            *embed(TYPE_META),
            value("metadata", OBJECT_META),
            value("spec", Struct(name=f"{version}.{kind}Spec", fields=spec)),
            pointer("status", Foreign(name=f"{version}.{kind}Status")),
        ),
    )
