"""An event is sent to a broker, and each trigger that it matches calls its subscriber."""

from simulator import Simulation, Topology

TOPOLOGY = """
topology: hello
brokers: {default: {}}
triggers:
  greet: {filter: {type: visitor.came}, subscriber: greeter}
  count: {subscriber: counter}
services:
  greeter: {reply: {type: visitor.greeted, data: {text: good morning}}}
  counter: {}
"""

sim = Simulation(Topology.parse(TOPOLOGY))
sent = sim.send(type="visitor.came", data={"name": "Ada"})
sim.run()

print(f"the sender is answered {sent.status}")
for received in sim.received():
    event = received.event
    print(f"{received.service:16} {event.get_type():16} {event.get_data()!r}")
