"""Laws of services that have pods, whatever their manifests say and whenever events come."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Simulation, Topology
from simulator.kernel import Kind
from tests.unit.trace.written import written

few = settings(max_examples=settings().max_examples // 5, deadline=None)
GROUP = "autoscaling.knative.dev"
texts: st.SearchStrategy[dict[str, str]] = st.fixed_dictionaries(
    {},
    optional={
        "min-scale": st.sampled_from(["0", "1", "2"]),
        "max-scale": st.sampled_from(["2", "3"]),
        "target-burst-capacity": st.sampled_from(["-1", "0", "5"]),
        "window": st.sampled_from(["6s", "10s"]),
        "metric": st.sampled_from(["concurrency", "rps"]),
        "target": st.sampled_from(["1", "3"]),
        "scale-down-delay": st.just("4s"),
        "scale-to-zero-pod-retention-period": st.sampled_from(["5s", "33.3s"]),
        "activation-scale": st.just("2"),
        "metric-aggregation-algorithm": st.just("weighted-exponential"),
    },
)
plays: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "annotations": texts,
        "spec": st.fixed_dictionaries(
            {},
            optional={
                "containerConcurrency": st.sampled_from([1, 2, 5]),
                "timeoutSeconds": st.sampled_from([1, 3]),
            },
        ),
        "delivery": st.fixed_dictionaries(
            {"retry": st.integers(0, 2)},
            optional={"timeout": st.sampled_from(["PT0.5S", "PT2S", "PT4S"])},
        ),
        "pods": st.sampled_from([{"start": "1s"}, {"start": {"exactly": "2.5s"}}]),
        "latency": st.sampled_from(["0s", "300ms", "4s"]),
        "bursts": st.lists(
            st.tuples(st.integers(0, 60_000), st.integers(1, 40)),
            min_size=1,
            max_size=4,
        ),
    }
)


def simulation(play: dict[str, Any]) -> Simulation:
    given = {f"{GROUP}/{name}": value for name, value in play["annotations"].items()}
    template = {"metadata": {"annotations": given}, "spec": play["spec"]}
    document = {
        "topology": "load",
        "brokers": {"default": {}},
        "triggers": {"price": {"subscriber": "pricing", "delivery": play["delivery"]}},
        "ksvcs": {"pricing": {"template": template}},
        "services": {"pricing": {"pods": play["pods"], "latency": play["latency"]}},
    }
    sim = Simulation(Topology.parse(json.dumps(document)), seed=7, journal=True)
    for number, (at_ms, size) in enumerate(play["bursts"]):
        for each in range(size):
            sim.send(
                type="order", source="/s", id=f"{number}-{each}", after=f"{at_ms}ms"
            )
    return sim


@few
@given(plays)
def test_pods_keep_within_their_bounds_and_come_to_rest(play: dict[str, Any]) -> None:
    sim = simulation(play)

    sim.run()

    most = int(play["annotations"].get("max-scale", "1000000"))
    scaled = sim.trace.select(kind=Kind.SCALED)
    started = sim.trace.select(kind=Kind.STARTED)
    [state] = sim.pods
    assert all(0 <= each.status <= most for each in (*scaled, *started))
    assert state.wanted == state.ready == int(play["annotations"].get("min-scale", "0"))
    assert state.waiting == 0


@few
@given(plays)
def test_no_request_is_lost_between_queue_and_answer(play: dict[str, Any]) -> None:
    sim = simulation(play)

    sim.run()

    asked = [each.serial for each in sim.trace.select(kind=Kind.DISPATCHED)]
    ended = sim.trace.select(kind=(Kind.RESPONDED, Kind.CUT))
    queued = sim.trace.select(kind=Kind.QUEUED)
    assert sorted(each.cause or 0 for each in ended) == asked
    assert {each.cause for each in queued} <= set(asked)


@few
@given(plays, st.integers(0, 200))
def test_a_fork_at_any_record_goes_on_as_the_run_did(
    play: dict[str, Any], record: int
) -> None:
    sim = simulation(play)
    sim.run()

    fork = sim.fork(before=min(record, len(sim.trace)))
    fork.run()

    assert written(fork.log) == written(sim.log)
    assert fork.now_ns == sim.now_ns
