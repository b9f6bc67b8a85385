"""Pipes of Camel K: a source, or what a Trigger or a Subscription leads to."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError
from tests.unit.control.topologies import (
    Manifest,
    broker,
    broker_ref,
    channel,
    manifest,
)

KAMELET = {
    "ref": {"apiVersion": "camel.apache.org/v1", "kind": "Kamelet", "name": "coffee"}
}
CHANNEL = {"apiVersion": "messaging.knative.dev/v1", "kind": "Channel", "name": "audit"}


def pipe(source: object = None, sink: object = None, *, name: str = "p") -> Manifest:
    spec = {"source": source or KAMELET, "sink": sink or KAMELET}
    return manifest("camel.apache.org/v1", "Pipe", name, "default", spec)


def of_broker(**properties: object) -> Manifest:
    return {**broker_ref("default"), "properties": properties}


def run(*manifests: Manifest) -> Simulation:
    return Simulation(Topology.of(*manifests))


def routes(sim: Simulation) -> dict[str, str]:
    """Give each route, and what it calls."""
    return {
        route.node: route.subscriber for hub in sim.wiring.hubs for route in hub.routes
    }


@pytest.mark.parametrize(
    ("sink", "type_"),
    [
        (of_broker(type="coffee"), "coffee"),
        (of_broker(cloudEventsType="tea"), "tea"),
        (broker_ref("default"), "org.apache.camel.event"),
        ({"uri": "knative:event/coffee"}, "coffee"),
        ({"uri": "knative:event/coffee?name=default&kind=Broker"}, "coffee"),
    ],
)
def test_a_pipe_that_writes_to_a_broker_is_a_source_of_events_of_its_type(
    sink: Manifest, type_: str
) -> None:
    sim = run(broker(), pipe(sink=sink))

    (source,) = sim.wiring.sources
    assert source.node == "pipe/p"
    assert source.attributes == {"type": type_}
    assert source.sink is not None
    assert source.sink.endswith("/default/default")


@pytest.mark.parametrize(
    ("sink", "url"),
    [
        ({"ref": CHANNEL}, "http://audit-kn-channel.default.svc.cluster.local"),
        ({"uri": "knative:channel/audit"}, "http://audit-kn-channel.default.svc.cluster.local"),
        ({"uri": "knative:endpoint/shop"}, "http://shop.default.svc.cluster.local"),
        ({"uri": "https://example.com/in"}, "https://example.com/in"),
    ],
)  # fmt: skip
def test_a_pipe_writes_to_channels_services_and_urls(sink: Manifest, url: str) -> None:
    sim = run(channel("audit"), pipe(sink=sink))

    assert [source.sink for source in sim.wiring.sources] == [url]


def test_a_pipe_that_reads_of_a_broker_has_a_trigger_and_answers_as_a_service() -> None:
    sim = run(broker(), pipe(of_broker(type="Shop.Order_1")))

    assert routes(sim) == {
        "trigger/default-p-shoporder1": (
            "http://p.default.svc.cluster.local/events/Shop.Order_1"
        )
    }
    sim.send(type="Shop.Order_1")
    sim.send(type="other")
    sim.run()
    assert len(sim.received("p")) == 1


def test_a_pipe_without_a_type_reads_all_of_a_broker() -> None:
    sim = run(broker(), pipe(of_broker(type="")))

    sim.send(type="any")
    sim.run()

    assert list(routes(sim)) == ["trigger/default-p"]
    assert len(sim.received("p")) == 1


def test_a_pipe_that_reads_of_a_channel_has_a_subscription() -> None:
    sim = run(channel("audit"), pipe({"ref": CHANNEL}))

    assert routes(sim) == {
        "subscription/audit-p": "http://p.default.svc.cluster.local/channels/audit"
    }


def test_what_goes_through_a_pipe_is_for_a_service_of_its_name_to_say() -> None:
    through = pipe({"ref": CHANNEL}, broker_ref("default"))

    sim = run(channel("audit"), broker(), through)

    assert sim.wiring.sources == ()
    assert "describe that as the service 'p'" in " ".join(
        each.message for each in sim.findings
    )


def test_what_somebody_wrote_himself_is_not_made_again() -> None:
    spec = {
        "broker": "default",
        "subscriber": {"uri": "http://own.default.svc.cluster.local"},
    }
    own = manifest("eventing.knative.dev/v1", "Trigger", "default-p", "default", spec)

    sim = run(broker(), own, pipe(of_broker()))

    assert routes(sim) == {"trigger/default-p": "http://own.default.svc.cluster.local"}


def test_a_pipe_that_knative_has_no_part_in_plays_none() -> None:
    sim = run(pipe())

    assert [str(each) for each in sim.wiring.not_simulated] == ["Pipe p"]


@pytest.mark.parametrize("end", [{}, {"uri": 7}, {"ref": "broker"}, 5, [1]])
def test_an_end_that_nobody_can_read_is_told(end: Any) -> None:
    sim = run(
        broker(), pipe(sink=broker_ref("default")), pipe(end or {"x": 1}, name="q")
    )

    told = [each for each in sim.findings if each.code == "never-starts"]
    assert [each.subject for each in told] == ["Pipe q"]
    assert told[0].path == "spec.source"


def test_the_namespace_of_a_reference_counts_for_nothing() -> None:
    ref = {**broker_ref("default")["ref"], "namespace": "other"}

    sim = run(broker(), pipe(sink={"ref": ref}))

    assert [each.path for each in sim.findings if each.code == "no-effect"] == [
        "spec.sink.ref.namespace"
    ]
    (source,) = sim.wiring.sources
    assert source.sink is not None
    assert source.sink.endswith("/default/default")


def test_a_name_that_makes_no_name_of_a_trigger_is_refused_at_the_pipe() -> None:
    with pytest.raises(TopologyError, match=r"Trigger default-P: metadata\.name"):
        run(broker(), pipe(of_broker(), name="P"))


def test_a_kamelet_binding_is_a_pipe() -> None:
    spec = {"source": KAMELET, "sink": broker_ref("default")}
    old = manifest("camel.apache.org/v1alpha1", "KameletBinding", "b", "default", spec)

    sim = run(broker(), old)

    assert [source.node for source in sim.wiring.sources] == ["kameletbinding/b"]


def test_the_short_form_has_a_section_for_each_of_its_names() -> None:
    short = Topology.parse(
        "topology: t\nbrokers: {default: {}}\nchannels: {audit: {}}\n"
        "pipes: {p: {source: broker/default, sink: {uri: 'log:x'}}}\n"
        "kameletbindings: {old: {source: channel/audit, sink: {uri: 'log:x'}}}\n"
    )

    found = [(each.api_version, each.kind) for each in short if "camel" in each.group]

    assert found == [
        ("camel.apache.org/v1", "Pipe"),
        ("camel.apache.org/v1alpha1", "KameletBinding"),
    ]
    assert list(routes(Simulation(short))) == [
        "trigger/default-p",
        "subscription/audit-old",
    ]
