"""A service that has pods: cold start, queues, timeouts, and how many pods there are."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.kernel import Kind

GROUP = "autoscaling.knative.dev"
SECOND = 1_000_000_000


def simulation(
    annotations: dict[str, str] | None = None,
    *,
    spec: dict[str, Any] | None = None,
    delivery: dict[str, Any] | None = None,
    service: dict[str, Any] | None = None,
    config: dict[str, str] | None = None,
) -> Simulation:
    """Give a run of one trigger, whose subscriber scales as its manifest says."""
    given = {f"{GROUP}/{name}": value for name, value in (annotations or {}).items()}
    template = {"metadata": {"annotations": given}, "spec": spec or {}}
    document: dict[str, Any] = {
        "topology": "load",
        "brokers": {"default": {}},
        "triggers": {"price": {"subscriber": "pricing", "delivery": delivery or {}}},
        "ksvcs": {"pricing": {"template": template}},
        "services": {
            "pricing": {"pods": {"start": {"exactly": "2s"}}, **(service or {})}
        },
    }
    if config is not None:
        document["configmaps"] = {
            "config-autoscaler": {"namespace": "knative-serving", "data": config}
        }
    return Simulation(Topology.parse(json.dumps(document)))


def send(sim: Simulation, number: int, start: int = 0, **when: Any) -> None:
    for each in range(number):
        sim.send(type="order", source="/s", id=str(start + each), **when)


def told(sim: Simulation, *kinds: Kind) -> list[tuple[float, str]]:
    """Give instants, in seconds, and what was told of the pods."""
    found = sim.trace.select(kind=kinds)
    return [(each.at_ns / SECOND, str(each.detail)) for each in found]


def answers(sim: Simulation) -> list[tuple[float, int | str]]:
    found = sim.trace.select(kind=Kind.RESPONDED)
    return [(each.at_ns / SECOND, each.status or str(each.detail)) for each in found]


def test_a_lone_event_waits_for_a_pod_which_then_stays_for_the_stable_window() -> None:
    sim = simulation(service={"latency": "80ms"})
    send(sim, 1)

    sim.run()

    assert told(sim, Kind.QUEUED) == [(0, "cold start, 0 ahead in the activator")]
    assert answers(sim) == [(2.08, 200)]
    # The activator was in the path all along: the grace of 30 s is over by then.
    assert told(sim, Kind.SCALED, Kind.STARTED) == [
        (0, "0 → 1: first request"),
        (2, "1 of 1 Ready"),
        (64, "1 → 0: idle 60s"),
    ]
    assert sim.now_ns == 64 * SECOND


def test_a_pod_out_of_the_activators_way_runs_one_lets_ten_wait_and_refuses_the_rest() -> (
    None
):
    sim = simulation(
        {"min-scale": "1", "target-burst-capacity": "0", "max-scale": "1"},
        spec={"containerConcurrency": 1},
        service={"latency": "1s"},
        delivery={"retry": 1, "backoffDelay": "PT30S", "backoffPolicy": "exponential"},
    )
    send(sim, 30)

    sim.run(until="20s")

    refused = [at for at, status in answers(sim) if status == 503]
    assert (len(refused), set(refused)) == (19, {0})
    assert answers(sim)[19:] == [(each, 200) for each in range(1, 12)]
    assert len(told(sim, Kind.QUEUED)) == 10
    assert told(sim, Kind.QUEUED)[9] == (0, "no free slot, 9 ahead in the pod")
    assert len(sim.trace.select(kind=Kind.RETRY_SCHEDULED)) == 19


def test_behind_the_activator_all_wait_and_are_served_one_by_one_while_pods_come() -> (
    None
):
    sim = simulation(
        {"min-scale": "1"},
        spec={"containerConcurrency": 1},
        service={"latency": "1s"},
    )
    send(sim, 30)

    sim.run()

    assert {status for _, status in answers(sim)} == {200}
    assert answers(sim)[:3] == [(1, 200), (2, 200), (3, 200)]
    assert len(told(sim, Kind.QUEUED)) == 29
    first = told(sim, Kind.SCALED)[0]
    assert first == (2, "1 → 15: panic 9.83333/0.7")


@pytest.mark.parametrize(
    ("burst", "body"), [("211", "activator request timeout"), ("0", "request timeout")]
)
def test_a_pod_that_takes_longer_than_the_timeout_is_cut_off_with_504(
    burst: str, body: str
) -> None:
    sim = simulation(
        {"min-scale": "1", "target-burst-capacity": burst},
        spec={"timeoutSeconds": 3},
        service={"latency": "5s"},
        delivery={"deadLetterSink": "dead"},
    )
    send(sim, 1)

    sim.run()

    [dead] = sim.dead_letters
    assert answers(sim)[0] == (3, 504)
    assert b64decode(dead.attributes["knativeerrordata"]).decode() == body


def test_waiting_for_a_pod_counts_towards_the_timeout_of_the_revision() -> None:
    sim = simulation(spec={"timeoutSeconds": 1})
    send(sim, 1)

    sim.run()

    assert answers(sim) == [(1, 504)]


def test_the_timeout_of_the_delivery_is_told_from_that_of_the_revision() -> None:
    sim = simulation(delivery={"timeout": "PT1S"}, spec={"timeoutSeconds": 10})
    send(sim, 1)

    sim.run()

    assert answers(sim) == [(1, "timeout")]


def test_a_retry_finds_the_pod_that_the_first_attempt_has_made() -> None:
    sim = simulation(
        delivery={
            "timeout": "PT1S",
            "retry": 2,
            "backoffDelay": "PT1.5S",
            "backoffPolicy": "exponential",
        },
    )
    send(sim, 1)

    sim.run()

    assert answers(sim) == [(1, "timeout"), (2.5, 200)]


def test_the_pods_of_a_burst_stay_until_its_panic_is_over() -> None:
    sim = simulation(service={"latency": "1s"}, spec={"containerConcurrency": 10})
    for second in range(20):
        send(sim, 100, second * 100, at=f"{second}s")

    sim.run()

    scaled = told(sim, Kind.SCALED)
    most = max(int(said.split(" → ")[1].split(":")[0]) for _, said in scaled)
    falls = [at for at, said in scaled if said.startswith(f"{most} → ")]
    assert most > 10
    assert falls[0] > 60
    assert scaled[-1][1].endswith("→ 0: idle 60s")


def test_max_scale_bounds_the_pods_and_min_scale_keeps_them() -> None:
    sim = simulation(
        {"min-scale": "2", "max-scale": "3"},
        spec={"containerConcurrency": 1},
        service={"latency": "5s"},
    )
    send(sim, 50)

    sim.run()

    assert [said.split(":")[0] for _, said in told(sim, Kind.SCALED)] == [
        "2 → 3", "3 → 2"
    ]  # fmt: skip
    assert sim.due_ns is None


def test_the_config_of_the_cluster_scales_what_no_annotation_says() -> None:
    sim = simulation(config={"stable-window": "10s", "enable-scale-to-zero": "false"})
    send(sim, 1)

    sim.run()

    assert [said for _, said in told(sim, Kind.SCALED)] == ["0 → 1: first request"]


def test_a_handler_is_called_when_a_pod_begins_with_its_request() -> None:
    sim = simulation()
    called: list[float] = []

    @sim.service("pricing")
    def price(_: object) -> None:
        called.append(sim.now_ns / SECOND)

    send(sim, 2)
    sim.run()

    assert called == [2, 2]


def test_a_reload_begins_a_new_revision_with_its_initial_scale() -> None:
    sim = simulation()
    send(sim, 1)
    sim.run()
    changed = simulation({"initial-scale": "3"}).topology

    sim.reload(changed)
    sim.run()

    assert [said for _, said in told(sim, Kind.SCALED)] == [
        "0 → 1: first request",
        "1 → 0: idle 60s",
        "0 → 3: initial scale",
        "3 → 1: stable 0/70",
        "1 → 0: idle 60s",
    ]


def test_a_pod_that_does_not_come_up_is_given_up_after_the_progress_deadline() -> None:
    sim = simulation(service={"pods": {"start": {"exactly": "1d"}}})
    send(sim, 1)

    sim.run()

    assert told(sim, Kind.SCALED) == [
        (0, "0 → 1: first request"),
        (630, "1 → 0: no pod has become Ready"),
    ]
    assert sim.now_ns == 630 * SECOND


def test_pods_beyond_what_is_simulated_are_named_and_not_there() -> None:
    sim = simulation({"min-scale": "2000000000"})

    [pods] = sim.pods
    [found] = [each for each in sim.findings if each.code == "field-ignored"]
    assert (pods.ready, found.path.partition("/")[2]) == (1_000, "min-scale]")


@pytest.mark.parametrize(
    ("pods", "said"),
    [
        ({"strt": "2s"}, "pods.strt: unknown field; did you mean 'start'?"),
        ("2s", "pods: expected a mapping, found '2s'"),
        ({}, "pods: expected how long a pod takes to start: {start: 2s}"),
        ({"start": {"exctly": "2s"}}, "start.exctly: unknown field; did you mean 'exactly'?"),
        ({"start": "-1s"}, "pods.start: '-1s' is no duration"),
    ],
)  # fmt: skip
def test_pods_that_cannot_be_read_are_told_once(pods: object, said: str) -> None:
    with pytest.raises(TopologyError) as refused:
        simulation(service={"pods": pods})

    [line] = str(refused.value).splitlines()
    assert said in line


def test_a_cluster_that_always_panics_takes_no_pod_away_and_the_run_ends() -> None:
    sim = simulation(config={"panic-threshold-percentage": "0"})
    send(sim, 1)

    sim.run()

    assert [said for _, said in told(sim, Kind.SCALED)] == ["0 → 1: first request"]


def test_requests_of_a_revision_that_is_replaced_are_answered_by_it() -> None:
    sim = simulation(service={"latency": "5s"})
    send(sim, 2)
    sim.run(until="3s")

    sim.reload(simulation({"min-scale": "1"}, service={"latency": "1s"}).topology)
    send(sim, 1, start=2)
    sim.run()

    assert answers(sim) == [(4, 200), (7, 200), (7, 200)]


def test_how_long_a_pod_takes_is_a_choice() -> None:
    text = json.dumps(
        {
            "topology": "choice",
            "services": {"pricing": {"pods": {"start": "2s"}}},
        }
    )
    sim = Simulation(
        Topology.parse(text), choices={"start/service/pricing#1": 5 * SECOND}
    )
    sim.send(type="order", source="/s", to="pricing")

    sim.run()

    assert told(sim, Kind.STARTED) == [(5, "1 of 1 Ready")]
