"""What a delivery does when its subscriber fails: retries, waits, the dead letter sink."""

from simulator import Simulation, Topology

TOPOLOGY = """
topology: retries
brokers:
  default:
    delivery: {retry: 3, backoffPolicy: exponential, backoffDelay: PT1S, deadLetterSink: parking}
triggers:
  flaky: {filter: {type: a}, subscriber: flaky}
  broken: {filter: {type: b}, subscriber: broken}
  picky: {filter: {type: c}, subscriber: picky}
services:
  flaky: {responses: [503, {reset: true}, 200]}
  broken: {responses: [{status: 500, body: out of paper}]}
  picky: {responses: [400]}
  parking: {}
"""

sim = Simulation(Topology.parse(TOPOLOGY))
for type_ in ("a", "b", "c"):
    sim.send(type=type_)
sim.run()

for name in ("flaky", "broken", "picky"):
    tries = [f"{r.at_ns / 1e9:g}s {r.fault or r.status}" for r in sim.received(name)]
    print(f"{name:7} {', '.join(tries)}")

for dead in sim.dead_letters:
    error = {n: v for n, v in dead.attributes.items() if n.startswith("knativeerror")}
    print(f"dead letter {dead.event.get_type()}: {error}")
