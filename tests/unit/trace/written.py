"""Traces as they lie on disk, for the tests that write and read them."""

import io
from collections.abc import Iterable

from simulator import Simulation, Topology
from simulator.kernel.log import Log
from simulator.trace.jsonl import read_jsonl
from simulator.trace.objects import ObjectWriter
from simulator.trace.record import Record
from simulator.trace.writing import TraceWriter

HEAD = b'{"format":"kn-sim-trace/2"}\n'
GATED = """
topology: gated
brokers: {default: {}}
triggers: {ask: {filter: {type: a}, subscriber: gate}}
services: {gate: {approval: {}}}
"""


def written(log: Log) -> bytes:
    """Give the file of a run."""
    file = io.BytesIO()
    TraceWriter(file).write(log)
    return file.getvalue()


def written_records(records: Iterable[Record]) -> bytes:
    """Give the file of some records."""
    file = io.BytesIO()
    TraceWriter(file).write_records(records)
    return file.getvalue()


def objects(log: Log) -> bytes:
    """Give what programs get of a run."""
    file = io.BytesIO()
    ObjectWriter(file).write(log)
    return file.getvalue()


def read(data: bytes) -> list[Record]:
    """Read what is called run.jsonl."""
    return read_jsonl(io.BytesIO(data), "run.jsonl")


def broker() -> Simulation:
    """Give a run of a broker that nothing is behind."""
    return Simulation(Topology.parse("topology: t\nbrokers: {default: {}}\n"))


def gated() -> Simulation:
    """Run an event to its end that a fault, a breakpoint and an approval hold up."""
    sim = Simulation(Topology.parse(GATED))
    sim.fault("*", latency="1s", where="type = 'a'")
    sim.break_at("gate")
    sim.send(type="a", id="1")
    sim.run()
    held = sim.held[0]
    sim.release(held.serial, held.event.with_attributes({"subject": "changed"}))
    sim.run(until="3s")
    sim.approve(sim.approvals[0].serial, {"type": "b", "data": 1})
    sim.run()
    return sim
