"""An EventTransform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, both_of, generic, neither_of, via
from simulator.control.go_types import BOOL, Struct, embed, pointer, text
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import EVENTING, service_url
from simulator.control.references import check_destination
from simulator.control.types_duck import DESTINATION, knative_object

if TYPE_CHECKING:
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey


def validate(transform: Fields, checking: Checking) -> list[Fault]:
    """Check transformation, sink and reply; the expression is never parsed.

    Source: knative-resources 6.5; knative/eventing eventtransform_validation.go.
    """
    spec = transform["spec"]
    own = checking.replace(own_namespace=transform["metadata"]["namespace"])
    sink = spec.get("sink")
    faults = via(check_destination(sink, own), "sink")
    if spec.get("jsonata") is None:
        faults.append(neither_of("jsonata"))
    elif sink is not None and sink.get("CACerts") is not None:
        message = (
            "CACerts for the sink is not supported for JSONata transformations, "
            "to propagate CA trust bundles use labeled ConfigMaps: "
            "https://knative.dev/docs/eventing/features/transport-encryption/"
            "#configure-additional-ca-trust-bundles"
        )
        faults.append(generic(message, "sink.CACerts"))
    reply = spec.get("reply")
    if reply is not None and sink is None:
        faults.append(generic("reply is set without spec.sink", "reply"))
    elif (
        reply is not None and reply.get("jsonata") is not None and reply.get("discard")
    ):
        faults += via([both_of("jsonata", "discard")], "reply")
    return via(faults, "spec")


def check_update(old: Fields, new: Fields) -> list[Fault]:
    """Keep the type of the transformation.

    Source: knative/eventing eventtransform_validation.go CheckImmutableFields, where the
        two texts stand the wrong way round.
    """
    before, after = old["spec"].get("jsonata"), new["spec"].get("jsonata")
    if (before is None) == (after is None):
        return []
    added = (
        "jsonata transformation cannot be changed to a different transformation type"
    )
    removed = "transformation type cannot be changed to a jsonata transformation"
    return [
        generic(
            f"Transformations types are immutable, {added if before is None else removed}. "
            "Suggestion: create a new transformation, migrate services to the new one, "
            "and delete this transformation."
        )
    ]


_JSONATA = Struct(
    name="v1alpha1.JsonataEventTransformationSpec", fields=(text("expression"),)
)
_TRANSFORMATIONS = Struct(
    name="v1alpha1.EventTransformations", fields=(pointer("jsonata", _JSONATA),)
)
_REPLY = Struct(
    name="v1alpha1.ReplySpec",
    fields=(*embed(_TRANSFORMATIONS), pointer("discard", BOOL)),
)


def stub_url(key: ResourceKey) -> str:
    """Give its address.

    Source: knative-resources 2.3.
    """
    return service_url(f"{key.name}-jsonata", key.namespace)


KIND: Final = Kind(
    group=EVENTING,
    name="EventTransform",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object(
                "v1alpha1",
                "EventTransform",
                pointer("sink", DESTINATION),
                pointer("reply", _REPLY),
                *embed(_TRANSFORMATIONS),
            ),
            validate=validate,
            check_update=check_update,
        )
    },
    stub_url=stub_url,
)
