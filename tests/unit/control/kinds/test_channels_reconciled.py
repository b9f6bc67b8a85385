from simulator.delivery import NO_RETRIES, Retries
from simulator.wiring import Truth
from tests.unit.control.topologies import (
    Manifest,
    broker,
    broker_ref,
    channel,
    channel_ref,
    hub,
    messages,
    ref,
    route,
    routes,
    service,
    subscription,
    texts,
    wire,
)

AUDIT = "http://audit-kn-channel.default.svc.cluster.local"
NO_SINK = "True DeadLetterSinkNotConfigured: No dead letter sink is configured."


def test_a_channel_and_its_backing_channel_are_one_hub() -> None:
    wiring = wire(channel(), subscription())

    (made,) = wiring.hubs
    assert (made.node, made.url) == ("channel/audit", AUDIT)
    assert [each.node for each in made.routes] == ["subscription/log"]


def test_a_subscription_is_a_route_without_a_filter() -> None:
    wiring = wire(channel(), channel("next"), subscription(reply=channel_ref("next")))

    made = route(wiring, "subscription/log")
    assert made.filter is None
    assert made.subscriber == "http://logger.default.svc.cluster.local"
    assert made.reply == "http://next-kn-channel.default.svc.cluster.local"
    assert made.retries == NO_RETRIES


def test_a_ready_channel_shows_knatives_conditions() -> None:
    wiring = wire(channel(), subscription())

    shown = texts(wiring, "Channel", "audit")
    assert shown["BackingChannelReady"] == shown["Addressable"] == "True"
    assert shown["DeadLetterSinkResolved"] == NO_SINK
    assert shown["Ready"] == "True"
    assert texts(wiring, "Subscription", "log") == {
        "AddedToChannel": "True",
        "ChannelReady": "True",
        "OIDCIdentityCreated": "True authentication-oidc feature disabled",
        "ReferencesResolved": "True",
        "Ready": "True",
    }


def test_an_in_memory_channel_shows_its_own_conditions() -> None:
    wiring = wire(channel(kind="InMemoryChannel"))

    assert list(texts(wiring, "InMemoryChannel", "audit")) == [
        "Addressable",
        "ChannelServiceReady",
        "DeadLetterSinkResolved",
        "DispatcherReady",
        "EndpointsReady",
        "EventPoliciesReady",
        "Ready",
        "ServiceReady",
    ]


def test_a_subscription_without_delivery_takes_that_of_the_channel() -> None:
    delivery = {"retry": 2, "deadLetterSink": service("dead")}

    wiring = wire(channel(delivery=delivery), subscription())

    made = route(wiring, "subscription/log")
    assert made.retries == Retries(retry=2)
    assert made.dead_letter == "http://dead.default.svc.cluster.local"
    assert made.origins == {"retry": "channel/audit", "deadLetterSink": "channel/audit"}


def test_a_subscriptions_delivery_replaces_all_but_the_dead_letter_sink() -> None:
    delivery = {"retry": 2, "deadLetterSink": service("dead")}

    wiring = wire(
        channel(delivery=delivery), subscription(delivery={"timeout": "PT1S"})
    )

    made = route(wiring, "subscription/log")
    assert made.retries == Retries(timeout_ns=1_000_000_000)
    assert made.dead_letter == "http://dead.default.svc.cluster.local"


def test_a_subscriptions_own_dead_letter_sink_wins() -> None:
    wiring = wire(
        channel(delivery={"deadLetterSink": service("dead")}),
        subscription(delivery={"deadLetterSink": service("own")}),
    )

    made = route(wiring, "subscription/log")
    assert made.dead_letter == "http://own.default.svc.cluster.local"
    assert made.origins == {"deadLetterSink": "subscription/log"}


def test_a_subscription_of_a_missing_channel_is_undecided() -> None:
    wiring = wire(channel("audits"), subscription())

    assert texts(wiring, "Subscription", "log")["ReferencesResolved"] == (
        "Unknown ChannelReferenceFailed: Failed to get Spec.Channel or backing channel: "
        'channels.messaging.knative.dev "audit" not found'
    )
    assert messages(wiring, "unresolved") == [
        (
            "Subscription log: spec.channel: there is no Channel 'audit' in namespace "
            "'default'; did you mean 'audits'?; this subscription gets no events"
        )
    ]


