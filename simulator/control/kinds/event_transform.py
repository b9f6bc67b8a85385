"""An EventTransform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control import objects
from simulator.control.authorization import labels_of
from simulator.control.conditions import ConditionSet
from simulator.control.config import OIDC, TRANSPORT_ENCRYPTION
from simulator.control.destinations import Resolution
from simulator.control.faults import Fault, both_of, generic, neither_of, via
from simulator.control.go_types import BOOL, Struct, embed, pointer, text
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import (
    EVENTING,
    SOURCES,
    child_name,
    service_hosts,
    service_url,
)
from simulator.control.shared_rules import check_destination
from simulator.control.types_duck import DESTINATION
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import node_name
from simulator.processes import Transformation
from simulator.resource import ResourceKey
from simulator.wiring import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object


def validate(transform: Fields, checking: Checking) -> list[Fault]:
    """The expression is never parsed.

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

_SUFFIX = "-jsonata"


def address(transform: Admitted, cluster: Cluster) -> Resolution:
    """Give its address; there is none while its sink does not resolve.

    Source: knative-resources 2.3; knative-kinds 1, expansion (read).
    """
    name, namespace = child_name(transform.name, _SUFFIX), transform.namespace
    claimed = cluster.services.answers_at(namespace, name)
    if not claimed and _sink(transform, cluster).error:
        return Resolution()
    return Resolution(url=service_url(name, namespace))


