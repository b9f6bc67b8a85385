"""When nothing is on its way any more."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.tui.view.trace_view import TraceView

_CHUNK = 4096


def quiet_after(view: TraceView, shown: int, stop: int) -> int | None:
    """Find the first instant after which no request is open and no retry waits.

    Args:
        view: The records.
        shown: Only points after this many records.
        stop: Only points up to this many records.

    Returns:
        How many records have happened there; None where there is no such point.
    """
    weights = [shape.open + shape.wait for shape in view.shapes.all]
    tally = view.fold.at(shown)
    now = sum(map(int.__mul__, tally.counts, weights))
    for start in range(shown, stop, _CHUNK):
        codes = view.columns.shape[start : min(stop, start + _CHUNK)]
        changes = [weights[code] for code in codes]
        sums = list(accumulate(changes, initial=now))
        for number, now_open in enumerate(sums[1:], start + 1):
            if not now_open and _is_last(view, number):
                return number
        now = sums[-1]
    return None


def _is_last(view: TraceView, shown: int) -> bool:
    """Tell whether nothing follows in the same instant."""
    at, due = view.columns.at, view.due_ns
    if shown < len(at):
        return at[shown] > at[shown - 1]
    return due is None or due > at[-1]
