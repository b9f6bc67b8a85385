"""What an import does not load: cold start is a feature."""

import subprocess
import sys

import pytest

HEAVY = ("anyio", "cloudevents", "jsonata", "lark", "networkx", "textual", "yaml")


def loaded(statement: str) -> list[str]:
    """Give the heavy libraries that a statement loads in a new process."""
    code = f"import sys\n{statement}\nprint(*[n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    "module",
    [
        "simulator",
        "simulator.kernel",
        "simulator.pytest_plugin",
        "simulator.topology",
        "simulator.trace",
        "simulator.session.simulation",
    ],
)
def test_an_import_loads_no_heavy_library(module: str) -> None:
    assert loaded(f"import {module}") == []


def test_a_run_without_python_code_loads_only_what_reads_yaml() -> None:
    statement = """
from simulator import Simulation, Topology
from simulator.event import Event
sim = Simulation(Topology.parse(
    "topology: t\\nbrokers: {default: {}}\\ntriggers: {t1: {subscriber: s}}"
))
sim.send(Event({"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}))
sim.run()
assert len(sim.trace) == 5
"""

    assert loaded(statement) == ["yaml"]
