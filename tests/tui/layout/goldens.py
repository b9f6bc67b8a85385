"""The pictures that are kept as text; run as a module, it draws them all again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator import Simulation, Topology
from simulator.graph.build import build
from simulator.tui.diagram import diagram_of
from simulator.tui.layout.fit import fit
from tests.tui.layout import towns
from tests.tui.layout.text import to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.diagram import Diagram

FOLDER = Path(__file__).parent / "golden"
TOPOLOGIES = Path(__file__).parents[3] / "topologies"


def topology(name: str) -> Diagram:
    """Give the diagram of one of the topologies of this repository."""
    functions = [str(path) for path in TOPOLOGIES.glob(f"{name}.py")]
    files = [TOPOLOGIES / f"{name}.yaml"]
    if not files[0].exists():
        files = [TOPOLOGIES / name]
    return diagram_of(
        build(Simulation(Topology.load(*files), handlers=functions).wiring)
    )


NAMES = (
    "cesql", "channels", "filters", "inventory", "knative", "orders", "parallel",
    "cdevents/poc-2021", "ping", "quickstart", "reply-loop", "sequence",
)  # fmt: skip


def _of(name: str, width: int, height: int) -> Callable[[], str]:
    return lambda: to_text(fit(topology(name), width, height))


CASES: dict[str, Callable[[], str]] = {
    **{f"{Path(name).name}-78x16": _of(name, 78, 16) for name in NAMES},
    **{f"{name}-150x40": _of(name, 150, 40) for name in ("orders", "parallel")},
    "6-78x16": lambda: to_text(fit(towns.hamlet(), 78, 16)),
    "21-78x16": lambda: to_text(fit(towns.pipeline(), 78, 16)),
    "21-90x30": lambda: to_text(fit(towns.pipeline(), 90, 30)),
    "21-108x26": lambda: to_text(fit(towns.pipeline(), 108, 26)),
    "21-150x40": lambda: to_text(fit(towns.pipeline(), 150, 40)),
    "21-108x26-stubs": lambda: to_text(fit(towns.pipeline(), 108, 26, replies="stubs")),
    "58-78x16": lambda: to_text(fit(towns.three_teams(), 78, 16)),
    "58-150x40": lambda: to_text(fit(towns.three_teams(), 150, 40)),
    "307-78x16": lambda: to_text(fit(towns.twelve_teams(), 78, 16)),
    "307-150x40": lambda: to_text(fit(towns.twelve_teams(), 150, 40)),
    "307-198x45-focus": lambda: to_text(
        fit(towns.twelve_teams(), 198, 45, expanded=frozenset({"team-03"}))
    ),
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for case, draw in CASES.items():
        (FOLDER / f"{case}.txt").write_text(draw() + "\n", encoding="utf-8")
