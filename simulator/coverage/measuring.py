"""The coverage of some topologies, added up over the tests of a run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.coverage.covered import covered
from simulator.coverage.item import Coverage
from simulator.coverage.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.session import Simulation
    from simulator.session.blueprint import Blueprint


class Measuring:
    """What simulations cover of the topologies that are measured.

    Args:
        measured: Each as it is without what a test is given.
        root: What absolute names of files are made relative to; None to leave them.

    Attributes:
        coverage: So far.
    """

    def __init__(self, measured: Iterable[Blueprint], root: Path | None = None) -> None:
        self._root = root
        self._plans: dict[int, tuple[Blueprint, Plan]] = {}
        self._running: list[tuple[Simulation, Blueprint]] = []
        self.coverage = Coverage()
        for blueprint in measured:
            plan = self._plan(blueprint)
            self.coverage |= Coverage.of(plan.items, frozenset())

    def watch(self, simulation: Simulation, blueprint: Blueprint) -> None:
        """Remember a simulation that is about to run."""
        self._running.append((simulation, blueprint))

    def forget(self) -> None:
        """Leave out what was remembered."""
        self._running.clear()

    def count(self, given: Iterable[str] = ()) -> None:
        """Count what those have covered that were remembered.

        Args:
            given: Services that the test describes itself, whose rules do not count.
        """
        for simulation, blueprint in self._running:
            plan = self._plan(blueprint)
            played: Iterable[str] = ()
            recording = simulation.recording if plan.services else None
            if recording is not None:
                played = recording.run.get("python", ())
            self.add(covered(plan, simulation.trace, (*played, *given)))
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
        path, root = Path(file), self._root
        if root is None or not (path.is_absolute() and path.is_relative_to(root)):
            return file
        return str(path.relative_to(root))
