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

    from simulator.errors import (
        EventError,
        HandlerError,
        SimulatorError,
        SimulatorWarning,
        TopologyError,
        UsageError,
    )
    from simulator.event.sdk import EventView, reply
    from simulator.session.approvals import Approval
    from simulator.session.blueprint import Blueprint
    from simulator.session.breakpoints import Breakpoint, Held
    from simulator.session.failures import HandlerFailure
    from simulator.session.faults import InjectedFault
    from simulator.session.options import Simulate
    from simulator.session.simulation import Simulation
    from simulator.session.views import Received, Sent
    from simulator.session.why import Why
    from simulator.subscribers.handler import Context
    from simulator.topology import Topology
    from simulator.trace import Record, Trace

__version__ = "0.1.0"

_HOMES = {
    "Approval": "simulator.session.approvals",
    "Blueprint": "simulator.session.blueprint",
    "Breakpoint": "simulator.session.breakpoints",
    "CloudEvent": "simulator.event.sdk",
    "Context": "simulator.subscribers.handler",
    "EventError": "simulator.errors",
    "EventView": "simulator.event.sdk",
    "HandlerError": "simulator.errors",
    "HandlerFailure": "simulator.session.failures",
    "Held": "simulator.session.breakpoints",
    "InjectedFault": "simulator.session.faults",
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
    "UsageError": "simulator.errors",
    "Why": "simulator.session.why",
    "reply": "simulator.event.sdk",
}

__all__ = [
    "Approval",
    "Blueprint",
    "Breakpoint",
    "CloudEvent",
    "Context",
    "EventError",
    "EventView",
    "HandlerError",
    "HandlerFailure",
    "Held",
    "InjectedFault",
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
    "UsageError",
    "Why",
    "reply",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
