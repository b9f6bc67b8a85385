from typing import Any

import pytest

from simulator import Blueprint, Topology
from simulator.processes import Watch, Watched
from simulator.selectors import selector_of
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    broker,
    broker_ref,
    manifest,
    messages,
    service,
    texts,
    wire,
)

PODS = {"apiVersion": "v1", "kind": "Pod"}
EVERYTHING = selector_of({})


def watching(*resources: Manifest, **spec: Any) -> Manifest:
    whole = {"sink": broker_ref("default"), "resources": list(resources), **spec}
    return manifest(
        "sources.knative.dev/v1", "ApiServerSource", "watcher", "default", whole
    )


def watch_of(source: Manifest) -> Watch | None:
    return wire(broker(), source).sources[0].watch


def test_it_watches_resources_by_the_plural_that_knative_guesses() -> None:
    selector = {"matchLabels": {"app": "web"}}

    watch = watch_of(
        watching({**PODS, "selector": selector}, mode="Resource", namespaceSelector={})
    )

    pods = Watched(api_version="v1", plural="pods", selector=selector_of(selector))
    assert watch == Watch(resources=(pods,), namespaces=EVERYTHING, whole=True)


def test_it_becomes_ready_and_posts_to_its_sink() -> None:
    wiring = wire(broker(), watching(PODS))

    assert wiring.sources[0].sink == f"{INGRESS}/default/default"
    assert texts(wiring, "ApiServerSource", "watcher") == {
        "Deployed": "True",
        "OIDCIdentityCreated": "True authentication-oidc feature disabled",
        "Ready": "True",
        "SinkProvided": "True",
        "SufficientPermissions": "True",
    }


def test_without_a_sink_it_is_not_ready() -> None:
    wiring = wire(watching(PODS, sink=broker_ref("gone")))

    assert texts(wiring, "ApiServerSource", "watcher")["Ready"] == "False NotFound"


def test_a_mode_that_is_not_exactly_a_reference_means_the_whole_object() -> None:
    modes = {mode: watch_of(watching(PODS, mode=mode)) for mode in ("Reference", "ref")}

    assert [watch and watch.whole for watch in modes.values()] == [False, True]


def test_a_kind_of_another_plural_is_not_watched_and_that_is_told() -> None:
    gateway = {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "Gateway"}

    wiring = wire(broker(), watching(gateway))

    assert wiring.sources[0].watch == Watch(resources=())
    [message] = messages(wiring, "never-watched")
    assert message == (
        "ApiServerSource watcher: spec.resources[0].kind: Knative guesses that the resource of Gateway is 'gatewaies', but it is "
        "'gateways': nothing is watched, and nothing else says so"
    )


def test_a_definition_among_the_manifests_decides_about_the_plural() -> None:
    names = {"kind": "Dish", "plural": "dishes"}
    dish = {"apiVersion": "x.io/v1", "kind": "Dish"}
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "dishes.x.io"},
        "spec": {"group": "x.io", "names": names},
    }

    doubtful = wire(broker(), watching(dish))
    certain = wire(broker(), watching(dish), definition)

    assert doubtful.sources[0].watch is not None
    assert len(doubtful.sources[0].watch.resources) == 1
    assert (
        "if it is another, such as 'dishes'" in messages(doubtful, "never-watched")[0]
    )
    assert certain.sources[0].watch == Watch(resources=())
    assert "but it is 'dishes'" in messages(certain, "never-watched")[0]


@pytest.mark.parametrize("name", ["subject", "Type", "data"])
def test_an_override_of_an_attribute_keeps_it_from_sending_anything(name: str) -> None:
    wiring = wire(broker(), watching(PODS, ceOverrides={"extensions": {name: "x"}}))

    assert wiring.sources[0].watch == Watch(resources=())
    assert len(messages(wiring, "unsendable")) == 1


def test_overrides_of_its_own_extensions_are_fine() -> None:
    wiring = wire(broker(), watching(PODS, ceOverrides={"extensions": {"kind": "x"}}))

    assert messages(wiring, "unsendable") == []


