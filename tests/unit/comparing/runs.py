"""Topologies that are compared."""

from simulator import Simulation, Topology
from simulator.comparing.account import Accounts, Keys, accounts_of
from simulator.comparing.comparison import Comparison, Parting, compare
from simulator.comparing.trial import Trial
from simulator.profiles import PROFILES, Profile

BROKER = """\
topology: t
brokers: {default: {}}
"""


def compared(
    text: str, *profiles: str, types: tuple[str, ...] = ("a",), most: int = 20_000
) -> Comparison:
    topology = Topology.parse(text)

    def make(profile: Profile, most: int) -> Simulation:
        sim = Simulation(topology, profile=profile, most=most, raise_assertions=False)
        for type_ in types:
            sim.send(type=type_, data={})
        return sim

    wiring = Simulation(topology).wiring
    routes = [route.node for hub in wiring.hubs for route in hub.routes]
    chosen = [PROFILES[name] for name in profiles]
    return compare(Trial(make, None, most, Keys()), chosen, routes)


def parting(found: Comparison, node: str) -> Parting:
    (row,) = [row for row in found.rows if row.node == node]
    return row.partings[0]


def reasons(found: Comparison, node: str) -> list[str]:
    return [each.code for each in parting(found, node).reasons]


def told(text: str, profile: str = "mt-channel", type_: str = "a") -> Accounts:
    sim = Simulation(Topology.parse(text), profile=profile)
    sim.send(type=type_, data={})
    sim.run()
    return accounts_of(sim.trace, Keys())
