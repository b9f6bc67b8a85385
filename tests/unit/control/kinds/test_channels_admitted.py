from __future__ import annotations

import pytest

from simulator.control import ClusterConfig, admit
from tests.unit.control.examples import (
    A_SERVICE,
    IMC,
    SHIPPED,
    channel,
    said,
    spec_of,
    subscription,
)

SUBSCRIBABLE = "messaging.knative.dev/subscribable"
SCOPE = "eventing.knative.dev/scope"
KAFKA = ClusterConfig.from_configmaps(
    {
        "default-ch-webhook": {
            "default-ch-config": """
clusterDefault: {apiVersion: messaging.knative.dev/v1, kind: InMemoryChannel}
namespaceDefaults:
  team: {apiVersion: messaging.knative.dev/v1beta1, kind: KafkaChannel, spec: {numPartitions: 3}}
"""
        }
    }
)


def test_the_template_comes_from_the_namespaces_defaults() -> None:
    admission = admit(channel(namespace="team"), config=KAFKA)

    assert admission.defaulted is not None
    assert admission.defaulted["spec"]["channelTemplate"] == {
        "apiVersion": "messaging.knative.dev/v1beta1",
        "kind": "KafkaChannel",
        "spec": {"numPartitions": 3},
    }
    origin = admission.origins["spec.channelTemplate.kind"]
    assert origin.text == "default-ch-webhook (as given, namespaceDefaults of team)"


def test_the_shipped_template_is_in_memory() -> None:
    assert spec_of(channel())["channelTemplate"] == IMC


def test_without_defaults_the_template_is_missing() -> None:
    empty = ClusterConfig.from_configmaps(
        {"default-ch-webhook": {"default-ch-config": "namespaceDefaults: {}"}}
    )

    assert said(channel(), empty) == ["missing field(s): spec.channelTemplate"]


def test_a_written_template_leaves_the_sink_without_namespace() -> None:
    delivery = {"deadLetterSink": A_SERVICE}

    named = spec_of(channel({"channelTemplate": IMC, "delivery": delivery}))
    plain = spec_of(channel({"delivery": delivery}))

    assert "namespace" not in named["delivery"]["deadLetterSink"]["ref"]
    assert plain["delivery"]["deadLetterSink"]["ref"]["namespace"] == "default"


def test_the_subscribable_version_is_set_unless_written() -> None:
    written = admit(channel(annotations={SUBSCRIBABLE: "v2"}), config=SHIPPED)

    assert written.defaulted is not None
    assert written.defaulted["metadata"]["annotations"] == {SUBSCRIBABLE: "v2"}


def test_nobody_lists_the_subscribers_of_a_channel() -> None:
    new = channel({"subscribers": [{"uid": "u", "subscriberUri": "http://x"}]})

    assert said(new) == ["must not set the field(s): spec.subscribable.subscribers"]


def test_everything_of_a_channel_is_immutable() -> None:
    assert said(channel({"delivery": {"retry": 1}}), old=channel()) == [
        "Immutable fields changed (-old +new): spec"
    ]
    assert said(channel(), old=channel()) == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("cluster", []),
        ("namespace", []),
        ("galaxy", [f"invalid value: galaxy: metadata.annotations.[{SCOPE}]"]),
        ("", [f"invalid value: : metadata.annotations.[{SCOPE}]"]),
    ],
)
def test_the_scope_of_an_in_memory_channel_is_checked(
    scope: str, expected: list[str]
) -> None:
    new = channel(kind="InMemoryChannel", annotations={SCOPE: scope})

    assert said(new) == expected


def test_an_in_memory_channel_fills_in_the_sinks_namespace() -> None:
    spec = spec_of(
        channel({"delivery": {"deadLetterSink": A_SERVICE}}, kind="InMemoryChannel")
    )

    assert spec["delivery"]["deadLetterSink"]["ref"]["namespace"] == "default"


def test_a_subscriber_of_an_in_memory_channel_has_an_address() -> None:
    new = channel(
        {"subscribers": [{"uid": "a", "replyUri": "http://x"}, {"uid": "u"}]},
        kind="InMemoryChannel",
    )

    assert said(new) == [
        (
            "missing field(s): spec.subscribable.subscriber[1].replyURI, "
            "spec.subscribable.subscriber[1].subscriberURI"
        )
    ]


def test_only_the_controller_changes_the_subscribers() -> None:
    new = channel({"subscribers": [{"replyUri": "http://x"}]}, kind="InMemoryChannel")

    (text,) = said(new, old=channel(kind="InMemoryChannel"))

    assert text.startswith("Channel.Spec.Subscribers changed by user ")
    assert text.endswith(": spec.subscribers")


def test_a_subscription_without_channel_is_told_nothing_else() -> None:
    assert said(subscription({"channel": {}, "subscriber": {}})) == [
        "missing field(s): spec.channel"
    ]


@pytest.mark.parametrize("subscriber", [None, {}])
def test_a_subscription_has_a_subscriber(subscriber: object) -> None:
    new = subscription({"subscriber": subscriber, "reply": A_SERVICE})

    assert said(new) == ["missing field(s): spec.subscriber"]


def test_reply_and_delivery_of_a_subscription_are_checked() -> None:
    new = subscription({"reply": {"uri": "/rel"}, "delivery": {"retry": -1}})

    assert said(new) == [
        "invalid value: -1: spec.delivery.retry",
        (
            "invalid value: Relative URI is not allowed when Ref and "
            "[apiVersion, kind, name] is absent: spec.reply.uri"
        ),
    ]


def test_the_channel_of_a_subscription_is_immutable() -> None:
    new = subscription({"channel": {**IMC, "name": "d"}})

    assert said(new, old=subscription()) == [
        "Immutable fields changed (-old +new): spec"
    ]
    assert said(subscription({"reply": A_SERVICE}), old=subscription()) == []
