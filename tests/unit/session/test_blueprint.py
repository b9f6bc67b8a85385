"""A topology made ready once runs as the topology does, and its runs share nothing."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Blueprint, Simulation, Topology, TopologyError
from simulator.errors import UsageError
from simulator.profiles.specification import SPEC
from tests.playbook import lines
from tests.test_topologies import ALL, TOPOLOGIES

if TYPE_CHECKING:
    from simulator import CloudEvent

ORDERS = """
topology: orders
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filter: {type: priced}, subscriber: shipping}
services:
  pricing: {latency: {uniform: [10ms, 400ms]}, reply: {type: priced}}
  shipping: {responses: [503, 200], latency: {exponential: 1s}}
faults: [{at: service/pricing, status: 503, rate: 0.3}]
"""
HANDLERS = {"inventory.yaml": "inventory.py", "poc/manifests": "poc/handlers.py"}


def shop() -> Topology:
    return Topology.parse(ORDERS)


def run(of: Topology | Blueprint, **options: Any) -> list[str]:
    sim = Simulation(of, **options)
    for number in range(5):
        sim.send(type="placed", id=str(number), after=f"{number}s")
    sim.run()
    return lines(sim)


@pytest.mark.parametrize("paths", ALL, ids=lambda paths: paths[0])
def test_every_run_of_a_blueprint_is_that_of_its_topology(paths: list[str]) -> None:
    def played(of: Topology | Blueprint, seed: int) -> list[str]:
        files = [str(TOPOLOGIES / HANDLERS[p]) for p in paths if p in HANDLERS]
        sim = Simulation(of, seed=seed, handlers=files, folder=str(TOPOLOGIES))
        sim.run(until="10m")
        return lines(sim)

    topology = Topology.load(*(TOPOLOGIES / path for path in paths))
    blueprint = Blueprint(topology)

    alone = [played(topology, seed) for seed in (0, 1, 0)]
    shared = [played(blueprint, seed) for seed in (0, 1, 0)]

    assert shared == alone


def test_runs_of_one_blueprint_under_way_at_once_know_nothing_of_each_other() -> None:
    blueprint = Blueprint(shop())
    alone = run(shop(), seed=1), run(shop(), seed=2)

    sims = Simulation(blueprint, seed=1), Simulation(blueprint, seed=2)
    for number in range(5):
        for sim in sims:
            sim.send(type="placed", id=str(number), after=f"{number}s")
    while sims[0].step() | sims[1].step():
        pass

    assert (lines(sims[0]), lines(sims[1])) == alone


def test_what_a_jsonata_reply_binds_is_nothing_to_the_next_one() -> None:
    counting = '{"type": "r", "data": $n := $exists($n) ? $n + 1 : 1}'
    blueprint = Blueprint(
        Topology.parse(f"""
topology: t
brokers: {{default: {{}}}}
triggers: {{a: {{filter: {{type: t}}, subscriber: s}}, b: {{filter: {{type: r}}, subscriber: z}}}}
services: {{s: {{reply: {{jsonata: '{counting}'}}}}, z: {{}}}}
""")
    )

    def numbers() -> list[object]:
        sim = Simulation(blueprint)
        sim.send(type="t")
        sim.send(type="t")
        sim.run()
        return [received.event.get_data() for received in sim.received("z")]

    assert [numbers(), numbers()] == [[1, 1], [1, 1]]


def test_a_function_plays_a_service_in_one_run_only() -> None:
    blueprint = Blueprint(shop())

    def refuse(event: CloudEvent) -> int:
        return 400

    first, second = Simulation(blueprint), Simulation(blueprint)
    first.service("pricing", refuse)
    first.service("auditing", refuse)
    for sim in (first, second):
        sim.send(type="placed", to="service/pricing")
        sim.run()

    assert [received.status for received in first.received("pricing")] == [400]
    assert [received.status for received in second.received("pricing")] == [200]
    assert [e.name for e in first.wiring.endpoints][-1] == "auditing"
    assert [e.name for e in second.wiring.endpoints] == ["pricing", "shipping"]


def test_a_reload_changes_one_run_and_not_the_blueprint() -> None:
    blueprint = Blueprint(shop())
    before = run(blueprint)
    sim = Simulation(blueprint)

    changes = sim.reload(Topology.parse(ORDERS.replace("503, 200", "204")))

    assert [str(key.name) for key in changes.changed] == ["orders"]
    assert run(blueprint) == before


def test_a_fork_of_a_run_of_a_blueprint_does_the_same() -> None:
    sim = Simulation(Blueprint(shop()), seed=4, journal=True)
    sim.send(type="placed")
    sim.run()

    assert list(sim.fork().trace) == list(sim.trace)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("profile", "spec"),
        ("strict", True),
        ("configmaps", {"config-features": {"eventtype-auto-create": "enabled"}}),
        ("defaults", False),
        ("validate", False),
    ],
)
def test_what_the_blueprint_is_made_of_is_not_set_for_a_run(
    name: str, value: object
) -> None:
    blueprint = Blueprint(shop())
    options: dict[str, Any] = {name: value}

    with pytest.raises(UsageError) as error:
        Simulation(blueprint, **options)

    assert str(error.value) == (
        f"{name}: is set where the blueprint is made: Blueprint(…, {name}=…)"
    )


def test_a_blueprint_knows_its_findings_and_who_plays_its_brokers() -> None:
    topology = Topology.parse(ORDERS.replace("shipping: {", "other: {"))

    blueprint = Blueprint(topology, profile="spec")

    assert blueprint.topology is topology
    assert [hub.profile for hub in blueprint.wiring.hubs] == [SPEC]
    assert blueprint.findings == Simulation(blueprint).findings
    assert "stub" in {finding.code for finding in blueprint.findings}


def test_a_topology_that_is_refused_makes_no_blueprint() -> None:
    faulty = Topology.parse(ORDERS.replace("linear", "slow"))

    with pytest.raises(TopologyError, match=r"spec\.delivery\.backoffPolicy"):
        Blueprint(faulty)


def test_a_blueprint_stays_in_its_process_and_says_so() -> None:
    blueprint = Blueprint(Topology.parse(ORDERS))

    with pytest.raises(TypeError, match="let each process make its own"):
        pickle.dumps(blueprint)

    assert copy.deepcopy(blueprint) is blueprint


def test_no_source_sends_in_the_runs_of_a_silent_blueprint() -> None:
    # given
    blueprint = Blueprint(
        Topology.parse("""
topology: clock
brokers: {default: {}}
triggers: {all: {subscriber: shop}}
sources: {clock: {every: 1s, event: {type: tick}, sink: broker/default}}
services: {shop: {}}
""")
    )

    # when
    sim = Simulation(blueprint.silent())
    sim.send(type="order.placed")
    sim.run()

    # then
    assert [each.event.get_type() for each in sim.received("shop")] == ["order.placed"]
    assert len(blueprint.wiring.sources) == 1
