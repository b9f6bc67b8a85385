import pytest

from simulator.profiles import MT_CHANNEL
from simulator.profiles.specification import SPEC
from tests.unit.control.topologies import (
    INGRESS,
    broker,
    broker_ref,
    conditions,
    config_map,
    hub,
    manifest,
    messages,
    ref,
    service,
    texts,
    trigger,
    wire,
)

NO_POLICY = (
    'True OIDCDisabled: Feature "authentication-oidc" must be enabled to support '
    "Authorization"
)
TEMPLATE_FAILED = (
    "False ChannelTemplateFailed: Error on setting up the ChannelTemplate: "
)


def test_a_broker_has_the_address_of_the_shared_ingress() -> None:
    wiring = wire(broker("orders", "shop"))

    assert hub(wiring, "broker/shop/orders").url == f"{INGRESS}/shop/orders"
    assert wiring.addresses == {"broker/shop/orders": f"{INGRESS}/shop/orders"}


def test_a_ready_broker_shows_knatives_conditions_sorted_by_type() -> None:
    wiring = wire(broker())

    assert list(texts(wiring, "Broker", "default").items()) == [
        ("Addressable", "True"),
        (
            "DeadLetterSinkResolved",
            "True DeadLetterSinkNotConfigured: No dead letter sink is configured.",
        ),
        ("EventPoliciesReady", NO_POLICY),
        ("FilterReady", "True"),
        ("IngressReady", "True"),
        ("Ready", "True"),
        ("TriggerChannelReady", "True"),
    ]


def test_a_broker_whose_config_map_is_missing_is_not_ready() -> None:
    config = {"kind": "ConfigMap", "name": "nope", "namespace": "default"}

    wiring = wire(broker(config=config))

    shown = texts(wiring, "Broker", "default")
    assert (
        shown["TriggerChannelReady"] == f'{TEMPLATE_FAILED}configmaps "nope" not found'
    )
    assert shown["Ready"] == shown["TriggerChannelReady"]
    assert shown["Addressable"] == "Unknown"
    assert wiring.hubs == ()


def test_a_broker_without_config_finds_no_channel_template() -> None:
    wiring = wire(broker(config=None))

    failed = texts(wiring, "Broker", "default")["TriggerChannelReady"]
    assert failed == f"{TEMPLATE_FAILED}failed to find channelTemplate"


def test_a_config_that_is_no_config_map_is_not_supported() -> None:
    wiring = wire(broker(config={"kind": "Deployment", "name": "dummy"}))

    assert texts(wiring, "Broker", "default")["TriggerChannelReady"] == (
        f"{TEMPLATE_FAILED}Broker.Spec.Config configuration not supported, only "
        "[kind: ConfigMap, apiVersion: v1]"
    )


def test_a_config_without_a_name_is_refused() -> None:
    wiring = wire(broker(config={"kind": "ConfigMap", "namespace": "default"}))

    assert texts(wiring, "Broker", "default")["TriggerChannelReady"] == (
        f"{TEMPLATE_FAILED}Broker.Spec.Config name and namespace are required"
    )


def test_a_config_map_without_a_template_is_not_enough() -> None:
    config = {"kind": "ConfigMap", "name": "mine", "namespace": "default"}
    reasons = {}

    for data in (
        {},
        {"channelTemplateSpec": "spec: {}"},
        {"channel-template-spec": "["},
    ):
        wiring = wire(broker(config=config), config_map("mine", data))
        shown = texts(wiring, "Broker", "default")["TriggerChannelReady"]
        reasons[str(data)] = shown.removeprefix(TEMPLATE_FAILED).partition(":")[0]

    assert list(reasons.values()) == [
        "failed to find channelTemplate",
        "channelTemplateSpec names no kind of channel",
        "channel-template-spec is no YAML",
    ]


