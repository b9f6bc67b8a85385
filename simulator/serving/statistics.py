"""How many requests a revision has in each second, as activator and pods report it."""

from __future__ import annotations

from simulator.serving.kpa import SECOND


class Statistics:
    """Requests at once, waiting ones too, and how many came, second by second.

    Args:
        by_rate: Whether the autoscaler counts those that come, not those that are there.

    Attributes:
        at_once: Requests that are there now.

    Source: knative/serving pkg/activator/handler/concurrency_reporter.go (the first request
        is reported at once as 1, and taken off again in the report of that second).
    """

    def __init__(self, *, by_rate: bool) -> None:
        self.at_once = 0
        self._by_rate = by_rate
        self._area = 0
        self._since = 0
        self._came = 0
        self._known = False
        self._told = 0

    def begin(self, now_ns: int) -> None:
        """Begin a second that nobody has looked at so far."""
        self._since, self._area, self._came = now_ns, 0, 0

    def come(self, now_ns: int) -> None:
        """Count a request that comes."""
        self._pass(now_ns)
        self.at_once += 1
        self._came += 1

    def go(self, now_ns: int) -> None:
        """Count a request that is over."""
        self._pass(now_ns)
        self.at_once -= 1

    def is_first(self) -> bool:
        """Tell whether the activator knows of none, and so reports this one at once."""
        first, self._known = not self._known, True
        self._told += first
        return first

    def second(self, now_ns: int, *, scraped: bool) -> float | None:
        """End a second; give what is reported of it, None for nothing.

        Args:
            now_ns: Its end.
            scraped: Whether a pod is asked, which also reports 0.
        """
        self._pass(now_ns)
        value = float(self._came) if self._by_rate else self._area / SECOND
        active = bool(self._area or self._came)
        told, self._told = self._told, 0
        self._area = self._came = 0
        self._known = self._known and active
        return max(0.0, value - told) if scraped or active else None

    def _pass(self, now_ns: int) -> None:
        self._area += self.at_once * (now_ns - self._since)
        self._since = now_ns
