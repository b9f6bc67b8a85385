"""A broker with one service behind it, for tests of what services do."""

from typing import Any

from simulator import Simulation, Topology


def one_service(service: str = "{}", *, more: str = "", **options: Any) -> Simulation:
    """Make a run of a broker, a trigger for the type ``a``, and the service ``s``.

    Args:
        service: Its description in the short form, on one line.
        more: Further lines of the topology.
        **options: Of the simulation.
    """
    text = f"""
topology: one
brokers: {{default: {{delivery: {{retry: 0}}}}}}
triggers: {{to-s: {{filter: {{type: a}}, subscriber: s}}}}
services: {{s: {service}}}
{more}
"""
    return Simulation(Topology.parse(text), **options)


def replies(sim: Simulation) -> list[Any]:
    """Give the events that were replied, as records show them."""
    return [record.event for record in sim.trace.select(kind="replied")]


def kinds(sim: Simulation) -> list[str]:
    """Give the kinds of all records in order."""
    return [str(record.kind) for record in sim.trace]