def test_a_channel_without_profile_behind_a_broker_runs_as_an_in_memory_one() -> None:
    config = {"kind": "ConfigMap", "name": "mine", "namespace": "default"}
    data = {"channel-template-spec": "apiVersion: x/v1\nkind: PulsarChannel\n"}

    wiring = wire(broker(config=config), config_map("mine", data))

    assert [each.node for each in wiring.hubs] == ["broker/default"]
    assert messages(wiring, "channel-kind") == [
        (
            "Broker default: spec.config: PulsarChannel is run as an InMemoryChannel: its "
            "storage, its order and its own backoff are not simulated"
        )
    ]


def test_what_a_broker_stands_on_is_nothing_to_a_profile_without_channels() -> None:
    config = {"kind": "ConfigMap", "name": "mine", "namespace": "default"}
    data = {"channel-template-spec": "apiVersion: x/v1\nkind: PulsarChannel\n"}

    wiring = wire(broker(config=config), config_map("mine", data), played_by=SPEC)

    assert messages(wiring, "channel-kind") == []


def test_the_shipped_config_map_can_be_given_from_outside() -> None:
    data = {"channel-template-spec": "{kind: PulsarChannel}"}
    name = "knative-eventing/config-br-default-channel"

    wiring = wire(broker(), configmaps={name: data})

    assert len(messages(wiring, "channel-kind")) == 1


def test_a_dead_letter_sink_that_does_not_resolve_leaves_the_broker_without_address() -> (
    None
):
    delivery = {"deadLetterSink": broker_ref("dead")}

    wiring = wire(broker(delivery=delivery))

    shown = texts(wiring, "Broker", "default")
    assert shown["DeadLetterSinkResolved"] == (
        "False Unable to get the dead letter sink's URI: failed to get object "
        'default/dead: brokers.eventing.knative.dev "dead" not found'
    )
    assert shown["Ready"] == shown["DeadLetterSinkResolved"]
    assert shown["Addressable"] == "Unknown"
    assert wiring.addresses == {}


def test_a_broker_that_is_its_own_dead_letter_sink_waits_for_itself() -> None:
    wiring = wire(broker(delivery={"deadLetterSink": broker_ref("default")}))

    assert texts(wiring, "Broker", "default")["Ready"] == (
        "False Unable to get the dead letter sink's URI: address not set for "
        "Kind = Broker, Namespace = default, Name = default, "
        "APIVersion = eventing.knative.dev/v1, Group = , Address ="
    )


def test_a_broker_may_be_the_dead_letter_sink_of_one_declared_before_it() -> None:
    wiring = wire(
        broker("first", delivery={"deadLetterSink": broker_ref("second")}),
        broker("second"),
        trigger(broker="first"),
    )

    (made,) = hub(wiring, "broker/first").routes
    assert made.dead_letter == f"{INGRESS}/default/second"
    assert messages(wiring, "dead-letters-unread") == [
        (
            "Broker first: spec.delivery.deadLetterSink: broker/second has no subscriber: "
            "dead letters are accepted there and dropped"
        )
    ]


def test_a_broker_of_a_class_without_profile_runs_as_the_specification_says() -> None:
    wiring = wire(broker(class_="Pulsar"), trigger())

    (made,) = wiring.hubs
    assert (made.profile, made.url) == (
        SPEC,
        "http://pulsar-broker-ingress.knative-eventing.svc.cluster.local/default/default",
    )
    assert [route.node for route in made.routes] == ["trigger/price"]
    assert [c[-1].type for c in wiring.conditions.values()] == [
        "Ready",
        "SubscriptionReady",
    ]
    assert messages(wiring, "no-profile") == [
        (
            "Broker default: metadata.annotations: the broker class 'Pulsar' has no "
            "profile: it runs as the specification of Knative Eventing says, without "
            "the retries, the order, the replies and the dead letters of its own "
            "(those of MTChannelBasedBroker, Kafka, KafkaNamespaced, RabbitMQBroker, "
            "NatsJetStreamBroker run as they are)"
        ),
    ]


