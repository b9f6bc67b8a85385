"""Orders that make no difference: what a turn leads to has nothing to do with the rest.

A run is taken apart by causes: all that follows from a turn is its *cone*. The turn may
go later in its instant without a difference if nobody outside of the cone, from there to
the end of the run, touches what the cone touches: a service, a hub that stores events, or
what several services in Python may share. Then no service sees anything else, in any order.

That is asked of each run anew, so that an order which a fault makes matter is tried then.
Where something decides by how much came before, or waits for an event loop, all orders
matter. The law of this is in ``tests/properties/test_explore_laws.py``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from simulator.kernel import Kind
from simulator.kernel.chooser import UNKNOWN
from simulator.kernel.log import name_of

if TYPE_CHECKING:
    from simulator.explore.plan import Point
    from simulator.kernel.log import Row
    from simulator.session import Simulation

_LANE = 24  # bits in which the touches of one thing are counted
_SERVICE = "service/"
_ENDS = frozenset({Kind.CUT, Kind.RESPONDED, Kind.ANSWERED})
_IDLE = frozenset({Kind.RESPONDED, Kind.ANSWERED, Kind.RETRY_SCHEDULED, Kind.LOST})
"""What is told of a service once it has done its work."""
_PYTHON = "handlers in Python"
_CREATED = "objects"

H = TypeVar("H")


def stateless(handler: H) -> H:
    """Mark a handler: it remembers nothing, and shares nothing with other services."""
    handler.is_stateless = True  # type: ignore[attr-defined]
    return handler


def is_stateless(handler: object) -> bool:
    """Tell whether a handler is marked."""
    return getattr(handler, "is_stateless", False) is True


class Commuting:
    """Says of a run that is over at which points another order may make a difference.

    Args:
        sim: The run.
        shared: The nodes of the services in Python that may share state with others.
    """

    def __init__(self, sim: Simulation, shared: frozenset[str]) -> None:
        self._lanes: dict[str, int] = {}  # what is touched -> one touch of it
        self._first = sim.log.first
        self._causes: list[int] = []
        # By record: whether somebody gives up waiting there, perhaps for others.
        self._breaks: list[bool] = []
        touches: list[int] = []
        answers: list[bool] = []
        for row in sim.log.rows():
            self._causes.append(row[0] - row[2] - self._first if row[2] else -1)
            answers.append(row[3] in _ENDS)
            touches.append(self._touched(row, shared))
            self._breaks.append(row[3] in _ENDS and _has_no_status(row))
        self._touches = touches
        self._below = touches.copy()  # by a record and all that follows from it
        self._after = touches.copy()  # by a record and all that are later
        # The last answer to a record that lets somebody go on to touch anything.
        self._goes_on = [-1] * len(touches)
        total = 0
        for at in range(len(touches) - 1, -1, -1):
            total += touches[at]
            self._after[at] = total
            cause, below = self._causes[at], self._below[at]
            if cause >= 0:
                self._below[cause] += below
                if answers[at] and below:
                    self._goes_on[cause] = max(self._goes_on[cause], at)

    def differs(self, point: Point) -> bool:
        """Tell whether it may matter if he goes later whose turn it is at a point."""
        at = point.serial - self._first
        if point.about == UNKNOWN or not 0 <= at < len(self._causes):
            return True
        if self._breaks[at]:  # it ends what follows from it
            return True
        begun = point.about - self._first
        if point.about < 0:
            begun, ours = at, self._below[at]
        else:
            ours = sum(
                self._below[number]
                for number in range(at, len(self._causes))
                if self._causes[number] == begun
            )
        if _meet(ours, self._after[at] - ours):
            return True
        cause = self._causes[begun]
        while cause >= 0:
            if self._goes_on[cause] >= at:
                return True
            cause = self._causes[cause]
        return False

    def _touched(self, row: Row, shared: frozenset[str]) -> int:
        """Count what a record touches: the services it is about, but for answers of these."""
        kind = row[3]
        if kind in _IDLE:
            return 0
        touched = self._lane(_CREATED) if kind is Kind.CREATED else 0
        for cell in (row[5], row[6]):
            node = name_of(cell)
            if node.startswith(_SERVICE):
                touched += self._lane(node)
                if node in shared:
                    touched += self._lane(_PYTHON)
        return touched

    def _lane(self, thing: str) -> int:
        found = self._lanes.get(thing)
        if found is None:
            found = self._lanes[thing] = 1 << (_LANE * len(self._lanes))
        return found


def _has_no_status(row: Row) -> bool:
    noted = row[8]
    return isinstance(noted, tuple) and not noted[0]


def _meet(ours: int, others: int) -> bool:
    """Tell whether both touch anything."""
    if not (ours and others):
        return False
    lanes = max(ours.bit_length(), others.bit_length()) // _LANE + 1
    below, highest = _masks(lanes)
    # Adding carries into the highest bit of each lane that is not 0.
    return bool((ours + below) & (others + below) & highest)


@cache
def _masks(lanes: int) -> tuple[int, int]:
    """Give all but the highest bit of each lane, and the highest ones."""
    highest = sum(1 << (_LANE * (lane + 1) - 1) for lane in range(lanes))
    return highest - sum(1 << (_LANE * lane) for lane in range(lanes)), highest
