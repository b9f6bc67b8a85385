"""EventPolicies: whom they admit where, what is Ready, and what cannot be meant."""

from typing import Any

import pytest

from simulator.access import Guard
from simulator.wiring import Wiring
from tests.unit.control.topologies import (
    Manifest,
    broker,
    broker_ref,
    channel,
    channel_ref,
    conditions,
    config_map,
    manifest,
    messages,
    parallel,
    ping,
    sequence,
    service,
    subscription,
    trigger,
    wire,
)

APP = "system:serviceaccount:default:app"
OIDC = config_map(
    "config-features", {"authentication-oidc": "enabled"}, "knative-eventing"
)
PING = {"apiVersion": "sources.knative.dev/v1", "kind": "PingSource", "name": "tick"}
TICK = "system:serviceaccount:default:tick-oidc-sources.knative.dev-pingsource"
TO_BROKER = {"ref": broker_ref("default")["ref"]}


def policy(spec: dict[str, Any], name: str = "p") -> Manifest:
    return manifest(
        "eventing.knative.dev/v1alpha1", "EventPolicy", name, "default", spec
    )


def guard_of(wiring: Wiring, node: str = "broker/default") -> Guard:
    [guard] = [hub.guard for hub in wiring.hubs if hub.node == node]
    assert guard is not None
    return guard


def names(wiring: Wiring, node: str = "broker/default") -> list[str]:
    return [each.name for each in guard_of(wiring, node).policies]


def test_while_oidc_is_off_nobody_asks_who_sends() -> None:
    wiring = wire(broker(), trigger(), ping())

    assert wiring.hubs[0].guard is None
    assert wiring.hubs[0].routes[0].identity is None
    assert wiring.sources[0].authorization is None


def test_a_policy_while_oidc_is_off_does_not_count_and_makes_what_it_is_for_not_ready() -> (
    None
):
    wiring = wire(broker(), policy({"from": [{"sub": APP}]}))

    found = conditions(wiring, "Broker", "default")["EventPoliciesReady"]
    assert (found.status.value, found.reason) == ("False", "EventPoliciesNotReady")
    assert found.message == "event policies p are not ready"
    assert wiring.hubs[0].guard is None
    assert messages(wiring, "policy") == [
        (
            "EventPolicy p: : authentication-oidc is off, so every sender is let in, and what "
            "it is for is never Ready"
        )
    ]


@pytest.mark.parametrize(
    ("to", "applies"),
    [
        ({}, True),
        ({"to": []}, True),
        ({"to": [TO_BROKER]}, True),
        ({"to": [{"ref": channel_ref("default")["ref"]}]}, False),
        ({"to": [{"selector": {**TO_BROKER["ref"], "matchLabels": {"a": "b"}}}]}, True),
        ({"to": [{"selector": {**TO_BROKER["ref"], "matchLabels": {"a": "c"}}}]}, False),
        ({"to": [{"selector": {**TO_BROKER["ref"], "matchLabels": {}}}]}, True),
        ({"to": [{"selector": TO_BROKER["ref"]}]}, False),
    ],
)  # fmt: skip
def test_a_policy_is_for_what_it_refers_to_or_selects(
    to: dict[str, Any], *, applies: bool
) -> None:
    labelled = broker()
    labelled["metadata"]["labels"] = {"a": "b"}

    wiring = wire(OIDC, labelled, policy({"from": [{"sub": APP}], **to}))

    assert names(wiring) == ["p"] * applies
    reason = conditions(wiring, "Broker", "default")["EventPoliciesReady"].reason
    assert reason == ("" if applies else "DefaultAuthorizationMode")


def test_policies_are_asked_by_name_whatever_their_order() -> None:
    wiring = wire(OIDC, broker(), policy({}, "b"), policy({}, "a"))

    assert names(wiring) == ["a", "b"]


def test_a_reference_names_the_account_of_the_resource() -> None:
    wiring = wire(OIDC, broker(), ping(), policy({"from": [{"ref": PING}]}))

    assert guard_of(wiring).policies[0].subjects == (TICK,)
    assert messages(wiring, "sender-refused") == []


def test_what_a_manifest_of_a_cluster_says_of_its_account_is_so() -> None:
    source = {**ping(), "status": {"auth": {"serviceAccountNames": ["a", "b"]}}}

    wiring = wire(OIDC, broker(), source, policy({"from": [{"ref": PING}]}))

    assert guard_of(wiring).policies[0].subjects == (
        "system:serviceaccount:default:a",
        "system:serviceaccount:default:b",
    )


def test_a_reference_to_nothing_leaves_the_policy_out_and_the_broker_not_ready() -> (
    None
):
    wiring = wire(
        OIDC, broker(), ping("tack"), policy({"from": [{"ref": PING}, {"sub": APP}]})
    )

    assert names(wiring) == []
    assert conditions(wiring, "EventPolicy", "p")["SubjectsResolved"].reason == (
        "SubjectsNotResolved"
    )
    assert conditions(wiring, "Broker", "default")["Ready"].status.value == "False"
    assert messages(wiring, "unresolved") == [
        (
            "EventPolicy p: spec.from[0].ref: there is no PingSource 'tick' in namespace "
            "'default'; did you mean 'tack'?; so it is not Ready and does not count, and what "
            "it is for is not Ready, either: other policies decide, or "
            "default-authorization-mode"
        )
    ]


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (
            {},
            (
                ": it has no from, so it admits nobody: whoever sends to what it is for is "
                "refused with 403"
            ),
        ),
        (
            {"from": [{"ref": broker_ref("default")["ref"]}]},
            "spec.from[0].ref: a Broker has no identity of its own, so this names nobody",
        ),
        (
            {"from": [{"sub": APP}], "to": [{"selector": TO_BROKER["ref"]}]},
            (
                "spec.to[0].selector: a selector without matchLabels and matchExpressions "
                "selects nothing"
            ),
        ),
    ],
)
def test_a_policy_that_cannot_be_meant_is_told(spec: dict[str, Any], told: str) -> None:
    wiring = wire(OIDC, broker(), policy(spec))

    assert f"EventPolicy p: {told}" in messages(wiring, "policy")


