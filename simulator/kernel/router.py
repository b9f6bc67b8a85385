"""Which of a hub's routes an event takes, at a cost per match and not per route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.text import instant_text
from simulator.filters import Verdict
from simulator.kernel.envelope import ARRIVAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.kernel.lane import Lane

_VOLATILE = ("id", "time", ARRIVAL)
_CACHE_LIMIT = 4_096

Match = tuple["Lane", bool]


class Router:
    """The lanes of one hub, indexed by the exact attributes that they require.

    What an event matches is remembered by the values of the attributes that the
    filters read, unless they read what differs in every event.

    Attributes:
        key: The attribute that alone decides, when there is only one; else empty,
            which no event has.
        known: By the value of `key`, or the values of all that is read, what matches;
            a look into it with the key's value saves a call of `match`.
    """

    __slots__ = ("_all", "_buckets", "_reads", "_scanned", "_volatile", "key", "known")

    def __init__(self, lanes: Sequence[Lane]) -> None:
        self._all = tuple(lanes)
        reads = dict.fromkeys(
            name
            for lane in lanes
            if lane.filter is not None
            for name in lane.filter.reads
        )
        self._reads = tuple(reads)
        self._volatile = any(name in reads for name in _VOLATILE)
        self.key = (
            self._reads[0] if len(self._reads) == 1 and not self._volatile else ""
        )
        self.known: dict[object, tuple[Match, ...]] = {}
        self._buckets: dict[str, dict[str, list[int]]] = {}
        self._scanned: list[int] = []
        for number, lane in enumerate(lanes):
            self._index(number, lane)

    def _index(self, number: int, lane: Lane) -> None:
        required = lane.filter.required if lane.filter is not None else {}
        if not required:
            self._scanned.append(number)
            return
        name = "type" if "type" in required else next(iter(required))
        bucket = self._buckets.setdefault(name, {})
        bucket.setdefault(required[name], []).append(number)

    def match(
        self, attributes: Mapping[str, str], arrival_ns: int
    ) -> tuple[Match, ...]:
        """Find the lanes that take an event, in declaration order.

        Returns:
            Each lane, and whether its filter panics on the event.
        """
        if self._volatile:
            seen = attributes
            if ARRIVAL in self._reads:
                seen = {**attributes, ARRIVAL: instant_text(arrival_ns)}
            return self._evaluate(seen)
        if self.key:
            values: object = attributes.get(self.key)
        else:
            values = tuple([attributes.get(name) for name in self._reads])
        found = self.known.get(values)
        if found is None:
            found = self._evaluate(attributes)
            if len(self.known) >= _CACHE_LIMIT:
                self.known.clear()
            self.known[values] = found
        return found

    def _evaluate(self, attributes: Mapping[str, str]) -> tuple[Match, ...]:
        candidates = list(self._scanned)
        for name, bucket in self._buckets.items():
            value = attributes.get(name)
            if value is not None:
                candidates += bucket.get(value, ())
        matches: list[Match] = []
        for number in sorted(candidates):
            lane = self._all[number]
            verdict = (
                Verdict.PASS if lane.filter is None else lane.filter.verdict(attributes)
            )
            if verdict is not Verdict.FAIL:
                matches.append((lane, verdict is Verdict.PANIC))
        return tuple(matches)
