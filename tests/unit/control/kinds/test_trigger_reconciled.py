import json

from simulator.control import reconcile
from simulator.delivery import NO_RETRIES, BackoffPolicy, Retries
from simulator.filters import Verdict
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    admitted,
    broker,
    broker_ref,
    config_map,
    manifest,
    messages,
    ping,
    route,
    routes,
    service,
    texts,
    trigger,
    wire,
)

RETRY = {"retry": 2, "backoffPolicy": "linear", "backoffDelay": "PT0.5S"}


def annotated(made: Manifest, **annotations: str) -> Manifest:
    made["metadata"]["annotations"] = annotations
    return made


def test_a_trigger_is_a_route_from_its_broker_and_replies_go_back_there() -> None:
    wiring = wire(broker("default", "shop"), trigger("price", "shop"))

    made = route(wiring, "trigger/shop/price")
    assert made.subscriber == "http://pricing.shop.svc.cluster.local"
    assert made.reply == f"{INGRESS}/shop/default"
    assert made.namespace == "shop"
    assert made.retries == NO_RETRIES


def test_a_ready_trigger_shows_knatives_conditions() -> None:
    wiring = wire(broker(), trigger())

    assert texts(wiring, "Trigger", "price") == {
        "BrokerReady": "True",
        "DeadLetterSinkResolved": (
            "True DeadLetterSinkNotConfigured: No dead letter sink is configured."
        ),
        "DependencyReady": "True",
        "OIDCIdentityCreated": "True authentication-oidc feature disabled",
        "Ready": "True",
        "SubscriberResolved": "True",
        "SubscriptionReady": "True",
    }


def test_a_trigger_without_its_broker_stops_at_the_first_step() -> None:
    wiring = wire(broker("orders"), trigger(broker="order"))

    assert texts(wiring, "Trigger", "price") == {
        "BrokerReady": 'False BrokerDoesNotExist: Broker "order" does not exist',
        "DeadLetterSinkResolved": "Unknown",
        "DependencyReady": "Unknown",
        "OIDCIdentityCreated": (
            "True authentication-oidc feature not yet supported for this Broker class"
        ),
        "Ready": 'False BrokerDoesNotExist: Broker "order" does not exist',
        "SubscriberResolved": "Unknown",
        "SubscriptionReady": "Unknown",
    }
    assert messages(wiring, "no-broker") == [
        (
            "Trigger price: spec.broker: there is no Broker 'order' in namespace 'default'; "
            "did you mean 'orders'?; this trigger gets no events"
        )
    ]


def test_a_trigger_copies_why_its_broker_is_not_ready() -> None:
    wiring = wire(broker(config=None), trigger())

    shown = texts(wiring, "Trigger", "price")
    assert shown["BrokerReady"] == texts(wiring, "Broker", "default")["Ready"]
    assert shown["SubscriberResolved"] == "Unknown"
    assert routes(wiring) == []


def test_a_subscriber_that_does_not_resolve_leaves_the_trigger_without_events() -> None:
    wiring = wire(broker(), trigger(subscriber=broker_ref("other")))

    shown = texts(wiring, "Trigger", "price")
    assert shown["SubscriberResolved"] == (
        "False Unable to get the Subscriber's URI: failed to get object default/other: "
        'brokers.eventing.knative.dev "other" not found'
    )
    assert shown["DeadLetterSinkResolved"] == "Unknown"
    assert routes(wiring) == []


def test_a_trigger_takes_the_delivery_of_its_broker() -> None:
    delivery = {**RETRY, "timeout": "PT3S", "deadLetterSink": service("dead")}

    wiring = wire(broker(delivery=delivery), trigger())

    made = route(wiring, "trigger/price")
    assert made.retries == Retries(
        retry=2,
        policy=BackoffPolicy.LINEAR,
        delay_ns=500_000_000,
        timeout_ns=3_000_000_000,
    )
    assert made.dead_letter == "http://dead.default.svc.cluster.local"
    assert made.origins == dict.fromkeys(
        ("retry", "backoffPolicy", "backoffDelay", "timeout", "deadLetterSink"),
        "broker/default",
    )


