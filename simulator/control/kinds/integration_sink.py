"""An IntegrationSink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import objects
from simulator.control.authorization import labels_of as labels_of_policies
from simulator.control.conditions import ConditionSet
from simulator.control.config import OIDC, TRANSPORT_ENCRYPTION
from simulator.control.destinations import Resolution
from simulator.control.go_types import BOOL, Field, Struct, embed, pointer, text, value
from simulator.control.integrations import (
    AWS_COMMON,
    S3,
    SQS,
    Integration,
    Kamelet,
    labels_of,
    template_of,
    texts,
    written,
)
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SINKS, child_name, service_hosts, service_url
from simulator.control.types_core import POD_TEMPLATE_SPEC
from simulator.manifests.sections import Short
from simulator.nodes import node_name
from simulator.processes import Connector
from simulator.wiring import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.cluster import Cluster
    from simulator.control.faults import Fault
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object


def _flags(*names: str) -> tuple[Field, ...]:
    return tuple(value(name, BOOL) for name in names)


_LOG = Kamelet(
    name="log",
    type=Struct(
        name="v1alpha1.Log",
        fields=(
            *texts("loggerName", "level"),
            *_flags("logMask"),
            *texts("marker"),
            *_flags(
                "multiline", "showAllProperties", "showBody", "showBodyType",
                "showExchangePattern", "showHeaders", "showProperties", "showStreams",
                "showCachedStreams",
            ),
        ),
    ),
    defaults={
        "loggerName": "log-sink",
        "level": "INFO",
        "showBody": True,
        "showBodyType": True,
        "showExchangePattern": True,
        "showCachedStreams": True,
    },
)  # fmt: skip
_SNS = Kamelet(
    name="aws-sns",
    type=Struct(
        name="v1alpha1.AWSSNS",
        fields=(*embed(AWS_COMMON), text("arn"), *written("autoCreateTopic")),
    ),
    needs=("arn", "region"),
)
_INTEGRATION: Final = Integration(
    what="sink", plain="log", kamelet=_LOG, aws={"s3": S3, "sqs": SQS, "sns": _SNS}
)
_SUFFIX = "-deployment"
_DEPENDENTS = (
    *("Addressable", "DeploymentReady", "EventPoliciesReady"), "TrustBundlePropagated",
)  # fmt: skip


def validate(sink: Fields, checking: Checking) -> list[Fault]:
    """Check that one sink type is set.

    Source: knative-resources 6.18; knative/eventing integration_sink_validation.go.
    """
    return _INTEGRATION.check(sink["spec"])


def address(sink: Admitted, cluster: Cluster) -> Resolution:
    """Source: knative-resources 2.3."""
    return Resolution(url=service_url(child_name(sink.name, _SUFFIX), sink.namespace))


def reconcile(sink: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.18."""
    name, namespace = child_name(sink.name, _SUFFIX), sink.namespace
    conditions = ConditionSet(_DEPENDENTS)
    conditions.true(*_DEPENDENTS)
    cluster.authorization.mark_policies(conditions, sink)
    hosts = service_hosts(name, namespace)
    if cluster.services.answers_at(namespace, name):
        cluster.services.use_host(hosts[-1])
        return Reconciled(conditions=conditions)
    endpoint = Endpoint(
        node=node_name("integrationsink", namespace, sink.name),
        namespace=namespace,
        name=sink.name,
        hosts=hosts,
        replies=False,
        process=Connector(),
        guard=cluster.authorization.guard(sink.key, labels_of_policies(sink)),
    )
    return Reconciled(conditions=conditions, endpoints=(endpoint,))


def expand(sink: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give the Deployment that runs its connector, and its Service.

    Source: knative-kinds 6; E:pkg/reconciler/integration/sink/resources (of OIDC and TLS:
        read).
    """
    name, labels = child_name(sink.name, _SUFFIX), labels_of(sink)
    folder = f"/etc/{sink.name}-server-tls"
    ports = [
        {"name": scheme, "containerPort": port, "protocol": "TCP"}
        for scheme, port in (("http", 8080), ("https", 8443))
    ]
    container: Object = {
        "name": "sink",
        "image": _INTEGRATION.image(sink),
        "env": [
            *_encryption(cluster.configuration.flag(TRANSPORT_ENCRYPTION), folder),
            *_INTEGRATION.variables(sink),
        ],
    }
    containers = [{**container, "ports": ports}]
    if cluster.configuration.enabled(OIDC):
        files = {
            "SINK_TLS_CERT_FILE": f"{folder}/tls.crt",
            "SINK_TLS_KEY_FILE": f"{folder}/tls.key",
            "SINK_TLS_CA_FILE": f"{folder}/ca.crt",
        }
        containers = [container, objects.auth_proxy(sink, name, **files)]
    yield objects.deployment(sink, name, labels, containers, template_of(sink))
    served = [
        {"name": scheme, "protocol": "TCP", "port": port, "targetPort": scheme}
        for scheme, port in (("http", 80), ("https", 443))
    ]
    yield objects.service(sink, name, labels, served)


def _encryption(flag: str, folder: str) -> list[Object]:
    found = {}
    if flag not in ("", "disabled"):
        found["QUARKUS_HTTP_SSL_CERTIFICATE_FILES"] = f"{folder}/tls.crt"
        found["QUARKUS_HTTP_SSL_CERTIFICATE_KEY-FILES"] = f"{folder}/tls.key"
    if flag == "strict":
        found["QUARKUS_HTTP_INSECURE_REQUESTS"] = "disabled"
    return objects.variables(**found)


KIND: Final = Kind(
    group=SINKS,
    name="IntegrationSink",
    webhooks=webhooks(
        "IntegrationSink",
        ("v1alpha1",),
        *_INTEGRATION.fields,
        pointer("template", POD_TEMPLATE_SPEC),
        validate=validate,
    ),
    address=address,
    reconcile={Phase.PROCESSES: reconcile},
    expand=expand,
    short=Short(version="v1alpha1", fields=("log", "aws", "template")),
)
