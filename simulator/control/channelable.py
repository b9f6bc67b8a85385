"""What Channels of both kinds, and the flows that make them, have in common at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import channel_defaults
from simulator.control.defaulting import annotations_of, from_webhook
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
from simulator.control.types_duck import DELIVERY_SPEC

if TYPE_CHECKING:
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields


SUBSCRIBABLE: Final = "messaging.knative.dev/subscribable"


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


CHANNELABLE_SPEC = Struct(
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


def set_subscribable(channel: Fields, defaulting: Defaulting) -> None:
    """Fill in the annotation that says which contract a channel keeps."""
    if SUBSCRIBABLE not in annotations_of(channel):
        origin = from_webhook("version of the subscribable contract")
        defaulting.annotation(channel, SUBSCRIBABLE, "v1", origin)
