"""What default-ch-webhook gives a Channel, a Sequence and a Parallel."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from simulator.control.go_types import Fields, MapOf, Struct, decode, pointer, value
from simulator.control.types_duck import CHANNEL_TEMPLATE_SPEC
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIG_MAP: Final = "default-ch-webhook"
KEY: Final = "default-ch-config"

_DEFAULTS = Struct(
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
    """The channel template of the cluster, and those of single namespaces."""

    cluster: Fields | None = None
    namespaces: Mapping[str, Fields] = made(
        default_factory=lambda: MappingProxyType({})
    )

    def template(self, namespace: str) -> tuple[Fields | None, str]:
        """Look up a template.

        Args:
            namespace: Empty for the cluster's; Sequence and Parallel ask so.

        Returns:
            The template (None when nothing is set up) and the namespace it is of.

        Source: knative-resources 6.7, 6.10.
        """
        own = self.namespaces.get(namespace)
        return (own, namespace) if own is not None else (self.cluster, "")


def read_channel_defaults(parsed: Mapping[str, object]) -> ChannelDefaults:
    """Read the value under ``default-ch-config``; unknown fields are ignored.

    Raises:
        DecodeError: A field has the wrong type.
    """
    decoded = decode(_DEFAULTS, parsed, strict=False)
    return ChannelDefaults(
        cluster=decoded.get("clusterDefault"),
        namespaces=MappingProxyType(dict(decoded.get("namespaceDefaults") or {})),
    )


IN_MEMORY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "apiVersion": "messaging.knative.dev/v1",
        "kind": "InMemoryChannel",
    }
)
# Source: knative-resources 9; knative/eventing config/core/configmaps/default-channel.yaml.
SHIPPED: Final = ChannelDefaults(
    cluster=dict(IN_MEMORY),
    namespaces=MappingProxyType({"some-namespace": dict(IN_MEMORY)}),
)
