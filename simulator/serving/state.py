"""What the pods of a service have come to, for whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.value import Value

if TYPE_CHECKING:
    from simulator.serving.load import Load


class PodsState(Value):
    """What the pods of a service have come to.

    Args:
        node: The service.
        first: How many there were at the start.
        wanted: How many there are to be.
        ready: How many are Ready.
        most: How many were wanted at most.
        waiting: Requests that wait now.
        queued: Requests that had to wait.
        refused: Those that were answered 503, as a queue was full.
        timed_out: Those whose time was up, the caller's or Serving's, before a pod began.
        cut_short: Those that were answered 504 while a pod was busy with them.
        start_ns: The longest time that a pod took to start; 0 where none has.
        longest_ns: The longest time that a request waited.
    """

    node: str
    first: int = 0
    wanted: int = 0
    ready: int = 0
    most: int = 0
    waiting: int = 0
    queued: int = 0
    refused: int = 0
    timed_out: int = 0
    cut_short: int = 0
    start_ns: int = 0
    longest_ns: int = 0

    @property
    def as_data(self) -> dict[str, str | int]:
        """All of it as JSON data."""
        return {
            name: getattr(self, name)
            for name in (
                "node", "first", "wanted", "ready", "most", "waiting", "queued",
                "refused", "timed_out", "cut_short", "start_ns", "longest_ns",
            )
        }  # fmt: skip


class InPods(Protocol):
    """A service of a run that has pods."""

    @property
    def load(self) -> Load:
        """Its revision under load."""
        ...

    @property
    def state(self) -> PodsState:
        """What its pods have come to."""
        ...
