from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.control import ServiceDescription
from simulator.delivery import Retries
from tests.unit.control.topologies import (
    broker,
    broker_ref,
    channel_ref,
    messages,
    parallel,
    ref,
    route,
    routes,
    sequence,
    service,
    subscription,
    texts,
    trigger,
    wire,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.control.topologies import Manifest


def at(name: str) -> str:
    return f"http://{name}-kn-channel.default.svc.cluster.local"


def called(name: str) -> str:
    return f"http://{name}.default.svc.cluster.local"


def ways(*made: tuple[str, str, str | None]) -> dict[str, tuple[str, str | None]]:
    return {node: (subscriber, reply) for node, subscriber, reply in made}


def test_a_sequence_is_a_chain_of_channels_and_subscriptions() -> None:
    wiring = wire(
        sequence(service("one"), service("two"), reply=service("end")),
        described={"one": ServiceDescription(replies=True)},
    )

    assert [(each.node, each.url) for each in wiring.hubs] == [
        ("channel/steps-kn-sequence-0", at("steps-kn-sequence-0")),
        ("channel/steps-kn-sequence-1", at("steps-kn-sequence-1")),
    ]
    assert [each.resource.kind for each in wiring.hubs] == ["Sequence", "Sequence"]
    found = {
        each.node: (each.subscriber, each.reply)
        for hub in wiring.hubs
        for each in hub.routes
    }
    assert found == ways(
        ("subscription/steps-kn-sequence-0", called("one"), at("steps-kn-sequence-1")),
        ("subscription/steps-kn-sequence-1", called("two"), called("end")),
    )


def test_the_address_of_a_sequence_is_its_first_channel() -> None:
    wiring = wire(
        broker(),
        trigger(subscriber=ref("Sequence", "steps", "flows.knative.dev/v1")),
        sequence(service("one")),
    )

    assert wiring.addresses["sequence/steps"] == at("steps-kn-sequence-0")
    assert route(wiring, "trigger/price").subscriber == at("steps-kn-sequence-0")


def test_the_last_step_without_a_reply_drops_what_comes_back() -> None:
    wiring = wire(sequence(service("one")))

    assert route(wiring, "subscription/steps-kn-sequence-0").reply is None


def test_the_delivery_of_a_step_is_that_of_its_subscription() -> None:
    step = {**service("one"), "delivery": {"retry": 3, "deadLetterSink": service("d")}}

    wiring = wire(sequence(step))

    made = route(wiring, "subscription/steps-kn-sequence-0")
    assert made.retries == Retries(retry=3)
    assert made.dead_letter == called("d")
    assert made.origins == {
        "retry": "sequence/steps",
        "deadLetterSink": "sequence/steps",
    }
    assert messages(wiring, "immediate-retries") == [
        (
            "Sequence steps: spec.steps[0].delivery.retry: without backoffPolicy and "
            "backoffDelay all 3 retries follow at once, without waiting"
        )
    ]


def template(**delivery: Any) -> Manifest:
    return {
        "apiVersion": "messaging.knative.dev/v1",
        "kind": "InMemoryChannel",
        "spec": {"delivery": delivery},
    }


def test_the_delivery_in_a_template_is_that_of_each_channel() -> None:
    own = {**service("two"), "delivery": {"retry": 1}}
    made = template(retry=4, deadLetterSink=service("d"))

    wiring = wire(sequence(service("one"), own, channelTemplate=made))

    first = route(wiring, "subscription/steps-kn-sequence-0")
    second = route(wiring, "subscription/steps-kn-sequence-1")
    assert (first.retries, second.retries) == (Retries(retry=4), Retries(retry=1))
    assert first.dead_letter == second.dead_letter == called("d")
    assert first.origins["retry"] == "sequence/steps"
    (advice, _) = messages(wiring, "immediate-retries")
    assert "spec.channelTemplate.spec.delivery.retry: without backoffPolicy" in advice


def test_the_delivery_in_a_template_is_that_of_filters_and_other_subscriptions() -> (
    None
):
    branch = {"filter": service("f0"), "subscriber": service("s0")}
    made = template(retry=4, deadLetterSink=broker_ref("default"))

    wiring = wire(
        parallel(branch, channelTemplate=made),
        subscription("tap", "ways-kn-parallel-0", "InMemoryChannel"),
        broker(),
    )

    for name in ("ways-kn-parallel-filter-0", "ways-kn-parallel-0", "tap"):
        found = route(wiring, f"subscription/{name}")
        assert found.retries == Retries(retry=4)
        assert str(found.dead_letter).endswith("/default/default")


@pytest.mark.parametrize(
    ("flow", "name", "status"),
    [(sequence, "steps", "Unknown"), (parallel, "ways", "False")],
)
def test_a_flow_whose_template_names_no_dead_letter_sink_that_there_is_has_no_address(
    flow: Callable[..., Manifest], name: str, status: str
) -> None:
    made = template(deadLetterSink=broker_ref("nope"))

    wiring = wire(flow({"subscriber": service("s")}, channelTemplate=made))

    shown = texts(wiring, flow.__name__.title(), name)
    assert shown["ChannelsReady"].startswith(f"{status} ChannelsNotReady")
    assert shown["Addressable"].startswith(f"{status} emptyAddress")
    assert f"{flow.__name__}/{name}" not in wiring.addresses
    assert routes(wiring) == []


def test_a_sequence_with_a_step_that_does_not_resolve_is_undecided() -> None:
    wiring = wire(sequence(broker_ref("nope"), service("two")))

    shown = texts(wiring, "Sequence", "steps")
    assert shown["SubscriptionsReady"] == (
        "Unknown SubscriptionsNotReady: Subscriptions are not ready yet, or there are "
        "none"
    )
    assert shown["Ready"] == shown["SubscriptionsReady"]
    assert shown["ChannelsReady"] == shown["Addressable"] == "True"
    assert routes(wiring) == ["subscription/steps-kn-sequence-1"]
    assert messages(wiring, "unresolved") == [
        (
            "Sequence steps: spec.steps[0].ref: there is no Broker 'nope' in namespace "
            "'default'"
        )
    ]


def test_a_step_that_never_replies_ends_its_sequence() -> None:
    external = {"uri": "http://localhost/x"}

    wiring = wire(
        sequence(service("mute"), service("stub"), external, service("last")),
        described={"mute": ServiceDescription(replies=False)},
    )

    assert messages(wiring, "sequence-ends") == [
        (
            "Sequence steps: spec.steps[0]: 'mute' never replies, so every event ends at "
            "this step"
        ),
        (
            "Sequence steps: spec.steps[1]: 'stub' is a stub and never replies, so every "
            "event ends at this step"
        ),
    ]


def test_a_subscription_may_listen_to_a_channel_of_a_sequence() -> None:
    wiring = wire(
        sequence(service("one")),
        subscription("tap", "steps-kn-sequence-0", "InMemoryChannel"),
    )

    assert routes(wiring) == ["subscription/steps-kn-sequence-0", "subscription/tap"]


def test_a_parallel_filters_before_each_branch() -> None:
    wiring = wire(
        parallel(
            {"filter": service("f0"), "subscriber": service("s0")},
            {"subscriber": service("s1"), "reply": service("own")},
            reply=service("end"),
        )
    )

    assert [each.node for each in wiring.hubs] == [
        "channel/ways-kn-parallel",
        "channel/ways-kn-parallel-0",
        "channel/ways-kn-parallel-1",
    ]
    found = {
        each.node: (each.subscriber, each.reply)
        for hub in wiring.hubs
        for each in hub.routes
    }
    first, second = at("ways-kn-parallel-0"), at("ways-kn-parallel-1")
    assert found == ways(
        ("subscription/ways-kn-parallel-filter-0", called("f0"), first),
        ("subscription/ways-kn-parallel-filter-1", second, None),
        ("subscription/ways-kn-parallel-0", called("s0"), called("end")),
        ("subscription/ways-kn-parallel-1", called("s1"), called("own")),
    )
    assert wiring.addresses["parallel/ways"] == at("ways-kn-parallel")
    assert texts(wiring, "Parallel", "ways")["Ready"] == "True"


def test_the_delivery_of_a_branch_is_not_that_of_its_filter() -> None:
    branch = {
        "filter": service("f0"),
        "subscriber": service("s0"),
        "delivery": {"retry": 2},
    }

    wiring = wire(parallel(branch))

    judge = route(wiring, "subscription/ways-kn-parallel-filter-0")
    assert judge.retries == Retries()
    made = route(wiring, "subscription/ways-kn-parallel-0")
    assert made.retries == Retries(retry=2)


def test_a_parallel_with_a_branch_that_does_not_resolve_is_not_ready() -> None:
    wiring = wire(parallel({"subscriber": broker_ref("nope")}, {}))

    shown = texts(wiring, "Parallel", "ways")
    assert shown["SubscriptionsReady"] == (
        "False SubscriptionsNotReady: Subscriptions are not ready yet, or there are none"
    )
    assert shown["Ready"] == shown["SubscriptionsReady"]


def test_a_branch_without_any_reply_drops_replies() -> None:
    wiring = wire(
        parallel(
            {"subscriber": service("s0")},
            {"subscriber": service("s1"), "reply": channel_ref("audit")},
        )
    )

    assert messages(wiring, "replies-dropped") == [
        (
            "Parallel ways: spec.branches[0]: this branch has no reply, and the Parallel "
            "has none either: what its subscriber replies is dropped"
        )
    ]


def test_a_flow_over_another_kind_of_channel_runs_as_in_memory() -> None:
    template = {"apiVersion": "messaging.knative.dev/v1beta1", "kind": "PulsarChannel"}

    wiring = wire(
        sequence(service("one"), channelTemplate=template),
        subscription("tap", "steps-kn-sequence-0", "PulsarChannel"),
    )

    assert len(routes(wiring)) == 2
    assert len(messages(wiring, "channel-kind")) == 1


def test_a_sequence_without_steps_has_no_address() -> None:
    broken = {**sequence(), "spec": {"steps": "none"}}

    wiring = wire(
        broken,
        broker(),
        trigger(subscriber=ref("Sequence", "steps", "flows.knative.dev/v1")),
    )

    assert (
        "address not set for Kind = Sequence"
        in (texts(wiring, "Trigger", "price")["SubscriberResolved"])
    )


def test_a_step_has_a_delivery_of_its_own_where_that_of_its_channel_is_not_read() -> (
    None
):
    jetstream = {
        "apiVersion": "messaging.knative.dev/v1alpha1",
        "kind": "NatsJetStreamChannel",
    }
    step = {**service("one"), "delivery": {"retry": 1, "backoffDelay": "PT1S"}}

    wiring = wire(sequence(step, channelTemplate=jetstream))

    assert messages(wiring, "no-effect") == []
