"""What a controller makes of a resource goes through the webhooks, too."""

from __future__ import annotations

import pytest

from simulator import Simulation, Topology
from simulator.wiring import Truth

A_SERVICE = "{ref: {apiVersion: v1, kind: Service, name: %s}}"
SERVICES = "\n---\ntopology: t\nservices: {one: {}, two: {}, three: {}}"
PARALLEL = """
apiVersion: flows.knative.dev/v1
kind: Parallel
metadata: {{name: ways}}
spec:
  branches:
  - {{subscriber: {one}, reply: {three}}}
  - subscriber: {two}
    delivery: {delivery}
    reply: {three}
  - {{subscriber: {three}, reply: {three}}}
"""
TEMPLATE = "{{apiVersion: messaging.knative.dev/v1, kind: {kind}, spec: {spec}}}"
SEQUENCE = """
apiVersion: flows.knative.dev/v1
kind: Sequence
metadata: {{name: steps}}
spec:
  channelTemplate: {template}
  steps: [{one}]
"""
CHANNEL = """
apiVersion: messaging.knative.dev/v1
kind: Channel
metadata: {{name: audit}}
spec: {{channelTemplate: {template}}}
"""
SUBSCRIPTION = """
---
apiVersion: messaging.knative.dev/v1
kind: Subscription
metadata: {{name: log}}
spec:
  channel: {{apiVersion: messaging.knative.dev/v1, kind: {kind}, name: audit}}
  subscriber: {one}
"""
IN_MEMORY = """
apiVersion: messaging.knative.dev/v1
kind: InMemoryChannel
metadata: {{name: audit}}
spec: {{delivery: {delivery}}}
"""


def simulated(text: str, **parts: str) -> Simulation:
    named = {name: A_SERVICE % name for name in ("one", "two", "three")}
    return Simulation(Topology.parse(text.format(**named, **parts) + SERVICES))


def ready(sim: Simulation, kind: str) -> tuple[Truth, str]:
    found = next(
        each
        for key, conditions in sim.wiring.conditions.items()
        for each in conditions
        if key.kind == kind and each.type == "Ready"
    )
    return found.status, found.reason


def told(sim: Simulation, code: str) -> list[str]:
    return [str(each) for each in sim.wiring.findings if each.code == code]


def test_the_webhook_refuses_the_subscription_of_a_branch_with_a_wrong_delivery() -> (
    None
):
    sim = simulated(PARALLEL, delivery="{retry: -1, backoffDelay: soon}")

    assert ready(sim, "Parallel") == (Truth.UNKNOWN, "")
    assert told(sim, "not-created") == [
        (
            "<text>:9:16: KN215 Parallel ways: spec.branches[1].delivery.retry: the webhook "
            "refuses the Subscription 'ways-kn-parallel-1' that is made of it: invalid value: "
            "-1: spec.delivery.retry (expected 0 or more); so this branch and those after it "
            "have no subscriber, and the Parallel never becomes Ready"
        ),
        (
            "<text>:9:27: KN215 Parallel ways: spec.branches[1].delivery.backoffDelay: the "
            "webhook refuses the Subscription 'ways-kn-parallel-1' that is made of it: invalid "
            "value: soon: spec.delivery.backoffDelay (expected an ISO 8601 duration such as "
            "PT0.5S); so this branch and those after it have no subscriber, and the Parallel "
            "never becomes Ready"
        ),
    ]


def test_the_branches_before_the_refused_one_are_made_and_deliver() -> None:
    sim = simulated(PARALLEL, delivery="{retry: -1}")

    sim.send(type="a", to="parallel/ways")
    sim.run()

    assert [len(sim.received(name)) for name in ("one", "two", "three")] == [1, 0, 0]


def test_a_branch_whose_delivery_is_right_is_made() -> None:
    sim = simulated(PARALLEL, delivery="{retry: 1, timeout: PT1S}")

    assert ready(sim, "Parallel") == (Truth.TRUE, "")
    assert told(sim, "not-created") == []


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        (SEQUENCE, "Sequence", (Truth.UNKNOWN, "")),
        (CHANNEL, "Channel", (Truth.FALSE, "ChannelFailure")),
    ],
)
def test_the_webhook_refuses_the_channels_of_a_template(
    text: str, kind: str, reason: tuple[Truth, str]
) -> None:
    wrong = TEMPLATE.format(kind="InMemoryChannel", spec="{delivery: {retry: often}}")

    sim = simulated(text, template=wrong)

    assert ready(sim, kind) == reason
    (finding,) = told(sim, "not-created")
    assert finding.endswith(
        "spec.channelTemplate.spec.delivery.retry: the webhook refuses what is made of it: "
        "expected a whole number of 32 bits, found 'often'; so there is no channel, and "
        f"the {kind} never becomes Ready"
    )


def test_the_status_of_a_channel_says_what_the_webhook_said() -> None:
    wrong = TEMPLATE.format(kind="Channel", spec="{delivery: {retry: -1}}")

    sim = simulated(CHANNEL, template=wrong)

    messages = [
        each.message
        for conditions in sim.wiring.conditions.values()
        for each in conditions
        if each.type == "BackingChannelReady"
    ]
    assert messages == [
        (
            'admission webhook "validation.webhook.eventing.knative.dev" denied the request: '
            "validation failed: invalid value: -1: spec.delivery.retry"
        )
    ]


def test_a_field_of_a_template_that_no_channel_has_is_dropped_and_told() -> None:
    misspelt = TEMPLATE.format(kind="InMemoryChannel", spec="{delivrey: {retry: 1}}")

    sim = simulated(SEQUENCE, template=misspelt)

    assert ready(sim, "Sequence") == (Truth.TRUE, "")
    (finding,) = told(sim, "field-ignored")
    assert "spec.channelTemplate.spec.delivrey" in finding
    assert finding.endswith("did you mean 'delivery'?")


@pytest.mark.parametrize("text", [SEQUENCE, CHANNEL])
def test_a_channel_in_a_version_that_nobody_serves_is_warned_of(text: str) -> None:
    old = "{apiVersion: messaging.knative.dev/v1beta1, kind: InMemoryChannel}"

    sim = simulated(text, template=old)

    [message] = [each for each in told(sim, "unresolved") if "channelTemplate" in each]
    assert message.endswith(
        "spec.channelTemplate.apiVersion: nobody serves messaging.knative.dev/v1beta1: no "
        "channel is made; expected messaging.knative.dev/v1"
    )


def test_the_webhooks_of_others_are_not_known() -> None:
    kafka = TEMPLATE.format(kind="KafkaChannel", spec="{numPartitions: 3}")

    sim = simulated(SEQUENCE, template=kafka)

    assert told(sim, "not-created") == told(sim, "field-ignored") == []


@pytest.mark.parametrize(
    ("delivery", "is_taken"),
    [
        ("{retry: 1, backoffPolicy: linear, backoffDelay: soon}", False),
        ("{retry: 1, backoffDelay: soon}", True),
        ("{timeout: long}", False),
        ("{retry: 1, backoffPolicy: linear, backoffDelay: PT1S}", True),
    ],
)
def test_a_dispatcher_takes_in_no_subscription_whose_delivery_it_cannot_read(
    delivery: str, *, is_taken: bool
) -> None:
    sim = simulated(IN_MEMORY + SUBSCRIPTION, delivery=delivery, kind="InMemoryChannel")

    taken = (Truth.TRUE, "")
    left_out = (Truth.UNKNOWN, "SubscriptionNotMarkedReadyByChannel")
    assert ready(sim, "Subscription") == (taken if is_taken else left_out)
