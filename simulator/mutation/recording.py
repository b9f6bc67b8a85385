"""What tests come across of the texts that are meant, in each process that runs some."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from simulator.coverage.covered import covered
from simulator.coverage.plan import Plan
from simulator.manifests.mutant import CONTEXT, MUTATION, READ, note, order
from simulator.session.simulation import watchers

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.session import Simulation
    from simulator.topology import Topology
    from simulator.wiring import Wiring

T = TypeVar("T")

_MOST_PLANS = 64
ANY_ITEM = "*"
"""Covered where nobody can tell what was."""


class _Made(NamedTuple):
    context: str
    simulation: Simulation
    topology: Topology
    files: dict[str, str]


class Recording:
    """Notes which items the simulations of this process cover, test by test.

    Args:
        folder: That is named in the environment.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._made: list[_Made] = []
        self._plans: dict[int, tuple[Wiring, Plan]] = {}
        watchers.append(self._watch)

    def _watch(self, simulation: Simulation) -> None:
        context = os.environ.get(CONTEXT, "")
        made = _Made(context, simulation, simulation.topology, dict(READ))
        self._made.append(made)

    def count(self, context: str | None = None) -> None:
        """Write down what was covered by what was made in a context; None for in any."""
        ended = [each for each in self._made if context in (None, each.context)]
        self._made = [each for each in self._made if each not in ended]
        for made in ended:
            of = {each.position().file for each in made.topology}
            digests = {made.files[file] for file in of if file in made.files}
            if digests:
                items = self._covered(made)
                for digest in sorted(digests):
                    note(self._folder, made.context, "ran", digest, *items)

    def _covered(self, made: _Made) -> list[str]:
        simulation = made.simulation
        log = simulation.log
        # Nothing has run; or the first records are gone, or another topology took over.
        if not len(log) or log.first or simulation.topology is not made.topology:
            return [ANY_ITEM]
        wiring = simulation.wiring
        kept = self._plans.get(id(wiring))
        if kept is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = Plan(wiring, made.topology, lambda file: made.files.get(file, file))
            kept = self._plans[id(wiring)] = wiring, plan
        return sorted(covered(kept[1], simulation.trace))


def recorded(does: Callable[[], T]) -> T:
    """Do something, and write down what it covers, in a process where nobody does it yet."""
    folder = os.environ[MUTATION]
    if watchers or order(folder).get("mutant", True) is not None:
        return does()
    recording = Recording(folder)
    try:
        return does()
    finally:
        recording.count()
        watchers.clear()
