"""Numbers of a trace view at a position: how much, how fast, how slow, what failed.

What would cost more the longer the trace is looks at the newest records only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from simulator.kernel import Envelope
from simulator.nodes import Role, role_of
from simulator.story.meaning import ANSWERS, Sense

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.trace.record import Record
    from simulator.tui.view.shapes import Shape
    from simulator.tui.view.trace_view import TraceView

SECOND_NS = 1_000_000_000
NEWEST = 5_000
"""Records that are looked at one by one."""
_NEW = (Sense.SENT, Sense.REPLY)
_FAILURES = (Sense.FAILED, Sense.RETRIED)


class Latencies(NamedTuple):
    """How long answers took, ns: half of them at most, and 95 of 100."""

    p50: int
    p95: int


class Figures:
    def __init__(self, view: TraceView) -> None:
        self.view = view

    # -- counts

    def outcomes(self, shown: int) -> dict[Sense, int]:
        counts = self.view.fold.at(shown).counts
        found: dict[Sense, int] = {}
        for shape in self.view.shapes.all[: len(counts)]:
            sense = shape.facts.sense
            found[sense] = found.get(sense, 0) + counts[shape.code]
        return found

    def per_slot(
        self,
        shown: int,
        now_ns: int,
        slots: int,
        weight: Callable[[Shape], int],
        slot_ns: int = SECOND_NS,
    ) -> list[int]:
        """Count records in equal slots of time before an instant, oldest first.

        Args:
            shown: How many records have happened.
            now_ns: The end of the last slot.
            slots: How many.
            weight: How often a record of a shape counts.
            slot_ns: How long each is.
        """
        view = self.view
        weights = view.shapes.those(weight)
        bounds = [
            bisect_left(view.columns.at, now_ns - back * slot_ns + 1, hi=shown)
            for back in range(slots, 0, -1)
        ]
        totals: list[int] = []
        serial = total = -1
        for bound in (*bounds, shown):
            if bound != serial:
                serial, total = bound, view.fold.at(bound).total(weights)
            totals.append(total)
        return [stop - start for start, stop in pairwise(totals)]

    def types(self, shown: int) -> Counter[str]:
        """Count the types of the newest events that were sent or replied."""
        columns = self.view.columns
        end = bisect_left(columns.begun, shown)
        start = max(0, end - NEWEST)
        newest = zip(columns.events[start:end], columns.begun[start:end], strict=True)
        counts: Counter[str] = Counter()
        for held, begun in newest:
            if held is not None and columns.sense[begun] in _NEW:
                event = held.event if isinstance(held, Envelope) else held
                counts[event.type] += 1
        return counts

    # -- answers

    def latencies(self, shown: int, *, by_route: bool = False) -> dict[str, Latencies]:
        """Tell how long the answers of each service took, or those to each route."""
        columns = self.view.columns
        taken: dict[str, list[int]] = {}
        services = {
            shape.code: shape.facts.target if by_route else shape.facts.source
            for shape in self.view.shapes.all
            if shape.facts.sense in ANSWERS
            and role_of(shape.facts.source) is Role.SERVICE
        }
        for serial, service in self._newest(shown, services):
            took = columns.at[serial] - columns.at[columns.cause[serial]]
            taken.setdefault(service, []).append(took)
        return {service: _latencies(each) for service, each in taken.items()}

    def failures(self, shown: int, node: str, most: int) -> list[int]:
        """List the serials of the last failed answers at a node, the newest first."""
        codes = {
            shape.code: node
            for shape in self.view.shapes.all
            if shape.facts.sense in _FAILURES
            and node in (shape.facts.source, shape.facts.target)
        }
        found: list[int] = []
        for serial, _ in self._newest(shown, codes):
            found.append(serial)
            if len(found) == most:
                break
        return found

    def _newest(self, shown: int, codes: dict[int, str]) -> Iterator[tuple[int, str]]:
        """Give the newest records of some shapes, with what the shape stands for."""
        shapes = self.view.columns.shape
        if not codes:
            return
        for serial in range(shown - 1, max(self.view.first, shown - NEWEST) - 1, -1):
            name = codes.get(shapes[serial])
            if name is not None:
                yield serial, name

    # -- pods

    def pods(self, shown: int, node: str) -> tuple[int, int] | None:
        """Tell how many pods of a service are Ready, and are to be; None for not told."""
        listed = self.view.columns.listed
        both = (listed[sense] for sense in (Sense.SCALED, Sense.STARTED))
        told = sorted(
            serial for each in both for serial in each[: bisect_left(each, shown)]
        )
        found: tuple[int, int] | None = None
        for serial in told[-NEWEST:]:
            facts = self.view.shape(serial).facts
            if facts.source != node:
                continue
            ready, wanted = found or (_first(self.view.record(serial)), 0)
            if facts.sense is Sense.STARTED:
                found = facts.status, max(wanted, facts.status)
            else:
                found = min(ready, facts.status), facts.status
        return found

    # -- waits

    def approvals(self, shown: int) -> list[int]:
        """List the records of approvals that wait, the oldest first."""
        columns = self.view.columns
        waiting = columns.listed[Sense.WAITING]
        return [
            serial
            for serial in waiting[: bisect_left(waiting, shown)]
            if not 0 < columns.follow[serial] < shown
        ]


def _first(scaled: Record) -> int:
    """Give how many pods there were before the first record tells of any."""
    return int(str(scaled.detail).partition(" ")[0])


def _latencies(taken: list[int]) -> Latencies:
    taken.sort()
    count = len(taken)
    return Latencies(taken[(count - 1) // 2], taken[(count * 95 - 1) // 100])
