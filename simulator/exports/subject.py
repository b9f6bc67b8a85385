"""What an export tells of: the records of a run, and what is known of its topology."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from simulator.errors import SimulatorError
from simulator.session.blueprint import Blueprint
from simulator.session.replaying import Replay
from simulator.session.settings import chosen_start_ns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.trace import Record, Trace
    from simulator.wiring import Wiring

_NAMED = 3
_EPOCH, _MICROSECOND = datetime.fromtimestamp(0, UTC), timedelta(microseconds=1)


class Subject(NamedTuple):
    """A run, made or read.

    Args:
        records: All of it, in order.
        start_ns: The start of virtual time, nanoseconds since 1970.
        run: What tells it from others: the SHA-256 of its topology and settings; that of
            nothing where its trace does not say.
        sim: Of its topology, to ask questions; None where there is none.
        title: The name of its topology.
    """

    records: Sequence[Record]
    start_ns: int
    run: bytes
    wiring: Wiring | None = None
    sim: Simulation | None = None
    title: str = "a run"

    @classmethod
    def of_run(cls, sim: Simulation, begin: datetime) -> Subject:
        """Take what a simulation has done, with a journal and all its records."""
        recording = sim.recording
        told = recording.run if recording is not None else {}
        start_ns = (begin - _EPOCH) // _MICROSECOND * 1_000
        title = title_of(sim.topology)
        return cls(sim.trace, start_ns, _run_of(told), sim.wiring, sim, title)

    @classmethod
    def of_trace(cls, trace: Trace, name: str) -> Subject:
        """Take what a trace tells; SimulatorError where the topology in it is refused."""
        if trace.recorded is None:
            return cls(trace, chosen_start_ns(None, None), _run_of({}))
        told = trace.recorded.run
        replay = Replay(trace, name)
        spec = Blueprint(replay.topology).prepared.spec
        start_ns = chosen_start_ns(told.get("start"), spec.start_ns)
        try:
            sim = replay.simulate()
        except SimulatorError:  # code plays services, and a trace holds none
            sim = None
        title = title_of(replay.topology)
        # In that of a run, what is real is no stub.
        wiring = replay.wiring if sim is None else sim.wiring
        return cls(trace, start_ns, _run_of(told), wiring, sim, title)


def title_of(topology: Topology) -> str:
    """Name a topology: by its Simulations, else by its files."""
    names = [each.name for each in topology if each.kind == "Simulation"]
    found = [*dict.fromkeys(names or topology.files or ("a run",))]
    return ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")


def _run_of(told: object) -> bytes:
    return sha256(json.dumps(told, sort_keys=True).encode()).digest()