def reconcile(transform: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.5 (conditions; read)."""
    conditions = ConditionSet(
        ("TransformationReady", "Addressable", "EventPoliciesReady")
    )
    cluster.authorization.mark_policies(conditions, transform)
    name, namespace = child_name(transform.name, _SUFFIX), transform.namespace
    hosts = service_hosts(name, namespace)
    if cluster.services.answers_at(namespace, name):
        cluster.services.use_host(hosts[-1])
        conditions.true("TransformationReady", "Addressable")
        return Reconciled(conditions=conditions)
    sink = _sink(transform, cluster)
    if sink.error:
        conditions.unknown("TransformationReady", "", sink.error)
        return Reconciled(conditions=conditions)
    faults = list(_unparsable(transform))
    for path, fault in faults:
        text = f"its process does not start, so nothing answers: {fault}"
        cluster.findings.warn(transform, "never-starts", text, path)
    if faults:
        conditions.unknown("TransformationReady", "", faults[0][1])
    else:
        conditions.true("TransformationReady", "Addressable")
    endpoint = Endpoint(
        node=node_name("transform", namespace, transform.name),
        namespace=namespace,
        name=name,
        hosts=hosts,
        unreachable=bool(faults),
        replies=sink.url is None
        or _expression(transform.spec.get("reply") or {}) is not None,
        emits=() if sink.url is None else (sink.url,),
        process=(None if faults else _transformation(transform, sink, cluster)),
        guard=cluster.authorization.guard(transform.key, labels_of(transform)),
    )
    return Reconciled(conditions=conditions, endpoints=(endpoint,))


def _sink(transform: Admitted, cluster: Cluster) -> Resolution:
    sink = transform.spec.get("sink")
    if not isinstance(sink, dict):
        return Resolution()
    return cluster.resolve(sink, transform, "spec.sink")


def _transformation(
    transform: Admitted, sink: Resolution, cluster: Cluster
) -> Transformation:
    """Say what it does; it sends in the name of the binding that is made for it.

    Source: knative-kinds 1, expansion (a SinkBinding of its Deployment's name; that the
        process sends the token of that is read).
    """
    spec = transform.spec
    reply = spec.get("reply") or {}
    name = child_name(transform.name, _SUFFIX)
    binding = ResourceKey(SOURCES, "sinkbinding", transform.namespace, name)
    return Transformation(
        expression=_expression(spec) or "",
        sink=sink.url,
        authorization=cluster.authorization.header_as(binding, sink.audience),
        reply=_expression(reply),
        discards=bool(reply.get("discard")),
    )


def _expression(spec: Mapping[str, Any]) -> str | None:
    jsonata = spec.get("jsonata")
    return None if jsonata is None else str(jsonata.get("expression") or "")


def _unparsable(transform: Admitted) -> Iterator[tuple[str, str]]:
    """Give the path of each expression that does not parse, and why.

    Source: knative-kinds 1: they are never parsed at admission, and the pod never starts.
    """
    from simulator.jsonata import Expression  # few topologies have one

    spec = transform.spec
    for path, holder in (("spec", spec), ("spec.reply", spec.get("reply") or {})):
        text = _expression(holder)
        if text is None:
            continue
        try:
            Expression(text)
        except ValueError as error:
            yield f"{path}.jsonata.expression", str(error)


_FOLDER, _TLS = "/etc/jsonata", "/etc/jsonata-tls"
_FILES = ("jsonata-expression", "jsonata-expression-reply")


def expand(transform: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give what runs its process: expressions, pods, their Service, and their sink.

    Source: knative-kinds 1, expansion;
        E:pkg/reconciler/eventtransform/resources_jsonata.go (of TLS: read).
    """
    name = child_name(transform.name, _SUFFIX)
    labels = {
        "eventing.knative.dev/event-transform-jsonata": "true",
        "eventing.knative.dev/event-transform-name": transform.name,
    }
    spec = transform.spec
    texts = (_expression(spec), _expression(spec.get("reply") or {}))
    yield {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": transform.namespace, "labels": labels},
        "data": {
            file: text
            for file, text in zip(_FILES, texts, strict=True)
            if text is not None
        },
    }
    has_proxy = cluster.configuration.enabled(OIDC)
    encryption = cluster.configuration.flag(TRANSPORT_ENCRYPTION)
    container = {
        "name": "jsonata-event-transform",
        "image": "<EVENT_TRANSFORM_JSONATA_IMAGE>",
        "env": _variables(spec, encryption),
    }
    proxy = [objects.auth_proxy(transform, name)] if has_proxy else []
    pods = objects.deployment(transform, name, labels, (container, *proxy))
    yield pods
    yield objects.service(
        transform, name, labels, _ports(encryption, proxied=has_proxy)
    )
    if spec.get("sink") is not None:
        yield objects.sink_binding(transform, name, pods, labels)


def _variables(spec: Mapping[str, Any], encryption: str) -> list[Object]:
    found = {"JSONATA_TRANSFORM_FILE_NAME": f"{_FOLDER}/{_FILES[0]}"}
    reply = spec.get("reply")
    if reply is not None:
        discards = str(bool(reply.get("discard"))).lower()
        found["JSONATA_DISCARD_RESPONSE_BODY"] = discards
        if _expression(reply) is not None:
            found["JSONATA_RESPONSE_TRANSFORM_FILE_NAME"] = f"{_FOLDER}/{_FILES[1]}"
    if encryption == "strict":
        found["DISABLE_HTTP_SERVER"] = "true"
    if encryption in ("strict", "permissive"):
        found["HTTPS_CERT_PATH"] = f"{_TLS}/tls.crt"
        found["HTTPS_KEY_PATH"] = f"{_TLS}/tls.key"
    return objects.variables(**found)


def _ports(encryption: str, *, proxied: bool) -> Iterator[Object]:
    http, https = (3128, 3129) if proxied else (8080, 8443)
    schemes = {"strict": ("https",), "permissive": ("https", "http")}
    for scheme in schemes.get(encryption, ("http",)):
        yield {
            "name": scheme,
            "appProtocol": scheme,
            "protocol": "TCP",
            "port": 443 if scheme == "https" else 80,
            "targetPort": https if scheme == "https" else http,
        }


KIND: Final = Kind(
    group=EVENTING,
    name="EventTransform",
    open_paths=("spec.sink.",),
    webhooks=webhooks(
        "EventTransform",
        ("v1alpha1",),
        pointer("sink", DESTINATION),
        pointer("reply", _REPLY),
        *embed(_TRANSFORMATIONS),
        validate=validate,
        check_update=check_update,
    ),
    address=address,
    reconcile={Phase.PROCESSES: reconcile},
    expand=expand,
    short=Short(
        version="v1alpha1",
        fields=("jsonata", "sink", "reply"),
        notations={
            "jsonata": shorthand.Expression(),
            "sink": shorthand.DESTINATION,
            "reply": shorthand.Fields(notations={"jsonata": shorthand.Expression()}),
        },
    ),
)
