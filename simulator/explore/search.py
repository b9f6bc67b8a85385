"""What comes next, and what came of it, breadth first; and less of what failed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from simulator.errors import UsageError
from simulator.explore.working import Found, Outcome, Piece, ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.explore.plan import Choices, Plan

_RUNS_A_PIECE = 64
_SEEDS_A_PIECE = 250
_NONE = sys.maxsize


class Search:
    """Hands out pieces, and merges their outcomes in the order of the pieces.

    Attributes:
        runs: How many were made, up to the one that failed.
        seeded: How many of them were seeded.
        deliveries: How many requests they made.
        found: The first run that failed; None for none.
        digests: What runs came to, if the plan gathers that.
        level: How many departures the runs have that are merged now.
        exhausted: Whether all runs within the bound were made.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.runs = self.seeded = self.deliveries = self.level = 0
        self.found: Found | None = None
        self.digests: set[str] = set()
        self._known: set[frozenset[tuple[str, int]]] = {frozenset()}
        self._next: list[Choices] = []  # of the level after this one
        self._number = 0
        self._merged = 0  # pieces whose outcomes are merged
        self._left_out = 0  # runs after the one that failed, in its piece
        self._waiting: dict[int, Outcome] = {}
        self._ready: list[Piece] = []
        self._given: dict[int, Piece] = {}
        self._failed = _NONE
        self.exhausted = False
        self._seeds_from = 0
        self._add([()])

    @property
    def known(self) -> int:
        """How many runs within the bound are known of, those made among them."""
        pieces = (*self._given.values(), *self._ready)
        open_ = sum(len(piece.choices) for piece in pieces)
        return self.runs - self.seeded + open_ + len(self._next) + self._left_out

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        if self.found is not None and not self._plan.gathers:
            return True
        return not self._given and not self._ready

    def pieces(self) -> list[Piece]:
        """Give the pieces that can be worked on now and were not given before, in order."""
        if self.found is not None and not self._plan.gathers:
            return []
        given, self._ready = self._ready, []
        self._given.update((piece.number, piece) for piece in given)
        return given

    def wants(self, piece: Piece) -> bool:
        """Tell whether a piece still counts: not if it comes after one that failed."""
        return self._plan.gathers or piece.number < self._failed

    def take(self, outcome: Outcome) -> None:
        """Take what came of a piece; of one that came before, nothing."""
        if outcome.number not in self._given:
            return
        self._waiting[outcome.number] = outcome
        if outcome.found is not None:
            self._failed = min(self._failed, outcome.number)
        while not (self.found and not self._plan.gathers):
            merged = self._waiting.pop(self._merged, None)
            if merged is None:
                return
            self._merge(merged)

    def _merge(self, outcome: Outcome) -> None:
        piece = self._given.pop(outcome.number)
        self._merged += 1
        self.runs += outcome.runs
        self.deliveries += outcome.deliveries
        if piece.seeds[1]:
            self.seeded += outcome.runs
        else:
            self.level = len(piece.choices[0])
            self._left_out = len(piece.choices) - outcome.runs
        self.digests.update(outcome.digests)
        if outcome.found is not None and self.found is None:
            self.found = outcome.found
        for choices in outcome.fresh:
            name = frozenset(choices)
            if name not in self._known:
                self._known.add(name)
                self._next.append(choices)
        if not self._given and not self._ready:  # the level is done
            self._go_on()

    def _go_on(self) -> None:
        if self._next:
            following, self._next = self._next, []
            self._add(following)
            return
        if not self.exhausted:
            self.exhausted = True
            self._known.clear()
            for first in range(0, self._plan.seeds, _SEEDS_A_PIECE):
                count = min(_SEEDS_A_PIECE, self._plan.seeds - first)
                self._give(Piece(self._number, seeds=(self._plan.seed + first, count)))

    def _add(self, all_choices: list[Choices]) -> None:
        for at in range(0, len(all_choices), _RUNS_A_PIECE):
            some = tuple(all_choices[at : at + _RUNS_A_PIECE])
            self._give(Piece(self._number, some))

    def _give(self, piece: Piece) -> None:
        self._ready.append(piece)
        self._number += 1


T = TypeVar("T")

MOST_TRIES = 200
"""Runs that it takes at most."""


def shrunk(plan: Plan, found: Found) -> tuple[Plan, Found]:
    """Give the plan with fewer inputs, and a run of it that fails the same check."""
    tries = MOST_TRIES

    def fails(tried: Plan, choices: Sequence[tuple[str, int]]) -> Found | None:
        nonlocal tries
        if tries <= 0:
            return None
        tries -= 1
        try:
            made = ground_of(tried).run(tuple(choices), found.seed)
        except UsageError:  # what is chosen is none of those that there are then
            return None
        if made.failed is None or made.failed[0] != found.check:
            return None
        return Found(tuple(made.simulation.choices.items()), found.seed, *made.failed)

    def fewer_inputs(inputs: Sequence[object]) -> bool:
        return fails(plan.replace(inputs=tuple(inputs)), found.choices) is not None

    def fewer_choices(choices: Sequence[tuple[str, int]]) -> bool:
        return fails(plan, choices) is not None

    inputs = _fewest(plan.inputs, fewer_inputs, least=1)
    plan = plan.replace(inputs=tuple(inputs))
    choices = _fewest(found.choices, fewer_choices, least=0)
    tries = 1
    return plan, fails(plan, choices) or found


def _fewest(
    items: Sequence[T], fails: Callable[[Sequence[T]], bool], *, least: int
) -> Sequence[T]:
    """Leave out what is not needed: halves first, then less, then one by one.

    Source: Zeller, Hildebrandt, Simplifying and Isolating Failure-Inducing Input, ddmin.
    """
    size = max(1, len(items) // 2)
    while len(items) > least:
        for at in range(0, len(items), size):
            fewer = (*items[:at], *items[at + size :])
            if len(fewer) >= least and fails(fewer):
                items = fewer
                break
        else:
            if size == 1:
                return items
            size = max(1, size // 2)
            continue
        size = min(size, max(1, len(items) // 2))
    return items
