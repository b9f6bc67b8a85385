"""What is over is garbage, and collected though the collector rests now and then."""

import weakref

from simulator import Simulation, Topology

TEXT = """
topology: short
brokers: {default: {}}
triggers: {all: {subscriber: shop}}
services: {shop: {}}
"""


def begun() -> Simulation:
    simulation = Simulation(Topology.parse(TEXT))
    simulation.send(type="a")
    simulation.run()
    return simulation


def test_simulations_do_not_pile_up() -> None:
    first = weakref.ref(begun())

    later = [weakref.ref(begun()) for _ in range(200)]

    assert first() is None
    assert sum(each() is not None for each in later) < 100
