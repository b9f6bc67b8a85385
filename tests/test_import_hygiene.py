"""What an import does not load, and the cycles of imports that are still there."""

import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import pytest

HEAVY = (
    "anyio", "cloudevents", "jsonata", "lark", "networkx", "rich", "textual",
    "textual_serve", "yaml",
)  # fmt: skip

ROOT = Path(__file__).parent.parent


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
        "simulator.cli.run",
        "simulator.cli.ui",
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


def test_running_a_file_loads_nothing_of_the_terminal_ui(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("topology: t\nbrokers: {default: {}}\n")
    words = ["run", str(tmp_path / "t.yaml"), "--send", "type=a", "--quiet"]

    assert "textual" not in loaded(f"from simulator.cli import main\nmain({words})")


def test_cycles_of_imports_for_types_only_become_fewer() -> None:
    config = tomllib.loads((ROOT / ".importlinter-types.toml").read_text("utf-8"))
    [contract] = config["tool"]["importlinter"]["contracts"]

    found = Counter(
        (line.split(" -> ")[0].rpartition(".")[0], "*" in line)
        for line in contract["ignore_imports"]
    )

    # who mends a cycle lowers the number here; no number goes up, no package comes in
    assert found == {("simulator.kernel", False): 11, ("simulator.session", False): 5}
