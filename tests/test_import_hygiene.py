"""What an import does not load, and that none closes a cycle."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HEAVY = (
    "anyio", "cloudevents", "hypothesis", "jsonschema", "quickjs", "lark", "networkx", "pyarrow", "rich", "textual",
    "textual_serve", "yaml",
)  # fmt: skip

# What only a question, a fault or a rare kind asks for.
SELDOM = (
    "difflib", "inspect", "ipaddress", "json", "orjson", "pathlib", "urllib.parse",
    "simulator.access", "simulator.go_url", "simulator.names", "simulator.processes",
    "simulator.control.dependency", "simulator.control.foreign",
    "simulator.control.misfits", "simulator.control.sources",
    "simulator.control.kinds.channel", "simulator.control.kinds.sequence",
    "simulator.filters.condition", "simulator.filters.hints",
    "simulator.filters.joined", "simulator.filters.nearest",
    "simulator.filters.rendering", "simulator.graph.circles",
    "simulator.graph.parts", "simulator.graph.walks",
    "simulator.manifests.syntax", "simulator.manifests.values",
    "simulator.profiles.resending", "simulator.profiles.specification",
    "simulator.session.circles", "simulator.session.failures",
    "simulator.subscribers.fault_spec", "simulator.subscribers.handler",
    "simulator.subscribers.played", "simulator.subscribers.template",
)  # fmt: skip
QUICKSTART = Path(__file__).parents[1] / "topologies" / "quickstart.yaml"
ROOT = Path(__file__).parent.parent


def loaded(statement: str, watched: tuple[str, ...] = HEAVY) -> list[str]:
    """Give which modules, of those watched, a statement loads in a new process."""
    code = (
        f"import sys\nbefore = set(sys.modules)\n{statement}\n"
        "new = sys.modules.keys() - before\n"
        f"print(*[n for n in {watched} if n in new], file=sys.stderr)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stderr.split()


@pytest.mark.parametrize(
    "module",
    [
        "simulator",
        "simulator.kernel",
        "kn_sim_pytest",
        "simulator.topology",
        "simulator.trace",
        "simulator.session.simulation",
        "simulator.cli.run",
        "simulator.cli.trace",
        "simulator.cli.ui",
    ],
)
def test_an_import_loads_no_heavy_library(module: str) -> None:
    assert loaded(f"import {module}") == []


def test_strategies_say_what_they_need_where_it_is_not_installed() -> None:
    code = "import sys; sys.modules['hypothesis'] = None; import simulator.strategies"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    [*_, last] = done.stderr.splitlines()
    assert last == (
        "ModuleNotFoundError: simulator.strategies needs hypothesis: "
        "pip install 'kn-sim[hypothesis]'"
    )


def test_the_plugin_of_pytest_leaves_the_name_simulator_to_the_project() -> None:
    assert loaded("import kn_sim_pytest", ("simulator",)) == []


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


def test_a_run_of_the_quickstart_loads_nothing_that_it_does_not_ask_for() -> None:
    statement = f"from simulator.cli import main\nmain(['run', {str(QUICKSTART)!r}])"

    assert loaded(statement, SELDOM) == []


def test_no_import_may_close_a_cycle_not_even_one_for_types() -> None:
    config = tomllib.loads((ROOT / ".importlinter-types.toml").read_text("utf-8"))
    [contract] = config["tool"]["importlinter"]["contracts"]

    assert contract["ignore_imports"] == []
