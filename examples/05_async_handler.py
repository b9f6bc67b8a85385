"""An async handler sleeps in virtual time: minutes cost nothing, and nothing is late."""

from simulator import CloudEvent, Simulation, Topology, reply

TOPOLOGY = """
topology: bakery
brokers: {default: {}}
triggers:
  bake: {filter: {type: dough.ready}, subscriber: oven}
  sell: {filter: {type: bread.baked}, subscriber: shop}
"""

sim = Simulation(Topology.parse(TOPOLOGY))


@sim.service("oven")
async def oven(event: CloudEvent) -> CloudEvent:
    """Bake; two loaves at a time are no trouble."""
    await sim.sleep("PT8M")
    return reply(event, type="bread.baked", subject=event.get_subject())


@sim.service("shop")
def shop(event: CloudEvent) -> None:
    """Say when which bread comes in."""
    print(f"{sim.now:%H:%M}  {event.get_subject()}")


sim.send(type="dough.ready", subject="rye")
sim.send(type="dough.ready", subject="wheat", after="5m")
sim.run()
print(f"{sim.now:%H:%M}  closed")
