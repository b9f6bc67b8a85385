"""A Python function plays a service: it gets the event and returns the reply."""

from simulator import CloudEvent, Context, Simulation, Topology, reply

TOPOLOGY = """
topology: warehouse
brokers: {default: {}}
triggers:
  order: {filter: {type: order.placed}, subscriber: stock}
  packed: {filter: {type: order.packed}, subscriber: mail}
  invoice: {filter: {type: invoice.due}, subscriber: accounting}
"""

sim = Simulation(Topology.parse(TOPOLOGY))
left = {"chair": 1}


@sim.service("stock")
def stock(event: CloudEvent, context: Context) -> CloudEvent | int:
    """Pack what is there; what is returned is the reply, or a status."""
    item = event.get_subject() or ""
    if left.get(item, 0) == 0:
        return 410  # a refusal: Knative does not try again
    left[item] -= 1
    # A further event, besides the reply, and later.
    due = reply(event, type="invoice.due", subject=item)
    context.emit(due, to="broker/default", after="30d")
    return reply(event, type="order.packed", subject=item)


for attempt in range(2):
    sim.send(type="order.placed", subject="chair", after=f"{attempt}h")
sim.run()

for received in sim.received():
    print(
        f"{received.at}  {received.service:18} {received.event.get_type():13} {received.status}"
    )
