"""What an IntegrationSource and an IntegrationSink have in common: the services of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.go_types import Fields


_NAMES_IN_PATHS = {"ddbStreams": "ddb-streams"}


def check_chosen(
    spec: Fields, plain: str, needs: Mapping[str, tuple[str, ...]], what: str
) -> list[Fault]:
    """Check that one type is set, and that it has what it needs.

    Args:
        spec: Of the object.
        plain: The one type that is not of AWS.
        needs: The types of AWS, each with its required fields.
        what: ``source`` or ``sink``.

    Source: knative-resources 6.16 and 6.18.
    """
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


def texts(*names: str) -> tuple[Field, ...]:
    """Describe strings that are not told from empty ones when absent."""
    return tuple(text(name) for name in names)


def written(*names: str) -> tuple[Field, ...]:
    """Describe bools that are written when nobody set them, too."""
    return tuple(value(name, BOOL, omit=False) for name in names)


# Source: knative/eventing pkg/apis/common/integration/v1alpha1/aws.go.
_POLLING = (
    value("delay", INT, omit=False),
    value("maxMessagesPerPoll", INT, omit=False),
)


AWS_COMMON = Struct(
    name="v1alpha1.AWSCommon",
    fields=(*texts("region", "uriEndpointOverride"), *written("overrideEndpoint")),
)


S3 = Struct(
    name="v1alpha1.AWSS3",
    fields=(
        *embed(AWS_COMMON),
        *texts(
            "arn", "destinationBucket", "destinationBucketPrefix",
            "destinationBucketSuffix", "prefix",
        ),
        *written(
            "deleteAfterRead", "moveAfterRead", "autoCreateBucket", "ignoreBody",
            "forcePathStyle",
        ),
        *_POLLING,
    ),
)  # fmt: skip


SQS = Struct(
    name="v1alpha1.AWSSQS",
    fields=(
        *embed(AWS_COMMON),
        *texts("arn", "queueURL"),
        *written("deleteAfterRead", "autoCreateQueue", "greedy"),
        text("host", omit=False),
        text("protocol", omit=False),
        *_POLLING,
        value("waitTimeSeconds", INT),
        value("visibilityTimeout", INT),
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


AUTH = Struct(
    name="v1alpha1.Auth",
    fields=(pointer("secret", _SECRET), text("serviceAccountName")),
)
