"""What an IntegrationSource and an IntegrationSink have in common: connectors of Camel.

Each runs one Kamelet, that of the one part of the spec that is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

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
from simulator.control.objects import variable
from simulator.resource import mapping
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.objects import Object


class Kamelet(Value):
    """One connector.

    Args:
        type: Its part of the spec, with its fields in the order of Go.
        needs: Fields that it requires.
        defaults: What the API server fills in, by the schema of the CRD.
    """

    name: str
    type: Struct
    needs: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = made(default_factory=dict)


class Integration(Value):
    what: str
    plain: str
    kamelet: Kamelet
    aws: Mapping[str, Kamelet]

    @property
    def fields(self) -> tuple[Field, ...]:
        services = (pointer(name, each.type) for name, each in self.aws.items())
        whole = Struct(name="v1alpha1.Aws", fields=(*services, pointer("auth", _AUTH)))
        return pointer("aws", whole), pointer(self.plain, self.kamelet.type)

    def check(self, spec: Fields) -> list[Fault]:
        """Source: knative-resources 6.16 and 6.18."""
        aws = spec.get("aws") or {}
        chosen = [name for name in self.aws if aws.get(name) is not None]
        count = len(chosen) + (spec.get(self.plain) is not None)
        if count > 1:
            text = f"only one {self.what} type can be set"
            return [generic(text, "spec.spec")]
        if count == 0:
            text = f"at least one {self.what} type must be specified"
            return [generic(text, "spec.spec")]
        faults: list[Fault] = []
        for name in chosen:
            if not _has_auth(aws.get("auth")):
                faults.append(missing("auth.secret.ref.name"))
            path = _NAMES_IN_PATHS.get(name, name)
            needs = self.aws[name].needs
            absent = [need for need in needs if not aws[name].get(need)]
            faults += via([missing(need) for need in absent], path)
        return via(faults, "spec.aws")

    def chosen(self, owner: Admitted) -> Chosen | None:
        """Give the first that is set, with its defaults; None where none is.

        Source: E:pkg/reconciler/integration, makeEnv and selectImage.
        """
        spec, written = owner.spec, owner.resource.spec
        if spec.get(self.plain) is not None:
            return _chosen(self.kamelet, written.get(self.plain))
        aws = mapping(written.get("aws"))
        for name, kamelet in self.aws.items():
            if (spec.get("aws") or {}).get(name) is not None:
                return _chosen(kamelet, aws.get(name))
        return None

    def variables(self, owner: Admitted) -> Iterator[Object]:
        """Booleans and numbers are always written, texts only where there are some.

        Source: knative-kinds 6; E:pkg/reconciler/integration/helper.go,
            GenerateEnvVarsFromStruct.
        """
        chosen = self.chosen(owner)
        if chosen is None:
            return
        kamelet, given = chosen
        of = kamelet.name.upper().replace("-", "_")
        prefix = f"CAMEL_KAMELET_{of}_{self.what.upper()}_"
        for field in kamelet.type.fields:
            known = _VARIABLES.get((kamelet.name, field.name), field.name.upper())
            value = given.get(field.name)
            if value is None and field.type is BOOL:
                value = False
            if value is None and field.type is INT:
                value = 0
            written = str(value).lower() if isinstance(value, bool) else value
            if written not in (None, ""):
                yield variable(prefix + known, str(written))
        if kamelet is self.kamelet:
            return
        secret = _secret(owner.spec.get("aws") or {})
        if not secret:
            yield variable(f"{prefix}USE_DEFAULT_CREDENTIALS_PROVIDER", "true")
            return
        for name, key in (
            ("ACCESSKEY", "aws.accessKey"),
            ("SECRETKEY", "aws.secretKey"),
        ):
            reference = {"secretKeyRef": {"name": secret, "key": key}}
            yield {"name": prefix + name, "valueFrom": reference}

    def image(self, owner: Admitted) -> str:
        chosen = self.chosen(owner)
        if chosen is None:
            return ""
        name = chosen.kamelet.name.upper().replace("-", "_")
        return f"<INTEGRATION_{self.what.upper()}_{name}_IMAGE>"


class Chosen(NamedTuple):
    kamelet: Kamelet
    fields: Mapping[str, Any]


_NAMES_IN_PATHS = {"ddbStreams": "ddb-streams"}
# What is not called as the field is.
_VARIABLES = {
    ("aws-s3", "arn"): "BUCKET_NAME_OR_ARN",
    ("aws-sqs", "arn"): "QUEUE_NAME_OR_ARN",
    ("aws-sqs", "host"): "AMAZONAWSHOST",
    ("aws-sns", "arn"): "TOPIC_NAME_OR_ARN",
}


def labels_of(owner: Admitted) -> dict[str, str]:
    return {"app.kubernetes.io/name": owner.name}


def template_of(owner: Admitted) -> Object:
    """Give its template of pods, whose service account is that of its credentials.

    Source: knative-kinds 6; E:pkg/reconciler/integration (tests read).
    """
    template = owner.spec.get("template") or {}
    spec = {**(template.get("spec") or {})}
    spec.pop("serviceAccountName", None)
    auth = (owner.spec.get("aws") or {}).get("auth") or {}
    if auth.get("serviceAccountName"):
        spec["serviceAccountName"] = auth["serviceAccountName"]
    return {**template, "spec": spec}


def _chosen(kamelet: Kamelet, written: object) -> Chosen:
    return Chosen(kamelet, {**kamelet.defaults, **mapping(written)})


def _secret(aws: Mapping[str, Any]) -> str:
    reference = ((aws.get("auth") or {}).get("secret") or {}).get("ref") or {}
    return str(reference.get("name") or "")


def _has_auth(auth: Fields | None) -> bool:
    return bool(_secret({"auth": auth}) or (auth or {}).get("serviceAccountName"))


def texts(*names: str) -> tuple[Field, ...]:
    return tuple(text(name) for name in names)


def written(*names: str) -> tuple[Field, ...]:
    """Describe bools that are written when nobody set them, too."""
    return tuple(value(name, BOOL, omit=False) for name in names)


# Source: knative/eventing pkg/apis/common/integration/v1alpha1/aws.go; the defaults:
# config/core/resources/integration{source,sink}.yaml.
_POLLING = (
    value("delay", INT, omit=False),
    value("maxMessagesPerPoll", INT, omit=False),
)

AWS_COMMON = Struct(
    name="v1alpha1.AWSCommon",
    fields=(*texts("region", "uriEndpointOverride"), *written("overrideEndpoint")),
)

S3 = Kamelet(
    name="aws-s3",
    type=Struct(
        name="v1alpha1.AWSS3",
        fields=(
            *embed(AWS_COMMON),
            *texts("arn"),
            *written("deleteAfterRead", "moveAfterRead"),
            *texts(
                "destinationBucket", "destinationBucketPrefix", "destinationBucketSuffix"
            ),
            *written("autoCreateBucket"),
            *texts("prefix"),
            *written("ignoreBody", "forcePathStyle"),
            *_POLLING,
        ),
    ),
    needs=("arn", "region"),
    defaults={"deleteAfterRead": True, "delay": 500, "maxMessagesPerPoll": 10},
)  # fmt: skip

SQS = Kamelet(
    name="aws-sqs",
    type=Struct(
        name="v1alpha1.AWSSQS",
        fields=(
            *embed(AWS_COMMON),
            *texts("arn"),
            *written("deleteAfterRead", "autoCreateQueue"),
            text("host", omit=False),
            text("protocol", omit=False),
            *texts("queueURL"),
            *written("greedy"),
            *_POLLING,
            value("waitTimeSeconds", INT),
            value("visibilityTimeout", INT),
        ),
    ),
    needs=("arn", "region"),
    defaults={
        "deleteAfterRead": True,
        "host": "amazonaws.com",
        "protocol": "https",
        "delay": 500,
        "maxMessagesPerPoll": 1,
    },
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
