"""From a topology to what runs: every fault at once, in document order."""

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.session.prepare import prepare

SIMULATION = """
apiVersion: simulator/v1
kind: Simulation
metadata: {{name: {name}}}
spec: {{{spec}}}
---
"""
BROKER = """
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {{name: {name}}}
spec: {spec}
---
"""
TRIGGER = """
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {{name: {name}}}
spec: {{broker: {broker}, subscriber: {{uri: "http://work.example.com"}}}}
---
"""
CONFIG = """
apiVersion: v1
kind: ConfigMap
metadata: {{name: config-br-defaults, namespace: {namespace}}}
data: {data}
---
"""
BR = (
    "clusterDefault: {brokerClass: MTChannelBasedBroker, apiVersion: v1, kind: "
    "ConfigMap, name: config-br-default-channel, namespace: knative-eventing, "
    "delivery: {retry: 7}}"
)


def documents(*specs: str) -> str:
    return "".join(
        SIMULATION.format(name=f"s{n}", spec=spec) for n, spec in enumerate(specs)
    )


def test_simulation_documents_are_merged_the_later_sets_the_settings() -> None:
    text = documents(
        "seed: 1, maxTTL: 9, services: {a: {}}",
        "seed: 2, start: '2030-01-01T00:00:00Z', sources: {g: {}}, services: {b: {}}",
        "profile: mt-channel",
    )

    spec = prepare(Topology.parse(text)).spec

    assert (spec.seed, spec.max_ttl, spec.profile) == (2, 9, "mt-channel")
    assert spec.start_ns == 1_893_456_000 * 10**9
    assert list(spec.services) == ["a", "b"]
    assert list(spec.sources) == ["g"]


def test_what_two_documents_describe_is_a_fault_that_names_both_places() -> None:
    text = documents("services: {a: {}}", "services: {a: {}}")

    with pytest.raises(
        TopologyError,
        match=r"<text>:11:19: .*spec.services.a: is described before, at <text>:5:19; "
        "if Simulation s0 is a run of its own, name the files of one",
    ):
        prepare(Topology.parse(text))


def test_faults_of_manifests_and_simulation_documents_come_together() -> None:
    text = documents("services: {a: {nothing: 1}}") + BROKER.format(
        name="b", spec="{delivery: {backoffPolicy: slow}}"
    )

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text))

    assert len(caught.value.faults) == 2
    assert "spec.services.a.nothing" in caught.value.faults[0]
    assert "backoffPolicy" in caught.value.faults[1]


def test_what_a_webhook_refuses_may_be_let_past_it() -> None:
    text = BROKER.format(name="b", spec="{delivery: {retry: -1}}")

    with pytest.raises(TopologyError, match="retry"):
        Simulation(Topology.parse(text))

    lenient = Simulation(Topology.parse(text), validate=False)
    unchecked = Simulation(Topology.parse(text), defaults=False)
    assert "broker/b" in lenient.wiring.addresses
    assert "broker/b" in unchecked.wiring.addresses


FEATURES = """
apiVersion: v1
kind: ConfigMap
metadata: {name: config-features, namespace: knative-eventing}
data: {default-authz: x}
"""


def test_config_maps_come_from_the_topology_and_from_the_call() -> None:
    given = {"config-features": {"new-trigger-filters": "enabled"}}

    prepared = prepare(
        Topology.parse(BROKER.format(name="b", spec="{}")), configmaps=given
    )

    assert prepared.configmaps == {
        "knative-eventing/config-features": {"new-trigger-filters": "enabled"}
    }


def test_a_fault_of_a_config_map_has_its_place_when_it_is_written() -> None:
    given = {"config-features": {"default-authz": "x"}}

    with pytest.raises(
        TopologyError, match=r"^ConfigMap config-features: .*default-authz"
    ):
        prepare(Topology(), configmaps=given)
    with pytest.raises(
        TopologyError, match=r"^<text>:5:\d+: ConfigMap config-features"
    ):
        prepare(Topology.parse(FEATURES))


