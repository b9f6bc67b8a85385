"""Sources that tell the life of a Knative Service, in a run."""

from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError

TOPOLOGY = """
topology: t
brokers: {default: {}}
triggers: {all: {subscriber: log}}
services: {log: {responses: [%s]}}
sources: {poc: {service: %s, sink: %s}}
ksvcs:
  shop/poc:
    template: {spec: {containers: [{image: side}, {image: "r.io/poc:v1", ports: [{containerPort: 80}]}]}}
    traffic: [{latestRevision: true, percent: 100}]
  bare: {template: {}}
  pinned: {template: {spec: {containers: [{image: a}]}}, traffic: [{revisionName: pinned-00001, percent: 100}]}
  called: {template: {metadata: {name: called-blue}, spec: {containers: [{image: a}]}}}
"""


def life(service: str, *, sink: str = "broker/default", answers: str = "200") -> Any:
    return Topology.parse(TOPOLOGY % (answers, service, sink))


def test_a_manifest_gives_name_namespace_and_the_image_that_takes_requests() -> None:
    # given
    sim = Simulation(life("ksvc/shop/poc"))

    # when
    sim.run()

    # then
    first = sim.received("log")[0].event
    told: Any = first.get_data()
    assert first.get_source() == (
        "/apis/serving.knative.dev/v1/namespaces/shop/services/poc"
    )
    assert told["subject"]["content"] == {
        "environment": {"id": "shop"},
        "artifactId": "pkg:oci/poc?repository_url=r.io%2Fpoc&tag=v1",
    }


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        (
            "ksvc/shop/pco",
            "there is no Service of Knative Serving 'shop/pco'; did you mean 'poc'?",
        ),
        ("ksvc/pinned", "its spec.traffic names revisions"),
        ("ksvc/bare", "has no spec.template.spec.containers[0].image"),
        ("ksvc/called, steps: [{at: 1s, image: b}]", "the webhook refuses another"),
    ],
)
def test_a_manifest_that_cannot_live_so_is_refused(service: str, reason: str) -> None:
    with pytest.raises(TopologyError, match=r"t: spec\.sources\.poc\.s") as refused:
        Simulation(life(service))

    assert reason in str(refused.value)
    assert "<text>:6:" in str(refused.value)


@pytest.mark.parametrize(
    ("vocabulary", "instants"),
    [("cd-v1", [5.0, 5.02, 5.06]), ("cdevents-0.5", [5.0, 6.0])],
)
def test_the_controller_of_2022_sends_again_what_failed(
    vocabulary: str, instants: list[float]
) -> None:
    # given
    service = f"{{image: a}}, vocabulary: {vocabulary}"
    sim = Simulation(life(service, sink="log", answers="503, 503, 200"))

    # when
    sim.run()

    # then
    sent = sim.trace.select(kind="sent")
    assert [each.at_ns / 1e9 for each in sent] == instants


def test_a_life_ends_and_its_times_are_those_of_the_run() -> None:
    # given
    sim = Simulation(life("{image: a}"), start="2030-05-01T00:00:00Z")

    # when
    sim.run()

    # then
    assert sim.endless == ()
    first = sim.received("log")[0].attributes
    assert first["time"] == "2030-05-01T00:00:05Z"