def test_filters_that_ask_for_what_is_set_later_are_told() -> None:
    wanted = {"id": "1", "team": "a", "kind": "Pod"}

    wiring = wire(
        broker(),
        watching(
            PODS,
            filters=[{"exact": wanted}],
            ceOverrides={"extensions": {"team": "a", "kind": "Pod"}},
        ),
    )

    where = "ApiServerSource watcher: spec.filters"
    assert messages(wiring, "hopeless-filter") == [
        f"{where}: 'id' is set after the filters are judged",
        f"{where}: 'team' of ceOverrides is set after the filters are judged",
    ]


@pytest.mark.parametrize(
    "spec",
    [
        {"resources": [{"apiVersion": "a/b/c", "kind": "Pod"}]},
        {"namespaceSelector": {"matchExpressions": [{"key": "a", "operator": "in"}]}},
        {
            "resources": [
                {**PODS, "selector": {"matchExpressions": [{"operator": "In"}]}}
            ]
        },
    ],
)
def test_what_its_controller_cannot_read_leaves_it_without_an_adapter(
    spec: Any,
) -> None:
    wiring = wire(
        broker(), {**watching(PODS), "spec": {**watching(PODS)["spec"], **spec}}
    )

    assert wiring.sources[0].watch == Watch(resources=())
    assert texts(wiring, "ApiServerSource", "watcher")["Ready"].startswith("Unknown")
    assert len(messages(wiring, "never-starts")) == 1


def test_its_sink_may_be_a_service() -> None:
    wiring = wire(watching(PODS, sink=service("shop")))

    assert wiring.sources[0].sink == "http://shop.default.svc.cluster.local"


def adapter_of(*manifests: Manifest) -> dict[str, str]:
    [expansion] = Blueprint(Topology.of(broker(), *manifests)).expansions
    [deployment] = expansion.objects
    pod = deployment["spec"]["template"]["spec"]
    return {
        "name": deployment["metadata"]["name"],
        "account": pod["serviceAccountName"],
        **{each["name"]: each.get("value", "") for each in pod["containers"][0]["env"]},
    }


def test_its_adapter_is_told_what_to_watch_as_go_writes_it() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet"}
    overrides = {"extensions": {"b": "<1>", "a": ""}}

    adapter = adapter_of(watching(PODS, owner=owner, ceOverrides=overrides))

    assert adapter == {
        "name": "apiserversource-watcher-<uid>",
        "account": "default",
        "K_SINK": f"{INGRESS}/default/default",
        "K_SOURCE_CONFIG": (
            '{"namespaces":["default"],"allNamespaces":false,"resources":[{"gvr":'
            '{"Group":"","Version":"v1","Resource":"pods"}}],"owner":{"apiVersion":'
            '"apps/v1","kind":"ReplicaSet"},"mode":"Reference"}'
        ),
        "SYSTEM_NAMESPACE": "knative-eventing",
        "NAMESPACE": "",
        "NAME": "watcher",
        "K_CE_OVERRIDES": '{"extensions":{"a":"","b":"\\u003c1\\u003e"}}',
    }


def test_its_adapter_is_told_the_namespaces_that_are_selected() -> None:
    shop = {**manifest("v1", "Namespace", "shop", "", {})}
    shop["metadata"]["labels"] = {"env": "test"}
    del shop["metadata"]["namespace"]

    some = adapter_of(
        shop, watching(PODS, namespaceSelector={"matchLabels": {"env": "test"}})
    )
    every = adapter_of(shop, watching(PODS, namespaceSelector={}))

    assert '{"namespaces":["shop"],"allNamespaces":false,' in some["K_SOURCE_CONFIG"]
    wanted = '{"namespaces":["default","shop"],"allNamespaces":true,'
    assert wanted in every["K_SOURCE_CONFIG"]


def test_without_a_sink_it_has_no_adapter() -> None:
    [expansion] = Blueprint(
        Topology.of(watching(PODS, sink=broker_ref("gone")))
    ).expansions

    assert expansion.objects == ()
