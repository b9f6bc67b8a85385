"""What controllers make of resources, each asked after those that it needs."""

from __future__ import annotations

from simulator import Blueprint, Topology

CONTAINER_SOURCE = {
    "apiVersion": "sources.knative.dev/v1",
    "kind": "ContainerSource",
    "metadata": {"name": "beat"},
    "spec": {
        "template": {"spec": {"containers": [{"image": "beat"}]}},
        "sink": {"uri": "http://sink.default.svc.cluster.local"},
    },
}


def test_what_is_made_is_expanded_in_turn() -> None:
    blueprint = Blueprint(Topology.of(CONTAINER_SOURCE))

    made, bound = blueprint.expansions

    assert [each["kind"] for each in made.objects] == ["Deployment", "SinkBinding"]
    assert not made.changes
    assert (bound.resource.kind, bound.resource.name) == (
        "SinkBinding",
        "beat-sinkbinding",
    )
    assert bound.changes
    containers = bound.objects[0]["spec"]["template"]["spec"]["containers"]
    assert [each["name"] for each in containers[0]["env"]] == [
        "K_SINK",
        "K_CE_OVERRIDES",
    ]


def test_what_is_made_has_its_owner() -> None:
    (made, _) = Blueprint(Topology.of(CONTAINER_SOURCE)).expansions

    (owner,) = made.objects[0]["metadata"]["ownerReferences"]

    assert (owner["kind"], owner["name"]) == ("ContainerSource", "beat")


def test_nothing_of_it_is_made_for_a_run() -> None:
    blueprint = Blueprint(Topology.of(CONTAINER_SOURCE))

    assert blueprint.expansions
    assert blueprint.wiring.expansions == ()
    assert [key.kind for key in blueprint.wiring.resources] == ["ContainerSource"]


def test_what_a_controller_makes_for_a_run_is_not_taken_for_a_change() -> None:
    text = "topology: t\nbrokers: {default: {}}\nrequestreplies: {ask: {brokerRef: default}}\n"

    (made,) = Blueprint(Topology.parse(text)).expansions

    assert not made.changes
    assert [each["metadata"]["name"] for each in made.objects] == ["ask0-1"]


def test_a_flow_is_made_of_channels_and_the_subscriptions_between_them() -> None:
    text = """
topology: flow
sequences: {s: {steps: [a, {ref: service/b, delivery: {retry: 1}}], reply: log}}
services: {a: {}, b: {}, log: {}}
"""

    (made,) = Blueprint(Topology.parse(text)).expansions

    names = [(each["kind"], each["metadata"]["name"]) for each in made.objects]
    assert names == [
        ("InMemoryChannel", "s-kn-sequence-0"),
        ("InMemoryChannel", "s-kn-sequence-1"),
        ("Subscription", "s-kn-sequence-0"),
        ("Subscription", "s-kn-sequence-1"),
    ]
    first, last = (each["spec"] for each in made.objects[2:])
    assert first["channel"]["name"] == "s-kn-sequence-0"
    assert first["reply"]["ref"]["name"] == "s-kn-sequence-1"
    assert last["reply"]["ref"]["name"] == "log"
    assert last["delivery"] == {"retry": 1}
