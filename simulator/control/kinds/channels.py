"""What the webhooks do to a Channel and to an InMemoryChannel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import channel_defaults
from simulator.control.defaulting import annotations_of
from simulator.control.delivery_rules import check_delivery, check_template
from simulator.control.faults import Fault, disallowed, invalid, missing, via
from simulator.control.go_types import (
    INT64,
    STRING,
    URL,
    ListOf,
    Struct,
    Text,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind, immutable
from simulator.control.origins import from_webhook
from simulator.control.types_duck import (
    CHANNEL_TEMPLATE_SPEC,
    DELIVERY_SPEC,
    knative_object,
)

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

SUBSCRIBABLE: Final = "messaging.knative.dev/subscribable"
SCOPE: Final = "eventing.knative.dev/scope"
_CONTROLLER = "system:serviceaccount:knative-eventing:eventing-controller"

_SUBSCRIBER_SPEC = Struct(
    name="v1.SubscriberSpec",
    fields=(
        pointer("name", STRING),
        value("uid", Text(name="types.UID")),
        value("generation", INT64),
        pointer("subscriberUri", URL),
        pointer("subscriberCACerts", STRING),
        pointer("subscriberAudience", STRING),
        pointer("replyUri", URL),
        pointer("replyCACerts", STRING),
        pointer("replyAudience", STRING),
        pointer("delivery", DELIVERY_SPEC),
        pointer(
            "auth",
            Struct(
                name="v1.AuthStatus",
                fields=(text("serviceAccountName"),),
                takes_any=True,
            ),
        ),
    ),
)
_SUBSCRIBABLE_SPEC = Struct(
    name="v1.SubscribableSpec",
    fields=(
        value(
            "subscribers", ListOf(name="[]v1.SubscriberSpec", element=_SUBSCRIBER_SPEC)
        ),
    ),
)
_CHANNELABLE_SPEC = Struct(
    name="v1.ChannelableSpec",
    fields=(*embed(_SUBSCRIBABLE_SPEC), pointer("delivery", DELIVERY_SPEC)),
)


def set_template(spec: Fields, namespace: str, defaulting: Defaulting) -> None:
    """Fill in a channel template from default-ch-webhook.

    *namespace* says whose defaults count; empty for the cluster's.
    """
    template, found_in = defaulting.config.channels.template(namespace)
    if template is not None:
        origin = defaulting.from_config(
            channel_defaults.CONFIG_MAP, channel_defaults.KEY, found_in
        )
        defaulting.put_all(spec, "spec.channelTemplate", dict(template), origin)


def _set_subscribable(channel: Fields, defaulting: Defaulting) -> None:
    if SUBSCRIBABLE not in annotations_of(channel):
        origin = from_webhook("version of the subscribable contract")
        defaulting.annotation(channel, SUBSCRIBABLE, "v1", origin)


def set_channel_defaults(channel: Fields, defaulting: Defaulting) -> None:
    """Fill in the annotation and the template.

    A Channel that names its template keeps a dead letter sink without namespace.

    Source: knative-resources 6.7 [quirk]; knative/eventing channel_defaults.go.
    """
    _set_subscribable(channel, defaulting)
    spec = channel["spec"]
    if spec.get("channelTemplate") is None:
        set_template(spec, defaulting.namespace, defaulting)
        defaulting.delivery(spec.get("delivery"), "spec.delivery")


def validate_channel(channel: Fields, checking: Checking) -> list[Fault]:
    """Check template and delivery; nobody may list subscribers.

    Source: knative-resources 6.7; knative/eventing channel_validation.go.
    """
    spec = channel["spec"]
    own = checking.replace(own_namespace=channel["metadata"]["namespace"])
    faults = check_template(spec.get("channelTemplate"))
    if spec.get("subscribers"):
        faults.append(disallowed("subscribable.subscribers"))
    faults += via(check_delivery(spec.get("delivery"), own), "delivery")
    return via(faults, "spec")


def check_channel_update(old: Fields, new: Fields) -> list[Fault]:
    """Let nothing change, not even the delivery."""
    before, after = ({**each["spec"], "subscribers": None} for each in (old, new))
    return immutable(before, after, "spec")


def set_in_memory_defaults(channel: Fields, defaulting: Defaulting) -> None:
    """Fill in the annotation and the dead letter sink's namespace."""
    _set_subscribable(channel, defaulting)
    defaulting.delivery(channel["spec"].get("delivery"), "spec.delivery")


def validate_in_memory(channel: Fields, checking: Checking) -> list[Fault]:
    """Check the subscribers and the scope; the delivery is not looked at.

    Source: knative-resources 6.8; knative/eventing in_memory_channel_validation.go.
    """
    faults: list[Fault] = []
    for index, each in enumerate(channel["spec"].get("subscribers") or []):
        if each.get("replyUri") is None and each.get("subscriberUri") is None:
            details = "expected at least one of, got none"
            absent = missing("replyURI", "subscriberURI", details=details)
            faults += via([absent], f"spec.subscribable.subscriber[{index}]")
    scope = annotations_of(channel).get(SCOPE)
    if scope not in (None, "cluster", "namespace"):
        wrong = invalid(scope, "", "expected either 'cluster' or 'namespace'")
        faults += via([wrong], f"metadata.annotations.[{SCOPE}]")
    return faults


def check_in_memory_update(old: Fields, new: Fields) -> list[Fault]:
    """Let nobody but the controller change the subscribers."""
    before = old["spec"].get("subscribers") or []
    after = new["spec"].get("subscribers") or []
    message = (
        "Channel.Spec.Subscribers changed by user  "
        f"which was not the {_CONTROLLER} service account"
    )
    return [
        fault.replace(message=message)
        for fault in immutable(before, after, "spec.subscribers")
    ]


CHANNEL: Final = Kind(
    api_version="messaging.knative.dev/v1",
    type=knative_object(
        "v1",
        "Channel",
        pointer("channelTemplate", CHANNEL_TEMPLATE_SPEC),
        *embed(_CHANNELABLE_SPEC),
    ),
    set_defaults=set_channel_defaults,
    validate=validate_channel,
    check_update=check_channel_update,
)

IN_MEMORY_CHANNEL: Final = Kind(
    api_version="messaging.knative.dev/v1",
    type=knative_object("v1", "InMemoryChannel", *embed(_CHANNELABLE_SPEC)),
    set_defaults=set_in_memory_defaults,
    validate=validate_in_memory,
    check_update=check_in_memory_update,
)

KINDS: Final = (CHANNEL, IN_MEMORY_CHANNEL)
