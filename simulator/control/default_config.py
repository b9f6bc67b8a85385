"""What config-br-defaults gives a Broker, and default-ch-webhook a channel, that says nothing itself."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.control.go_types import (
    BOOL,
    Fields,
    MapOf,
    Struct,
    decode,
    embed,
    pointer,
    text,
    value,
)
from simulator.control.types_duck import (
    CHANNEL_TEMPLATE_SPEC,
    DELIVERY_SPEC,
    K_REFERENCE,
)
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

BROKERS_MAP: Final = "config-br-defaults"
BROKERS_KEY: Final = "default-br-config"


def _by_name(of: Struct) -> MapOf:
    return MapOf(value=of, name=f"map[string]*{of.name}")


_BROKER_CONFIG = Struct(
    name="config.BrokerConfig",
    fields=(*embed(K_REFERENCE), pointer("delivery", DELIVERY_SPEC)),
)
_DEFAULT_CONFIG = Struct(
    name="config.DefaultConfig",
    fields=(
        text("brokerClass"),
        *embed(_BROKER_CONFIG),
        value("brokerClasses", _by_name(_BROKER_CONFIG)),
        pointer("disallowDifferentNamespaceConfig", BOOL),
    ),
)
_BROKER_DEFAULTS = Struct(
    name="config.Defaults",
    fields=(
        pointer("clusterDefault", _DEFAULT_CONFIG),
        value("namespaceDefaults", _by_name(_DEFAULT_CONFIG)),
    ),
)
_REFERENCE_FIELDS = tuple(each.name for each in K_REFERENCE.fields)


class BrokerConfig(Value):
    reference: Fields | None = None
    delivery: Fields | None = None


class Scope(Value):
    broker_class: str = ""
    own: BrokerConfig | None = None
    by_class: Mapping[str, BrokerConfig] = made(default_factory=dict)
    own_namespace_only: bool = False


class Found(Value):
    """A configuration, and the namespace whose defaults it is of (or empty)."""

    config: BrokerConfig
    namespace: str


class BrokerDefaults(Value):
    cluster: Scope | None = None
    namespaces: Mapping[str, Scope] = made(default_factory=dict)

    def config(self, namespace: str, broker_class: str | None) -> Found | None:
        """Look up what a Broker gets; None when nothing is set up.

        *broker_class* is None when the Broker names no class.

        Source: knative-resources 6.1; knative/eventing pkg/apis/config/defaults.go,
            GetBrokerConfig.
        """
        scope = self.namespaces.get(namespace)
        if broker_class is None:
            if scope is None or not scope.broker_class:
                return self._of_cluster("")
            broker_class = scope.broker_class
        if scope is not None:
            if scope.broker_class == broker_class:
                if scope.own is None:
                    return self._of_cluster(broker_class)
                return Found(config=scope.own, namespace=namespace)
            if broker_class in scope.by_class:
                return Found(config=scope.by_class[broker_class], namespace=namespace)
        return self._of_cluster(broker_class)

    def _of_cluster(self, broker_class: str) -> Found | None:
        cluster = self.cluster
        if cluster is None or cluster.own is None:
            return None
        if broker_class and broker_class != cluster.broker_class:
            own = cluster.by_class.get(broker_class, cluster.own)
            return Found(config=own, namespace="")
        return Found(config=cluster.own, namespace="")

    def broker_class(self, namespace: str) -> tuple[str, str]:
        """Look up the class of a Broker that names none.

        Returns:
            The class (empty when none is set up) and the namespace it is of.
        """
        scope = self.namespaces.get(namespace)
        if scope is not None and scope.broker_class:
            return scope.broker_class, namespace
        return (self.cluster.broker_class if self.cluster else ""), ""

    def own_namespace_only(self, namespace: str) -> bool:
        """Say whether config and dead letter sink must lie in the Broker's namespace.

        Source: knative-resources 6.1, disallowDifferentNamespaceConfig ("ns or
            cluster level").
        """
        scopes = (self.namespaces.get(namespace), self.cluster)
        return any(scope is not None and scope.own_namespace_only for scope in scopes)


def read_broker_defaults(parsed: Mapping[str, object]) -> BrokerDefaults:
    """Read ``default-br-config``; DecodeError for fields of a wrong type."""
    decoded = decode(_BROKER_DEFAULTS, parsed, strict=False)
    cluster = decoded.get("clusterDefault")
    of_namespaces = decoded.get("namespaceDefaults") or {}
    return BrokerDefaults(
        cluster=None if cluster is None else _scope(cluster),
        namespaces={name: _scope(each) for name, each in of_namespaces.items()},
    )


def _scope(decoded: Fields) -> Scope:
    classes = decoded.get("brokerClasses") or {}
    configs = {name: _config(each) for name, each in classes.items()}
    return Scope(
        broker_class=decoded.get("brokerClass", ""),
        own=_config(decoded),
        by_class={name: each for name, each in configs.items() if each is not None},
        own_namespace_only=bool(decoded.get("disallowDifferentNamespaceConfig")),
    )


def _config(decoded: Fields) -> BrokerConfig | None:
    # Go makes the embedded reference only when one of its fields is there.
    reference = {name: decoded[name] for name in _REFERENCE_FIELDS if decoded.get(name)}
    delivery = decoded.get("delivery")
    if not reference and delivery is None:
        return None
    for name in ("kind", "name"):
        if reference:
            reference.setdefault(name, "")
    return BrokerConfig(reference=reference or None, delivery=delivery)


# Source: knative-resources 9; knative/eventing config/core/configmaps/default-broker.yaml.
SHIPPED_BROKERS: Final = BrokerDefaults(
    cluster=Scope(
        broker_class="MTChannelBasedBroker",
        own=BrokerConfig(
            reference={
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "name": "config-br-default-channel",
                "namespace": "knative-eventing",
            },
            delivery={
                "retry": 10,
                "backoffPolicy": "exponential",
                "backoffDelay": "PT0.2S",
            },
        ),
    )
)

CHANNELS_MAP: Final = "default-ch-webhook"
CHANNELS_KEY: Final = "default-ch-config"

_CHANNEL_DEFAULTS = Struct(
    name="config.ChannelDefaults",
    fields=(
        value(
            "namespaceDefaults",
            MapOf(
                value=CHANNEL_TEMPLATE_SPEC, name="map[string]*config.ChannelTemplate"
            ),
        ),
        pointer("clusterDefault", CHANNEL_TEMPLATE_SPEC),
    ),
)


class ChannelDefaults(Value):
    cluster: Fields | None = None
    namespaces: Mapping[str, Fields] = made(default_factory=dict)

    def template(self, namespace: str) -> tuple[Fields | None, str]:
        """Look up a template and the namespace it is of, empty for the cluster.

        Source: knative-resources 6.7, 6.10.
        """
        own = self.namespaces.get(namespace)
        return (own, namespace) if own is not None else (self.cluster, "")


def read_channel_defaults(parsed: Mapping[str, object]) -> ChannelDefaults:
    """Read ``default-ch-config``; DecodeError for fields of a wrong type."""
    decoded = decode(_CHANNEL_DEFAULTS, parsed, strict=False)
    return ChannelDefaults(
        cluster=decoded.get("clusterDefault"),
        namespaces=decoded.get("namespaceDefaults") or {},
    )


IN_MEMORY: Final[Mapping[str, str]] = MappingProxyType(
    {"apiVersion": "messaging.knative.dev/v1", "kind": "InMemoryChannel"}
)
# Source: knative-resources 9; knative/eventing config/core/configmaps/default-channel.yaml.
SHIPPED_CHANNELS: Final = ChannelDefaults(
    cluster=dict(IN_MEMORY),
    namespaces={"some-namespace": dict(IN_MEMORY)},
)
