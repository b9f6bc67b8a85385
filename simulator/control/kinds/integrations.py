"""What the webhook does to an IntegrationSource and to an IntegrationSink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault, generic, missing, via
from simulator.control.go_types import (
    BOOL,
    INT,
    Field,
    Struct,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.kind import Kind
from simulator.control.types_duck import (
    POD_TEMPLATE_SPEC,
    SOURCE_SPEC,
    knative_object,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_SOURCE_NEEDS = {
    "s3": ("arn", "region"),
    "sqs": ("arn", "region"),
    "ddbStreams": ("table", "region"),
}
_SINK_NEEDS = {
    "s3": ("arn", "region"),
    "sqs": ("arn", "region"),
    "sns": ("arn", "region"),
}
_NAMES_IN_PATHS = {"ddbStreams": "ddb-streams"}


def validate_source(source: Fields, checking: Checking) -> list[Fault]:
    """Check that one source type is set; the sink is not looked at.

    Source: knative-resources 6.16; knative/eventing integration_validation.go.
    """
    return _check(source["spec"], "timer", _SOURCE_NEEDS, "source")


def validate_sink(sink: Fields, checking: Checking) -> list[Fault]:
    """Check that one sink type is set.

    Source: knative-resources 6.18; knative/eventing integration_sink_validation.go.
    """
    return _check(sink["spec"], "log", _SINK_NEEDS, "sink")


def _check(
    spec: Fields, plain: str, needs: Mapping[str, tuple[str, ...]], what: str
) -> list[Fault]:
    aws = spec.get("aws") or {}
    chosen = [name for name in needs if aws.get(name) is not None]
    count = len(chosen) + (spec.get(plain) is not None)
    if count > 1:
        return [generic(f"only one {what} type can be set", "spec.spec")]
    if count == 0:
        return [generic(f"at least one {what} type must be specified", "spec.spec")]
    faults: list[Fault] = []
    for name in chosen:
        if not _has_auth(aws.get("auth")):
            faults.append(missing("auth.secret.ref.name"))
        path = _NAMES_IN_PATHS.get(name, name)
        absent = [need for need in needs[name] if not aws[name].get(need)]
        faults += via([missing(need) for need in absent], path)
    return via(faults, "spec.aws")


def _has_auth(auth: Fields | None) -> bool:
    if not auth:
        return False
    reference = (auth.get("secret") or {}).get("ref") or {}
    return bool(reference.get("name") or auth.get("serviceAccountName"))


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(value(name, BOOL) for name in names)


def _texts(*names: str) -> tuple[Field, ...]:
    return tuple(text(name) for name in names)


def _written(*names: str) -> tuple[Field, ...]:
    """Describe bools that are written when nobody set them, too."""
    return tuple(value(name, BOOL, omit=False) for name in names)


# Source: knative/eventing pkg/apis/common/integration/v1alpha1/aws.go.
_POLLING = (
    value("delay", INT, omit=False),
    value("maxMessagesPerPoll", INT, omit=False),
)
_AWS_COMMON = Struct(
    name="v1alpha1.AWSCommon",
    fields=(*_texts("region", "uriEndpointOverride"), *_written("overrideEndpoint")),
)
_S3 = Struct(
    name="v1alpha1.AWSS3",
    fields=(
        *embed(_AWS_COMMON),
        *_texts(
            "arn", "destinationBucket", "destinationBucketPrefix",
            "destinationBucketSuffix", "prefix",
        ),
        *_written(
            "deleteAfterRead", "moveAfterRead", "autoCreateBucket", "ignoreBody",
            "forcePathStyle",
        ),
        *_POLLING,
    ),
)  # fmt: skip
_SQS = Struct(
    name="v1alpha1.AWSSQS",
    fields=(
        *embed(_AWS_COMMON),
        *_texts("arn", "queueURL"),
        *_written("deleteAfterRead", "autoCreateQueue", "greedy"),
        text("host", omit=False),
        text("protocol", omit=False),
        *_POLLING,
        value("waitTimeSeconds", INT),
        value("visibilityTimeout", INT),
    ),
)
_SNS = Struct(
    name="v1alpha1.AWSSNS",
    fields=(*embed(_AWS_COMMON), text("arn"), *_written("autoCreateTopic")),
)
_DDB = Struct(
    name="v1alpha1.AWSDDBStreams",
    fields=(
        *embed(_AWS_COMMON),
        *_texts("table", "streamIteratorType"),
        value("delay", INT),
    ),
)
_SECRET = Struct(
    name="v1alpha1.Secret",
    fields=(
        pointer(
            "ref",
            Struct(name="v1alpha1.SecretReference", fields=(text("name", omit=False),)),
        ),
    ),
)
_AUTH = Struct(
    name="v1alpha1.Auth",
    fields=(pointer("secret", _SECRET), text("serviceAccountName")),
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
_LOG = Struct(
    name="v1alpha1.Log",
    fields=(
        *_texts("loggerName", "level", "marker", "multiline"),
        *_flags(
            "logMask", "showAllProperties", "showBody", "showBodyType",
            "showCachedStreams", "showExchangePattern", "showExchangeId",
            "showHeaders", "showProperties", "showStreams",
        ),
    ),
)  # fmt: skip
_SOURCE_AWS = Struct(
    name="v1alpha1.Aws",
    fields=(
        pointer("s3", _S3),
        pointer("sqs", _SQS),
        pointer("ddbStreams", _DDB),
        pointer("auth", _AUTH),
    ),
)
_SINK_AWS = Struct(
    name="v1alpha1.Aws",
    fields=(
        pointer("s3", _S3),
        pointer("sqs", _SQS),
        pointer("sns", _SNS),
        pointer("auth", _AUTH),
    ),
)

INTEGRATION_SOURCE: Final = Kind(
    api_version="sources.knative.dev/v1alpha1",
    type=knative_object(
        "v1alpha1",
        "IntegrationSource",
        *embed(SOURCE_SPEC),
        pointer("aws", _SOURCE_AWS),
        pointer("timer", _TIMER),
        pointer("template", POD_TEMPLATE_SPEC),
    ),
    validate=validate_source,
)
INTEGRATION_SINK: Final = Kind(
    api_version="sinks.knative.dev/v1alpha1",
    type=knative_object(
        "v1alpha1",
        "IntegrationSink",
        pointer("aws", _SINK_AWS),
        pointer("log", _LOG),
        pointer("template", POD_TEMPLATE_SPEC),
    ),
    validate=validate_sink,
)

KINDS: Final = (INTEGRATION_SOURCE, INTEGRATION_SINK)
