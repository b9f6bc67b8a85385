"""What the webhooks of further broker classes ask of a Broker's `spec.config`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.control.faults import Fault, generic, invalid, missing, via

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.control.go_types import Fields

_OF_RABBIT = (
    "RabbitmqCluster.rabbitmq.com/v1beta1",
    "RabbitmqBrokerConfig.eventing.knative.dev/v1alpha1",
)


def check_config(class_: str, config: Fields, namespace: str) -> list[Fault]:
    """Check what a Broker of a class names as its configuration.

    Args:
        class_: The annotation ``eventing.knative.dev/broker.class``.
        config: `spec.config`.
        namespace: Of the Broker.
    """
    check = _OF_CLASS.get(class_)
    return [] if check is None else via(check(config, namespace), "spec.config")


def _kafka(config: Fields, namespace: str) -> list[Fault]:
    """Take a ConfigMap.

    Source: eventing-kafka-broker, control-plane/pkg/apis/eventing/v1,
        broker_validation.go (read).
    """
    kind = config.get("kind", "")
    if kind.lower() == "configmap":
        return []
    return [invalid(kind, "kind", "Expected ConfigMap")]


def _kafka_namespaced(config: Fields, namespace: str) -> list[Fault]:
    """Take a ConfigMap of the same namespace; likewise."""
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
    absent = [
        missing(name)
        for name in ("namespace", "name", "kind", "apiVersion")
        if not config.get(name)
    ]
    if not config.get("kind") or not config.get("apiVersion"):
        return absent
    if f"{config['kind']}.{config['apiVersion']}" in _OF_RABBIT:
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
