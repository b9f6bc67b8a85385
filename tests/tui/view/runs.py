"""Runs that are laid out as views."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.graph.build import build
from simulator.tui.diagram import diagram_of
from simulator.tui.view.trace_view import TraceView

if TYPE_CHECKING:
    from collections.abc import Iterable

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
BUSY = """
topology: busy
sources:
  shop: {every: PT0.01S, count: 400, event: {type: order.placed, subject: parcel, data: {total: 42}}, sink: broker/default}
brokers:
  default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: PT3S, deadLetterSink: graves}}
triggers:
  price: {filter: {type: order.placed}, subscriber: pricing}
  ship: {filters: [{prefix: {type: order.pr}}], subscriber: shipping}
services:
  pricing: {reply: {type: order.priced}, latency: 20ms}
  shipping: {responses: [503, 202, 202, 422, 202, 503, 503, 503]}
  graves: {}
"""
FEW = """
topology: few
brokers: {default: {}}
triggers: {price: {subscriber: pricing}, ship: {subscriber: shipping}}
services: {pricing: {}, shipping: {}}
"""


def view_of(sim: Simulation) -> TraceView:
    return TraceView(sim.log, diagram_of(build(sim.wiring)))


def played(
    topology: str, *sends: dict[str, Any], until: str | None = None
) -> TraceView:
    """Send events, run, and lay it out."""
    sim = Simulation(Topology.parse(topology))
    for send in sends:
        sim.send(**send)
    sim.run(until)
    return view_of(sim)


@cache
def orders() -> TraceView:
    sim = Simulation(Topology.load(TOPOLOGIES / "orders.yaml"))
    sim.run()
    return view_of(sim)


@cache
def busy() -> TraceView:
    """Lay out a run of more records than lie between two keyframes."""
    return played(BUSY)


def serials(view: TraceView, sense: Any) -> list[int]:
    """List the serials of the records of a sense."""
    return [n for n in range(len(view)) if view.columns.sense[n] == sense]


def words(view: TraceView, of: Iterable[int]) -> list[str]:
    """Name the senses of some records."""
    return [view.shape(serial).facts.sense.name for serial in of]


def places(view: TraceView) -> list[float]:
    """Give where each record stands in the story."""
    story = view.timeline()
    return [story.position_of(serial) for serial in range(len(view))]
