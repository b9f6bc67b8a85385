"""What becomes of a request whose event makes the broker filter panic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.answer import Answer, Fault
from simulator.kernel.target import Target

if TYPE_CHECKING:
    from simulator.kernel.lane import Lane

_PANIC = Target("broker-filter", "", fixed=Answer(0, fault=Fault.PANIC))


def panicking(lane: Lane) -> Lane:
    """Give the lane as it is for an event that makes its filter panic.

    Source: knative-runtime, Filters: the connection drops, the channel sees EOF,
        retries, dead-letters.
    """
    return lane.to(_PANIC)
