"""IntegrationSources and IntegrationSinks: which connector runs, and what it sends."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Blueprint, Simulation, Topology
from simulator.control import GeneratorDescription
from tests.unit.control.topologies import (
    Manifest,
    broker,
    broker_ref,
    findings,
    manifest,
    texts,
    wire,
)

if TYPE_CHECKING:
    from simulator import EventView

S3 = {"arn": "a", "region": "r"}
REPLACED = {
    "metadata": {"labels": {"team": "a"}},
    "spec": {"containers": [{"name": "own", "image": "x"}], "serviceAccountName": "me"},
}


def source(name: str = "tick", **spec: object) -> Manifest:
    whole = {"sink": broker_ref("default"), **spec}
    version = "sources.knative.dev/v1alpha1"
    return manifest(version, "IntegrationSource", name, "default", whole)


def timer(**fields: object) -> Manifest:
    return source(timer={"message": "hello", **fields})


def sent(*manifests: Manifest, until: str | None = None) -> list[tuple[int, EventView]]:
    """Give what comes to the sink, each with its instant in ms."""
    sink = {"uri": "http://log.default.svc.cluster.local"}
    told = [{**each, "spec": {**each["spec"], "sink": sink}} for each in manifests]
    sim = Simulation(Topology.of(*told))
    sim.service("log")(lambda _: 202)
    sim.run(until=until)
    return [(each.at_ns // 1_000_000, each.event) for each in sim.received("log")]


def variables(made: Manifest) -> dict[str, Any]:
    """Give the environment of the connector, without what all of them have."""
    expansion, *_ = Blueprint(Topology.of(made)).expansions
    (workload, *_) = expansion.objects
    container, *_ = workload["spec"]["template"]["spec"]["containers"]
    prefix = "CAMEL_KAMELET_"
    return {
        each["name"].removeprefix(prefix): each.get("value", each.get("valueFrom"))
        for each in container["env"]
        if each["name"].startswith(prefix)
    }


def test_a_timer_ticks_after_a_second_and_then_each_period() -> None:
    came = sent(timer(period=500, repeatCount=3, contentType="text/css"))

    assert [at for at, _ in came] == [1_000, 1_500, 2_000]
    assert came[1][1].get_attributes() == {
        "specversion": "1.0",
        "id": "tick-2",
        "type": "dev.knative.eventing.timer",
        "source": "dev.knative.eventing.timer-source",
        "subject": "timer-source",
        "time": datetime(2026, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC),
        "datacontenttype": "text/css",
    }
    assert came[1][1].data == "hello"


def test_a_timer_ticks_every_second_without_end_unless_told() -> None:
    came = sent(timer(), until="3s")

    assert [at for at, _ in came] == [1_000, 2_000, 3_000]
    assert came[0][1].get_datacontenttype() == "text/plain"


def test_a_timer_without_a_period_ticks_once() -> None:
    assert [at for at, _ in sent(timer(period=0))] == [1_000]


def test_what_fails_is_not_sent_again() -> None:
    sink = {"uri": "http://log.default.svc.cluster.local"}
    sim = Simulation(Topology.of(source(timer={"repeatCount": 1}, sink=sink)))
    sim.service("log")(lambda _: 503)

    sim.run()

    assert len(sim.received("log")) == 1


def test_overrides_are_in_no_event_and_that_is_told() -> None:
    ticking = source(
        timer={"repeatCount": 1}, ceOverrides={"extensions": {"team": "a"}}
    )

    ((_, event),) = sent(ticking)

    assert event.get_extension("team") is None
    (finding,) = findings(wire(broker(), ticking), "no-effect")
    assert finding.path == "spec.ceOverrides"


@pytest.mark.parametrize(
    ("aws", "kamelet"),
    [
        ({"s3": S3}, "aws-s3"),
        ({"sqs": S3}, "aws-sqs"),
        ({"ddbStreams": {"table": "t", "region": "r"}}, "aws-ddb-streams"),
    ],
)
def test_what_comes_from_outside_is_described_and_has_the_attributes_of_its_connector(
    aws: Manifest, kamelet: str
) -> None:
    connector = source(aws={**aws, "auth": {"serviceAccountName": "me"}})
    simulation = {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": "s"},
        "spec": {
            "services": {"log": {}},
            "sources": {
                "new": {"for": "IntegrationSource/tick", "event": {"data": {"n": 1}}}
            },
        },
    }
    trigger = {
        "broker": "default",
        "subscriber": {"uri": "http://log.default.svc.cluster.local"},
    }
    sim = Simulation(
        Topology.of(
            broker(),
            connector,
            manifest("eventing.knative.dev/v1", "Trigger", "all", "default", trigger),
            simulation,
        )
    )

    sim.run()

    (came,) = sim.received("log")
    assert came.event.type == f"dev.knative.eventing.{kamelet}"
    assert came.event.source == f"dev.knative.eventing.{kamelet}-source"
    assert came.event.subject == f"{kamelet}-source"


def test_a_generator_whose_events_the_connector_never_sends_is_told() -> None:
    generators = {
        "new": GeneratorDescription(
            for_resource="IntegrationSource/tick", event={"type": "order", "id": "7"}
        )
    }

    wiring = wire(broker(), timer(), generators=generators)

    (finding,) = findings(wiring, "unlike-source")
    assert finding.path == "event.type"
    assert "'dev.knative.eventing.timer'" in finding.message


def test_two_timers_look_alike() -> None:
    wiring = wire(broker(), timer(), source("tock", timer={"message": "b"}))

    (finding,) = findings(wiring, "same-events")
    assert finding.subject == "IntegrationSource tock"


def test_a_connector_is_ready_once_its_sink_resolves() -> None:
    there, gone = wire(broker(), timer()), wire(timer())

    assert texts(there, "IntegrationSource", "tick")["Ready"] == "True"
    assert texts(gone, "IntegrationSource", "tick")["Ready"] == "False NoAddressable"


def sink(**spec: object) -> Manifest:
    version = "sinks.knative.dev/v1alpha1"
    return manifest(version, "IntegrationSink", "log", "default", spec or {"log": {}})


def trigger_to(**subscriber: object) -> Manifest:
    version = "sinks.knative.dev/v1alpha1"
    ref = {"apiVersion": version, "kind": "IntegrationSink", "name": "log"}
    spec = {"broker": "default", "subscriber": {"ref": ref, **subscriber}}
    return manifest("eventing.knative.dev/v1", "Trigger", "all", "default", spec)


def test_an_integration_sink_takes_every_event_and_replies_to_none() -> None:
    sim = Simulation(Topology.of(broker(), sink(), trigger_to()))

    sim.send(type="a", data={"n": 1})
    sim.run()

    (came,) = sim.received("log")
    assert came.status == 204
    assert came.event.data == {"n": 1}
    assert texts(sim.wiring, "IntegrationSink", "log")["Ready"] == "True"


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("", "POST", 204), ("/", "POST", 204), ("/in", "POST", 404), ("/", "GET", 405)],
)
def test_an_integration_sink_knows_one_path_and_one_method(
    path: str, method: str, status: int
) -> None:
    sim = Simulation(Topology.of(sink()))
    url = f"http://log-deployment.default.svc.cluster.local{path}"

    sent = sim.post(url, method=method)
    sim.run()

    assert sent.status == status


def test_a_service_can_stand_in_the_place_of_an_integration_sink() -> None:
    sim = Simulation(Topology.of(broker(), sink(), trigger_to()))
    sim.service("log-deployment")(lambda _: 500)

    sim.send(type="a")
    sim.run(until="1ms")

    assert {each.status for each in sim.received("log-deployment")} == {500}


def test_numbers_and_booleans_are_always_in_the_environment_and_texts_if_any() -> None:
    s3 = {**S3, "deleteAfterRead": False, "prefix": "", "overrideEndpoint": True}

    found = variables(source(aws={"s3": s3, "auth": {"serviceAccountName": "me"}}))

    assert found == {
        "AWS_S3_SOURCE_REGION": "r",
        "AWS_S3_SOURCE_OVERRIDEENDPOINT": "true",
        "AWS_S3_SOURCE_BUCKET_NAME_OR_ARN": "a",
        "AWS_S3_SOURCE_DELETEAFTERREAD": "false",
        "AWS_S3_SOURCE_MOVEAFTERREAD": "false",
        "AWS_S3_SOURCE_AUTOCREATEBUCKET": "false",
        "AWS_S3_SOURCE_IGNOREBODY": "false",
        "AWS_S3_SOURCE_FORCEPATHSTYLE": "false",
        "AWS_S3_SOURCE_DELAY": "500",
        "AWS_S3_SOURCE_MAXMESSAGESPERPOLL": "10",
        "AWS_S3_SOURCE_USE_DEFAULT_CREDENTIALS_PROVIDER": "true",
    }


def test_pods_run_as_the_account_of_the_credentials() -> None:
    auth = {"serviceAccountName": "reader"}
    connector = source(aws={"s3": S3, "auth": auth}, template=REPLACED)

    made, *_ = Blueprint(Topology.of(connector)).expansions

    assert made.objects[0]["spec"]["template"]["spec"]["serviceAccountName"] == "reader"


def test_the_containers_of_a_template_are_replaced_and_its_labels_kept() -> None:
    made, *_ = Blueprint(
        Topology.of(source(timer={"message": "x"}, template=REPLACED))
    ).expansions

    template = made.objects[0]["spec"]["template"]
    assert [each["name"] for each in template["spec"]["containers"]] == ["source"]
    assert "serviceAccountName" not in template["spec"]
    assert template["metadata"]["labels"] == {
        "team": "a",
        "app.kubernetes.io/name": "tick",
    }
