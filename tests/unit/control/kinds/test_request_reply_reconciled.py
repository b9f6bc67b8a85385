"""What the controller of RequestReplies makes, and what it has against them."""

from typing import Any

import pytest

from simulator.control import ServiceDescription
from simulator.processes import Asking
from simulator.resource import ResourceKey
from simulator.wiring import Endpoint, Wiring
from tests.unit.control.topologies import (
    INGRESS,
    Manifest,
    broker,
    findings,
    manifest,
    messages,
    texts,
    wire,
)

API = "eventing.knative.dev/v1alpha1"
HOST = "request-reply.knative-eventing.svc.cluster.local"


def request_reply(name: str = "ask", **spec: Any) -> Manifest:
    ref = {"apiVersion": "eventing.knative.dev/v1", "kind": "Broker", "name": "default"}
    return manifest(API, "RequestReply", name, "default", {"brokerRef": ref, **spec})


def pods(count: object) -> Manifest:
    spec = {"replicas": count}
    namespace = "knative-eventing"
    return manifest("apps/v1", "StatefulSet", "request-reply", namespace, spec)


def endpoint(wiring: Wiring, node: str = "requestreply/ask") -> Endpoint:
    return next(each for each in wiring.endpoints if each.node == node)


def asking(wiring: Wiring, node: str = "requestreply/ask") -> Asking:
    process = endpoint(wiring, node).process
    assert isinstance(process, Asking)
    return process


def told(wiring: Wiring, code: str) -> list[str]:
    return [each.message for each in findings(wiring, code)]


def test_it_asks_its_broker_and_makes_a_trigger_for_its_pod() -> None:
    wiring = wire(broker(), request_reply())

    assert asking(wiring) == Asking(
        broker=f"{INGRESS}/default/default",
        correlation="correlationid",
        reply="replyid",
        key="default.ask.key-0",
        pods=(f"request-reply-0.{HOST}",),
    )
    (route,) = wiring.hubs[0].routes
    assert route.node == "trigger/ask0-1"
    assert route.subscriber == f"http://request-reply-0.{HOST}:8080/default/ask/reply"
    assert wiring.addresses["requestreply/ask"] == f"http://{HOST}/default/ask"
    assert messages(wiring, "never-answers") == []


def test_its_conditions_are_those_of_its_broker_and_triggers() -> None:
    wiring = wire(broker(), request_reply())

    assert texts(wiring, "RequestReply", "ask") == {
        "Addressable": "True",
        "BrokerReady": "True",
        "EventPoliciesReady": (
            "True NotImplemented: Event policies not implemented for RequestReply yet"
        ),
        "Ready": "True",
        "TriggersReady": "True",
    }


def test_the_trigger_is_a_resource_with_the_labels_of_what_made_it() -> None:
    wiring = wire(broker(), request_reply())

    key = ResourceKey("eventing.knative.dev", "Trigger", "default", "ask0-1")
    trigger = wiring.resources[key]
    assert trigger.metadata["labels"] == {
        "eventing.knative.dev/RequestReply.name": "ask",
        "eventing.knative.dev/RequestReply.namespace": "default",
        "eventing.knative.dev/RequestReply.dataPlaneReplicas": "1",
        "eventing.knative.dev/broker": "default",
    }
    assert trigger.spec["filters"] == [
        {
            "cesql": 'KN_VERIFY_CORRELATION_ID(replyid, "ask", "default", '
            '"request-reply-keys", 0, 1)'
        }
    ]


def test_there_is_a_trigger_for_each_pod_of_the_stateful_set() -> None:
    wiring = wire(broker(), request_reply(), pods(3))

    assert [route.node for route in wiring.hubs[0].routes] == [
        "trigger/ask0-3",
        "trigger/ask1-3",
        "trigger/ask2-3",
    ]
    assert wiring.not_simulated == ()


def test_more_pods_than_are_played_are_told() -> None:
    wiring = wire(broker(), request_reply(), pods(10**9))

    assert len(asking(wiring).pods) == 100
    assert told(wiring, "field-ignored") == [
        "has no effect: 100 pods are the most that are played"
    ]


@pytest.mark.parametrize("count", ["3", None, -1, 1.5])
def test_a_number_of_pods_that_is_none_counts_as_one(count: object) -> None:
    wiring = wire(broker(), request_reply(), pods(count))

    assert len(asking(wiring).pods) == 1


def test_without_pods_nobody_answers() -> None:
    wiring = wire(broker(), request_reply(), pods(0))

    assert endpoint(wiring).unreachable
    assert wiring.hubs[0].routes == ()


def test_without_its_broker_it_has_no_address() -> None:
    wiring = wire(request_reply())

    assert asking(wiring).broker is None
    conditions = texts(wiring, "RequestReply", "ask")
    assert conditions["BrokerReady"].startswith("Unknown NotFound")
    assert conditions["Addressable"] == "Unknown"
    assert told(wiring, "no-broker")[0].startswith(
        "there is no Broker 'default' in namespace 'default'; it has no address"
    )


def test_one_whose_name_begins_that_of_another_with_a_key_gets_none() -> None:
    wiring = wire(broker(), request_reply("asking"), request_reply("ask"))

    assert asking(wiring, "requestreply/asking").key == "default.asking.key-0"
    assert asking(wiring).key == ""
    (why,) = told(wiring, "never-answers")
    assert why.startswith("it gets no key of its own")


def test_declared_first_it_gets_one() -> None:
    wiring = wire(broker(), request_reply("ask"), request_reply("asking"))

    assert asking(wiring).key == "default.ask.key-0"
    assert messages(wiring, "never-answers") == []


@pytest.mark.parametrize(
    ("spec", "code", "begins"),
    [
        ({"timeout": "PT5S"}, "field-ignored", "has no effect: the pod does not"),
        ({"delivery": {"retry": 1}}, "field-ignored", "has no effect: it is stored"),
        (
            {"replyAttribute": "replyTo"},
            "never-answers",
            "the pod looks for it as it is",
        ),
    ],
)
def test_what_has_no_effect_or_a_bad_one_is_told(
    spec: dict[str, Any], code: str, begins: str
) -> None:
    wiring = wire(broker(), request_reply("ask", **spec))

    assert [each[: len(begins)] for each in told(wiring, code)] == [begins]


def test_a_minute_is_what_it_waits_anyway() -> None:
    wiring = wire(broker(), request_reply(timeout="PT1M"))

    assert messages(wiring, "field-ignored") == []


def test_a_service_can_claim_its_address() -> None:
    wiring = wire(
        broker(),
        request_reply(),
        described={"mine": ServiceDescription(hosts=(HOST,))},
    )

    assert wiring.hubs[0].routes == ()
    assert [each.node for each in wiring.endpoints] == ["service/mine"]