def test_a_subscription_cannot_watch_a_channel_in_a_version_that_nobody_serves() -> (
    None
):
    old = ref("Channel", "audit", "messaging.knative.dev/v1beta1")

    wiring = wire(channel(), subscription(channel=old["ref"]))

    assert texts(wiring, "Subscription", "log")["ReferencesResolved"] == (
        "Unknown ChannelReferenceFailed: Failed to get Spec.Channel or backing channel: "
        "unable to track changes to spec.channel: the server could not find the requested "
        "resource"
    )
    assert messages(wiring, "unresolved") == [
        (
            "Subscription log: spec.channel: nobody serves messaging.knative.dev/v1beta1; "
            "expected messaging.knative.dev/v1"
        )
    ]


def test_a_channel_whose_dead_letter_sink_does_not_resolve_is_not_ready() -> None:
    made = channel(delivery={"deadLetterSink": broker_ref("nope")})

    wiring = wire(made, subscription())

    shown = texts(wiring, "Channel", "audit")
    assert shown["BackingChannelReady"].startswith(
        "False Unable to get the DeadLetterSink's URI: failed to get object"
    )
    assert shown["Addressable"] == "False EmptyHostname: hostname is the empty string"
    assert shown["Ready"] == (
        "False Backing Channel audit didn't set status.deadLetterSinkURI"
    )
    assert texts(wiring, "Subscription", "log")["Ready"].endswith(
        "channel is not ready."
    )
    assert wiring.hubs == ()


def test_an_in_memory_channel_without_address_marks_no_subscription_ready() -> None:
    made = channel(
        kind="InMemoryChannel", delivery={"deadLetterSink": broker_ref("nope")}
    )

    wiring = wire(made, subscription(kind="InMemoryChannel"))

    assert texts(wiring, "Subscription", "log")["ChannelReady"] == (
        "Unknown SubscriptionNotMarkedReadyByChannel: Failed to get subscription "
        'status: subscription "log" not present in channel "audit" subscriber\'s list'
    )
    assert routes(wiring) == []


def test_each_destination_of_a_subscription_fails_with_its_own_reason() -> None:
    nope = broker_ref("nope")
    lacking: dict[str, Manifest] = {
        "Subscriber": {"subscriber": nope},
        "Reply": {"reply": nope},
        "DeadLetterSink": {"delivery": {"deadLetterSink": nope}},
    }

    reasons = {}
    for name, spec in lacking.items():
        wiring = wire(channel(), subscription(**spec))
        reasons[name] = texts(wiring, "Subscription", "log")["ReferencesResolved"]
        assert routes(wiring) == []

    missing = (
        "failed to get object default/nope: "
        'brokers.eventing.knative.dev "nope" not found'
    )
    failed = "ResolveFailed: Failed to resolve spec."
    assert reasons == {
        "Subscriber": f"False Subscriber{failed}subscriber: {missing}",
        "Reply": f"False Reply{failed}reply: {missing}",
        "DeadLetterSink": (
            f"False DeadLetterSink{failed}delivery.deadLetterSink: {missing}"
        ),
    }


def test_a_subscription_without_subscriber_takes_events_that_all_fail() -> None:
    wiring = wire(channel(), subscription(subscriber={}))

    assert route(wiring, "subscription/log").subscriber == ""


def test_without_subscriber_nothing_is_tried_again_or_dead_lettered() -> None:
    delivery = {"retry": 2, "deadLetterSink": service("dead")}

    wiring = wire(
        channel(delivery=delivery), subscription(subscriber={}, delivery=delivery)
    )

    made = route(wiring, "subscription/log")
    assert (made.retries, made.dead_letter, made.origins) == (Retries(), None, {})


def test_a_channel_without_delivery_has_that_of_its_template() -> None:
    spec = {"delivery": {"retry": 3, "deadLetterSink": service("dead")}}
    template = {"apiVersion": "messaging.knative.dev/v1", "kind": "InMemoryChannel"}

    wiring = wire(channel(channelTemplate={**template, "spec": spec}), subscription())

    made = route(wiring, "subscription/log")
    assert made.retries == Retries(retry=3)
    assert made.dead_letter == "http://dead.default.svc.cluster.local"


