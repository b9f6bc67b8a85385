"""Cold starts of a timetable, for people and as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.timetable_text import instant
from simulator.duration import duration_text
from simulator.timetable.cold import cold_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.cli.style import Style
    from simulator.kernel import AddressBook
    from simulator.timetable import Timetable
    from simulator.timetable.cold import Cold


def cold_starts(book: AddressBook, tables: Sequence[Timetable]) -> list[Cold]:
    """Give the cold starts of all routes whose subscribers have pods."""
    found: list[Cold] = []
    for table in tables:
        endpoint = book.find(table.route.subscriber).endpoint
        if endpoint is not None:
            cold = cold_start(book.wiring, table, endpoint)
            found += [] if cold is None else [cold]
    return found


def cold_text(colds: Sequence[Cold], style: Style, start_ns: int | None) -> str:
    """Say of each which attempt meets a pod."""
    lines = []
    for each in colds:
        head = style.paint(f"{each.node} → {each.service}", "bold")
        lines += ["", f"{head} from zero", f"  {_told(each, start_ns)}"]
    return style.symbols("\n".join([*lines, ""]))


def _told(cold: Cold, start_ns: int | None) -> str:
    if cold.least:
        return f"never: min-scale keeps {cold.least} pod{'s' * (cold.least > 1)}"
    least, most = (instant(ns, start_ns) for ns in cold.starts_ns)
    ready = f"the pod is Ready at {most}"
    if least != most:
        ready = f"the pod is Ready from {least} to {most}"
    lasts = duration_text(cold.lasts_ns)
    if cold.attempt is None:
        return f"{ready}; no attempt meets it: each waits {lasts}, and the last is over"
    which = f"attempt {cold.attempt}, made at {instant(cold.at_ns, start_ns)},"
    before = cold.attempt - 1
    missed = {0: "", 1: "attempt 1 may be over before; "}.get(
        before, f"attempts 1 to {before} may be over before; "
    )
    does = f"waits for it, {lasts} at most" if cold.waits else "meets it"
    return f"{ready}; {missed}{which} {does}"


def cold_data(colds: Sequence[Cold]) -> list[dict[str, Any]]:
    """Give the same as JSON data."""
    return [
        {
            "route": each.node,
            "service": each.service,
            "starts_ns": list(each.starts_ns),
            "lasts_ns": each.lasts_ns,
            "min_scale": each.least,
            "attempt": each.attempt,
            "at_ns": None if each.attempt is None else each.at_ns,
            "waits": each.waits,
        }
        for each in colds
    ]