def test_a_policy_for_what_is_not_there_names_the_nearest() -> None:
    to = [{"ref": broker_ref("defualt")["ref"]}]

    wiring = wire(OIDC, broker(), policy({"from": [{"sub": APP}], "to": to}))

    assert messages(wiring, "unresolved") == [
        (
            "EventPolicy p: spec.to[0].ref: there is no Broker 'defualt' in namespace "
            "'default'; did you mean 'default'?; so it protects nothing there"
        )
    ]


def test_a_trigger_sends_in_its_own_name_to_whoever_has_an_audience() -> None:
    wiring = wire(OIDC, broker(), trigger(subscriber=channel_ref("audit")), channel())

    identity = wiring.hubs[0].routes[0].identity
    assert identity is not None
    assert identity.subject == (
        "system:serviceaccount:default:price-oidc-eventing.knative.dev-trigger"
    )
    assert identity.audiences == {
        "event": "messaging.knative.dev/inmemorychannel/default/audit",
        "reply": "eventing.knative.dev/broker/default/default",
    }


def test_the_audience_that_a_destination_names_wins() -> None:
    sink = {**channel_ref("audit"), "audience": "me"}

    wiring = wire(
        OIDC,
        channel(),
        subscription(
            subscriber={**service("logger"), "audience": "you"},
            delivery={"deadLetterSink": sink},
        ),
    )

    identity = wiring.hubs[0].routes[0].identity
    assert identity is not None
    assert identity.audiences == {"event": "you", "dead letter": "me"}


def test_whoever_calls_a_uri_has_no_token_and_is_told_to_be_refused() -> None:
    url = "http://broker-ingress.knative-eventing.svc.cluster.local/default/default"

    wiring = wire(OIDC, broker(), ping(sink={"uri": url}))

    assert messages(wiring, "sender-refused") == [
        (
            "PingSource tick: : broker/default refuses all that it sends: 401, the request has "
            "no token"
        )
    ]


def test_a_policy_on_a_broker_that_names_no_trigger_keeps_replies_out() -> None:
    wiring = wire(OIDC, broker(), trigger(), policy({"from": [{"sub": APP}]}))

    assert messages(wiring, "sender-refused") == [
        (
            "Trigger price: : broker/default refuses replies that it gets: 403, no policy names "
            "system:serviceaccount:default:price-oidc-eventing.knative.dev-trigger; there is p"
        )
    ]


@pytest.mark.parametrize(
    "flow",
    [
        sequence(service("a"), service("b"), name="f"),
        parallel({"subscriber": service("a")}, {"subscriber": service("b")}, name="f"),
    ],
    ids=["sequence", "parallel"],
)
def test_the_channels_within_a_flow_take_what_the_flow_itself_sends(
    flow: Manifest,
) -> None:
    to = [{"ref": {**flow, "name": "f"}}]

    wiring = wire(OIDC, flow, policy({"from": [{"sub": APP}], "to": to}))

    first, *others = wiring.hubs
    assert first.guard is not None
    assert [each.subjects for each in first.guard.policies] == [(APP,)]
    kind = flow["kind"].lower()
    own = f"system:serviceaccount:default:f-oidc-flows.knative.dev-{kind}"
    for hub in others:
        assert hub.guard is not None
        assert [each.subjects for each in hub.guard.policies] == [(own,)]
    assert messages(wiring, "sender-refused") == []


def test_a_broker_of_another_class_lets_everybody_in_and_says_so() -> None:
    wiring = wire(OIDC, broker(class_="RabbitMQBroker"))

    assert wiring.hubs[0].guard is None
    [told] = messages(wiring, "feature-not-simulated")
    assert told.endswith(
        "authentication-oidc is on, and rabbitmq does not ask here who sends: everybody is "
        "let in"
    )


def test_a_default_mode_that_nobody_knows_lets_everybody_in_and_is_told() -> None:
    features = config_map(
        "config-features",
        {"authentication-oidc": "enabled", "default-authorization-mode": "allowed"},
        "knative-eventing",
    )

    wiring = wire(features, broker())

    assert guard_of(wiring).ruling("anybody") is None
    [told] = messages(wiring, "policy")
    assert "allowed is no mode that Knative knows" in told


def test_a_filter_that_no_event_passes_is_told() -> None:
    filters = [{"exact": {"type": "x "}}]

    wiring = wire(OIDC, broker(), policy({"from": [{"sub": APP}], "filters": filters}))

    assert len(messages(wiring, "hopeless-filter")) == 1


@pytest.mark.parametrize(
    ("sub", "told"),
    [(APP, 0), ("*", 0), ("system:*", 0), ("system:serviceaccount:*", 0), ("web", 1)],
)
def test_a_subject_that_no_token_has_is_told(sub: str, told: int) -> None:
    wiring = wire(OIDC, broker(), policy({"from": [{"sub": sub}]}))

    assert len(messages(wiring, "policy")) == told