def test_a_default_names_the_config_map_that_it_comes_from() -> None:
    origins = {"spec.delivery": "config-br-defaults (as shipped)"}

    wiring = reconcile([admitted(broker(delivery=RETRY), origins), admitted(trigger())])

    made = route(wiring, "trigger/price")
    assert made.origins["retry"] == "config-br-defaults (as shipped)"
    assert messages(wiring, "immediate-retries") == []


def test_the_delivery_of_a_trigger_replaces_all_but_the_dead_letter_sink() -> None:
    delivery = {**RETRY, "deadLetterSink": service("dead")}

    wiring = wire(broker(delivery=delivery), trigger(delivery={"timeout": "PT1S"}))

    made = route(wiring, "trigger/price")
    assert made.retries == Retries(timeout_ns=1_000_000_000)
    assert made.origins == {
        "timeout": "trigger/price",
        "deadLetterSink": "broker/default",
    }
    assert messages(wiring, "delivery-replaced") == [
        (
            "Trigger price: spec.delivery: its delivery replaces that of the broker as a "
            "whole: the retry 2 of broker/default does not count here"
        )
    ]


def test_an_empty_delivery_of_a_trigger_switches_retries_off() -> None:
    wiring = wire(broker(delivery=RETRY), trigger(delivery={}))

    assert route(wiring, "trigger/price").retries == NO_RETRIES


def test_a_triggers_own_dead_letter_sink_wins() -> None:
    wiring = wire(
        broker(delivery={"deadLetterSink": service("dead")}),
        trigger(delivery={"deadLetterSink": service("own"), "retry": 0}),
    )

    made = route(wiring, "trigger/price")
    assert made.dead_letter == "http://own.default.svc.cluster.local"
    assert made.origins["deadLetterSink"] == "trigger/price"


def test_a_triggers_own_dead_letter_sink_must_resolve() -> None:
    delivery = {"deadLetterSink": broker_ref("nope")}

    wiring = wire(broker(), trigger(delivery=delivery))

    shown = texts(wiring, "Trigger", "price")
    assert shown["DeadLetterSinkResolved"].startswith(
        "False Unable to get the dead letter sink's URI: failed to get object"
    )
    assert shown["SubscriptionReady"] == "Unknown"
    assert routes(wiring) == []


def test_only_the_format_of_a_trigger_counts() -> None:
    wiring = wire(
        broker(delivery={"format": "json"}),
        trigger("plain"),
        trigger("wrapped", delivery={"format": "json"}),
    )

    assert route(wiring, "trigger/plain").format == ""
    assert route(wiring, "trigger/wrapped").format == "json"
    assert route(wiring, "trigger/wrapped").origins == {"format": "trigger/wrapped"}


def test_filters_beat_filter() -> None:
    spec: Manifest = {
        "filter": {"attributes": {"type": "a"}},
        "filters": [{"exact": {"type": "b"}}],
    }

    wiring = wire(broker(), trigger(**spec))

    compiled = route(wiring, "trigger/price").filter
    assert compiled is not None
    assert compiled.verdict({"type": "b"}) is Verdict.PASS
    assert messages(wiring, "filter-ignored") == [
        (
            "Trigger price: spec.filter: filter is ignored, because filters is there and "
            "not empty"
        )
    ]


def test_a_legacy_filter_is_compiled() -> None:
    wiring = wire(broker(), trigger(filter={"attributes": {"type": "a"}}))

    compiled = route(wiring, "trigger/price").filter
    assert compiled is not None
    assert compiled.verdict({"type": "b"}) is Verdict.FAIL


def test_triggers_that_spell_their_filter_the_same_share_what_is_compiled() -> None:
    in_eu = [{"exact": {"type": "a"}}, {"cesql": "region = 'eu'"}]
    in_us = [{"exact": {"type": "a"}}, {"cesql": "region = 'us'"}]
    legacy = {"attributes": {"type": "a"}}

    wiring = wire(
        broker(),
        trigger("one", filters=in_eu),
        trigger("two", filters=in_us),
        trigger("three", filters=in_eu),
        trigger("four", filter=legacy),
        trigger("five", filter=legacy, filters=in_eu),
        trigger("six", filter=legacy),
    )

    filters = [
        route(wiring, f"trigger/{name}").filter
        for name in ("one", "two", "three", "four", "five", "six")
    ]
    assert [filters.index(each) for each in filters] == [0, 1, 0, 3, 4, 3]


