"""A RequestReply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control.conditions import ConditionSet
from simulator.control.config import FEATURES, REQUEST_REPLY_TIMEOUT
from simulator.control.defaulting import from_webhook
from simulator.control.destinations import Resolution, missing_object
from simulator.control.faults import Fault, disallowed, invalid, via
from simulator.control.given import Admitted
from simulator.control.go_types import STRING, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import (
    BROKER_LABEL,
    EVENTING,
    SYSTEM_NAMESPACE,
    child_name,
    service_hosts,
    system_url,
)
from simulator.control.shared_rules import A_DURATION, check_delivery, check_reference
from simulator.control.types_duck import DELIVERY_SPEC, K_REFERENCE
from simulator.correlation import key_of
from simulator.delivery import PeriodError, parse_period
from simulator.errors import nearest
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.nodes import node_name
from simulator.processes import Asking
from simulator.resource import Resource, ResourceKey, mapping
from simulator.wiring import Endpoint, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object

_ATTRIBUTE_DEFAULTS = {
    "correlationAttribute": "correlationid",
    "replyAttribute": "replyid",
}
# "course" stands where "source" was meant; Knative refuses the one, not the other.
_MOST_PODS = 100
_MINUTE_NS = 60_000_000_000
_REFUSED_NAMES = ("", "id", "course", "specversion", "type")


def set_defaults(request: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.6; knative/eventing requestreply_defaults.go."""
    spec = request["spec"]
    origin = from_webhook("name of the broker")
    defaulting.label(request, BROKER_LABEL, spec["brokerRef"]["name"], origin)
    if not spec.get("timeout"):
        flag = REQUEST_REPLY_TIMEOUT
        origin = defaulting.from_config(FEATURES, flag)
        defaulting.put(spec, "spec.timeout", defaulting.config.flags[flag], origin)
    for name, default in _ATTRIBUTE_DEFAULTS.items():
        if not spec.get(name):
            defaulting.put(
                spec, f"spec.{name}", default, from_webhook("its usual name")
            )


