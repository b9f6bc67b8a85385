"""Which triggers an event missed most narrowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.filters.change import Change
    from simulator.session.why import Why


def nearest_first(whys: Iterable[Why]) -> list[Why]:
    """Sort: matching ones, then the fewest changes, then those that change least."""
    return sorted(whys, key=_distance)


def _distance(why: Why) -> tuple[int, float]:
    explanation = why.explanation
    return explanation.distance, sum(_unlike(c) for c in explanation.nearest_miss)


def _unlike(change: Change) -> float:
    """0 for a value that is nearly right, 1 for one that has nothing in common."""
    if change.actual is None or change.example is None:
        return 1.0
    return 1 - likeness(change.example, change.actual)


def missed(why: Why) -> str:
    """Say by what a trigger missed an event most narrowly, after the trigger's name."""
    misses = why.explanation.nearest_miss
    if not misses:
        return f"{why.trigger}, which no event can match"
    return f"{why.trigger}: {'; '.join(change.text for change in misses)}"
