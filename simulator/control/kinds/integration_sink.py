"""An IntegrationSink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.go_types import BOOL, Field, Struct, embed, pointer, text, value
from simulator.control.integrations import (
    AUTH,
    AWS_COMMON,
    S3,
    SQS,
    check_chosen,
    texts,
    written,
)
from simulator.control.kind import Kind, Webhook
from simulator.control.naming import SINKS, service_url
from simulator.control.types_duck import POD_TEMPLATE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.faults import Fault
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.resource import ResourceKey

_NEEDS = {
    "s3": ("arn", "region"),
    "sqs": ("arn", "region"),
    "sns": ("arn", "region"),
}


def validate(sink: Fields, checking: Checking) -> list[Fault]:
    """Check that one sink type is set.

    Source: knative-resources 6.18; knative/eventing integration_sink_validation.go.
    """
    return check_chosen(sink["spec"], "log", _NEEDS, "sink")


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(value(name, BOOL) for name in names)


_SNS = Struct(
    name="v1alpha1.AWSSNS",
    fields=(*embed(AWS_COMMON), text("arn"), *written("autoCreateTopic")),
)


_LOG = Struct(
    name="v1alpha1.Log",
    fields=(
        *texts("loggerName", "level", "marker", "multiline"),
        *_flags(
            "logMask", "showAllProperties", "showBody", "showBodyType",
            "showCachedStreams", "showExchangePattern", "showExchangeId",
            "showHeaders", "showProperties", "showStreams",
        ),
    ),
)  # fmt: skip


_AWS = Struct(
    name="v1alpha1.Aws",
    fields=(
        pointer("s3", S3),
        pointer("sqs", SQS),
        pointer("sns", _SNS),
        pointer("auth", AUTH),
    ),
)


def stub_url(key: ResourceKey) -> str:
    """Give its address.

    Source: knative-resources 2.3.
    """
    return service_url(f"{key.name}-deployment", key.namespace)


KIND: Final = Kind(
    group=SINKS,
    name="IntegrationSink",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object(
                "v1alpha1",
                "IntegrationSink",
                pointer("aws", _AWS),
                pointer("log", _LOG),
                pointer("template", POD_TEMPLATE_SPEC),
            ),
            validate=validate,
        )
    },
    stub_url=stub_url,
)
