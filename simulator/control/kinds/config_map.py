"""A ConfigMap: Knative reads some, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.config import (
    AUTHORIZATION_MODE,
    AUTHORIZATION_MODES,
    FEATURES,
    SELECTORS,
)
from simulator.control.kind import Kind, Phase, Reconciled
from simulator.control.naming import SUGAR_CONFIG_MAP, SYSTEM_NAMESPACE
from simulator.manifests.sections import Short
from simulator.resource import mapping
from simulator.selectors import SelectorError, selector_of
from simulator.serving import config as serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.config import ClusterConfig
    from simulator.control.given import Admitted

_OFF = ("", "disabled")
# Source: knative-resources 9; knative/eventing config/core/configmaps/features.yaml.
_FEATURES = {
    "transport-encryption": "every address stays http",
    "istio": "there is no mesh",
    "kreference-mapping": "only kinds that have an address resolve",
}

_READ_ELSEWHERE = (
    "config-kreference-mapping", "config-imc-event-dispatcher",
    "config-leader-election", "config-logging", "config-observability",
    "config-tracing",
)  # fmt: skip
_OF_EXTENSIONS = ("config-kafka-", "kafka-", "config-rabbitmq-", "config-nats")


def reconcile(config_map: Admitted, cluster: Cluster) -> Reconciled:
    _advise_on_mode(config_map, cluster)
    for key, why in _in_vain(config_map):
        path = f"data.{key}"
        cluster.findings.warn(config_map, "feature-not-simulated", why, path)
    data = config_map.manifest.get("data")
    if _is_of_serving(config_map.manifest) and isinstance(data, dict):
        for key, why in serving.unread(data):
            cluster.findings.warn(config_map, "field-ignored", why, f"data.{key}")
        if cluster.services.scaled:
            cluster.configuration.data_of(config_map.namespace, config_map.name)
    return Reconciled()


def _advise_on_mode(config_map: Admitted, cluster: Cluster) -> None:
    """Source: knative-kinds 4: an unknown value allows all."""
    in_force = (config_map.namespace, config_map.name) == (SYSTEM_NAMESPACE, FEATURES)
    if not in_force or not cluster.authorization.on:
        return
    mode = cluster.configuration.flag(AUTHORIZATION_MODE)
    if mode not in AUTHORIZATION_MODES:
        why = (
            f"{mode} is no mode that Knative knows (there are: "
            f"{', '.join(AUTHORIZATION_MODES)}): where no policy applies, everybody with a "
            "token is let in"
        )
        path = f"data.{AUTHORIZATION_MODE}"
        cluster.findings.warn(config_map, "policy", why, path)


def _in_vain(config_map: Admitted) -> Iterator[tuple[str, str]]:
    data = config_map.manifest.get("data")
    if config_map.namespace != SYSTEM_NAMESPACE or not isinstance(data, dict):
        return
    if config_map.name == FEATURES:
        for flag, why in _FEATURES.items():
            value = str(data.get(flag) or "").lower()
            if value not in _OFF:
                yield flag, f"{value} is not simulated: {why}"
    elif config_map.name == SUGAR_CONFIG_MAP:
        for key in SELECTORS:
            try:
                selector_of(_mapping(data.get(key)))
            except SelectorError as error:
                yield key, f"no Broker is made: {error}"


def _mapping(text: object) -> Mapping[str, Any]:
    from simulator.manifests.values import (  # yaml
        YamlValueError,
        parse_yaml_value,
    )

    try:
        value = parse_yaml_value(str(text or ""))
    except YamlValueError:
        value = None  # which is refused, where anything is
    return mapping(value)


def _is_of_serving(manifest: Mapping[str, Any]) -> bool:
    metadata = manifest.get("metadata")
    wanted = {"namespace": serving.NAMESPACE, "name": serving.CONFIG_MAP}
    return isinstance(metadata, dict) and wanted.items() <= metadata.items()


def _refuses(
    manifest: Mapping[str, Any], _: ClusterConfig
) -> Iterator[tuple[str, str]]:
    data = manifest.get("data")
    if _is_of_serving(manifest) and isinstance(data, dict):
        for key, why in serving.config_faults(data):
            yield f"data.{key}", why


def means(config_map: Admitted) -> str:
    if any(_in_vain(config_map)):
        return ""
    if _is_of_serving(config_map.manifest):
        return "it scales the services that have pods: in a Simulation"
    if config_map.name in _READ_ELSEWHERE:
        return "what it sets is not simulated"
    if config_map.name.startswith(_OF_EXTENSIONS):
        return (
            "controllers of Kafka, RabbitMQ or NATS read it: nothing of it is simulated"
        )
    return "no Broker and no webhook reads it: those read by name, in knative-eventing"


KIND: Final = Kind(
    group="",
    name="ConfigMap",
    reconcile={Phase.ENDPOINTS: reconcile},
    means=means,
    refuses=_refuses,
    short=Short(fields=("data", "binaryData", "immutable"), in_spec=False),
)
