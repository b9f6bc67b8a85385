"""Which of a hub's routes an event takes, at a cost per match and not per route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.event.text import instant_text
from simulator.filters import Verdict
from simulator.kernel.envelope import ARRIVAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.filters import Filter

_VOLATILE = ("id", "time", ARRIVAL)
_CACHE_LIMIT = 4_096


class Router:
    """The filters of one hub, indexed by the exact attributes that they require.

    Attributes:
        key: The attribute that alone decides, when there is only one; else empty,
            which no event has.
    """

    __slots__ = ("_all", "_buckets", "_known", "_reads", "_scanned", "_volatile", "key")

    def __init__(self, filters: Sequence[Filter | None]) -> None:
        self._all = tuple(filters)
        reads = dict.fromkeys(
            name for each in filters if each is not None for name in each.reads
        )
        self._reads = tuple(reads)
        self._volatile = any(name in reads for name in _VOLATILE)
        self.key = (
            self._reads[0] if len(self._reads) == 1 and not self._volatile else ""
        )
        self._known: dict[object, tuple[int, ...]] = {}
        self._buckets: dict[str, dict[str, list[int]]] = {}
        self._scanned: list[int] = []
        for number, each in enumerate(filters):
            self._index(number, each)

    def _index(self, number: int, filter_: Filter | None) -> None:
        required = filter_.required if filter_ is not None else {}
        if not required:
            self._scanned.append(number)
            return
        name = "type" if "type" in required else next(iter(required))
        bucket = self._buckets.setdefault(name, {})
        bucket.setdefault(required[name], []).append(number)

    def match(self, attributes: Mapping[str, str], arrival_ns: int) -> tuple[int, ...]:
        """Give the numbers of the filters that take an event, ascending.

        Returns:
            ``~number`` in place of a number where the filter panics on the event.
        """
        if self._volatile:
            seen = attributes
            if ARRIVAL in self._reads:
                seen = {**attributes, ARRIVAL: instant_text(arrival_ns)}
            return self._evaluate(seen)
        values = tuple([attributes.get(name) for name in self._reads])
        found = self._known.get(values)
        if found is None:
            found = self._evaluate(attributes)
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            self._known[values] = found
        return found

    def _evaluate(self, attributes: Mapping[str, str]) -> tuple[int, ...]:
        candidates = list(self._scanned)
        for name, bucket in self._buckets.items():
            value = attributes.get(name)
            if value is not None:
                candidates += bucket.get(value, ())
        matches: list[int] = []
        for number in sorted(candidates):
            each = self._all[number]
            verdict = Verdict.PASS if each is None else each.verdict(attributes)
            if verdict is not Verdict.FAIL:
                matches.append(~number if verdict is Verdict.PANIC else number)
        return tuple(matches)
