"""Less of what failed that fails as well: fewer events, then fewer choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from simulator.errors import UsageError
from simulator.explore.working import Found, ground_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.explore.plan import Plan

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
