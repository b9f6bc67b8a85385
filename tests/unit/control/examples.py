"""Small manifests, and the short form in which the tests look at an answer."""

from __future__ import annotations

from typing import Any

from simulator.control import Admission, ClusterConfig, admit

A_SERVICE = {"ref": {"apiVersion": "v1", "kind": "Service", "name": "a"}}
IMC = {"apiVersion": "messaging.knative.dev/v1", "kind": "InMemoryChannel"}
SHIPPED = ClusterConfig.shipped()


def features(**flags: str) -> ClusterConfig:
    data = {name.replace("_", "-"): value for name, value in flags.items()}
    return ClusterConfig.from_configmaps({"config-features": data})


def manifest(
    api_version: str, kind: str, spec: object, **metadata: Any
) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "x", **metadata},
        "spec": spec,
    }


def broker(spec: object = None, **metadata: Any) -> dict[str, Any]:
    return manifest("eventing.knative.dev/v1", "Broker", spec or {}, **metadata)


def trigger(spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    full = {"broker": "default", "subscriber": A_SERVICE, **(spec or {})}
    return manifest("eventing.knative.dev/v1", "Trigger", full, **metadata)


def subscription(spec: dict[str, Any] | None = None) -> dict[str, Any]:
    full = {"channel": {**IMC, "name": "c"}, "subscriber": A_SERVICE, **(spec or {})}
    return manifest("messaging.knative.dev/v1", "Subscription", full)


def channel(
    spec: object = None, kind: str = "Channel", **metadata: Any
) -> dict[str, Any]:
    return manifest("messaging.knative.dev/v1", kind, spec or {}, **metadata)


def flow(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    return manifest("flows.knative.dev/v1", kind, spec)


def ping(spec: dict[str, Any] | None = None) -> dict[str, Any]:
    full = {"sink": {"uri": "http://x"}, **(spec or {})}
    return manifest("sources.knative.dev/v1", "PingSource", full)


def texts(admission: Admission) -> list[str]:
    """Give what the webhook says, one text a fault."""
    return [fault.text for fault in admission.faults]


def said(
    new: dict[str, Any],
    config: ClusterConfig = SHIPPED,
    old: dict[str, Any] | None = None,
) -> list[str]:
    """Admit and give the first line of each fault."""
    admission = admit(new, config=config, old=old)
    return [text.partition("\n")[0] for text in texts(admission)]


def spec_of(new: dict[str, Any], config: ClusterConfig = SHIPPED) -> dict[str, Any]:
    """Admit and give the spec with its defaults."""
    admission = admit(new, config=config)
    assert admission.defaulted is not None, texts(admission)
    spec: dict[str, Any] = admission.defaulted["spec"]
    return spec
