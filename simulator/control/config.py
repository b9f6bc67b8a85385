"""What the cluster's ConfigMaps say to the webhooks, read once."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from simulator.control.default_config import (
    BROKERS_KEY,
    BROKERS_MAP,
    CHANNELS_KEY,
    CHANNELS_MAP,
    IN_MEMORY,
    SHIPPED_BROKERS,
    SHIPPED_CHANNELS,
    BrokerDefaults,
    ChannelDefaults,
    read_broker_defaults,
    read_channel_defaults,
)
from simulator.control.faults import Fault
from simulator.control.go_types import DecodeError, decode
from simulator.control.naming import SUGAR_CONFIG_MAP
from simulator.control.types_duck import LABEL_SELECTOR
from simulator.errors import nearest
from simulator.serving.config import CONFIG_MAP as SCALING
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    _Reader = Callable[["ClusterConfig", Mapping[str, str]], "ClusterConfig"]

FEATURES: Final = "config-features"

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
                    message=message, details=wanted, paths=(f"{FEATURES}.data.{key}",)
                )
            )
    return MappingProxyType(flags), tuple(faults)


CHANNEL_CONFIG_MAP: Final = "config-br-default-channel"
PING_CONFIG_MAP: Final = "config-ping-defaults"
_CHANNEL_KEYS = ("channel-template-spec", "channelTemplateSpec")
_PING_KEYS = ("data-max-size", "dataMaxSize")
UNLIMITED: Final = -1
SELECTORS: Final = ("namespace-selector", "trigger-selector")
"""The keys of config-sugar."""


class Sugar(Value):
    """For whom Knative makes Brokers: label selectors; None selects nothing."""

    namespaces: Mapping[str, Any] | None = None
    triggers: Mapping[str, Any] | None = None


class ClusterConfig(Value):
    """The config maps that admission depends on.

    Args:
        broker_channel: The channel template of config-br-default-channel.
        ping_data_max_size: Bytes; -1 for no limit.
        autoscaler: What config-autoscaler of Knative Serving says.
        given: The config maps that were set over the shipped ones, sorted.
        faults: What is wrong in them; such a value leaves the shipped one in force.
    """

    brokers: BrokerDefaults = SHIPPED_BROKERS
    channels: ChannelDefaults = SHIPPED_CHANNELS
    broker_channel: Mapping[str, Any] = made(default_factory=lambda: IN_MEMORY)
    flags: Mapping[str, str] = made(default_factory=lambda: SHIPPED)
    ping_data_max_size: int = UNLIMITED
    sugar: Sugar = Sugar()
    autoscaler: Mapping[str, str] = made(default_factory=dict)
    given: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @staticmethod
    def shipped() -> ClusterConfig:
        """Source: knative-resources 9; knative/eventing config/core/configmaps."""
        return _SHIPPED

    @staticmethod
    def from_configmaps(config_maps: Mapping[str, Mapping[str, str]]) -> ClusterConfig:
        """Set keys over the shipped ones; what is wrong is in `faults`, not raised."""
        config = _SHIPPED
        for name, read in _READERS.items():
            data = config_maps.get(name)
            if data:
                config = read(config, data)
                config = config.replace(given=(*config.given, name))
        return config

    def enabled(self, flag: str) -> bool:
        """Say whether a feature is enabled (``allowed`` is not enough)."""
        return self.flags.get(flag) == "enabled"

    def is_shipped(self, config_map: str) -> bool:
        return config_map not in self.given


def _with_fault(config: ClusterConfig, path: str, message: str) -> ClusterConfig:
    fault = Fault(message=message, paths=(path,))
    return config.replace(faults=(*config.faults, fault))


def _parsed(
    config: ClusterConfig, name: str, key: str, text: str
) -> tuple[ClusterConfig, Mapping[str, Any] | None]:
    path = f"{name}.data.{key}"
    if not text.strip():
        return _with_fault(config, path, "is empty; expected a mapping"), None
    from simulator.manifests.values import YamlValueError, parse_yaml_value

    try:
        parsed = parse_yaml_value(text)
    except YamlValueError as error:
        return _with_fault(config, path, f"no YAML: {error}"), None
    if not isinstance(parsed, dict):
        found = type(parsed).__name__
        return _with_fault(config, path, f"expected a mapping, found {found}"), None
    return config, parsed


def _defaults(
    field: str, name: str, key: str, read: Callable[[Mapping[str, object]], object]
) -> _Reader:
    def reader(config: ClusterConfig, data: Mapping[str, str]) -> ClusterConfig:
        if key not in data:
            return config
        config, parsed = _parsed(config, name, key, data[key])
        if parsed is None:
            return config
        try:
            return config.replace(**{field: read(parsed)})
        except DecodeError as error:
            return _with_fault(config, f"{name}.data.{key}", str(error))

    return reader


def _broker_channel(config: ClusterConfig, data: Mapping[str, str]) -> ClusterConfig:
    for key in _CHANNEL_KEYS:
        if key in data:
            config, parsed = _parsed(config, CHANNEL_CONFIG_MAP, key, data[key])
            if parsed is not None:
                config = config.replace(broker_channel=MappingProxyType(parsed))
            break
    return config


def _ping(config: ClusterConfig, data: Mapping[str, str]) -> ClusterConfig:
    for key in _PING_KEYS:
        if key in data:
            try:
                return config.replace(ping_data_max_size=int(data[key]))
            except ValueError:
                message = f"expected a number of bytes, found {data[key]!r}"
                return _with_fault(config, f"{PING_CONFIG_MAP}.data.{key}", message)
    return config


def _sugar(config: ClusterConfig, data: Mapping[str, str]) -> ClusterConfig:
    """Read whom the sugar controller selects; an empty text selects nothing.

    Source: E:pkg/apis/sugar/sugar.go (read).
    """
    found: dict[str, Mapping[str, Any]] = {}
    for field, key in (("namespaces", SELECTORS[0]), ("triggers", SELECTORS[1])):
        if not data.get(key):
            continue
        config, parsed = _parsed(config, SUGAR_CONFIG_MAP, key, data[key])
        if parsed is None:
            continue
        try:
            found[field] = decode(LABEL_SELECTOR, parsed, strict=False)
        except DecodeError as error:
            path = f"{SUGAR_CONFIG_MAP}.data.{key}"
            config = _with_fault(config, path, str(error))
    return config.replace(sugar=Sugar(**found))


def _flags(config: ClusterConfig, data: Mapping[str, str]) -> ClusterConfig:
    flags, faults = read_flags(data)
    return config.replace(flags=flags, faults=(*config.faults, *faults))


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {
        BROKERS_MAP: _defaults(
            "brokers", BROKERS_MAP, BROKERS_KEY, read_broker_defaults
        ),
        CHANNELS_MAP: _defaults(
            "channels", CHANNELS_MAP, CHANNELS_KEY, read_channel_defaults
        ),
        FEATURES: _flags,
        CHANNEL_CONFIG_MAP: _broker_channel,
        PING_CONFIG_MAP: _ping,
        SUGAR_CONFIG_MAP: _sugar,
        SCALING: lambda config, data: config.replace(autoscaler=data),
    }
)
_SHIPPED = ClusterConfig()
