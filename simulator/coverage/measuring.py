"""The coverage of some files, added up over the tests of a pytest run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.coverage.covered import covered
from simulator.coverage.item import Coverage
from simulator.coverage.plan import Plan
from simulator.session.blueprint import Blueprint
from simulator.topology import Topology

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.session import Simulation


class Measuring:
    """What simulations cover of the files that are measured.

    Args:
        files: Each a topology of its own: a file, or a folder.
        root: What the names of files are relative to.

    Attributes:
        coverage: So far.

    Raises:
        TopologyError: One is refused.
    """

    def __init__(self, files: Sequence[str], root: Path) -> None:
        self._root = root
        self._plans: dict[int, tuple[Blueprint, Plan]] = {}
        self._running: list[tuple[Simulation, Blueprint]] = []
        self.coverage = Coverage()
        for file in files:
            topology = Topology.load(root / file)
            plan = self._plan(Blueprint(topology))
            self.coverage |= Coverage.of(plan.items, frozenset())

    def watch(self, simulation: Simulation, blueprint: Blueprint) -> None:
        """Remember a simulation that is about to run."""
        self._running.append((simulation, blueprint))

    def count(self) -> None:
        """Count what those have covered that were remembered."""
        for simulation, blueprint in self._running:
            plan = self._plan(blueprint)
            played: Iterable[str] = ()
            recording = simulation.recording if plan.services else None
            if recording is not None:
                played = recording.run.get("python", ())
            self.add(covered(plan, simulation.trace, played))
        self._running.clear()

    def add(self, names: Iterable[str]) -> None:
        """Add items that are covered, also in another process; others do not count."""
        more = Coverage(items=self.coverage.items, covered=frozenset(names))
        self.coverage |= more

    def _plan(self, blueprint: Blueprint) -> Plan:
        """Give the plan of a blueprint, which is kept with it, so that its id is its own."""
        found = self._plans.get(id(blueprint))
        if found is None:
            plan = Plan(blueprint.wiring, blueprint.topology, self._relative)
            found = self._plans[id(blueprint)] = blueprint, plan
        return found[1]

    def _relative(self, file: str) -> str:
        path = Path(file)
        below = path.is_absolute() and path.is_relative_to(self._root)
        return str(path.relative_to(self._root)) if below else file
