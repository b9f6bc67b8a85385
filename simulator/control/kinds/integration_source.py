"""An IntegrationSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.conditions import ConditionSet
from simulator.control.config import OIDC
from simulator.control.go_types import INT, Struct, embed, pointer, text, value
from simulator.control.integrations import (
    AWS_COMMON,
    S3,
    SQS,
    Integration,
    Kamelet,
    labels_of,
    template_of,
    texts,
)
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SOURCES, child_name
from simulator.control.objects import variables
from simulator.control.sources import source_of
from simulator.control.types_core import POD_TEMPLATE_SPEC
from simulator.control.types_duck import SOURCE_SPEC
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.processes import Timer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.faults import Fault
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object

_TIMER = Kamelet(
    name="timer",
    type=Struct(
        name="v1alpha1.Timer",
        fields=(
            value("period", INT, omit=False),
            text("message", omit=False),
            text("contentType", omit=False),
            value("repeatCount", INT),
        ),
    ),
    defaults={"period": 1000, "contentType": "text/plain"},
)
_DDB = Kamelet(
    name="aws-ddb-streams",
    type=Struct(
        name="v1alpha1.AWSDDBStreams",
        fields=(
            *embed(AWS_COMMON),
            *texts("table", "streamIteratorType"),
            value("delay", INT),
        ),
    ),
    needs=("table", "region"),
    defaults={"streamIteratorType": "FROM_LATEST", "delay": 500},
)
_INTEGRATION: Final = Integration(
    what="source",
    plain="timer",
    kamelet=_TIMER,
    aws={"s3": S3, "sqs": SQS, "ddbStreams": _DDB},
)
_MS = 1_000_000
_DELAY_NS = 1_000 * _MS


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Check that one source type is set; the sink is not looked at.

    Source: knative-resources 6.16; knative/eventing integration_validation.go.
    """
    return _INTEGRATION.check(source["spec"])


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """A timer ticks; others wait for what is outside.

    Source: knative-resources 6.16; knative-kinds 6 (the images: read).
    """
    chosen = _INTEGRATION.chosen(source)
    wired = source_of(
        source, cluster, silent=chosen is None or chosen.kamelet != _TIMER
    )
    conditions = ConditionSet(("ContainerSourceReady",))
    if wired.sink is None:
        conditions.false("ContainerSourceReady", "NoAddressable")
    else:
        conditions.true("ContainerSourceReady")
    if chosen is not None:
        wired = wired.replace(attributes=_attributes(chosen.kamelet.name), overrides={})
        _advise(source, chosen.kamelet, cluster)
        if chosen.kamelet == _TIMER:
            wired = wired.replace(timer=_timer(chosen.fields))
    return Reconciled(conditions=conditions, source=wired)


def _attributes(kamelet: str) -> Mapping[str, str]:
    """Source: knative-resources 6.16; I:application.properties of each image."""
    return {
        "type": f"dev.knative.eventing.{kamelet}",
        "source": f"dev.knative.eventing.{kamelet}-source",
        "subject": f"{kamelet}-source",
    }


def _timer(fields: Mapping[str, Any]) -> Timer:
    """Say when a timer ticks, and with which data.

    Source: camel-kamelets timer-source.kamelet.yaml; camel-timer TimerEndpoint and
        TimerConsumer (read): a second at first; once, where there is no period; without
        end, where there is no count.
    """
    period, count = (_number(fields.get(name)) for name in ("period", "repeatCount"))
    if period <= 0:
        count = 1
    return Timer(
        first_ns=_DELAY_NS,
        period_ns=max(period, 0) * _MS,
        count=count if count > 0 else None,
        data=str(fields.get("message") or "").encode(),
        content_type=str(fields.get("contentType") or ""),
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _advise(source: Admitted, kamelet: Kamelet, cluster: Cluster) -> None:
    if source.spec.get("ceOverrides"):
        text = (
            "the README of the connectors says that they apply K_CE_OVERRIDES, none of "
            "their code does: events go out without these"
        )
        cluster.findings.warn(source, "no-effect", text, "spec.ceOverrides")
    for key, other in cluster.resources.items():
        if other is source:
            return
        if key[:2] == source.key[:2]:
            same = _INTEGRATION.chosen(other)
            if same is not None and same.kamelet == kamelet:
                text = (
                    f"its events have the type, source and subject of those of {other.resource}: "
                    "nothing but the id tells them apart"
                )
                cluster.findings.note(source, "same-events", text, also=(other, ""))
                return


def expand(source: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give the ContainerSource that runs its connector.

    A template's own containers and service account are replaced.

    Source: knative-kinds 6; E:pkg/reconciler/integration/source/resources.
    """
    labels = labels_of(source)
    oidc = {
        "CAMEL_KNATIVE_CLIENT_OIDC_ENABLED": "true",
        "CAMEL_KNATIVE_CLIENT_OIDC_TOKEN_PATH": "file:///oidc/token",
    }
    container = {
        "name": "source",
        "image": _INTEGRATION.image(source),
        "env": [
            *variables(
                CAMEL_KNATIVE_CLIENT_SSL_ENABLED="true",
                CAMEL_KNATIVE_CLIENT_SSL_CERT_PATH="/knative-custom-certs/knative-eventing-bundle.pem",
                **(oidc if cluster.configuration.enabled(OIDC) else {}),
            ),
            *_INTEGRATION.variables(source),
        ],
    }
    template = template_of(source)
    metadata = template.get("metadata") or {}
    spec: Object = {
        "sink": source.spec.get("sink") or {},
        "template": {
            "metadata": {
                **metadata,
                "labels": {**(metadata.get("labels") or {}), **labels},
            },
            "spec": {**template["spec"], "containers": [container]},
        },
    }
    if source.spec.get("ceOverrides") is not None:
        spec["ceOverrides"] = source.spec["ceOverrides"]
    yield {
        "apiVersion": f"{SOURCES}/v1",
        "kind": "ContainerSource",
        "metadata": {
            "name": child_name(source.name, "-containersource"),
            "namespace": source.namespace,
            "labels": labels,
        },
        "spec": spec,
    }


KIND: Final = Kind(
    group=SOURCES,
    name="IntegrationSource",
    webhooks=webhooks(
        "IntegrationSource",
        ("v1alpha1",),
        *embed(SOURCE_SPEC),
        *_INTEGRATION.fields,
        pointer("template", POD_TEMPLATE_SPEC),
        validate=validate,
    ),
    reconcile={Phase.SOURCES: reconcile},
    sends=True,
    expand=expand,
    short=Short(
        version="v1alpha1",
        fields=("timer", "aws", "sink", "ceOverrides", "template"),
        notations={"sink": shorthand.DESTINATION},
    ),
)
