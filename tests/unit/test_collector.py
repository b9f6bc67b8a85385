"""What is over is garbage, and collected though the collector rests now and then."""

import subprocess
import sys

# A process of its own: when the oldest generation is collected hangs on all that lives.
SCRIPT = """
import weakref
from simulator import Simulation, Topology

TEXT = '''
topology: short
brokers: {default: {}}
triggers: {all: {subscriber: shop}}
services: {shop: {}}
'''

def begun():
    simulation = Simulation(Topology.parse(TEXT))
    simulation.send(type="a")
    simulation.run()
    return weakref.ref(simulation)

first, *later = [begun() for _ in range(201)]
print(first() is None, sum(each() is not None for each in later) < 100)
"""


def test_simulations_do_not_pile_up() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("True True\n", "")
