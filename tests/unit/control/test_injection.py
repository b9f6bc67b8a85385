"""Brokers that are made by themselves, where config-sugar selects who wants one."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Blueprint, Simulation, Topology
from simulator.errors import TopologyError

SYSTEM = "knative-eventing"
_ENABLED = """
matchExpressions:
- {key: eventing.knative.dev/injection, operator: In, values: [enabled]}
"""


def namespace(name: str, **labels: str) -> dict[str, Any]:
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}


def trigger(
    name: str, place: str, broker: str = "default", **labels: str
) -> dict[str, Any]:
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": name, "namespace": place, "labels": labels},
        "spec": {"broker": broker, "subscriber": {"uri": "http://a.example.com"}},
    }


def sugar(**selectors: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "config-sugar", "namespace": SYSTEM},
        "data": {f"{name}-selector": text for name, text in selectors.items()},
    }


def brokers(*manifests: dict[str, Any], **options: Any) -> list[str]:
    wiring = Blueprint(Topology.of(*manifests), **options).wiring
    return [hub.node for hub in wiring.hubs]


def test_a_selected_namespace_gets_its_default_broker() -> None:
    enabled = {"eventing.knative.dev/injection": "enabled"}
    config = sugar(namespace=_ENABLED)

    made = brokers(config, namespace("shop", **enabled), namespace("other"))

    assert made == ["broker/shop/default"]


def test_a_selected_trigger_gets_the_broker_that_it_names() -> None:
    config = sugar(trigger="matchLabels: {sugar: 'yes'}")

    made = brokers(
        config,
        trigger("a", "shop", "mine", sugar="yes"),
        trigger("b", "shop", "mine", sugar="yes"),
        trigger("c", "shop", "yours"),
    )

    assert made == ["broker/shop/mine"]


def test_a_broker_that_is_there_is_left_as_it_is() -> None:
    own = {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Broker",
        "metadata": {"name": "default", "namespace": "shop"},
        "spec": {"delivery": {"retry": 3}},
    }

    wiring = Blueprint(
        Topology.of(own, trigger("a", "shop", sugar="yes"), sugar(trigger="{}"))
    ).wiring

    [hub] = wiring.hubs
    assert hub.delivery is not None
    assert hub.delivery["retry"] == 3
    assert [f for f in wiring.findings if f.code == "injected"] == []


def test_an_empty_selector_selects_all_and_none_selects_nothing() -> None:
    asking = trigger("a", "shop")

    assert brokers(asking, sugar(namespace="{}")) == [
        "broker/default",
        "broker/shop/default",
        "broker/knative-eventing/default",
    ]
    assert brokers(asking, sugar(namespace="")) == []


def test_the_config_map_may_be_given_from_outside() -> None:
    name = "matchLabels: {kubernetes.io/metadata.name: shop}"
    given = {"config-sugar": {"namespace-selector": name}}

    assert brokers(trigger("a", "shop"), configmaps=given) == ["broker/shop/default"]


def test_what_is_made_is_as_if_it_was_written_and_says_that_it_was_not() -> None:
    sim = Simulation(
        Topology.of(trigger("a", "shop", sugar="yes"), sugar(trigger="{}"))
    )

    sim.send(type="t", to="broker/shop/default")
    sim.run()

    assert len(sim.received()) == 1
    [told] = [f for f in sim.findings if f.code == "injected"]
    assert str(told).endswith(
        "Broker shop/default: it is made by Knative: config-sugar selects Trigger shop/a"
    )


def test_what_was_made_stays_when_it_is_not_selected_any_more() -> None:
    selected = Topology.of(trigger("a", "shop", sugar="yes"), sugar(trigger="{}"))
    sim = Simulation(selected)

    sim.reload(Topology.of(trigger("a", "shop")))

    assert [hub.node for hub in sim.wiring.hubs] == ["broker/shop/default"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no YAML"),
        ("[]", "expected a mapping"),
        ("matchLabels: [a]", "cannot unmarshal array"),
    ],
)
def test_a_selector_that_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(TopologyError, match=said):
        brokers(sugar(namespace=text))


def test_an_annotation_is_no_label_and_that_is_said() -> None:
    asking = trigger("a", "shop")
    mark = {"eventing.knative.dev/injection": "enabled"}
    asking["metadata"]["annotations"] = mark

    wiring = Blueprint(Topology.of(asking, sugar(trigger=_ENABLED))).wiring

    [told] = [f.message for f in wiring.findings if f.code == "no-broker"]
    assert told.endswith(
        "makes no Broker: config-sugar, which sees labels only, does not select it"
    )
