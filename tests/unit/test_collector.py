"""What is over is garbage, and collected though the collector rests now and then."""

import subprocess
import sys

# A process of its own: when an old generation is collected hangs on all that lives.
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

print(sum(each() is not None for each in [begun() for _ in range(200)]) < 100)
"""


def test_simulations_do_not_pile_up() -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("True\n", "")
