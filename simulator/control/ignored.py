"""What is asked for in a manifest and has no effect here, each by its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.naming import (
    EVENTING,
    FLOWS,
    MESSAGING,
    SOURCES,
    SYSTEM_NAMESPACE,
)
from simulator.control.service_registry import KNATIVE_SERVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.findings import Findings
    from simulator.control.given import Admitted

_CONFIG_MAP = ("", "ConfigMap")
_OFF = ("", "disabled")
# Source: knative-resources 9; knative/eventing config/core/configmaps/features.yaml.
_FEATURES = {
    "authentication-oidc": "nobody sends a token, and nobody asks for one",
    "transport-encryption": "every address stays http",
    "istio": "there is no mesh",
    "kreference-mapping": "only kinds that have an address resolve",
    "eventtype-auto-create": "no EventType is made; none affects routing",
}
# Source: knative-resources 9, config-sugar.
_SELECTORS = ("namespace-selector", "trigger-selector")
# Source: knative/serving pkg/apis/serving/v1/revision_types.go.
_OF_REVISIONS = {
    "timeoutSeconds": (
        "its service takes as long as its description says; on a cluster a request "
        "that takes longer than {} s is ended with 504"
    ),
    "responseStartTimeoutSeconds": "no answer is ended for being late; on a cluster, after {} s",
    "idleTimeoutSeconds": "no answer is ended for being idle; on a cluster, after {} s",
    "containerConcurrency": "any number of requests is taken at once; on a cluster {}",
}
_AUTOSCALING = "autoscaling.knative.dev/"
_SCALING = "nothing is scaled, and no cold start takes time"
_OF_DESTINATIONS = {
    "CACerts": "TLS is not simulated",
    "audience": "OIDC is not simulated",
}
_WITH_DESTINATIONS = (EVENTING, MESSAGING, FLOWS, SOURCES)


def report_ignored(findings: Findings, admitted: Admitted, *, serves: bool) -> bool:
    """Say which fields of a resource have no effect.

    Args:
        findings: Takes what is said.
        admitted: The resource.
        serves: Of a Service: whether anything is sent to it.

    Returns:
        Whether that is all that there is to say of the resource.
    """
    key = admitted.key
    if key[:2] == KNATIVE_SERVICE and serves:
        found = _of_knative_service(admitted.spec)
    elif key[:2] == _CONFIG_MAP and key.namespace == SYSTEM_NAMESPACE:
        return _report_config_map(findings, admitted)
    elif key.group in _WITH_DESTINATIONS:
        found = _of_destinations(admitted.resource.spec, "spec")
    else:
        return False
    for path, why in found:
        findings.note(admitted, "field-ignored", f"has no effect: {why}", path)
    return False


def _of_knative_service(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    template = _mapping(spec.get("template"))
    for name, why in _OF_REVISIONS.items():
        value = _mapping(template.get("spec")).get(name)
        if value:  # 0 is no limit
            yield f"spec.template.spec.{name}", why.format(value)
    annotations = _mapping(_mapping(template.get("metadata")).get("annotations"))
    scaling = [name for name in annotations if str(name).startswith(_AUTOSCALING)]
    if scaling:
        named = ", ".join(str(name).removeprefix(_AUTOSCALING) for name in scaling)
        yield "spec.template.metadata.annotations", f"{_SCALING} ({named})"


def _of_destinations(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Find what a Destination says of its transport, however deep it stands."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _of_destinations(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    if "ref" in value or "uri" in value:
        for name, why in _OF_DESTINATIONS.items():
            if value.get(name):
                yield f"{path}.{name}", why
        return
    for name, item in value.items():
        yield from _of_destinations(item, f"{path}.{name}")


def _report_config_map(findings: Findings, admitted: Admitted) -> bool:
    data = _mapping(admitted.manifest.get("data"))
    told = False
    if admitted.name == "config-features":
        for flag, why in _FEATURES.items():
            value = str(data.get(flag) or "").lower()
            if value not in _OFF:
                what = f"{value} is not simulated: {why}"
                findings.warn(admitted, "feature-not-simulated", what, f"data.{flag}")
                told = True
    elif admitted.name == "config-sugar":
        for name in _SELECTORS:
            if data.get(name):
                what = "no Broker is made by itself here; write those that it selects"
                findings.warn(admitted, "feature-not-simulated", what, f"data.{name}")
                told = True
    return told


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
