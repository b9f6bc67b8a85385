"""An IntegrationSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.go_types import INT, Struct, embed, pointer, text, value
from simulator.control.integrations import (
    AUTH,
    AWS_COMMON,
    S3,
    SQS,
    check_chosen,
    texts,
)
from simulator.control.kind import Kind, Phase, Webhook
from simulator.control.naming import SOURCES
from simulator.control.sources import NO_SINK, silent_source
from simulator.control.types_duck import POD_TEMPLATE_SPEC, SOURCE_SPEC, knative_object

if TYPE_CHECKING:
    from simulator.control.faults import Fault
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_NEEDS = {
    "s3": ("arn", "region"),
    "sqs": ("arn", "region"),
    "ddbStreams": ("table", "region"),
}


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Check that one source type is set; the sink is not looked at.

    Source: knative-resources 6.16; knative/eventing integration_validation.go.
    """
    return check_chosen(source["spec"], "timer", _NEEDS, "source")


_DDB = Struct(
    name="v1alpha1.AWSDDBStreams",
    fields=(
        *embed(AWS_COMMON),
        *texts("table", "streamIteratorType"),
        value("delay", INT),
    ),
)


_TIMER = Struct(
    name="v1alpha1.Timer",
    fields=(
        value("period", INT, omit=False),
        text("message", omit=False),
        text("contentType", omit=False),
        value("repeatCount", INT),
    ),
)


_AWS = Struct(
    name="v1alpha1.Aws",
    fields=(
        pointer("s3", S3),
        pointer("sqs", SQS),
        pointer("ddbStreams", _DDB),
        pointer("auth", AUTH),
    ),
)


KIND: Final = Kind(
    group=SOURCES,
    name="IntegrationSource",
    webhooks={
        "v1alpha1": Webhook(
            type=knative_object(
                "v1alpha1",
                "IntegrationSource",
                *embed(SOURCE_SPEC),
                pointer("aws", _AWS),
                pointer("timer", _TIMER),
                pointer("template", POD_TEMPLATE_SPEC),
            ),
            validate=validate,
        )
    },
    reconcile={Phase.SOURCES: silent_source},
    means=NO_SINK,
)
