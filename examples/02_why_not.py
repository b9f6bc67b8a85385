"""Why an event does not reach a subscriber: each filter explains its verdict."""

from simulator import Simulation, Topology

TOPOLOGY = """
topology: why-not
brokers: {default: {}}
triggers:
  ship: {filter: {type: shop.order.payed}, subscriber: shipping}
  large:
    filters: [{cesql: "type = 'shop.order.paid' AND amount > 100"}]
    subscriber: accounting
  audit: {filters: [{prefix: {type: shop.}}], subscriber: audit}
"""

sim = Simulation(Topology.parse(TOPOLOGY))
sent = sim.send(type="shop.order.paid", attributes={"amount": 20})
sim.run()

# All triggers: those that match first, then the nearest misses.
for why in sim.whys(sent):
    print(why)
    print()

# One trigger; the answer is data, too. The event need not have been sent.
large = sim.why(sent, "large")
print(large.to_json()["verdict"], large.delivered)
