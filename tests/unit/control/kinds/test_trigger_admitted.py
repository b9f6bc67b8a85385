from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.control import admit, immutability
from simulator.resource import ResourceKey
from tests.unit.control.examples import (
    A_SERVICE,
    SHIPPED,
    features,
    said,
    spec_of,
    texts,
    trigger,
)

if TYPE_CHECKING:
    from simulator.control import ClusterConfig

LABEL = "eventing.knative.dev/broker"
CROSS = features(cross_namespace_event_links="enabled")
A_BROKER = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "b"}
DEPENDENCY = "knative.dev/dependency"
INJECTION = "eventing.knative.dev/injection"
NAME_RULE = "Attribute name must start with a letter and can only contain lowercase alphanumeric"


def test_label_filter_and_namespaces_are_filled_in() -> None:
    new = trigger({"delivery": {"deadLetterSink": A_SERVICE}}, namespace="team")

    defaulted = admit(new, config=SHIPPED).defaulted

    assert defaulted is not None
    assert defaulted["metadata"]["labels"] == {LABEL: "default"}
    assert defaulted["spec"]["filter"] == {}
    assert defaulted["spec"]["subscriber"]["ref"]["namespace"] == "team"
    sink = defaulted["spec"]["delivery"]["deadLetterSink"]
    assert sink["ref"]["namespace"] == "team"


def test_the_label_follows_the_broker_reference_only_with_the_feature() -> None:
    new = trigger({"broker": "", "brokerRef": A_BROKER})

    on, off = (admit(new, config=config).defaulted for config in (CROSS, SHIPPED))

    assert on is not None
    assert off is not None
    assert on["metadata"]["labels"] == {LABEL: "b"}
    assert "labels" not in off["metadata"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"broker": ""}, ["missing field(s): spec.broker"]),
        (
            {"brokerRef": {}},
            ["expected exactly one, got both: spec.broker, spec.brokerRef"],
        ),
        (
            {"brokerRef": {**A_BROKER, "namespace": "other"}},
            [
                "expected exactly one, got both: spec.broker, spec.brokerRef",
                "must not set the field(s): spec.namespace",
            ],
        ),
        ({"broker": "", "brokerRef": A_BROKER}, []),
        (
            {"broker": "", "brokerRef": {**A_BROKER, "namespace": "other"}},
            ["must not set the field(s): spec.namespace"],
        ),
    ],
)
def test_a_trigger_names_one_broker(spec: dict[str, Any], expected: list[str]) -> None:
    assert said(trigger(spec)) == expected


def test_a_broker_of_another_namespace_needs_the_feature() -> None:
    new = trigger({"broker": "", "brokerRef": {**A_BROKER, "namespace": "other"}})

    assert said(new, CROSS) == []


@pytest.mark.parametrize(
    ("namespace", "config", "expected"),
    [
        (
            "other",
            CROSS,
            [
                (
                    "user eve is not authorized to get target resource in namespace: other: "
                    "spec.BrokerNamespace"
                )
            ],
        ),
        ("other", SHIPPED, ["must not set the field(s): spec.namespace"]),
        ("default", CROSS, []),
        ("", CROSS, []),
    ],
)
def test_a_link_to_a_broker_of_another_namespace_needs_a_right(
    namespace: str, config: ClusterConfig, expected: list[str]
) -> None:
    reference = {**A_BROKER, "namespace": namespace}

    admission = admit(
        trigger({"broker": "", "brokerRef": reference}), config=config, stranger="eve"
    )

    assert [text.partition("\n")[0] for text in texts(admission)] == expected


@pytest.mark.parametrize("name", ["Source", "s-pace", "s_pace", "123", "é", "a\n"])
def test_an_attribute_name_is_lower_case_and_begins_with_a_letter(name: str) -> None:
    (fault,) = admit(
        trigger({"filter": {"attributes": {name: "x"}}}), config=SHIPPED
    ).faults

    assert fault.message.startswith("invalid key name ")
    assert fault.details == NAME_RULE


