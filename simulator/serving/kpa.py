"""How many pods a revision should have: Knative's own pod autoscaler, without I/O.

Source: knative/serving pkg/autoscaler/scaling/autoscaler.go, `Scale`; 20 runs of it are in
    `tests/conformance/golden/systems/kpa`.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import takewhile
from typing import Final, Protocol

from simulator.value import Value

SECOND: Final = 1_000_000_000
TICK_NS: Final = 2 * SECOND
"""Source: pkg/autoscaler/scaling/multiscaler.go, `tickInterval`."""


class Scaling(Value):
    """What the autoscaler is told of a revision (its `DeciderSpec`).

    Args:
        total: What each pod can do at most.
        burst_capacity: The spare that keeps the activator out of the path; -1: always in.
        panic_threshold: So many times the pods that are ready must be wanted.
        up_rate: At most so many times the ready pods at once.
        down_rate: At least this part of them stays.
        down_delay_s: How long a lower wish waits.
        activation_scale: The least that is wanted when anything is.
        reachable: Whether a route reaches the revision.
        weighted: Whether newer seconds count more.
    """

    target: float
    total: float
    stable_s: int = 60
    panic_s: int = 6
    burst_capacity: float = 211
    panic_threshold: float = 2
    up_rate: float = 1000
    down_rate: float = 2
    down_delay_s: int = 0
    activation_scale: int = 0
    reachable: bool = True
    weighted: bool = False


class Scaled(Value):
    """What the autoscaler finds at one tick.

    Args:
        stable: The average over the stable window.
        valid: Whether there was anything to go by; if not, nothing changes.
        spare: The excess burst capacity; below 0, the activator is in the path.
        panicking: Whether it is in panic, in which it takes no pod away.
    """

    stable: float = 0.0
    panic: float = 0.0
    valid: bool = False
    desired: int = 0
    spare: int = 0
    panicking: bool = False


class Autoscaler:
    """One revision's autoscaler; it keeps its statistics and whether it is in panic.

    Args:
        ready: Pods at its creation: with more than one, it begins in panic.
    """

    def __init__(self, scaling: Scaling, ready: int = 0) -> None:
        self.scaling = scaling
        kind = WeightedExponential if scaling.weighted else Linear
        self._stable: Window = kind(scaling.stable_s)
        self._panic: Window = kind(scaling.panic_s)
        self._panic_ns = 0 if ready > 1 else None
        self._most = ready
        turns = math.ceil(scaling.down_delay_s * SECOND / TICK_NS)
        self._delayed = Maximum(turns) if turns else None

    @property
    def panicking(self) -> bool:
        return self._panic_ns is not None

    def record(self, now_ns: int, value: float) -> None:
        """Take the statistic of the second of an instant; more of one are added up."""
        for window in (self._stable, self._panic):
            window.record(now_ns // SECOND, value)

    def scale(self, now_ns: int, ready: int) -> Scaled:
        """Work out the wish at an instant, with so many pods ready."""
        spec, second = self.scaling, now_ns // SECOND
        # Nobody scrapes where the activator is always in the path: no report is no request.
        if self._stable.empty(second) and spec.burst_capacity >= 0:
            return Scaled(panicking=self.panicking)
        stable, panic = self._stable.average(second), self._panic.average(second)
        for_stable = math.ceil(stable / spec.target)
        for_panic = math.ceil(panic / spec.target)
        self._look_for_panic(now_ns, for_panic / max(1, ready))
        desired = self._bounded(for_stable, ready)
        if self.panicking:
            self._most = max(self._most, desired, self._bounded(for_panic, ready))
            desired = self._most
        if self._delayed is not None and spec.reachable:
            desired = self._delayed.record(now_ns // TICK_NS, desired)
        return Scaled(
            stable=stable,
            panic=panic,
            valid=True,
            desired=desired,
            spare=self._spare(ready, panic),
            panicking=self.panicking,
        )

    def _look_for_panic(self, now_ns: int, times_ready: float) -> None:
        spec = self.scaling
        if times_ready >= spec.panic_threshold:
            self._panic_ns = now_ns
        elif (
            self._panic_ns is not None
            and self._panic_ns + spec.stable_s * SECOND < now_ns
        ):
            self._panic_ns, self._most = None, 0

    def _bounded(self, wanted: int, ready: int) -> int:
        """Keep a wish within the rates; one of anything is at least the activation scale."""
        spec, there = self.scaling, max(1, ready)
        lowest = math.floor(there / spec.down_rate) if spec.reachable else 0
        bounded = min(max(wanted, lowest), math.ceil(spec.up_rate * there))
        if spec.activation_scale > 1 and wanted > 0:
            return max(bounded, spec.activation_scale)
        return bounded

    def _spare(self, ready: int, panic: float) -> int:
        spec = self.scaling
        if spec.burst_capacity == 0:
            return 0
        if spec.burst_capacity < 0:
            return -1
        return math.floor(ready * spec.total - spec.burst_capacity - panic)


_DIGITS: Final = 6
_SMALLEST_WEIGHT: Final = 0.2
_OLDEST_WEIGHT: Final = 0.0001


class Window(Protocol):
    """One value for each second, and what they come to.

    Source: knative/serving pkg/autoscaler/aggregation (bucketing.go, max/timewindow.go);
        systems-2, 4.
    """

    def record(self, second: int, value: float) -> None:
        """Add to the value of a second, which is not before the last."""

    def average(self, second: int) -> float:
        """Give the average over the seconds up to this one."""

    def empty(self, second: int) -> bool:
        """Tell whether nothing was recorded for longer than the window."""


class Linear:
    """Each second counts the same: sum / seconds from the first to the last record."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.values: deque[tuple[int, float]] = deque()
        self._first = 0
        self._last: int | None = None
        self._total = 0.0

    def record(self, second: int, value: float) -> None:
        if self._last is None or second - self._last >= self.seconds:
            self.values.clear()
            self._first, self._total = second, 0.0
        added = value
        if self.values and self.values[-1][0] == second:
            value += self.values.pop()[1]
        self._total += added
        self.values.append((second, value))
        self._last = second
        while self.values[0][0] <= second - self.seconds:
            self._total -= self.values.popleft()[1]

    def average(self, second: int) -> float:
        """Give the average; what came after the last record is no part of it."""
        if self._last is None or second - self._last >= self.seconds:
            return 0.0
        gap = max(0, second - self._last)
        oldest = second - self.seconds
        early = takewhile(lambda each: each[0] <= oldest, self.values) if gap else ()
        total = self._total - sum(value for _, value in early)
        seconds = min(self._last - self._first + 1, self.seconds - gap)
        return abs(round(total / seconds, _DIGITS))

    def empty(self, second: int) -> bool:
        return self._last is None or second - self._last > self.seconds


class WeightedExponential(Linear):
    """The newest second counts most, each one before it less by the same factor."""

    def average(self, second: int) -> float:
        """Give the weighted sum; seconds without a record count as 0."""
        if self.empty(second):
            return 0.0
        weight = max(_SMALLEST_WEIGHT, 1 - _OLDEST_WEIGHT ** (1 / self.seconds))
        oldest = second - self.seconds
        return math.fsum(
            value * weight * (1 - weight) ** max(0, second - at)
            for at, value in self.values
            if at > oldest
        )


class Maximum:
    """The highest of the last *turns* values, one for each turn of two seconds."""

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._values: deque[tuple[int, int]] = deque()

    def record(self, turn: int, value: int) -> int:
        """Take a value; give the highest."""
        self._values.append((turn, value))
        while self._values[0][0] <= turn - self._turns:
            self._values.popleft()
        return max(value for _, value in self._values)
