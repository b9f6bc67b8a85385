"""The feature flags of config-features, as the webhook reads them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.control.faults import Fault
from simulator.errors import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_MAP: Final = "config-features"

KREFERENCE_GROUP: Final = "kreference-group"
DELIVERY_TIMEOUT: Final = "delivery-timeout"
DELIVERY_RETRY_AFTER: Final = "delivery-retryafter"
API_SERVER_FILTERS: Final = "new-apiserversource-filters"
OIDC: Final = "authentication-oidc"
CROSS_NAMESPACE: Final = "cross-namespace-event-links"
TRANSPORT_ENCRYPTION: Final = "transport-encryption"
REQUEST_REPLY_TIMEOUT: Final = "requestreply-default-timeout"

AUTHORIZATION_MODE: Final = "default-authorization-mode"
EVENT_TYPES: Final = "eventtype-auto-create"
AUTHORIZATION_MODES: Final = ("allow-all", "deny-all", "allow-same-namespace")
_NODE_SELECTOR = "apiserversources-nodeselector-"
_FREE_TEXT = (REQUEST_REPLY_TIMEOUT, "oidc-discovery-base-url")
_VALUES = ("enabled", "disabled", "allowed")
_OWN_VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        TRANSPORT_ENCRYPTION: ("strict", "permissive"),
        AUTHORIZATION_MODE: AUTHORIZATION_MODES,
    }
)

# Source: knative-resources 9; knative/eventing config/core/configmaps/features.yaml.
SHIPPED: Mapping[str, str] = MappingProxyType(
    {
        KREFERENCE_GROUP: "disabled",
        DELIVERY_RETRY_AFTER: "disabled",
        DELIVERY_TIMEOUT: "enabled",
        "kreference-mapping": "disabled",
        API_SERVER_FILTERS: "disabled",
        TRANSPORT_ENCRYPTION: "disabled",
        EVENT_TYPES: "disabled",
        OIDC: "disabled",
        AUTHORIZATION_MODE: "allow-same-namespace",
        CROSS_NAMESPACE: "disabled",
        REQUEST_REPLY_TIMEOUT: "PT30S",
        "oidc-discovery-base-url": "https://kubernetes.default.svc",
        "istio": "disabled",
    }
)


def read_flags(data: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[Fault, ...]]:
    """Set flags over the shipped ones.

    Values count whatever their case; keys that begin with ``_`` are ignored; a
    flag that nobody knows is kept, as Knative does.

    Returns:
        All flags in lower case, and a fault for each value that is none.

    Source: knative-resources 9; knative/eventing pkg/apis/feature/features.go,
        NewFlagsConfigFromMap.
    """
    flags = dict(SHIPPED)
    faults: list[Fault] = []
    for key, value in data.items():
        name, low = key.strip(), value.lower()
        valid = (*_VALUES, *_OWN_VALUES.get(name, ()))
        if key.startswith("_"):
            continue
        if name in _FREE_TEXT or _NODE_SELECTOR in name:
            flags[name] = value
        elif low in valid:
            flags[name] = low
        else:
            message = f"cannot parse the feature flag '{key}' = '{value}'"
            wanted = f"expected one of {', '.join(valid)}{nearest(low, valid)}"
            faults.append(
                Fault(
                    message=message, details=wanted, paths=(f"{CONFIG_MAP}.data.{key}",)
                )
            )
    return MappingProxyType(flags), tuple(faults)
