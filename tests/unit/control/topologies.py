"""Small admitted resources, and short looks at what came of them."""

from typing import Any

from simulator.control import Admitted, reconcile
from simulator.resource import Resource
from simulator.wiring import Condition, Finding, Hub, Route, Wiring

BROKERS_CONFIG = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "name": "config-br-default-channel",
    "namespace": "knative-eventing",
}
IN_MEMORY = {"apiVersion": "messaging.knative.dev/v1", "kind": "InMemoryChannel"}
INGRESS = "http://broker-ingress.knative-eventing.svc.cluster.local"

Manifest = dict[str, Any]


def manifest(
    api: str, kind: str, name: str, namespace: str, spec: Manifest
) -> Manifest:
    return {
        "apiVersion": api,
        "kind": kind,
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def ref(kind: str, name: str, api: str = "v1", **more: str) -> Manifest:
    return {"ref": {"apiVersion": api, "kind": kind, "name": name, **more}}


def service(name: str, **more: str) -> Manifest:
    return ref("Service", name, **more)


def broker_ref(name: str, **more: str) -> Manifest:
    return ref("Broker", name, "eventing.knative.dev/v1", **more)


def channel_ref(name: str, kind: str = "Channel") -> Manifest:
    return ref(kind, name, "messaging.knative.dev/v1")


def broker(
    name: str = "default",
    namespace: str = "default",
    class_: str = "MTChannelBasedBroker",
    annotations: dict[str, str] | None = None,
    **spec: Any,
) -> Manifest:
    made = manifest(
        "eventing.knative.dev/v1",
        "Broker",
        name,
        namespace,
        {"config": BROKERS_CONFIG, **spec},
    )
    made["metadata"]["annotations"] = {
        "eventing.knative.dev/broker.class": class_,
        **(annotations or {}),
    }
    return made


def trigger(name: str = "price", namespace: str = "default", **spec: Any) -> Manifest:
    whole = {"broker": "default", "subscriber": service("pricing"), **spec}
    return manifest("eventing.knative.dev/v1", "Trigger", name, namespace, whole)


def channel(name: str = "audit", kind: str = "Channel", **spec: Any) -> Manifest:
    if kind == "Channel":
        spec = {"channelTemplate": IN_MEMORY, **spec}
    return manifest("messaging.knative.dev/v1", kind, name, "default", spec)


def subscription(
    name: str = "log", to: str = "audit", kind: str = "Channel", **spec: Any
) -> Manifest:
    whole = {
        "channel": channel_ref(to, kind)["ref"],
        "subscriber": service("logger"),
        **spec,
    }
    return manifest("messaging.knative.dev/v1", "Subscription", name, "default", whole)


def sequence(*steps: Manifest, name: str = "steps", **spec: Any) -> Manifest:
    whole = {"channelTemplate": IN_MEMORY, "steps": list(steps), **spec}
    return manifest("flows.knative.dev/v1", "Sequence", name, "default", whole)


def parallel(*branches: Manifest, name: str = "ways", **spec: Any) -> Manifest:
    whole = {"channelTemplate": IN_MEMORY, "branches": list(branches), **spec}
    return manifest("flows.knative.dev/v1", "Parallel", name, "default", whole)


def ping(name: str = "tick", **spec: Any) -> Manifest:
    whole = {"sink": broker_ref("default"), **spec}
    return manifest("sources.knative.dev/v1", "PingSource", name, "default", whole)


def core_service(name: str, **spec: Any) -> Manifest:
    return manifest("v1", "Service", name, "default", spec)


def config_map(name: str, data: dict[str, str], namespace: str = "default") -> Manifest:
    made = manifest("v1", "ConfigMap", name, namespace, {})
    del made["spec"]
    return {**made, "data": data}


def admitted(made: Manifest, origins: dict[str, str] | None = None) -> Admitted:
    return Admitted(
        resource=Resource(manifest=made), manifest=made, origins=origins or {}
    )


def wire(*manifests: Manifest, **options: Any) -> Wiring:
    return reconcile([admitted(made) for made in manifests], **options)


def hub(wiring: Wiring, node: str) -> Hub:
    return next(each for each in wiring.hubs if each.node == node)


def route(wiring: Wiring, node: str) -> Route:
    return next(each for hub in wiring.hubs for each in hub.routes if each.node == node)


def routes(wiring: Wiring) -> list[str]:
    return [each.node for hub in wiring.hubs for each in hub.routes]


def conditions(wiring: Wiring, kind: str, name: str) -> dict[str, Condition]:
    key = next(k for k in wiring.conditions if (k.kind, k.name) == (kind, name))
    return {each.type: each for each in wiring.conditions[key]}


def texts(wiring: Wiring, kind: str, name: str) -> dict[str, str]:
    """Give each condition as ``Status Reason: message``."""
    return {
        type_: f"{each.status.value} {each.reason}: {each.message}".strip(": ")
        for type_, each in conditions(wiring, kind, name).items()
    }


def findings(wiring: Wiring, code: str) -> list[Finding]:
    return [each for each in wiring.findings if each.code == code]


def messages(wiring: Wiring, code: str) -> list[str]:
    return [
        f"{each.subject}: {each.path}: {each.message}"
        for each in findings(wiring, code)
    ]