def test_a_broker_ref_counts_only_with_the_feature() -> None:
    other = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "b"}
    made = trigger(broker="", brokerRef={**other, "namespace": "shop"})
    flags = {"cross-namespace-event-links": "Enabled"}

    off = wire(broker("b", "shop"), made)
    on = wire(
        broker("b", "shop"),
        made,
        config_map("config-features", flags, "knative-eventing"),
    )

    assert texts(off, "Trigger", "price")["BrokerReady"] == (
        'False BrokerDoesNotExist: Broker "" does not exist'
    )
    assert messages(off, "no-broker") == [
        (
            "Trigger price: spec.brokerRef: brokerRef counts only with the feature "
            "cross-namespace-event-links; name the broker in spec.broker"
        )
    ]
    assert routes(on) == ["trigger/price"]


class TestDependency:
    def depending(self, text: str) -> Manifest:
        return annotated(trigger(), **{"knative.dev/dependency": text})

    def on(self, kind: str, name: str, **more: str) -> str:
        api = "sources.knative.dev/v1"
        return json.dumps({"apiVersion": api, "kind": kind, "name": name, **more})

    def test_a_missing_dependency_gates_ready_but_not_the_delivery(self) -> None:
        wiring = wire(broker(), self.depending(self.on("RedisStreamSource", "orders")))

        shown = texts(wiring, "Trigger", "price")
        assert shown["DependencyReady"] == (
            "False DependencyDoesNotExist: Dependency does not exist: "
            'redisstreamsources.sources.knative.dev "orders" not found'
        )
        assert shown["Ready"] == shown["DependencyReady"]
        assert routes(wiring) == ["trigger/price"]

    def test_a_ready_source_satisfies(self) -> None:
        wiring = wire(broker(), self.depending(self.on("PingSource", "tick")), ping())

        assert texts(wiring, "Trigger", "price")["Ready"] == "True"

    def test_it_is_looked_for_in_the_own_namespace_whatever_it_names(self) -> None:
        foreign = self.depending(self.on("PingSource", "tick", namespace="shop"))
        there = ping()
        there["metadata"]["namespace"] = "shop"

        here_only = wire(broker(), foreign, ping())
        there_only = wire(broker(), foreign, there)

        assert texts(here_only, "Trigger", "price")["DependencyReady"] == "True"
        assert texts(there_only, "Trigger", "price")["DependencyReady"] == (
            "False DependencyDoesNotExist: Dependency does not exist: "
            'pingsources.sources.knative.dev "tick" not found'
        )

    def test_a_source_without_a_sink_does_not(self) -> None:
        tick = ping(sink=broker_ref("nope"))

        wiring = wire(broker(), self.depending(self.on("PingSource", "tick")), tick)

        shown = texts(wiring, "Trigger", "price")
        assert shown["DependencyReady"] == "False NotFound"

    def test_a_source_of_another_kind_says_nothing(self) -> None:
        kafka = manifest(
            "sources.knative.dev/v1", "RedisStreamSource", "orders", "default", {}
        )

        wiring = wire(
            broker(), self.depending(self.on("RedisStreamSource", "orders")), kafka
        )

        assert texts(wiring, "Trigger", "price")["Ready"] == (
            "Unknown DependencyNotConfigured: Dependency has not yet been reconciled."
        )

    def test_a_text_that_is_no_reference_fails(self) -> None:
        wiring = wire(broker(), self.depending("{"))

        assert texts(wiring, "Trigger", "price")["DependencyReady"].startswith(
            "False ReferenceError: Unable to unmarshal objectReference from dependency "
            "annotation of trigger: "
        )


def test_a_duration_that_nobody_can_read_is_left_out() -> None:
    delivery = {"retry": 1, "backoffPolicy": "linear", "backoffDelay": "1s"}

    wiring = wire(broker(), trigger(delivery=delivery))

    assert route(wiring, "trigger/price").retries.delay_ns is None
    assert messages(wiring, "bad-duration") == [
        (
            "Trigger price: spec.delivery.backoffDelay: '1s' is no ISO 8601 duration such "
            "as PT0.5S; it is left out"
        )
    ]
