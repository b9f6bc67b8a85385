"""Which of many filters take an event, at a cost per match and not per filter."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Generic, TypeVar

from simulator.filters.lookup import Memory
from simulator.filters.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from simulator.filters.filter import Filter
    from simulator.filters.lookup import Finder
    from simulator.filters.verdict import Judge

T = TypeVar("T")


class Prefixes(Generic[T]):
    """Texts, and what belongs to each, to be found by a value that starts with them.

    The texts are sorted, and each knows the longest other one that it starts with
    itself. Of all that a value starts with, the longest is the last that is not
    greater than the value, or one that this starts with: what stands between a text and
    a value that starts with it, starts with it too.
    """

    __slots__ = ("_shorter", "_texts", "_things")

    def __init__(self, by_text: Mapping[str, T]) -> None:
        self._texts = sorted(by_text)
        self._things = [by_text[text] for text in self._texts]
        self._shorter: list[int] = []
        open_: list[int] = []
        for place, text in enumerate(self._texts):
            while open_ and not text.startswith(self._texts[open_[-1]]):
                open_.pop()
            self._shorter.append(open_[-1] if open_ else -1)
            open_.append(place)

    def of(self, value: str) -> list[T]:
        texts, shorter = self._texts, self._shorter
        place = bisect_right(texts, value) - 1
        while place >= 0 and not value.startswith(texts[place]):
            place = shorter[place]
        found: list[T] = []
        while place >= 0:
            found.append(self._things[place])
            place = shorter[place]
        return found


_FAIL, _PANIC = Verdict.FAIL, Verdict.PANIC  # looking up a member costs more

_FEW = 8
"""So many filters are judged, or attributes looked up, as fast as by any better way."""

# The name of an attribute, a text, and whether its value is that, or just begins with it.
_Condition = tuple[str, str, bool]
# A filter, and its numbers: one filter can stand in many places.
_Entry = tuple["Filter", "list[int]"]


class Index:
    """Filters by number, most of them found by a condition that each needs.

    Of the conditions of a filter the rarest is chosen, so that ten thousand filters on
    one type and a tenant each are found by their tenants. A filter that needs nothing is
    asked for every event. Filters that are the same are judged once.

        remembers: Whether many filters in one place that read the same attributes
            remember what they said to the same values: no use where the values differ
            in every event. They keep at most one entry a filter.
    """

    __slots__ = ("_asked", "_by_name")

    def __init__(
        self, filters: Iterable[tuple[int, Filter]], *, remembers: bool
    ) -> None:
        whole: dict[str, dict[str, Finder]] = {}
        heads: dict[str, dict[str, Finder]] = {}
        self._asked: Finder | None = None
        for condition, entries in _buckets(_same(filters)).items():
            finder = _finder(entries, remembers=remembers)
            if condition is None:
                self._asked = finder
            else:
                name, text, is_whole = condition
                (whole if is_whole else heads).setdefault(name, {})[text] = finder
        self._by_name = {
            name: (
                whole.get(name, {}),
                Prefixes(heads[name]) if name in heads else None,
            )
            for name in {**whole, **heads}
        }

    def find(self, attributes: Mapping[str, str]) -> tuple[int, ...]:
        """Give the filters that take an event, ascending; ``~number`` for a panic."""
        found: list[int] = []
        if self._asked is not None:
            found += self._asked.find(attributes)
        by_name = self._by_name
        # Ten thousand attributes may be asked for, but an event has a few.
        for name in attributes if len(by_name) > _FEW else by_name:
            texts, value = by_name.get(name), attributes.get(name)
            if texts is None or value is None:
                continue
            whole, heads = texts
            finder = whole.get(value)
            if finder is not None:
                found += finder.find(attributes)
            if heads is not None:
                for finder in heads.of(value):
                    found += finder.find(attributes)
        return ascending(found) if len(found) > 1 else tuple(found)


def ascending(numbers: Collection[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers, key=lambda number: max(number, ~number)))


class _Group:
    __slots__ = ("_judges",)

    def __init__(self, judges: Iterable[tuple[Judge, Sequence[int]]]) -> None:
        self._judges = tuple(judges)

    def find(self, attributes: Mapping[str, str]) -> list[int]:
        found: list[int] = []
        for judge, numbers in self._judges:
            verdict = judge(attributes)
            if verdict is _PANIC:
                found += [~number for number in numbers]
            elif verdict is not _FAIL:
                found += numbers
        return found


class _Groups:
    __slots__ = ("_finders",)

    def __init__(self, finders: Iterable[Finder]) -> None:
        self._finders = tuple(finders)

    def find(self, attributes: Mapping[str, str]) -> list[int]:
        return [n for finder in self._finders for n in finder.find(attributes)]


def _finder(entries: Sequence[_Entry], *, remembers: bool) -> Finder:
    if not remembers or len(entries) <= _FEW:
        return _Group([(each.verdict, tuple(numbers)) for each, numbers in entries])
    by_reads: dict[tuple[str, ...], list[_Entry]] = {}
    for entry in entries:
        by_reads.setdefault(entry[0].reads, []).append(entry)
    return _Groups(_remembering(*group) for group in by_reads.items())


def _remembering(reads: tuple[str, ...], entries: Sequence[_Entry]) -> Finder:
    group = _finder(entries, remembers=False)
    few = len(entries) <= _FEW
    return group if few else Memory(reads, group, len(entries))


def _same(filters: Iterable[tuple[int, Filter]]) -> Iterable[_Entry]:
    same: dict[Judge, _Entry] = {}
    for number, filter_ in filters:
        entry = same.get(filter_.verdict)
        if entry is None:
            same[filter_.verdict] = (filter_, [number])
        else:
            entry[1].append(number)
    return same.values()


def _buckets(entries: Iterable[_Entry]) -> dict[_Condition | None, list[_Entry]]:
    crowds: dict[_Condition, int] = {}
    needing: list[tuple[_Entry, list[_Condition]]] = []
    for entry in entries:
        needs = entry[0].needs
        conditions = [(name, text, True) for name, text in needs.required.items()]
        conditions += [(name, text, False) for name, text in needs.prefixes.items()]
        for condition in conditions:
            crowds[condition] = crowds.get(condition, 0) + 1
        needing.append((entry, conditions))
    buckets: dict[_Condition | None, list[_Entry]] = {}
    for entry, conditions in needing:
        chosen = conditions[0] if conditions else None
        if len(conditions) > 1:
            chosen = min(conditions, key=lambda x: (crowds[x], not x[2], -len(x[1])))
        buckets.setdefault(chosen, []).append(entry)
    return buckets
