"""Runs that the inspector tells about, and the pages that it writes of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from simulator import CloudEvent, Simulation, Topology
from simulator.graph.build import build
from simulator.tui.diagram import diagram_of
from simulator.tui.inspect.context import RunContext, Subject
from simulator.tui.inspect.inspector import RecordTopic
from simulator.tui.inspect.page import Look, TextLine
from simulator.tui.view.trace_view import TraceView

if TYPE_CHECKING:
    from simulator.tui.view.frame import Frame

TOPOLOGIES = Path(__file__).parents[3] / "topologies"
WIDE = Look(width=50)
NARROW = Look(width=38)

MESS = """
topology: mess
sources:
  shop: {at: 1s, event: {type: order.placed, data: {n: 1}}, sink: broker/default}
brokers:
  default: {}
channels:
  quiet: {}
triggers:
  lose: {subscriber: broken, delivery: {retry: 1, backoffPolicy: linear, backoffDelay: 1s, timeout: 2s}}
  move: {subscriber: moved}
  far: {subscriber: "http://nowhere.example/"}
  tell: {subscriber: channel/quiet}
subscriptions:
  drop: {channel: quiet, subscriber: talker}
services:
  broken: {responses: [{reset: true}, 500]}
  moved: {responses: [{status: 307, headers: {location: "http://broken.default.svc.cluster.local/"}}]}
  talker: {latency: {uniform: [10ms, 30ms]}, reply: {type: order.told}}
"""

GATE = """
topology: gate
brokers: {default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s}}}
triggers: {t: {subscriber: s}, u: {subscriber: gate}}
services:
  s: {}
  gate:
    approval:
      approve: {reply: {type: ok}}
      reject: 409
      deadline: 1h
      then: timeout
      policy: {reject: "type = 'bad'", after: 2s}
faults: [{at: s, drop: true, from: 0s, until: 500ms}]
"""


class Run:
    """One run that is over, with all that the inspector asks."""

    def __init__(self, sim: Simulation) -> None:
        self.sim = sim
        self.view = TraceView(sim.log, diagram_of(build(sim.wiring)))
        self.context = RunContext(self.view, sim)
        self.figures = self.context.figures

    def serial(self, kind: str, nth: int = 0, **wanted: object) -> int:
        """Give the nth record of a kind with these fields."""
        found = [
            r.serial
            for r in self.sim.trace
            if r.kind == kind and all(getattr(r, n) == v for n, v in wanted.items())
        ]
        return found[nth]

    def subject(self, serial: int, shown: int | None = None) -> Subject:
        return Subject(self.context, serial, shown)

    def topic(self, serial: int, shown: int | None = None) -> RecordTopic:
        return RecordTopic(self.subject(serial, shown))

    def frame(self, shown: int | None = None) -> Frame:
        view = self.view
        if shown is None:
            return view.frame(view.timeline().end())
        return view.frame(view.timeline().position_of(shown))


@cache
def run(name: str) -> Run:
    """Run one of the topologies of this repository, or `MESS`."""
    if name == "mess":
        sim = Simulation(Topology.parse(MESS))
    else:
        handlers = [str(p) for p in (TOPOLOGIES / f"{name}.py",) if p.exists()]
        topology = Topology.load(TOPOLOGIES / f"{name}.yaml")
        sim = Simulation(topology, handlers=handlers)
    if name == "reply-loop":
        sim.send(type="ping")
    sim.run("8d" if name == "ping" else None)
    return Run(sim)


@cache
def poc() -> Run:
    """Run the proof of concept of the Events SIG, whose names are long and alike."""
    sim = Simulation(Topology.load(TOPOLOGIES / "cdevents" / "poc-2021"))
    sim.run("2h")
    return Run(sim)


@cache
def gate() -> Run:
    """Run a service that holds requests, and another one with a fault."""
    sim = Simulation(Topology.parse(GATE))
    sim.send(type="good")
    sim.send(type="bad", after="2s")
    sim.run("10s")
    return Run(sim)


@cache
def failing() -> Run:
    """Run a handler that raises."""
    sim = Simulation(Topology.load(TOPOLOGIES / "inventory.yaml"), handlers=[
        str(TOPOLOGIES / "inventory.py")
    ])  # fmt: skip

    @sim.service("delivery")
    def deliver(event: CloudEvent) -> None:
        raise ValueError(f"no van for {event.get_subject()}")

    sim.run()
    return Run(sim)


def shown(lines: list[TextLine], look: Look) -> list[str]:
    """Give the texts of lines, which must all fit."""
    for each in lines:
        assert each.content.cell_length <= look.width, each.text
    return [each.text for each in lines]
