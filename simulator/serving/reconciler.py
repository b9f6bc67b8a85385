"""How many pods a revision gets of those that its autoscaler wants, and when the last goes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from simulator.serving.kpa import SECOND

if TYPE_CHECKING:
    from simulator.serving.kpa import Scaled
    from simulator.serving.revision import Revision

_GIVES_UP_NS: Final = 630 * SECOND
"""Source: systems-2, 4: progress deadline of 600 s, and 30 s."""


class Active(Enum):
    YES = "True"
    QUEUED = "Unknown"
    NO = "False"


class Reconciler:
    """The controller of one PodAutoscaler.

    Attributes:
        in_path: Requests go by way of the activator.
        again_ns: When to look again, before the next tick; None for not.

    Source: systems-2, 4 (To zero, Active); knative/serving
        pkg/reconciler/autoscaling/kpa/scaler.go, handleScaleToZero; kpa.go.
    """

    def __init__(self, revision: Revision, now_ns: int, *, is_new: bool) -> None:
        self._revision = revision
        self._reached = not is_new
        self._want = revision.bounded(0)
        there = self._want > 0
        self._active = Active.YES if there else Active.NO
        long_ago = now_ns - revision.window_ns - revision.grace_ns
        self._since = long_ago
        self._proxied_since = long_ago
        capacity = revision.scaling.burst_capacity
        total = self._want * revision.scaling.total
        self.in_path = not there or (capacity != 0 and total < capacity) or capacity < 0
        self.again_ns: int | None = None

    def pods(self, now_ns: int, found: Scaled, ready: int) -> int | None:
        """Give how many pods there are to be; None for as many as there are."""
        self.again_ns = None
        if not found.valid and self._reached:
            return None
        revision = self._revision
        pods: int | None = revision.bounded(found.desired)
        first = revision.bounded(revision.initial)
        self._reached = self._reached or ready >= first
        if not self._reached:
            pods = max(first, pods or 0)
        if pods == 0:
            pods = self._toward_zero(now_ns)
        else:
            self._want = pods or 0
            self.look(now_ns, ready)
        self._route(now_ns, found.spare, ready)
        return pods

    def look(self, now_ns: int, ready: int) -> None:
        """See whether it is active, now that so many pods are ready."""
        if not self._want:
            return
        enough = ready >= max(self._revision.bounded(0), 1)
        self._turn(Active.YES if enough else Active.QUEUED, now_ns)

    def _turn(self, active: Active, now_ns: int) -> None:
        if self._active is not active:
            self._active, self._since = active, now_ns

    def _route(self, now_ns: int, spare: int, ready: int) -> None:
        proxied = not self._want or spare < 0 or not ready
        if proxied and not self.in_path:
            self._proxied_since = now_ns
        self.in_path = proxied

    def _toward_zero(self, now_ns: int) -> int | None:
        """Take the last pod, or say how many there are until that may be done."""
        revision = self._revision
        if not revision.to_zero:
            return 1
        for_ns = now_ns - self._since
        if self._active is Active.QUEUED:
            return 0 if for_ns >= _GIVES_UP_NS else None
        if self._active is Active.YES:
            if for_ns < revision.window_ns:
                self.again_ns = self._since + revision.window_ns
                return 1
            self._want = 0
            self._turn(Active.NO, now_ns)
            self._route(now_ns, -1, 1)
        return 0 if self._may_go(now_ns) else None

    def _may_go(self, now_ns: int) -> bool:
        """Tell whether an inactive revision may lose its last pod."""
        revision = self._revision
        grace, retention = revision.grace_ns, revision.retention_ns
        inactive = now_ns - self._since
        if inactive >= max(grace, retention):
            return True
        if inactive < retention:
            self.again_ns = self._since + retention
            return False
        self.again_ns = self._proxied_since + grace
        return self.again_ns <= now_ns