def test_a_dot_in_an_attribute_name_makes_a_path_of_its_own() -> None:
    assert said(trigger({"filters": [{"exact": {"a.b": "x"}}]})) == [
        'invalid key name "a.b": spec.filters[0].exact.[a.b]'
    ]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (
            [{"exact": {"type": "a"}, "cesql": "TRUE"}],
            ["multiple dialects found, filters can have only one dialect set: "],
        ),
        ([{"exact": {"type": "a"}, "prefix": {}, "all": []}], []),
        (
            [{"not": {}, "suffix": {"type": "a"}}],
            ["multiple dialects found, filters can have only one dialect set: "],
        ),
        (
            [{"cesql": "type ="}, {}, {}],
            ["invalid value: type =: spec.filters[2][1][0].cesql"],
        ),
        (
            [{"any": [{"not": {"prefix": {"A": "x"}}}]}],
            ['invalid key name "A": spec.filters[0].any[0].not.prefix[A]'],
        ),
        (
            [{"all": [{"suffix": {"B": "x"}}, {}]}],
            ['invalid key name "B": spec.filters[0].all[1][0].suffix[B]'],
        ),
    ],
)
def test_filters_are_checked_and_their_indices_pile_up(
    filters: list[dict[str, Any]], expected: list[str]
) -> None:
    assert said(trigger({"filters": filters})) == expected


def test_the_same_fault_at_two_places_is_said_once() -> None:
    new = trigger(
        {"filter": {"attributes": {"A": "x"}}, "filters": [{"exact": {"A": "x"}}]}
    )

    assert texts(admit(new, config=SHIPPED)) == [
        'invalid key name "A": spec.filter.attributes[A], spec.filters[0].exact[A]\n'
        + NAME_RULE
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"kind":"K","name":"n","apiVersion":"v1"}', []),
        ('{"kind":"K","name":"n","apiVersion":"v1","namespace":"default"}', []),
        (
            '{"kind":"K","name":"n","apiVersion":"v1","namespace":"o"}',
            [
                (
                    'Namespace must be empty or equal to the trigger namespace "default": '
                    f"metadata.annotations[{DEPENDENCY}].namespace"
                )
            ],
        ),
        (
            "{}",
            [
                (
                    "missing field(s): "
                    f"metadata.annotations[{DEPENDENCY}].apiVersion, "
                    f"metadata.annotations[{DEPENDENCY}].kind, "
                    f"metadata.annotations[{DEPENDENCY}].name"
                )
            ],
        ),
        (
            "x",
            [
                (
                    'The provided annotation was not a corev1.ObjectReference: "x": '
                    f"metadata.annotations[{DEPENDENCY}]"
                )
            ],
        ),
        (
            '{"kind":1}',
            [
                (
                    "The provided annotation was not a corev1.ObjectReference: "
                    f'"{{\\"kind\\":1}}": metadata.annotations[{DEPENDENCY}]'
                )
            ],
        ),
    ],
)
def test_a_dependency_is_an_object_of_the_own_namespace(
    value: str, expected: list[str]
) -> None:
    assert said(trigger(annotations={DEPENDENCY: value})) == expected


@pytest.mark.parametrize(
    ("value", "broker", "message"),
    [
        ("enabled", "default", None),
        ("disabled", "default", None),
        (
            "yes",
            "default",
            (
                'The provided injection annotation value can only be "enabled" or '
                '"disabled", not "yes"'
            ),
        ),
        (
            "enabled",
            "b",
            (
                "The provided injection annotation is only used for default broker, "
                'but non-default broker specified here: "b"'
            ),
        ),
    ],
)
def test_injection_is_on_or_off_for_the_default_broker(
    value: str, broker: str, message: str | None
) -> None:
    new = trigger({"broker": broker}, annotations={INJECTION: value})

    path = f"metadata.annotations[{INJECTION}]"
    assert said(new) == ([f"{message}: {path}"] if message else [])


def test_only_the_broker_is_immutable() -> None:
    old = trigger()

    assert said(trigger({"broker": "b"}), old=old) == [
        "Immutable fields changed (-old +new): broker, spec"
    ]
    assert said(trigger({"subscriber": {"uri": "http://y"}}), old=old) == []


@pytest.mark.parametrize(
    ("class_", "refused"),
    [("RabbitMQBroker", [("filter", "spec")]), ("MTChannelBasedBroker", [])],
)
def test_the_filter_of_a_trigger_of_rabbitmq_may_not_change(
    class_: str, refused: list[tuple[str, ...]]
) -> None:
    key = ResourceKey("eventing.knative.dev", "Broker", "default", "default")
    broker = {
        "metadata": {"annotations": {"eventing.knative.dev/broker.class": class_}}
    }
    old, new = (
        admit(trigger({"filter": {"attributes": {"type": name}}}), config=SHIPPED)
        for name in ("order.placed", "order.paid")
    )
    assert old.defaulted is not None
    assert new.defaulted is not None

    found = immutability(old.defaulted, new.defaulted, {key: broker})

    assert [fault.paths for fault in found] == refused
    assert immutability(old.defaulted, old.defaulted, {key: broker}) == ()


def test_an_empty_delivery_stays_empty() -> None:
    assert spec_of(trigger({"delivery": {}}))["delivery"] == {}
