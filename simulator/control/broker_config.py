"""What a broker of another class than Knative itself asks of `spec.config`, and reads there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.control.faults import Fault, generic, invalid, missing, via
from simulator.control.naming import BROKER_CLASS
from simulator.errors import nearest
from simulator.resource import ResourceKey, mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields

_PARTITIONS = "default.topic.partitions"
_REPLICATION = "default.topic.replication.factor"
_SERVERS = "bootstrap.servers"
_KEYS = (_PARTITIONS, _REPLICATION, _SERVERS, "auth.secret.ref.name")
_PREFIX = "default.topic.config."
_NUMBER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_INT32 = range(-(2**31), 2**31)
# What the installation has, whether it is among the files or not.
_SHIPPED = ("knative-eventing", "kafka-broker-config")


class TopicConfig(NamedTuple):
    """What a broker makes its topic with.

    Args:
        partitions: 0 where nothing says so.
        error: Why it cannot, in the words of its controller; empty if it can.
    """

    partitions: int = 0
    error: str = ""


def topic_config(broker: Admitted, cluster: Cluster) -> TopicConfig:
    """Read the ConfigMap that a broker names; one that was only defaulted is not asked.

    Source: control-plane/pkg/kafka/topic.go, TopicConfigFromConfigMap (read).
    """
    config = broker.spec.get("config")
    if not isinstance(config, dict):
        return TopicConfig()
    namespace = str(config.get("namespace") or broker.namespace)
    name = str(config.get("name") or "")
    data = cluster.configuration.data_of(namespace, name)
    key = ResourceKey("", "ConfigMap", namespace, name)
    written = broker.origin_of("spec.config.name") is None
    if data is None:
        if written and (namespace, name) != _SHIPPED:
            effect = "; without it on the cluster this broker does not become Ready"
            cluster.report_missing(broker, key, "spec.config", effect)
        return TopicConfig()
    if not written and data.keys().isdisjoint(_KEYS):
        return TopicConfig()
    config_map = cluster.resources.get(key)
    wrong = list(_wrong(data))
    if config_map is not None:  # it may be given from outside
        for path, text in wrong:
            cluster.findings.warn(config_map, "topic-config", text, path)
        for path, text in _ignored(data):
            cluster.findings.note(config_map, "no-effect", text, path)
    if wrong:
        return TopicConfig(error=f"{namespace}/{name}: {wrong[0][1]}")
    return TopicConfig(partitions=int(data[_PARTITIONS]))


def _wrong(data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key in (_PARTITIONS, _REPLICATION):
        text = str(data.get(key, ""))
        fits = _NUMBER.fullmatch(text) is not None and int(text) in _INT32
        if not text:
            why = f"{key} is missing{_near(key, data)}"
            yield "data", f"{why}: the broker makes no topic"
        elif not fits or int(text) <= 0:
            expected = f"expected a whole number of 1 or more, found {text!r}"
            yield f"data.{key}", f"{expected}: the broker makes no topic"
    servers = str(data.get(_SERVERS, "")).replace(",", " ").split()
    if not servers:
        path = f"data.{_SERVERS}" if _SERVERS in data else "data"
        why = f"{_SERVERS} is missing{_near(_SERVERS, data)}"
        yield path, f"{why}: the broker finds no Kafka"


def _near(key: str, data: Mapping[str, str]) -> str:
    others = [each for each in data if each not in _KEYS]
    return nearest(key, others).replace("did you mean", "is it") if others else ""


def _ignored(data: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    known = f"{', '.join(_KEYS)}, {_PREFIX}…"
    for key in data:
        if key not in _KEYS and not key.startswith(_PREFIX):
            what = f"a broker of Kafka does not read it{nearest(key, _KEYS)}"
            yield f"data.{key}", f"{what} (it reads: {known})"


_OF_RABBIT = (
    "RabbitmqCluster.rabbitmq.com/v1beta1",
    "RabbitmqBrokerConfig.eventing.knative.dev/v1alpha1",
)


# Source: profiles 3.4; eventing-rabbitmq, pkg/apis/eventing/v1alpha1,
#     broker_validation.go, trigger_validation.go (read).
_FIXING = frozenset(("RabbitMQBroker",))


def is_fixed(broker: Mapping[str, Any] | None) -> bool:
    """Tell whether all of a broker's spec is immutable, and the filter of its triggers."""
    annotations = mapping(broker["metadata"].get("annotations")) if broker else {}
    return annotations.get(BROKER_CLASS) in _FIXING


def check_config(class_: str, config: Fields, namespace: str) -> list[Fault]:
    check = _OF_CLASS.get(class_)
    return [] if check is None else via(check(config, namespace), "spec.config")


def _kafka(config: Fields, namespace: str) -> list[Fault]:
    """Take a ConfigMap.

    Source: eventing-kafka-broker, control-plane/pkg/apis/eventing/v1,
        broker_validation.go (read).
    """
    kind = config.get("kind", "")
    fits = kind.lower() == "configmap"
    return [] if fits else [invalid(kind, "kind", "Expected ConfigMap")]


def _kafka_namespaced(config: Fields, namespace: str) -> list[Fault]:
    faults = _kafka(config, namespace)
    if not faults and config.get("namespace", namespace) != namespace:
        details = "Expected ConfigMap in same namespace with broker resource"
        faults.append(invalid(config["namespace"], "namespace", details))
    return faults


def _rabbitmq(config: Fields, namespace: str) -> list[Fault]:
    """Take a cluster, or a configuration of this class.

    Source: profiles 3.4 (run); eventing-rabbitmq, pkg/apis/eventing/v1alpha1,
        broker_validation.go (read).
    """
    needed = ("namespace", "name", "kind", "apiVersion")
    absent = [missing(name) for name in needed if not config.get(name)]
    kind, version = config.get("kind"), config.get("apiVersion")
    if not kind or not version or f"{kind}.{version}" in _OF_RABBIT:
        return absent
    text = (
        "Configuration not supported, only [kind: RabbitmqCluster, apiVersion: "
        "rabbitmq.com/v1beta1] or [kind: RabbitmqBrokerConfig, apiVersion: "
        "eventing.knative.dev/v1alpha1]"
    )
    return [*absent, generic(text, "")]


_OF_CLASS: Mapping[str, Callable[[Fields, str], list[Fault]]] = {
    "Kafka": _kafka,
    "KafkaNamespaced": _kafka_namespaced,
    "RabbitMQBroker": _rabbitmq,
}
