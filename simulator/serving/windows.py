"""Averages of one statistic over the last seconds, as the autoscaler keeps them.

Source: knative/serving pkg/autoscaler/aggregation (bucketing.go, max/timewindow.go);
    systems-2, 4.
"""

from __future__ import annotations

import math
from collections import deque
from itertools import takewhile
from typing import Final, Protocol

_DIGITS: Final = 6
_SMALLEST_WEIGHT: Final = 0.2
_OLDEST_WEIGHT: Final = 0.0001


class Window(Protocol):
    """One value for each second, and what they come to."""

    def record(self, second: int, value: float) -> None:
        """Add to the value of a second, which is not before the last."""

    def average(self, second: int) -> float:
        """Give the average over the seconds up to this one."""

    def empty(self, second: int) -> bool:
        """Tell whether nothing was recorded for longer than the window."""


class Linear:
    """Each second counts the same: sum / seconds from the first to the last record.

    Args:
        seconds: Of the window.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.values: deque[tuple[int, float]] = deque()
        self._first = 0
        self._last: int | None = None
        self._total = 0.0

    def record(self, second: int, value: float) -> None:
        """Add to the value of a second, which is not before the last."""
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
        """Tell whether nothing was recorded for longer than the window."""
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
    """The highest of the last values, one for each turn of two seconds.

    Args:
        turns: How many of them, this one included.
    """

    def __init__(self, turns: int) -> None:
        self._turns = turns
        self._values: deque[tuple[int, int]] = deque()

    def record(self, turn: int, value: int) -> int:
        """Take a value; give the highest."""
        self._values.append((turn, value))
        while self._values[0][0] <= turn - self._turns:
            self._values.popleft()
        return max(value for _, value in self._values)
