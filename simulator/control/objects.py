"""Objects as controllers write them: names, labels, env, ports and selectors.

Probes, volumes and security contexts are left out; images are named by the variable of
the controller that holds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.naming import SYSTEM_NAMESPACE, service_url
from simulator.quoting import go_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.control.given import Admitted

Object = dict[str, Any]
Labels = dict[str, str]


def variable(name: str, value: str = "") -> Object:
    """As Go writes it, which leaves out an empty value."""
    return {"name": name, "value": value} if value else {"name": name}


def variables(**values: str) -> list[Object]:
    return [variable(name, value) for name, value in values.items()]


def overrides_text(overrides: Mapping[str, Any]) -> str:
    extensions = overrides.get("extensions")
    return go_json({"extensions": extensions} if extensions else {})


def deployment(
    owner: Admitted,
    name: str,
    labels: Labels,
    containers: Sequence[Mapping[str, Any]],
    template: Mapping[str, Any] | None = None,
) -> Object:
    template = template or {}
    metadata = template.get("metadata") or {}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": owner.namespace, "labels": labels},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {
                **template,
                "metadata": {
                    **metadata,
                    "labels": {**(metadata.get("labels") or {}), **labels},
                },
                "spec": {**(template.get("spec") or {}), "containers": [*containers]},
            },
        },
    }


def service(
    owner: Admitted, name: str, labels: Labels, ports: Iterable[Mapping[str, Any]]
) -> Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": owner.namespace, "labels": labels},
        "spec": {"ports": [*ports], "selector": labels},
    }


def sink_binding(
    owner: Admitted, name: str, subject: Object, labels: Labels | None = None
) -> Object:
    spec = {
        "sink": owner.spec.get("sink") or {},
        "subject": {
            "apiVersion": subject["apiVersion"],
            "kind": subject["kind"],
            "namespace": owner.namespace,
            "name": subject["metadata"]["name"],
        },
    }
    if owner.spec.get("ceOverrides") is not None:
        spec["ceOverrides"] = owner.spec["ceOverrides"]
    metadata: Object = {"name": name, "namespace": owner.namespace}
    return {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "SinkBinding",
        "metadata": {**metadata, "labels": labels} if labels else metadata,
        "spec": spec,
    }


def auth_proxy(owner: Admitted, service_name: str, **more: str) -> Object:
    """Source: knative-kinds 4 and 6; recorded in data/golden/kinds/objects.json."""
    key = owner.key
    audience = f"{key.group}/{key.kind}/{key.namespace}/{key.name}".lower()
    return {
        "name": "auth-proxy",
        "image": "<auth-proxy>",
        "ports": [
            {"name": name, "containerPort": port, "protocol": "TCP"}
            for name, port in (("http", 3128), ("https", 3129), ("health", 8090))
        ],
        "env": variables(
            TARGET_HTTP_PORT="8080",
            TARGET_HTTPS_PORT="8443",
            PROXY_HTTP_PORT="3128",
            PROXY_HTTPS_PORT="3129",
            PROXY_HEALTH_PORT="8090",
            SYSTEM_NAMESPACE=SYSTEM_NAMESPACE,
            PARENT_API_VERSION=str(owner.manifest.get("apiVersion")),
            PARENT_KIND=key.kind,
            PARENT_NAME=key.name,
            PARENT_NAMESPACE=key.namespace,
            SINK_NAMESPACE=key.namespace,
            SINK_URI=service_url(service_name, key.namespace),
            **more,
            SINK_AUDIENCE=audience,
        ),
    }
