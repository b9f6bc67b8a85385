"""What tests come across of the texts that are meant, in each process that runs some."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from simulator.coverage.covered import covered
from simulator.coverage.plan import Plan
from simulator.manifests.mutant import CONTEXT, MUTATION, READ, note, order
from simulator.session.simulation import watchers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
    """Notes which items the simulations of this process cover, test by test."""

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


class _Note(NamedTuple):
    """A line: a test, the process, and what it did.

    It has *read* a text, whose digest follows, or *ran* it, with the items that it covers;
    has *failed*; or *took* so many seconds.
    """

    context: str
    process: int
    kind: str
    digest: str = ""
    items: frozenset[str] = frozenset()


class Notes:
    def __init__(self, folder: str | Path) -> None:
        self._notes = list(_notes(Path(folder)))
        self._ran = {
            (each.context, each.process, each.digest)
            for each in self._notes
            if each.kind == "ran"
        }

    def failed(self) -> str:
        return next((each.context for each in self._notes if each.kind == "failed"), "")

    def seconds(self, names: Iterable[str]) -> float:
        names = list(names)
        return sum(
            float(each.digest)
            for each in self._notes
            if each.kind == "took" and within(each.context, names)
        )

    def tests(self, digest: str, items: frozenset[str] | None) -> list[str]:
        """Give the tests that may notice a change in a text.

        A test that runs it may, if it covers one of the items; one that only reads it, to
        look at the text or to run it where nobody notes what is covered, always may.

        Args:
            items: Of which a run has to cover one; None if any run may notice it.

        Returns:
            Names of tests, of modules and of folders; the empty one for all tests.
        """
        found = dict.fromkeys(
            each.context
            for each in self._notes
            if each.digest == digest and self._may(each, items)
        )
        return [""] if "" in found else sorted(found)

    def _may(self, note: _Note, items: frozenset[str] | None) -> bool:
        if items is None:
            return True
        if note.kind == "ran":
            return ANY_ITEM in note.items or bool(items & note.items)
        return (note.context, note.process, note.digest) not in self._ran


def within(test: str, names: Iterable[str]) -> bool:
    """Tell whether a test is one of those named, or in a module or folder that is."""
    return any(
        not name or test == name or test.startswith((f"{name}::", f"{name}/"))
        for name in names
    )


def _notes(folder: Path) -> Iterator[_Note]:
    for path in sorted(folder.glob("noted-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            told: Sequence[str] = json.loads(line)
            context, process, kind, *more = told
            yield _Note(
                context,
                int(process),
                kind,
                more[0] if more else "",
                frozenset(more[1:]),
            )