def test_what_knative_refuses_is_refused_though_it_is_not_simulated() -> None:
    text = """
apiVersion: sinks.knative.dev/v1alpha1
kind: JobSink
metadata: {name: jobs}
spec: {}
"""

    with pytest.raises(TopologyError) as refused:
        prepare(Topology.parse(text))

    assert refused.value.faults == (
        "<text>:5:1: JobSink jobs: expected exactly one, got neither: spec.job",
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("{default-br-config: true}", "data.default-br-config: expected text, found true"),
        ("{default-br-config: 5}", "data.default-br-config: expected text, found 5"),
        ("{default-br-config: {retry: 1}}", "data.default-br-config: expected text, found a mapping"),
        ("{default-br-config: [a]}", "data.default-br-config: expected text, found a list"),
        ("abc", "data: expected a mapping, found 'abc'"),
        ("5", "data: expected a mapping, found 5"),
        ("[a]", "data: expected a mapping, found a list"),
    ],
)  # fmt: skip
def test_a_config_map_holds_text_as_the_api_server_says(data: str, told: str) -> None:
    topology = Topology.parse(CONFIG.format(namespace="knative-eventing", data=data))

    with pytest.raises(TopologyError) as refused:
        prepare(topology)

    assert [fault.partition(" ConfigMap ")[2] for fault in refused.value.faults] == [
        f"knative-eventing/config-br-defaults: {told}"
    ]


def test_a_field_that_a_config_map_has_not_is_told_with_the_nearest() -> None:
    text = CONFIG.format(namespace="default", data="{}").replace("\ndata:", "\ndta:")

    with pytest.raises(TopologyError, match="unknown field; did you mean 'data'"):
        prepare(Topology.parse(text))


def test_an_empty_value_of_a_config_map_is_an_empty_text() -> None:
    topology = Topology.parse(
        CONFIG.format(namespace="knative-eventing", data="{default-br-config: }")
    )

    with pytest.raises(TopologyError, match="is empty; expected a mapping"):
        prepare(topology)


@pytest.mark.parametrize(
    ("namespace", "retries"), [("knative-eventing", 7), ("staging", 10)]
)
def test_only_the_config_maps_of_knative_eventing_count(
    namespace: str, retries: int
) -> None:
    config = CONFIG.format(namespace=namespace, data=f"{{default-br-config: '{BR}'}}")
    broker = BROKER.format(name="b", spec="{}")
    trigger = TRIGGER.format(name="t", broker="b")

    sim = Simulation(Topology.parse(config + broker + trigger))

    assert sim.wiring.hubs[0].routes[0].retries.retry == retries


def test_a_host_that_two_services_claim_is_told_with_who_gets_what_is_sent_there() -> (
    None
):
    text = (
        "topology: t\nservices: {one: {hosts: [h.example]}, two: {hosts: [H.example]}}"
    )

    findings = prepare(Topology.parse(text)).findings

    assert [(finding.code, str(finding)) for finding in findings] == [
        (
            "host-claimed-twice",
            (
                "<text>:2:39: KN208 service two: the host 'h.example' is claimed by one, too, "
                "which gets all that is sent there; service one: <text>:2:12"
            ),
        )
    ]


@pytest.mark.parametrize(
    ("answer", "goes_round"),
    [
        ("headers: {Content-Type: application/json}, body: '{\"ok\": true}'", False),
        ("headers: {Content-Type: application/cloudevents+json}, body: '{'", False),
        ("body: hello", False),
        ("reply: {type: b}", True),
        ("headers: {ce-specversion: '1.0', ce-id: 1, ce-source: /s, ce-type: b}", True),
    ],
)
def test_only_an_answer_with_an_event_goes_round(
    answer: str, *, goes_round: bool
) -> None:
    topology = Topology.parse(
        f"""
        topology: x
        brokers: {{hub: {{}}}}
        triggers: {{t: {{broker: hub, subscriber: fn}}}}
        services: {{fn: {{responses: [{{status: 200, {answer}}}]}}}}
        """
    )

    codes = [finding.code for finding in Simulation(topology).wiring.findings]

    assert any("loop" in code for code in codes) is goes_round


def test_what_nobody_could_read_is_refused_without_webhooks_too() -> None:
    text = BROKER.format(name="a", spec="{delivery: 5, unknown: 6}")

    with pytest.raises(TopologyError) as caught:
        prepare(Topology.parse(text), defaults=False)

    assert [each.path for each in caught.value.faults] == ["spec.delivery"]
