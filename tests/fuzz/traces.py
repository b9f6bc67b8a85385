"""Trace files, mangled: shown, exported, laid out as the terminal UI does."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli.ui import _recorded
from simulator.errors import SimulatorError
from simulator.session import Simulation
from simulator.topology import Topology
from simulator.trace import Trace
from simulator.trace.objects import ObjectWriter
from simulator.trace.writing import TraceWriter
from simulator.tui.opening import Opening
from simulator.tui.stage import Stage
from tests.fuzz import scalars
from tests.fuzz.texts import mangled_text
from tests.fuzz.trees import mangled
from tests.fuzz.trying import commands, encoded
from tests.fuzz.words import command_lines

if TYPE_CHECKING:
    from random import Random

FILES = ("trace.jsonl", "commands.txt")
_MOST_LINES = 60
_TOPOLOGIES = ("quickstart", "orders", "channels", "pipeline", "reply-loop", "parallel")
_COMMANDS = command_lines(
    (
        ("trace", "show", "-"),
        ("trace", "show", "-", "--format", "json"),
        ("trace", "show", "-", "--kind", "dispatched", "--kind", "lost"),
        ("trace", "export", "-", "--to", "csv"),
        ("trace", "export", "-", "--to", "jsonl"),
    )
)


@cache
def recorded() -> tuple[tuple[str, ...], ...]:
    """Run a few topologies; give the lines of their traces, in both formats."""
    found = []
    for name in _TOPOLOGIES:
        sim = Simulation(Topology.load(f"topologies/{name}.yaml"), most=5000)
        if any(hub.node.startswith("broker/") for hub in sim.wiring.hubs):
            for type in ("order.asked", "shop.order.placed"):
                hub = next(
                    h.node for h in sim.wiring.hubs if h.node.startswith("broker/")
                )
                sim.send(type=type, data={"id": 1, "amount": 2.5}, to=hub)
        sim.run("20s")
        for writer in (TraceWriter, ObjectWriter):
            file = io.BytesIO()
            writer(file).write(sim.log)
            lines = file.getvalue().decode().splitlines()
            found.append(tuple(lines[:_MOST_LINES]))
    return tuple(found)


@cache
def _values() -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for lines in recorded():
        for line in lines:
            value = json.loads(line)
            if isinstance(value, dict):
                for key, member in value.items():
                    found.setdefault(key, []).append(member)
    return {key: members[:20] for key, members in found.items()}


def make(random: Random) -> tuple[str, str]:
    """Make a trace; with a whole first line, most of the time."""
    lines = list(random.choice(recorded()))
    lines = lines[: random.randint(1, len(lines))]
    for _ in range(random.randint(1, 3)):
        at = random.randrange(len(lines)) if random.random() < 0.9 else 0
        if random.random() < 0.75:
            try:
                tree = json.loads(lines[at])
            except (ValueError, RecursionError):
                continue
            lines[at] = json.dumps(mangled(tree, _values(), random))
        else:
            lines[at] = mangled_text(lines[at], random)
    if random.random() < 0.1:
        lines.insert(random.randrange(len(lines)), json.dumps(scalars.value(random)))
    if random.random() < 0.1:
        lines.append(random.choice(lines))
    return "\n".join(lines) + "\n" * (random.random() < 0.8), _COMMANDS


def attempt(parts: tuple[str, ...]) -> None:
    """Try all that reads a trace."""
    text, lines = parts
    stdin = encoded(text)
    commands(lines.splitlines(), stdin)
    path = _scratch() / "trace.jsonl"
    path.write_bytes(stdin)
    trace = Trace.read(str(path))
    for tree in trace.trees():
        str(tree)
    for record in trace:
        trace.lineage(record.serial)
        trace.appearances(record.event.id)
        str(record)
        repr(record)
    _show(str(path), [])
    _show(str(path), ["topologies/orders.yaml"])


def _show(path: str, files: list[str]) -> None:
    try:
        replay = _recorded(path)
        stage = Stage(
            Opening(files, lambda topology, _: Simulation(topology), replay=replay)
        )
        assert stage.branches[0].records is not None
    except SimulatorError:
        return


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="kn-sim-fuzz-"))