def test_a_broker_of_a_class_without_profile_runs_as_the_one_that_is_asked_for() -> (
    None
):
    wiring = wire(broker(class_="Pulsar"), played_by=MT_CHANNEL)

    [made] = wiring.hubs
    assert made.profile is MT_CHANNEL
    assert messages(wiring, "no-profile") == [
        (
            "Broker default: metadata.annotations: the broker class 'Pulsar' has no "
            "profile: it runs as mt-channel, without the retries, the order, the "
            "replies and the dead letters of its own (those of MTChannelBasedBroker, "
            "Kafka, KafkaNamespaced, RabbitMQBroker, NatsJetStreamBroker run as they are)"
        ),
    ]


def test_a_class_makes_a_host_name_of_letters_that_fit() -> None:
    wiring = wire(broker(class_="Ours (v2)"))

    (made,) = wiring.hubs
    assert made.url.startswith("http://ours-v2-broker-ingress.")


@pytest.mark.parametrize(
    ("text", "asynchronous"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("yes", False),
        ("", False),
    ],
)
def test_a_broker_with_the_async_annotation_answers_before_it_delivers(
    text: str, *, asynchronous: bool
) -> None:
    annotations = {"messaging.knative.dev/async-handler": text}

    wiring = wire(broker(annotations=annotations), broker("other"))

    assert [each.asynchronous for each in wiring.hubs] == [asynchronous, False]


def test_a_broker_without_triggers_drops_what_it_accepts() -> None:
    wiring = wire(broker())

    assert messages(wiring, "no-routes") == [
        (
            "Broker default: : nothing takes events from broker/default: it accepts with "
            "202 and drops"
        )
    ]


def test_retries_without_backoff_follow_at_once() -> None:
    wiring = wire(broker(delivery={"retry": 3, "format": "json"}))

    assert messages(wiring, "immediate-retries") == [
        (
            "Broker default: spec.delivery.retry: without backoffPolicy and backoffDelay "
            "all 3 retries follow at once, without waiting"
        )
    ]
    assert messages(wiring, "no-effect") == [
        (
            "Broker default: spec.delivery.format: format takes effect only in the "
            "delivery of a Trigger"
        )
    ]


def test_the_observed_ready_has_no_reason_when_all_is_well() -> None:
    wiring = wire(broker(delivery={"deadLetterSink": service("dead")}))

    ready = conditions(wiring, "Broker", "default")["Ready"]
    assert (ready.reason, ready.message) == ("", "")


def test_a_workload_is_no_dead_letter_sink() -> None:
    sink = ref("Deployment", "dead", "apps/v1")

    wiring = wire(broker(delivery={"deadLetterSink": sink}))

    assert (
        'deployments.apps "dead" not found'
        in (texts(wiring, "Broker", "default")["DeadLetterSinkResolved"])
    )


def test_a_broker_that_nobody_gave_defaults_runs_as_the_installation_would() -> None:
    bare = manifest("eventing.knative.dev/v1", "Broker", "default", "default", {})

    wiring = wire(bare)

    assert texts(wiring, "Broker", "default")["Ready"] == "True"


def test_keys_given_from_outside_are_set_over_those_of_the_topology() -> None:
    name = "config-br-default-channel"
    written = config_map(
        name, {"channel-template-spec": "{kind: PulsarChannel}"}, "knative-eventing"
    )
    given = {"channel-template-spec": "{kind: InMemoryChannel}"}

    wiring = wire(broker(), written, configmaps={f"knative-eventing/{name}": given})

    assert messages(wiring, "channel-kind") == []


def test_of_a_broker_whose_trigger_gets_no_events_only_the_trigger_is_told() -> None:
    wiring = wire(broker(), trigger(subscriber=service("gone")), strict=True)

    assert messages(wiring, "no-routes") == []


def test_a_class_that_is_nearly_the_usual_one_is_told_so() -> None:
    annotations = {"eventing.knative.dev/broker.class": "mtchannelbasedbroker"}

    [told] = messages(wire(broker(annotations=annotations)), "no-profile")

    assert told.endswith("did you mean 'MTChannelBasedBroker'?)")
