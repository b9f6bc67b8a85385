"""The trace holds every fact of a run; what led to what is one question to it."""

from simulator import Simulation, Topology

TOPOLOGY = """
topology: lineage
brokers: {default: {}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship: {filter: {type: order.priced}, subscriber: shipping}
services:
  pricing: {latency: 20ms, reply: {type: order.priced}}
  shipping: {latency: 1s}
"""

sim = Simulation(Topology.parse(TOPOLOGY))
sim.send(type="order.placed")
sim.run()

for tree in sim.trace.trees():
    for depth, record in tree.walk():
        ways = " -> ".join(node for node in (record.source, record.target) if node)
        print(
            f"{record.at_ns / 1e9:5.2f}s {'  ' * depth}{record.kind} {record.event.type}  {ways}"
        )

[shipped] = sim.trace.select(kind="dispatched", node="service/shipping")
ancestors, _ = sim.trace.lineage(shipped.serial)
print("it began with", ancestors[0].event.type, ancestors[0].event.id)
