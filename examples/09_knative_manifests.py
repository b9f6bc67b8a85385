"""Manifests as kubectl takes them run as they are, and convert to the short form."""

from pathlib import Path

from simulator import Simulation, Topology

FOLDER = Path(__file__).parents[1] / "topologies" / "knative"

topology = Topology.load(FOLDER)
sim = Simulation(topology)

# What a cluster would report, before anything runs.
for key, conditions in sim.wiring.conditions.items():
    ready = next(c.status.value for c in conditions if c.type == "Ready")
    print(f"{key.kind} {key.namespace}/{key.name}: Ready={ready}")

sent = sim.send(type="shop.order.placed", to="broker/shop/default")
sim.run()
print(f"the sender is answered {sent.status}; dead letters: {sim.dead_letters}")

# Either form can be written as the other, without loss.
short = topology.to_short()
print(short[: short.index("\n---")])
print("the same topology:", Topology.parse(short) == topology)
