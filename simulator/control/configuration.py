"""What ConfigMaps say to controllers: channel templates and feature flags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.control.config import SHIPPED
from simulator.control.destinations import not_found
from simulator.control.naming import SUGAR_CONFIG_MAP, SYSTEM_NAMESPACE
from simulator.resource import ResourceKey, mapping

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.control.given import Admitted

IN_MEMORY = "InMemoryChannel"
_TEMPLATE_KEYS = ("channel-template-spec", "channelTemplateSpec")
READ_AT_THE_DOOR = (
    "config-br-defaults", "config-br-default-channel", "default-ch-webhook",
    "config-features", "config-ping-defaults", SUGAR_CONFIG_MAP,
)  # fmt: skip
"""The ConfigMaps of the system's namespace that the webhooks read."""
_SHIPPED_CHANNEL = f"{SYSTEM_NAMESPACE}/config-br-default-channel"


class TemplateError(ValueError):
    """The configuration of a broker leads to no channel template."""


class Configuration:
    """The ConfigMaps: shipped, of the topology, given by ``namespace/name``."""

    __slots__ = ("_data", "_kinds", "_specs")

    def __init__(
        self, admitted: Sequence[Admitted], configmaps: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._data: dict[str, Mapping[str, Any]] = {}
        self._kinds: dict[str, str] = {}
        self._specs: dict[str, object] = {}
        for each in admitted:
            if each.key[:2] == ("", "ConfigMap"):
                data = mapping(each.manifest.get("data"))
                self._data[f"{each.namespace}/{each.name}"] = data
        for name, given in configmaps.items():
            self._data[name] = {**self._data.get(name, {}), **given}
        if _SHIPPED_CHANNEL not in self._data:
            self._kinds[_SHIPPED_CHANNEL] = IN_MEMORY

    def data_of(self, namespace: str, name: str) -> Mapping[str, Any] | None:
        """Give what stands in a ConfigMap, which is read so; None where there is none."""
        place = f"{namespace}/{name}"
        if place in self._data:
            self._kinds.setdefault(place, "")
        return self._data.get(place)

    def reads(self, key: ResourceKey) -> bool:
        """Say whether a ConfigMap is in force: a webhook or a broker has read it."""
        at_the_door = key.namespace == SYSTEM_NAMESPACE and key.name in READ_AT_THE_DOOR
        return at_the_door or f"{key.namespace}/{key.name}" in self._kinds

    def is_given(self, name: str) -> bool:
        return bool(self._data.get(f"{SYSTEM_NAMESPACE}/{name}"))

    def flag(self, name: str) -> str:
        """Give the value of a feature flag, in lower case; as shipped where nobody sets it."""
        flags = self._data.get(f"{SYSTEM_NAMESPACE}/config-features", {})
        return str(flags.get(name) or SHIPPED.get(name, "")).lower()

    def enabled(self, flag: str) -> bool:
        """Say whether a feature flag is on; those asked for here are shipped off."""
        return self.flag(flag) == "enabled"

    def channel_kind(self, config: Mapping[str, Any] | None) -> str:
        """Give the kind of channel that the config of a broker asks for.

        Raises:
            TemplateError: It asks for none; the text is Knative's.

        Source: knative-resources 6.1; E:pkg/reconciler/broker/broker.go,
            getChannelTemplate.
        """
        if not config:
            raise TemplateError("failed to find channelTemplate")
        if config.get("kind") != "ConfigMap":
            raise TemplateError(
                "Broker.Spec.Config configuration not supported, only [kind: "
                "ConfigMap, apiVersion: v1]"
            )
        namespace, name = config.get("namespace"), config.get("name")
        if not namespace or not name:
            raise TemplateError("Broker.Spec.Config name and namespace are required")
        place = f"{namespace}/{name}"
        if not self._kinds.get(place):
            if place not in self._data:
                key = ResourceKey("", "ConfigMap", str(namespace), str(name))
                raise TemplateError(not_found(key))
            template = _template(self._data[place])
            self._kinds[place] = str(template["kind"])
            self._specs[place] = template.get("spec")
        return self._kinds[place]

    def channel_spec(self, config: Mapping[str, Any]) -> object:
        return self._specs.get(f"{config.get('namespace')}/{config.get('name')}")


def _template(data: Mapping[str, Any]) -> dict[str, Any]:
    # The package reads YAML, which costs 37 ms; most topologies have no ConfigMap.
    from simulator.manifests.values import YamlValueError, parse_yaml_value

    for key in _TEMPLATE_KEYS:
        if key in data:
            try:
                template = parse_yaml_value(str(data[key]))
            except YamlValueError as error:
                raise TemplateError(f"{key} is no YAML: {error}") from error
            if isinstance(template, dict) and template.get("kind"):
                return template
            raise TemplateError(f"{key} names no kind of channel")
    raise TemplateError("failed to find channelTemplate")
