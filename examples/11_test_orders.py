"""A topology under test: `pytest examples/11_test_orders.py`."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology

ORDERS = Path(__file__).parents[1] / "topologies" / "orders.yaml"


@pytest.fixture
def sim() -> Simulation:
    """A fresh run of the shop, its sources included."""
    return Simulation(Topology.load(ORDERS))


def test_an_order_is_shipped_in_the_end(sim: Simulation) -> None:
    """Two failures, two retries, then it is taken."""
    sim.run(until="5s")

    first, _ = sim.expect("shipping").times(2)
    assert first.attempt == 3
    sim.expect().no_loss()


def test_a_pallet_is_refused_and_kept(sim: Simulation) -> None:
    """A 422 is not tried again; the dead letter says who refused it, and how."""
    sim.run()

    sim.expect().dead_lettered(code=422).once(subject="pallet")


def test_shipping_may_fail_longer_than_the_retries_last(sim: Simulation) -> None:
    """A Python function takes the place of a service of the topology."""
    sim.service("shipping", lambda event: 503)
    sim.run(until="20s")

    sim.expect("shipping").times(0)
    sim.expect("shipping").dead_lettered(code=503).times(3)
    assert len(sim.received("shipping")) == 3 * 4