def validate(request: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 6.6; knative/eventing requestreply_validation.go."""
    spec = request["spec"]
    own = checking.replace(own_namespace=request["metadata"]["namespace"])
    broker = spec["brokerRef"]
    found = check_reference(broker, own)
    if broker["kind"].lower() != "broker":
        found.append(invalid(broker["kind"], "kind", "brokerRef kind must be Broker"))
    if broker.get("namespace"):
        found.append(disallowed("namespace"))
    faults = via(found, "brokerRef")
    faults += via(check_delivery(spec.get("delivery"), own), "delivery")
    faults += _check_timeout(spec["timeout"])
    for name in ("correlationAttribute", "replyAttribute"):
        if spec[name] in _REFUSED_NAMES:
            path = name.lower()
            why = (
                f"{path} must be non-empty and cannot be a core cloudevent attribute "
                "(id, type, specversion, source)"
            )
            faults.append(invalid(spec[name], path, why))
    return via(faults, "spec")


def _check_timeout(text: str) -> list[Fault]:
    try:
        if parse_period(text) > 0:
            return []
    except PeriodError as error:
        return [invalid(text, "timeout", str(error), ours=A_DURATION)]
    why = "timeout must be a positive duration"
    return [invalid(text, "timeout", why, ours=A_DURATION)]


_SERVICE = "request-reply"
_PODS = ResourceKey("apps", "StatefulSet", SYSTEM_NAMESPACE, _SERVICE)
_LABEL = "eventing.knative.dev/RequestReply."


def address(request: Admitted, cluster: Cluster) -> Resolution:
    """Give its address; it gets none before it has found its broker.

    Source: knative-resources 2.3; requestreply.go ReconcileKind (read).
    """
    if _is_claimed(cluster) or cluster.hub(_broker_key(request)) is not None:
        return Resolution(url=system_url(_SERVICE, request.name, request.namespace))
    return Resolution()


def make_triggers(request: Admitted, cluster: Cluster) -> Reconciled:
    """Make the trigger of each pod, which takes the replies that the pod waits for.

    Source: knative-resources 6.6; knative-kinds 2, Controller; requestreply.go
        createTrigger. A pod has a name here, where there it is called by its IP.
    """
    if _is_claimed(cluster):
        return Reconciled()
    hosts = _pods(cluster)
    return Reconciled(
        objects=tuple(
            _trigger(request, host, n, len(hosts)) for n, host in enumerate(hosts)
        )
    )


def expand(request: Admitted, cluster: Cluster) -> Iterator[Object]:
    for each in make_triggers(request, cluster).objects:
        yield dict(each.manifest)


def _trigger(request: Admitted, host: str, pod: int, pods: int) -> Admitted:
    name, namespace = request.name, request.namespace
    broker = _broker_key(request).name
    arguments = f'"{name}", "{namespace}", "request-reply-keys", {pod}, {pods}'
    expression = f"KN_VERIFY_CORRELATION_ID({_attribute(request, 'replyAttribute')}, {arguments})"
    manifest = {
        "apiVersion": f"{EVENTING}/v1",
        "kind": "Trigger",
        "metadata": {
            "name": child_name(name, f"{pod}-{pods}"),
            "namespace": namespace,
            "labels": {
                f"{_LABEL}name": name,
                f"{_LABEL}namespace": namespace,
                f"{_LABEL}dataPlaneReplicas": str(pods),
                BROKER_LABEL: broker,
            },
        },
        "spec": {
            "broker": broker,
            "filter": {},
            "filters": [{"cesql": expression}],
            "subscriber": {"uri": f"http://{host}:8080/{namespace}/{name}/reply"},
        },
    }
    made = Resource(manifest=manifest, origin=request.resource.origin)
    return Admitted(resource=made, manifest=manifest)


def reconcile(request: Admitted, cluster: Cluster) -> Reconciled:
    """Source: knative-resources 6.6; knative-kinds 2, Controller (read)."""
    conditions = ConditionSet(
        ("TriggersReady", "BrokerReady", "Addressable", "EventPoliciesReady")
    )
    why = "Event policies not implemented for RequestReply yet"
    conditions.true("EventPoliciesReady", reason="NotImplemented", message=why)
    name, namespace = request.name, request.namespace
    hosts = service_hosts(_SERVICE, SYSTEM_NAMESPACE)
    if _is_claimed(cluster):
        cluster.services.use_host(hosts[-1])
        conditions.true("TriggersReady", "BrokerReady", "Addressable")
        return Reconciled(conditions=conditions)
    pods = _pods(cluster)
    broker = _broker(request, conditions, cluster)
    if cluster.authorization.on:
        why = "authentication-oidc is on; here it sends no token to its broker, and whether it does on a cluster was not read"
        cluster.findings.warn(request, "feature-not-simulated", why, "spec.brokerRef")
    _judge_triggers(request, len(pods), conditions, cluster)
    if broker is not None:
        conditions.true("Addressable")
    key = _key(request, cluster)
    _advise(request, cluster, has_key=bool(key))
    asking = Asking(
        broker=broker,
        correlation=_attribute(request, "correlationAttribute").lower(),
        reply=_attribute(request, "replyAttribute"),
        key=key,
        pods=pods,
    )
    endpoint = Endpoint(
        node=node_name("requestreply", namespace, name),
        namespace=namespace,
        name=name,
        hosts=(*pods, *hosts),
        unreachable=not pods,
        replies=True,
        emits=() if broker is None else (broker,),
        process=asking,
        paths=(f"/{namespace}/{name}",),
        mute=(f"/{namespace}/{name}/reply",),
    )
    return Reconciled(conditions=conditions, endpoints=(endpoint,))


def _attribute(request: Admitted, name: str) -> str:
    return str(request.spec.get(name) or _ATTRIBUTE_DEFAULTS[name])


def _is_claimed(cluster: Cluster) -> bool:
    return cluster.services.answers_at(SYSTEM_NAMESPACE, _SERVICE)


def _broker_key(request: Admitted) -> ResourceKey:
    name = mapping(request.spec.get("brokerRef")).get("name")
    return ResourceKey(EVENTING, "Broker", request.namespace, str(name or ""))


def _pods(cluster: Cluster) -> tuple[str, ...]:
    """Give the hosts of the pods: as many as its StatefulSet says, one where none does."""
    written = cluster.read(_PODS)
    replicas = 1 if written is None else written.spec.get("replicas", 1)
    count = replicas if isinstance(replicas, int) and replicas >= 0 else 1
    if written is not None and count > _MOST_PODS:
        why = f"has no effect: {_MOST_PODS} pods are the most that are played"
        cluster.findings.note(written, "field-ignored", why, "spec.replicas")
        count = _MOST_PODS
    host = service_hosts(_SERVICE, SYSTEM_NAMESPACE)[-1]
    return tuple(f"{_SERVICE}-{pod}.{host}" for pod in range(count))


def _broker(
    request: Admitted, conditions: ConditionSet, cluster: Cluster
) -> str | None:
    key = _broker_key(request)
    broker = cluster.hub(key)
    if broker is None:
        text = f"could not get broker: {missing_object(key)}"
        conditions.unknown("BrokerReady", "NotFound", text)
        hint = cluster.elsewhere(key) or nearest(key.name, cluster.names_of(key))
        message = (
            f"there is no Broker {key.name!r} in namespace {key.namespace!r}{hint}; "
            "it has no address, and every request is answered 500"
        )
        cluster.findings.warn(request, "no-broker", message, "spec.brokerRef")
        return None
    if broker.conditions.is_ready:
        conditions.true("BrokerReady")
    else:
        conditions.false("BrokerReady", "NotReady", "broker is not ready")
    return broker.url


def _judge_triggers(
    request: Admitted, pods: int, conditions: ConditionSet, cluster: Cluster
) -> None:
    key = request.key
    for pod in range(pods):
        name = child_name(request.name, f"{pod}-{pods}")
        ready = cluster.ready_of(ResourceKey(EVENTING, "Trigger", key.namespace, name))
        if ready is None or ready.status is not Truth.TRUE:
            why = "not all triggers are ready yet"
            conditions.false("TriggersReady", "TriggersNotReady", why)
            return
    conditions.true("TriggersReady")


def _key(request: Admitted, cluster: Cluster) -> str:
    """Name its key; none is made for one whose name begins that of another with a key.

    Source: knative-kinds 2 (trap): the controller looks for a key with the prefix
        ``NS.NAME``, without a dot behind. In which order keys are made is that of the
        topology here.
    """
    keys: list[str] = []
    for each in cluster.resources.values():
        if each.key[:2] != request.key[:2]:
            continue
        if not any(key.startswith(f"{each.namespace}.{each.name}") for key in keys):
            keys.append(key_of(each.namespace, each.name))
    own = key_of(request.namespace, request.name)
    return own if own in keys else ""


def _advise(request: Admitted, cluster: Cluster, *, has_key: bool) -> None:
    findings, spec = cluster.findings, request.spec
    written = "timeout" in spec and request.origin_of("spec.timeout") is None
    if written and _is_no_minute(str(spec["timeout"])):
        why = "has no effect: the pod does not read it, and waits 60 s"
        findings.note(request, "field-ignored", why, "spec.timeout")
    if spec.get("delivery"):
        why = "has no effect: it is stored, and not applied to the triggers"
        findings.note(request, "field-ignored", why, "spec.delivery")
    reply = _attribute(request, "replyAttribute")
    if reply != reply.lower():
        why = (
            "the pod looks for it as it is written, and attributes are in lower case: "
            "every reply is answered 400"
        )
        findings.warn(request, "never-answers", why, "spec.replyAttribute")
    if not has_key:
        why = (
            "it gets no key of its own, since the name of one with a key begins with its "
            "name: every request is answered 500"
        )
        findings.warn(request, "never-answers", why, "metadata.name")


def _is_no_minute(timeout: str) -> bool:
    try:
        return parse_period(timeout) != _MINUTE_NS
    except PeriodError:
        return True


KIND: Final = Kind(
    group=EVENTING,
    name="RequestReply",
    webhooks=webhooks(
        "RequestReply",
        ("v1alpha1",),
        value("brokerRef", K_REFERENCE),
        text("correlationAttribute"),
        text("replyAttribute"),
        pointer("timeout", STRING),
        pointer("delivery", DELIVERY_SPEC),
        set_defaults=set_defaults,
        validate=validate,
    ),
    address=address,
    short=Short(
        version="v1alpha1",
        fields=("brokerRef", *_ATTRIBUTE_DEFAULTS, "timeout", "delivery"),
        notations={
            "brokerRef": shorthand.Reference(bare="broker"),
            "timeout": shorthand.Duration(),
            "delivery": shorthand.DELIVERY,
        },
    ),
    expand=expand,
    reconcile={Phase.SOURCES: make_triggers, Phase.PROCESSES: reconcile},
)
