"""In which order kapp creates resources."""

from pathlib import Path

import pytest

from simulator import Topology
from simulator.changes.kapp_order import Order, kapp_order, unknown_groups

GOLDEN = Path(__file__).parents[2] / "conformance" / "golden" / "systems" / "kapp"


def order_of(*manifests: tuple[str, str, dict[str, str]]) -> list[list[str]]:
    return [[key.name for key in wave] for wave in ordered(*manifests).waves()]


def ordered(*manifests: tuple[str, str, dict[str, str]]) -> Order:
    resources = Topology.of(
        *(
            {
                "apiVersion": version,
                "kind": kind,
                "metadata": {
                    "name": kind.lower(),
                    "annotations": {
                        f"kapp.k14s.io/change-{word}": text
                        for word, text in notes.items()
                    },
                },
            }
            for version, kind, notes in manifests
        )
    )
    return kapp_order(list(resources))


def test_nothing_orders_what_is_knatives() -> None:
    # given: order.txt beside it is what kapp's own change graph says of these
    resources = list(Topology.load(GOLDEN / "order-resources.yaml"))

    # when
    waves = [[key.kind for key in wave] for wave in kapp_order(resources).waves()]

    # then
    assert waves == [
        ["Namespace"],
        ["ConfigMap"],
        ["PingSource", "Trigger", "Broker", "Service", "Subscription", "Channel"],
    ]


def test_rules_of_the_resources_themselves_come_before_those_of_kapp() -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "first"})
    config_map = ("v1", "ConfigMap", {"rule": "upsert after upserting first"})

    # when
    waves = order_of(config_map, broker)

    # then
    assert waves == [["broker"], ["configmap"]]


def test_a_group_can_be_named_after_the_resource() -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "{kind}.{namespace}"})
    trigger = (
        "eventing.knative.dev/v1",
        "Trigger",
        {"rule": "upsert before upserting Broker.default"},
    )

    # when
    waves = order_of(broker, trigger)

    # then
    assert waves == [["trigger"], ["broker"]]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("upsert afer upserting g", "found 'afer'; did you mean 'after'?"),
        ("upsert after g", "found 3 words: 'upsert after g'"),
        ("upsert after upserting g", "Detected cycle while ordering changes"),
    ],
)
def test_what_kapp_refuses_is_a_fault(rule: str, said: str) -> None:
    # given
    broker = ("eventing.knative.dev/v1", "Broker", {"group": "g", "rule": rule})

    # when
    [fault] = ordered(broker).faults

    # then
    assert said in fault.reason


def test_a_group_that_nothing_is_in_is_told_though_kapp_is_silent() -> None:
    # given
    resources = Topology.of(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": "s",
                "annotations": {
                    "kapp.k14s.io/change-group": "brokers",
                    "kapp.k14s.io/change-rule": "upsert after upserting broker",
                },
            },
        }
    )

    # when
    [fault] = unknown_groups(list(resources))

    # then
    assert fault.reason.endswith("in the group 'broker'; did you mean 'brokers'?")
