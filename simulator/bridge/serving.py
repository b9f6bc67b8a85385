"""`serve`: a live run for a test, or any program with an event loop of asyncio."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from simulator.bridge.http_server import READ_TIMEOUT_S
from simulator.bridge.live import HOST, KEPT, MOST_BODY, PATIENCE_S, Live, LiveSettings
from simulator.bridge.programs import Programs
from simulator.bridge.recorded import adding, recorded
from simulator.bridge.serving_context import Serving
from simulator.event.text import instant_text
from simulator.session import Simulation
from simulator.session.blueprint import Blueprint, BlueprintOptions
from simulator.topology import Topology
from simulator.trace.files import create_trace
from simulator.trace.writing import TraceWriter

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Collection

    from simulator.bridge.driver import Pace


def today() -> str:
    """Give the instant that it is, as the start of a run."""
    return instant_text(time.time_ns())


def serve(
    topology: Topology | str | os.PathLike[str],
    *,
    port: int = 0,
    bind: str = HOST,
    pace: Pace = "wall",
    patience_s: float = PATIENCE_S,
    max_body: int = MOST_BODY,
    allow_hosts: Collection[str] = (),
    read_timeout_s: float = READ_TIMEOUT_S,
    trace: str | os.PathLike[str] | None = None,
    run: bool = False,
    answers: str | os.PathLike[str] | None = None,
    answers_mode: str = "replay",
    **options: Any,
) -> Serving:
    """Serve a topology on this machine; real services answer for themselves.

    ``async with serve("shop.yaml") as live:`` in an event loop of asyncio; ``with`` in a
    plain program, where it is served in a thread of its own.

    Args:
        topology: What runs, or its file or folder.
        port: 0 for any that is free; `Live.url` has it.
        bind: An address of this machine.
        pace: ``wall``, or ``max``: time jumps to what is due, but stands still while a
            real service has a request; no `timeout` of a delivery ends those.
        patience_s: How long such a request may take at pace ``max``.
        max_body: How many bytes a body may have.
        allow_hosts: Hosts of real services that are not this machine.
        read_timeout_s: How long a request may take to come in; 10, as in Knative.
        trace: A file for all records, and all that came from outside.
        run: Start the programs that the topology names with `run`, and end them.
        answers: A recording, which answers for real services as they have once.
        answers_mode: What is asked that it does not answer: ``replay``: the run ends with
            an error; ``new``: the service, and it is added; ``pass``: the service, always.
        **options: As for `Simulation`, such as `redact`; it starts today, and keeps 200,000 records.

    Returns:
        What gives a `Live` when it is entered; then a SimulatorError is raised if the
        topology or an option is refused, or the port is taken.
    """
    settings = LiveSettings(
        port, bind, pace, patience_s, max_body, allow_hosts, read_timeout_s
    )
    options["answers"] = answers, answers_mode
    return Serving(_served(topology, settings, trace, options, run=run))


@asynccontextmanager
async def _served(
    topology: Topology | str | os.PathLike[str],
    settings: LiveSettings,
    trace: str | os.PathLike[str] | None,
    options: dict[str, Any],
    *,
    run: bool,
) -> AsyncIterator[Live]:
    if not isinstance(topology, Topology):
        topology = Topology.load(topology)
    own = {n: options.pop(n) for n in BlueprintOptions._fields if n in options}
    blueprint = Blueprint(topology, **own)
    if settings.pace == "wall" and blueprint.prepared.spec.start_ns is None:
        options.setdefault("start", today())
    options.setdefault("keep", KEPT)
    kept = recorded(*options.pop("answers"), handlers=options.get("handlers", ()))
    simulation = Simulation(
        blueprint, live=True, journal=trace is not None, answers=kept, **options
    )
    programs = Programs() if run else None
    live = Live(blueprint, simulation, settings, programs)
    with (
        live.bind(),  # first: who is refused shall not overwrite a recording
        adding(simulation, kept),
        nullcontext() if trace is None else create_trace(str(trace)) as file,
    ):
        if file is not None:
            writer = TraceWriter(file, simulation.recording)
            simulation.watch(lambda: writer.write(simulation.log))
        async with live:
            await live.start_programs()
            try:
                yield live
            finally:
                live.check()
        if file is not None:
            writer.finish()
