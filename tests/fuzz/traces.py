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
from simulator.tui.filters.filter import Filter
from simulator.tui.opening import Opening
from simulator.tui.stage import Stage
from simulator.tui.view.rows import Rows
from tests.fuzz import scalars
from tests.fuzz.texts import mangled_text
from tests.fuzz.trees import mangled
from tests.fuzz.trying import commands, encoded
from tests.fuzz.words import command_lines

if TYPE_CHECKING:
    from random import Random

FILES = ("trace.jsonl", "commands.txt", "filter.txt")
_MOST_LINES = 60
_TOPOLOGIES = ("quickstart", "orders", "channels", "pipeline", "reply-loop", "parallel")
_WORDS = (
    "is:retry|dead", "is:reply", "from:shipping", "to:pric*", "node:*default*", "status>=500",
    "type:placed", "type:order.pr*", "attempt>1", "ms>10", "t>1", "pric", "id:shop-7*", "kind:lost",
    "data.total>41", "data:size>3", "trace:7", "ext.none=a", "subject:a*a*a*b", '"a b"|c', "t<=1e99",
)  # fmt: skip
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


def make(random: Random) -> tuple[str, str, str]:
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
    text = "\n".join(lines) + "\n" * (random.random() < 0.8)
    return text, _COMMANDS, _filter(random)


def _filter(random: Random) -> str:
    """Make a filter of the terminal UI, often none."""
    words = random.sample(_WORDS, random.randint(1, 3))
    text = " ".join("-" * (random.random() < 0.2) + word for word in words)
    return text if random.random() < 0.5 else mangled_text(text, random)


def attempt(parts: tuple[str, ...]) -> None:
    """Try all that reads a trace."""
    text, lines, words = parts
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
    _show(str(path), [], words)
    _show(str(path), ["topologies/orders.yaml"], words)


def _show(path: str, files: list[str], words: str) -> None:
    try:
        replay = _recorded(path)
        stage = Stage(
            Opening(files, lambda topology, _: Simulation(topology), replay=replay)
        )
        assert len(stage.branches[0].records) == len(replay)
        for text in ("", words):
            Rows(stage.view, Filter.parse(text)).scan()
    except SimulatorError:
        return


@cache
def _scratch() -> Path:
    return Path(tempfile.mkdtemp(prefix="kn-sim-fuzz-"))
