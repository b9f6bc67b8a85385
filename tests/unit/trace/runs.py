"""Small runs whose records the tests of the trace look at."""

from simulator import Simulation, Topology

ORDERS = """
topology: orders
brokers:
  default: {delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship:
    filter: {type: order.priced}
    subscriber: shipping
    delivery: {deadLetterSink: dead-letters}
services:
  pricing: {reply: {type: order.priced, data: {total: 42}}}
  shipping: {responses: [503]}
  dead-letters: {}
"""


def orders(text: str = ORDERS, **options: int) -> Simulation:
    """Run one order that cannot be shipped, to its end."""
    sim = Simulation(Topology.parse(text), **options)  # type: ignore[arg-type] # keep, most
    sim.send(type="order.placed", id="o1", source="/shop", data={"id": 1})
    sim.run()
    return sim
