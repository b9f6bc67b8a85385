"""The trouble of each box at a point of the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.reel.frame import Badge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.reel.faults import Faults
    from simulator.tui.reel.fold import Tally
    from simulator.tui.reel.plan import Plan, Weights


def badges(faults: Faults, plan: Plan, tally: Tally) -> dict[str, Badge]:
    """Give the worst trouble of each box that has any.

    Approvals that wait go before faults, these before held requests, these before
    retries: what asks for a decision is seen first.
    """
    found = _counted("retry", plan.retries, tally)
    found.update(_counted("queue", plan.held, tally))
    found.update(
        {box: Badge("fault", text) for box, text in faults.on(tally.shown).items()}
    )
    found.update(_counted("wait", plan.approvals, tally))
    return found


def _counted(
    kind: str, weights: Mapping[str, Weights], tally: Tally
) -> dict[str, Badge]:
    numbers = ((box, tally.total(each)) for box, each in weights.items())
    return {box: Badge(kind, str(number)) for box, number in numbers if number > 0}
