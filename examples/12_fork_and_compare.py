"""What would have been, had something else happened? A fork of the run tells."""

from simulator import Simulation, Topology
from simulator.trace import compare

TOPOLOGY = """
topology: fork
brokers:
  default: {delivery: {retry: 2, backoffDelay: PT1S, backoffPolicy: exponential, deadLetterSink: parking}}
triggers: {price: {subscriber: pricing}}
services:
  pricing: {responses: [503], rules: [{match: {urgent: "1"}, responses: [200]}]}
  parking: {}
"""

sim = Simulation(Topology.parse(TOPOLOGY), journal=True)
sim.send(type="order.placed", id="1")
sim.run()

# Back to where the last attempt is about to be made: everything is as it was.
last = sim.trace.select(kind="dispatched")[-1]
fork = sim.fork(before=last.serial)
print(f"the fork stands at {fork.now_ns / 1e9:g}s, before record {last.serial}")

# From here it goes its own way; the run itself is not touched.
fork.send(type="order.placed", id="2", urgent="1")
fork.run()

found = compare(sim.trace, fork.trace)
print("records in common:", found.common)
for name, record in (("run", found.first), ("fork", found.second)):
    if record is not None:
        print(f"  then the {name} has: {record.kind} {record.event.id}")
for tally in found.kinds:
    print(f"{tally.name:16}{tally.first:3}{tally.second:3}")
