"""Which ports a Service serves: at any other, a cluster refuses the connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.naming import SERVING

if TYPE_CHECKING:
    from simulator.control.given import Admitted

BY_REFERENCE = 80
"""The port that a reference to a Service calls."""

_HTTPS = 443
_WITHOUT_PORTS_OF_ITS_OWN = "ExternalName"
_HEADLESS = "None"


def served(service: Admitted) -> tuple[int, ...]:
    """Give the ports at which a Service takes connections; empty for any.

    A Service without a cluster IP, or with another's name, has those of its target,
    which nobody declares.

    Source: knative-resources 8.2; Kubernetes, Service: spec.ports, headless Services,
        ExternalName; knative/serving pkg/reconciler/route/resources/service.go (a
        Knative Service is served on 80, and on 443 with TLS).
    """
    if service.key.group == SERVING:
        return (BY_REFERENCE, _HTTPS)
    return tuple(_declared(service))


def refusal(service: Admitted, port: int) -> str:
    """Say which ports a Service has, where this one is not among them; or nothing."""
    ports = served(service)
    if not ports or port in ports:
        return ""
    shown = ports[:1] if service.key.group == SERVING else ports
    return f"it serves port {', '.join(map(str, shown))} only"


def _declared(service: Admitted) -> list[int]:
    spec = service.spec
    ports = spec.get("ports")
    if spec.get("type") == _WITHOUT_PORTS_OF_ITS_OWN or not isinstance(ports, list):
        return []
    if spec.get("clusterIP") == _HEADLESS:
        return []
    return [
        each["port"]
        for each in ports
        if isinstance(each, dict)
        and isinstance(each.get("port"), int)
        and each.get("protocol", "TCP") == "TCP"
    ]
