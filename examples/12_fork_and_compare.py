"""What would have been, had something else happened? A fork of the run tells."""

from simulator import Simulation, Topology
from simulator.trace import compare

TOPOLOGY = """
topology: fork
brokers:
  default: {delivery: {retry: 2, backoffDelay: PT1S, backoffPolicy: exponential, deadLetterSink: parking}}
triggers: {price: {subscriber: pricing}}
services:
  pricing: {responses: [503]}
  parking: {}
"""

sim = Simulation(Topology.parse(TOPOLOGY), journal=True)
sim.send(type="order.placed")
sim.run()

# Back to where the last attempt is about to be made: everything is as it was.
last = sim.trace.select(kind="dispatched", node="service/pricing")[-1]
fork = sim.fork(before=last.serial)
print(f"the fork stands at {fork.now_ns / 1e9:g}s, before record {last.serial}")

# From here it goes its own way, with a service that works; the run is not touched.
mended = Topology.parse(TOPOLOGY.replace("responses: [503]", "responses: [200]"))
print("reload:", fork.reload(mended))
fork.run()

found = compare(sim.trace, fork.trace)
print("records in common:", found.common)
for name, record in (("run", found.first), ("fork", found.second)):
    if record is not None:
        print(f"  then the {name} has: {record.kind}")
for tally in found.kinds:
    print(f"{tally.name:16}{tally.first:3}{tally.second:3}")
