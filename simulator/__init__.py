"""kn-sim: run a Knative Eventing topology in one process, in virtual time.

    from simulator import Simulation, Topology, reply

    sim = Simulation(Topology.load("topologies/orders.yaml"), seed=7)
    sent = sim.send(type="shop.order.placed", data={"id": 1})
    sim.run()

The names below are public; each is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudevents.core.v1.event import CloudEvent

    # Those that are named twice are names of 0.1; see `_MOVED`.
    from simulator.errors import EventError as EventError
    from simulator.errors import HandlerError as HandlerError
    from simulator.errors import SimulatorError, SimulatorWarning, TopologyError
    from simulator.errors import UsageError as UsageError
    from simulator.event.sdk import EventView, reply
    from simulator.session import Approval as Approval
    from simulator.session import Breakpoint as Breakpoint
    from simulator.session import HandlerFailure as HandlerFailure
    from simulator.session import Held as Held
    from simulator.session import InjectedFault as InjectedFault
    from simulator.session import Why as Why
    from simulator.session.blueprint import Blueprint
    from simulator.session.options import Simulate
    from simulator.session.simulation import Simulation
    from simulator.session.views import Received, Sent
    from simulator.subscribers.handler import Context
    from simulator.topology import Topology
    from simulator.trace import Record, Trace

__version__ = "0.1.0"

_HOMES = {
    "Blueprint": "simulator.session.blueprint",
    "CloudEvent": "simulator.event.sdk",
    "Context": "simulator.subscribers.handler",
    "EventView": "simulator.event.sdk",
    "Received": "simulator.session.views",
    "Record": "simulator.trace",
    "Sent": "simulator.session.views",
    "Simulate": "simulator.session.options",
    "Simulation": "simulator.session.simulation",
    "SimulatorError": "simulator.errors",
    "SimulatorWarning": "simulator.errors",
    "Topology": "simulator.topology",
    "TopologyError": "simulator.errors",
    "Trace": "simulator.trace",
    "reply": "simulator.event.sdk",
}

__all__ = [
    "Blueprint",
    "CloudEvent",
    "Context",
    "EventView",
    "Received",
    "Record",
    "Sent",
    "Simulate",
    "Simulation",
    "SimulatorError",
    "SimulatorWarning",
    "Topology",
    "TopologyError",
    "Trace",
    "reply",
]

# Names of 0.1 that live elsewhere now; they go with the next release.
_MOVED = {
    "Approval": "simulator.session",
    "Breakpoint": "simulator.session",
    "EventError": "simulator.errors",
    "HandlerError": "simulator.errors",
    "HandlerFailure": "simulator.session",
    "Held": "simulator.session",
    "InjectedFault": "simulator.session",
    "UsageError": "simulator.errors",
    "Why": "simulator.session",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        home = _moved(name)
    return getattr(import_module(home), name)


def _moved(name: str) -> str:
    """Give the home of a name of 0.1, and warn who asks for it; AttributeError for no such."""
    home = _MOVED.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from warnings import warn  # few need it

    told = f"simulator.{name} is {home}.{name} now; the old name goes with the next release"
    warn(told, DeprecationWarning, stacklevel=3)
    return home


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
