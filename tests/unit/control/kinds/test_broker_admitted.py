from __future__ import annotations

from typing import Any

import pytest

from simulator.control import ClusterConfig, admit, immutability
from tests.unit.control.examples import (
    A_SERVICE,
    SHIPPED,
    broker,
    said,
    spec_of,
    texts,
)

CLASS = "eventing.knative.dev/broker.class"
OWN_CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "name": "c"}

DEFAULTS = ClusterConfig.from_configmaps(
    {
        "config-br-defaults": {
            "default-br-config": """
clusterDefault:
  brokerClass: MTChannelBasedBroker
  apiVersion: v1
  kind: ConfigMap
  name: of-cluster
  delivery: {retry: 1, timeout: PT1S, deadLetterSink: {ref: {kind: Service, name: d, apiVersion: v1}}}
  brokerClasses:
    Kafka: {apiVersion: v1, kind: ConfigMap, name: of-kafka}
    ConfigMap: {delivery: {retry: 7}}
namespaceDefaults:
  team:
    brokerClass: Kafka
    apiVersion: v1
    kind: ConfigMap
    name: of-team
    disallowDifferentNamespaceConfig: true
  bare:
    brokerClass: Kafka
  classes:
    brokerClasses:
      Rabbit: {apiVersion: v1, kind: ConfigMap, name: of-rabbit}
"""
        }
    }
)


@pytest.mark.parametrize(
    ("namespace", "broker_class", "config_name", "set_class"),
    [
        ("default", None, "of-cluster", "MTChannelBasedBroker"),
        ("default", "Kafka", "of-kafka", "Kafka"),
        ("default", "Other", "of-cluster", "Other"),
        ("team", None, "of-team", "Kafka"),
        ("team", "Other", "of-cluster", "Other"),
        ("bare", None, "of-kafka", "Kafka"),
        ("classes", None, "of-cluster", "MTChannelBasedBroker"),
        ("classes", "Rabbit", "of-rabbit", "Rabbit"),
    ],
)
def test_configuration_and_class_come_from_the_nearest_defaults(
    namespace: str, broker_class: str | None, config_name: str, set_class: str
) -> None:
    annotations = {CLASS: broker_class} if broker_class else {}
    new = broker(namespace=namespace, annotations=annotations)

    admission = admit(new, config=DEFAULTS)

    assert admission.valid
    assert admission.defaulted is not None
    assert admission.defaulted["metadata"]["annotations"] == {CLASS: set_class}
    assert admission.defaulted["spec"]["config"] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": config_name,
        "namespace": namespace,
    }


def test_of_the_delivery_only_sink_retry_and_backoff_are_defaulted() -> None:
    spec = spec_of(broker(namespace="ns"), DEFAULTS)

    assert spec["delivery"] == {
        "deadLetterSink": {
            "ref": {
                "apiVersion": "v1",
                "kind": "Service",
                "name": "d",
                "namespace": "ns",
            }
        },
        "retry": 1,
    }


def test_the_kind_of_a_written_configuration_is_looked_up_as_if_it_were_a_class() -> (
    None
):
    spec = spec_of(broker({"config": OWN_CONFIG}), DEFAULTS)

    assert spec["config"]["name"] == "c"
    assert spec["delivery"] == {"retry": 7}


def test_an_empty_delivery_blocks_the_default() -> None:
    assert spec_of(broker({"delivery": {}}))["delivery"] == {}


def test_a_class_with_only_a_delivery_leaves_the_configuration_out() -> None:
    new = broker(annotations={CLASS: "ConfigMap"})

    assert spec_of(new, DEFAULTS) == {"delivery": {"retry": 7}}


def test_without_any_defaults_the_class_is_missing() -> None:
    empty = ClusterConfig.from_configmaps(
        {"config-br-defaults": {"default-br-config": "namespaceDefaults: {}"}}
    )

    assert said(broker(), empty) == [f"missing field(s): {CLASS}"]


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ({"config": {**OWN_CONFIG, "namespace": "other"}}, "spec.config.namespace"),
        (
            {
                "delivery": {
                    "deadLetterSink": {"ref": {**A_SERVICE["ref"], "namespace": "o"}}
                }
            },
            "spec.delivery.deadLetterSink.ref.namespace",
        ),
    ],
)
def test_other_namespaces_can_be_forbidden(spec: dict[str, Any], path: str) -> None:
    new = broker(spec, namespace="team")

    assert said(new, DEFAULTS) == [f"mismatched namespaces: {path}"]
    assert said(new) == []


def test_a_configuration_needs_its_three_fields() -> None:
    assert said(broker({"config": {}})) == [
        "missing field(s): spec.config.apiVersion, spec.config.kind, spec.config.name"
    ]


def test_the_configuration_is_immutable() -> None:
    old, new = (
        broker({"config": OWN_CONFIG}),
        broker({"config": {**OWN_CONFIG, "name": "d"}}),
    )

    assert said(new, old=old) == ["Immutable fields changed (-old +new): spec"]


def test_the_class_is_immutable() -> None:
    old, new = broker(), broker(annotations={CLASS: "Kafka"})

    assert said(new, old=old) == [
        "Immutable annotations changed (-old +new): annotations"
    ]


def test_the_delivery_may_change() -> None:
    assert said(broker({"delivery": {"retry": 1}}), old=broker()) == []


def test_of_a_broker_of_rabbitmq_nothing_may_change() -> None:
    old = broker(annotations={CLASS: "RabbitMQBroker"})
    new = broker({"delivery": {"retry": 1}}, annotations={CLASS: "RabbitMQBroker"})

    [fault] = immutability(old, new)

    assert (fault.message, fault.paths) == (
        "Immutable fields changed (-old +new)",
        ("spec",),
    )


def test_immutability_compares_two_objects_alone() -> None:
    old = broker({"config": OWN_CONFIG})
    new = broker({"config": {**OWN_CONFIG, "name": "d"}})

    assert [fault.paths for fault in immutability(old, new)] == [("spec",)]
    assert immutability(old, old) == ()
    assert immutability(old, broker({"bogus": 1})) == ()
    assert immutability(old, {"kind": "Nope"}) == ()


def test_each_defaulted_field_says_where_it_comes_from() -> None:
    admission = admit(broker(namespace="team", name="b"), config=DEFAULTS)

    found = {path: (each.kind, each.text) for path, each in admission.origins.items()}
    assert found == {
        f"metadata.annotations[{CLASS}]": (
            "namespace default",
            "config-br-defaults (as given, namespaceDefaults of team)",
        ),
        "spec.config.apiVersion": (
            "namespace default",
            "config-br-defaults (as given, namespaceDefaults of team)",
        ),
        "spec.config.kind": (
            "namespace default",
            "config-br-defaults (as given, namespaceDefaults of team)",
        ),
        "spec.config.name": (
            "namespace default",
            "config-br-defaults (as given, namespaceDefaults of team)",
        ),
        "spec.config.namespace": ("webhook", "namespace of the object"),
    }


def test_a_shipped_default_says_that_it_is_shipped() -> None:
    admission = admit(broker({"config": OWN_CONFIG}), config=SHIPPED)

    retry = admission.origins["spec.delivery.retry"]
    assert (retry.kind, retry.text) == (
        "cluster default",
        "config-br-defaults (as shipped)",
    )
    assert (retry.config_map, retry.key) == ("config-br-defaults", "default-br-config")
    assert "spec.config.name" not in admission.origins
    assert texts(admission) == []