def test_a_declared_in_memory_channel_is_the_one_behind_a_channel() -> None:
    inner = channel(kind="InMemoryChannel", delivery={"retry": 4})

    wiring = wire(channel(), inner, subscription())

    assert [each.node for each in wiring.hubs] == ["channel/audit"]
    assert route(wiring, "subscription/log").retries == Retries(retry=4)


def test_a_subscription_may_name_the_channel_behind_a_channel() -> None:
    wiring = wire(channel(), subscription(kind="InMemoryChannel"))

    assert routes(wiring) == ["subscription/log"]


def test_a_channel_without_profile_runs_as_an_in_memory_one() -> None:
    wiring = wire(channel(kind="PulsarChannel"), subscription(kind="PulsarChannel"))

    assert routes(wiring) == ["subscription/log"]
    assert messages(wiring, "channel-kind") == [
        (
            "PulsarChannel audit: kind: PulsarChannel is run as an InMemoryChannel: its "
            "storage, its order and its own backoff are not simulated"
        )
    ]


def test_a_channel_over_a_channel_without_profile_runs_as_an_in_memory_one() -> None:
    template = {"apiVersion": "messaging.knative.dev/v1", "kind": "PulsarChannel"}

    wiring = wire(channel(channelTemplate=template))

    assert texts(wiring, "Channel", "audit")["Ready"] == "True"
    assert messages(wiring, "channel-kind") == [
        (
            "Channel audit: spec.channelTemplate: PulsarChannel is run as an "
            "InMemoryChannel: its storage, its order and its own backoff are not simulated"
        )
    ]


def test_the_format_of_a_channel_has_no_effect() -> None:
    wiring = wire(channel(delivery={"format": "json"}))

    assert messages(wiring, "no-effect") == [
        (
            "Channel audit: spec.delivery.format: format takes effect only in the delivery "
            "of a Trigger"
        )
    ]


def test_a_channel_that_is_its_own_dead_letter_sink_waits_for_itself() -> None:
    made = channel(delivery={"deadLetterSink": channel_ref("audit")})

    wiring = wire(made)

    assert (
        "address not set for Kind = Channel"
        in (texts(wiring, "Channel", "audit")["BackingChannelReady"])
    )


def test_a_channel_with_the_async_annotation_answers_before_it_delivers() -> None:
    made = channel()
    made["metadata"]["annotations"] = {"messaging.knative.dev/async-handler": "true"}

    wiring = wire(made)

    assert hub(wiring, "channel/audit").asynchronous


def test_a_channel_that_nobody_gave_defaults_is_in_memory() -> None:
    wiring = wire(channel(channelTemplate=None))

    assert texts(wiring, "Channel", "audit")["Ready"] == "True"
    assert messages(wiring, "channel-kind") == []


def test_a_subscription_may_be_in_another_namespace_than_its_channel() -> None:
    there = {**channel_ref("audit")["ref"], "namespace": "default"}
    made = subscription(channel=there)
    made["metadata"]["namespace"] = "team"

    wiring = wire(channel(), made)

    (found,) = hub(wiring, "channel/audit").routes
    assert found.node == "subscription/team/log"
    assert found.subscriber == "http://logger.team.svc.cluster.local"
    assert found.namespace == "default"


def test_a_subscription_to_what_is_no_channel_is_never_ready_and_gets_nothing() -> None:
    to = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "default"}

    wiring = wire(broker(), subscription(channel=to))

    assert hub(wiring, "broker/default").routes == ()
    assert messages(wiring, "no-channel") == [
        (
            "Subscription log: spec.channel: a Broker is no channel, so this subscription is "
            "never Ready and gets no events; expected a Channel or InMemoryChannel"
        )
    ]
    [ready] = [
        each
        for key, conditions in wiring.conditions.items()
        for each in conditions
        if key.kind == "Subscription" and each.type == "Ready"
    ]
    assert (ready.status, ready.reason) == (
        Truth.UNKNOWN,
        "SubscriptionNotMarkedReadyByChannel",
    )
