"""What has no effect is named by its field."""

from typing import Any

import pytest

from tests.unit.control.topologies import (
    broker,
    config_map,
    manifest,
    messages,
    ref,
    service,
    trigger,
    wire,
)

SERVING = "serving.knative.dev/v1"
SYSTEM = "knative-eventing"


def knative_service(template: dict[str, Any]) -> dict[str, Any]:
    return manifest(SERVING, "Service", "pricing", "default", {"template": template})


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ({"spec": {"timeoutSeconds": 20}}, "spec.template.spec.timeoutSeconds"),
        ({"spec": {"containerConcurrency": 1}}, "spec.template.spec.containerConcurrency"),
        (
            {"metadata": {"annotations": {"autoscaling.knative.dev/min-scale": "1"}}},
            "spec.template.metadata.annotations",
        ),
    ],
)  # fmt: skip
def test_what_serving_would_do_to_a_service_in_use_is_named(
    template: dict[str, Any], path: str
) -> None:
    subscriber = ref("Service", "pricing", SERVING)

    wiring = wire(broker(), trigger(subscriber=subscriber), knative_service(template))

    (told,) = messages(wiring, "field-ignored")
    assert told.startswith(f"Service pricing: {path}: has no effect: ")


def test_of_a_service_that_nothing_sends_to_no_field_is_named() -> None:
    wiring = wire(knative_service({"spec": {"timeoutSeconds": 20}}))

    assert messages(wiring, "field-ignored") == []


def test_what_a_destination_says_of_its_transport_is_named_wherever_it_stands() -> None:
    sink = {**service("pricing"), "audience": "me"}

    wiring = wire(
        broker(),
        trigger(
            subscriber={**service("pricing"), "CACerts": "pem"},
            delivery={"deadLetterSink": sink},
        ),
    )

    assert messages(wiring, "field-ignored") == [
        "Trigger price: spec.subscriber.CACerts: has no effect: TLS is not simulated",
        (
            "Trigger price: spec.delivery.deadLetterSink.audience: has no effect: "
            "authentication-oidc is off, so no token is sent"
        ),
    ]


@pytest.mark.parametrize(
    ("name", "data", "path"),
    [
        ("config-features", {"transport-encryption": "strict"}, "data.transport-encryption"),
        ("config-sugar", {"trigger-selector": "matchExpressions: [{operator: x}]"}, "data.trigger-selector"),
    ],
)  # fmt: skip
def test_a_config_map_that_asks_for_what_is_not_simulated_is_told(
    name: str, data: dict[str, str], path: str
) -> None:
    wiring = wire(config_map(name, data, SYSTEM))

    (told,) = messages(wiring, "feature-not-simulated")
    assert told.startswith(f"ConfigMap {SYSTEM}/{name}: {path}: ")
    assert messages(wiring, "not-simulated") == []


@pytest.mark.parametrize(
    ("name", "data", "namespace"),
    [
        ("config-features", {"transport-encryption": "disabled"}, SYSTEM),
        ("config-features", {"authentication-oidc": "Enabled"}, SYSTEM),
        ("config-features", {"transport-encryption": "strict"}, "shop"),
        ("config-sugar", {"trigger-selector": "matchLabels: {a: b}"}, SYSTEM),
    ],
    ids=["off", "simulated", "not-in-force", "selects-nothing"],
)
def test_a_config_map_that_asks_for_nothing_of_the_kind_is_not(
    name: str, data: dict[str, str], namespace: str
) -> None:
    wiring = wire(config_map(name, data, namespace))

    assert messages(wiring, "feature-not-simulated") == []


@pytest.mark.parametrize("marked", ["Namespace", "Trigger"])
def test_a_mark_for_injection_makes_no_broker_and_is_named(marked: str) -> None:
    mark = {"eventing.knative.dev/injection": "enabled"}
    namespace = manifest("v1", "Namespace", "shop", "default", {})
    asking = trigger(namespace="shop")
    if marked == "Namespace":
        namespace["metadata"]["labels"] = mark
    else:
        asking["metadata"]["annotations"] = mark

    wiring = wire(namespace, asking)

    (told,) = messages(wiring, "no-broker")
    assert f"the injection mark of {marked}" in told
    assert "makes no Broker" in told
